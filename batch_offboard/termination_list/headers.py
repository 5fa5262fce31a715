"""The meaning of headers: their built-in field, and what else they reveal about a column.

The words themselves, with their sources, stand in headers.toml.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

About = Literal[
    "other_day",
    "of_record",
    "leaving",
    "ending",
    "number",
    "manager",
    "status",
    "staying",
    "joining",
    "not_this_person",
    "leaving_all_the_same",
    "signature",
    "submitted",
    "same_person",
    "person",
    "address",
    "identifier",
    "note",
]
"""What a header can say of its column, though it is no field."""

MIDDLE_NAME = "middle_name"
NAME_OR_GIVEN = "name_or_given"
NAME_OR_FAMILY = "name_or_family"
NAME_IN_WORDS = "name_in_words"

_BRACKETED = re.compile(r"[\[(]([^\])]*)[\])]")
_OTHERS = re.compile("[^a-z0-9]+")
_CAMEL = re.compile(r"(?<=[a-zß-ÿ])(?=[A-ZÀ-Þ])")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


@lru_cache(maxsize=4096)
def plain(header: str) -> str:
    """A header's letters and digits, without case, accents, and notes such as [Required]."""
    bare = _BRACKETED.sub(_unless_note, header)
    if bare.isascii():
        return _OTHERS.sub("", bare.casefold())
    return "".join(each for each in folded(bare) if each.isalnum())


def folded(text: str) -> str:
    """The text in small letters without accents; ligatures and full-width forms written out."""
    if text.isascii():
        return text.casefold()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in decomposed if not unicodedata.combining(each)).casefold()


def _unless_note(match: re.Match[str]) -> str:
    return " " if says(match[1], "note") else match[0]


def field_of(header: str, known: Mapping[str, str]) -> str | None:
    """The field that a header means, or None; "#" may stand for the word number."""
    if "#" in header and (field := known.get(plain(_with_number(header)))):
        return field
    return known.get(plain(header))


def _with_number(header: str) -> str:
    return header.replace("#", " number ")


def says(header: str, about: About) -> bool:
    """Whether a header contains a word of this kind."""
    words = f" {' '.join(_words(header))} "
    return any(map(words.__contains__, _parts(about)))


def says_phrase(text: str, about: About) -> bool:
    """Whether a text contains an expression of this kind that is several words long."""
    words = f" {' '.join(_words(text))} "
    return any(" " in part.strip() and part in words for part in _parts(about))


def may_stay(text: str) -> bool:
    """Whether a remark or a title says that somebody does not leave, or not yet."""
    return says(text, "staying") and not says(text, "leaving_all_the_same")


def means_other_day(header: str) -> bool:
    """Whether days under this header are not leaving dates, such as birthdays."""
    of_record = says(header, "of_record") and not says(header, "ending")
    return (of_record or says(header, "other_day")) and not says(header, "leaving")


def may_mean_leaving(header: str) -> bool:
    """Whether a header mentions leaving, or the end of something unspecified."""
    return says(header, "leaving") or (says(header, "ending") and not means_other_day(header))


def _words(header: str) -> Iterable[str]:
    """The words of a header, folded; hireDate is two."""
    return re.split(r"[^0-9a-z\u0080-\uffff]+", folded(_CAMEL.sub(" ", header)))


@lru_cache(maxsize=1)
def _content() -> Mapping[str, Any]:
    text = files(__package__).joinpath("headers.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@lru_cache(maxsize=16)
def _parts(about: str) -> tuple[str, ...]:
    """What words with a space before and after each contain if they are of this kind."""
    return tuple(_part(folded(stem)) for stem in _content()["about"][about])


def _part(stem: str) -> str:
    """A word begins with the stem; `=stem` is a whole word, `*stem` may stand within one."""
    if stem.startswith("="):
        return f" {stem[1:]} "
    return stem[1:] if stem.startswith("*") else f" {stem}"


def sources() -> Mapping[str, str]:
    """The languages and systems whose headers are built in, with the page they are from."""
    return {source["of"]: source.get("page", "") for source in _content()["source"]}


@lru_cache(maxsize=1)
def built_in() -> Mapping[str, str]:
    """The field that each built-in header means, by the header as `plain` spells it."""
    known: dict[str, str] = {}
    for source in _content()["source"]:
        for field, headers in source.items():
            if field in ("of", "page"):
                continue
            for header in headers:
                for spelling in (header, header.casefold().translate(_UMLAUTS)):
                    known[plain(_with_number(spelling))] = field
    return known
