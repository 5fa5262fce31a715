"""The meaning of headers: their built-in field, and what else they reveal about a column.

The words themselves, with their sources, stand in headers.toml.
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal, NamedTuple

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
    "called_off",
    "not_this_person",
    "leaving_all_the_same",
    "signature",
    "remark",
    "role",
    "work",
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

_BRACKETED = re.compile(r"[\[(]([^\])]{0,300})[\])]")
"""What stands in brackets; without a bound, thousands of opening brackets would take seconds."""
_ENUMERATION = re.compile(r"^\s*[0-9]{1,2}[.)]\s*(?=\D)")
_UNIT = "(?:d{1,2}|t{1,2}|j{1,4}|g{1,2}|m{1,4}|y{2,4}|a{2,4})"
_FORMAT = re.compile(rf"[\[(]\s*{_UNIT}(?:[./ -]+{_UNIT}){{1,2}}\.?\s*[\])]", re.IGNORECASE)
"""The format of dates in brackets, by the letters of several languages: TT.MM.JJJJ, jj/mm/aaaa."""
_COUNT = re.compile(r"\s*[(\[]?\d{1,5}[)\]]?\s*$")
_LONGEST_LINE = 60
_PARTS = re.compile(r"[/|\n]")
_OTHERS = re.compile("[^a-z0-9]+")
_CAMEL = re.compile(r"(?<=[a-zß-ÿ])(?=[A-ZÀ-Þ])")
_BETWEEN_WORDS = re.compile(r"[\W_]+")
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


def built_in_field_of(header: str) -> str | None:
    """The field that a header means without being configured, or None.

    A number in front and the format of its dates are no part of it: "3. Last day (DD.MM.YYYY)". A
    header in two languages means what both parts mean: "Letzter Tag / Last day".
    """
    known = built_in()
    bare = _FORMAT.sub(" ", _ENUMERATION.sub("", header))
    if field := field_of(header, known) or field_of(bare, known):
        return field
    meanings = {field_of(part, known) for part in _PARTS.split(bare)}
    return meanings.pop() if len(meanings) == 1 else None


def _with_number(header: str) -> str:
    return header.replace("#", " number ")


class _Stems(NamedTuple):
    """The stems of one kind: whole words, beginnings and parts of words, and phrases.

    `openings` are the first words of the phrases: most texts have none of them.
    """

    whole: frozenset[str]
    beginnings: tuple[str, ...]
    parts: tuple[str, ...]
    phrases: tuple[str, ...]
    openings: frozenset[str]


def says(header: str, about: About) -> bool:
    """Whether a header contains a word of this kind."""
    words, stems = _words(header), _stems(about)
    return (
        not stems.whole.isdisjoint(words)
        or any(word.startswith(stems.beginnings) for word in words)
        or any(part in word for part in stems.parts for word in words)
        or _has_phrase(words, stems)
    )


def says_phrase(text: str, about: About) -> bool:
    """Whether a text contains an expression of this kind that is several words long."""
    return _has_phrase(_words(text), _stems(about))


def says_word(text: str, about: About) -> bool:
    """Whether a text contains a word of this kind as it stands in headers.toml."""
    stems = _stems(about)
    return not frozenset((*stems.whole, *stems.beginnings)).isdisjoint(_words(text))


def without(text: str, about: About) -> str:
    """A text without the expressions of this kind: its words, folded, if there are any."""
    if not says(text, about):
        return text
    stems, rest = _stems(about), f" {' '.join(_words(text))} "
    for stem in (*stems.phrases, *(f" {each}" for each in stems.beginnings)):
        while (begin := rest.find(stem)) >= 0:
            rest = rest[:begin] + rest[rest.index(" ", begin + len(stem)) :]
    return rest


def _has_phrase(words: Sequence[str], stems: _Stems) -> bool:
    if stems.openings.isdisjoint(words):
        return False
    text = f" {' '.join(words)} "
    return any(phrase in text for phrase in stems.phrases)


def may_stay(text: str) -> bool:
    """Whether a remark or a title says that somebody does not leave, or not yet."""
    return says(text, "staying") and says(without(text, "leaving_all_the_same"), "staying")


def is_line_of(text: str, about: Literal["contact", "staying"]) -> bool:
    """Whether a line says nothing else than that such people stand below it, or before a colon."""
    words = text.partition(":")[0]
    return len(words) <= _LONGEST_LINE and plain(_COUNT.sub("", words)) in _lines(about)


@lru_cache(maxsize=2)
def _lines(about: str) -> frozenset[str]:
    return frozenset(map(plain, _content()["lines"][about]))


def means_other_day(header: str) -> bool:
    """Whether days under this header are not leaving dates, such as birthdays."""
    of_record = says(header, "of_record") and not says(header, "ending")
    return (of_record or says(header, "other_day")) and not says(header, "leaving")


def may_mean_leaving(header: str) -> bool:
    """Whether a header mentions leaving, or the end of something unspecified."""
    return says(header, "leaving") or (says(header, "ending") and not means_other_day(header))


@lru_cache(maxsize=64)
def _words(header: str) -> Sequence[str]:
    """The words of a header, folded; hireDate is two. Texts are asked about in turn."""
    return tuple(filter(None, _BETWEEN_WORDS.split(folded(_CAMEL.sub(" ", header)))))


@lru_cache(maxsize=1)
def _content() -> Mapping[str, Any]:
    text = files(__package__).joinpath("headers.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@lru_cache(maxsize=32)
def _stems(about: str) -> _Stems:
    """The stems of a kind. `=stem` is a whole word, `*stem` may stand within one."""
    stems = [folded(stem) for stem in _content()["about"][about]]
    phrases = [stem for stem in stems if " " in stem]
    single = [stem for stem in stems if " " not in stem]
    return _Stems(
        frozenset(stem[1:] for stem in single if stem.startswith("=")),
        tuple(stem for stem in single if not stem.startswith(("=", "*"))),
        tuple(stem[1:] for stem in single if stem.startswith("*")),
        tuple(f" {stem}" for stem in phrases),
        frozenset(stem.partition(" ")[0] for stem in phrases),
    )


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
