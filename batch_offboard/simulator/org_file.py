"""Reading an organisation from its JSON file, with a clear error for a bad one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from batch_offboard.simulator.errors import OrgFileError
from batch_offboard.simulator.models import ALL_DIVISIONS, Entity, OrgFile, RefersTo
from batch_offboard.simulator.org import Org


def load_org(path: Path | str) -> Org:
    """The organisation in a JSON file; OrgFileError says what is wrong with it."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise OrgFileError(f"{path}: cannot be read ({error})") from error
    try:
        file = OrgFile.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise OrgFileError(f"{path}: {where}: {first['msg']}") from error
    for problem in problems(file):
        raise OrgFileError(f"{path}: {problem}")
    return Org(file)


def problems(file: OrgFile) -> Iterator[str]:
    """References to what is not there, and ids that are there twice, one sentence each."""
    parts = {name: part for name, part in file if isinstance(part, list)}
    for name, things in parts.items():
        counted = Counter(thing.id for thing in things)
        yield from (f"{name}: {twice} appears twice" for twice, n in counted.items() if n > 1)
    known = {name: {thing.id for thing in things} for name, things in parts.items()}
    for name, things in parts.items():
        for thing in things:
            for word, missing in _missing(thing, known):
                yield f"{name[:-1]} {thing.name}: {word} {missing} is not in the file"


def _missing(thing: Entity, known: dict[str, set[str]]) -> Iterator[tuple[str, str]]:
    """Which reference of a thing, or of what it holds, leads to an id that is not there."""
    for name, refers in _fields(type(thing)):
        value = getattr(thing, name)
        if refers:
            allowed = known[refers.part] | {"", ALL_DIVISIONS if refers.or_all else ""}
            word = name.removesuffix("s").replace("_", " ")
            yield from ((word, missing) for missing in sorted(_ids(value) - allowed))
        elif isinstance(value, list):
            for held in value:
                if isinstance(held, Entity):
                    yield from _missing(held, known)


@cache
def _fields(kind: type[Entity]) -> list[tuple[str, RefersTo | None]]:
    return [
        (name, next((mark for mark in field.metadata if isinstance(mark, RefersTo)), None))
        for name, field in kind.model_fields.items()
    ]


def _ids(value: Any) -> set[str]:
    held = [value or ""] if value is None or isinstance(value, str) else value
    return {each if isinstance(each, str) else each.id for each in held}
