"""Reading and changing the text of a `.env` file.

Errors name the number of a line and never quote it, as it may hold the secret.
"""

import io
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from dotenv.parser import Binding, parse_stream

from batch_offboard.errors import UsageError

_INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060"
"""Characters without width that are copied along with an id."""
_TYPOGRAPHIC = "“”„‟‘’‚‛«»‹›"
_MISNAMED = (".env.txt", "env.txt", "env", ".env.env", "_env")
"""Names that editors and file managers give to a `.env`."""


class _Given(NamedTuple):
    line: int
    value: str


def env_values(file: Path, names: Collection[str]) -> dict[str, str]:
    """The values of those variables in `names` that `file` sets; nothing is expanded or run.

    Raises UsageError for a file that is not text, and, with the number of the line, for a line
    about one of the variables that cannot be understood, or for two that differ.
    """
    given: dict[str, list[_Given]] = {name: [] for name in names}
    for line, binding in _bindings(_text(file)):
        name = _meant(binding, names)
        if name is None:
            continue
        if binding.error or binding.key != name or binding.value is None:
            raise UsageError(f"{file}, line {line}: {_wrong(binding, name)}")
        value = stripped(binding.value)
        if value and (value[0] in _TYPOGRAPHIC or value[-1] in _TYPOGRAPHIC):
            raise UsageError(
                f"{file}, line {line}: {name} is in typographic quotes. Use straight quotes or "
                "none."
            )
        given[name].append(_Given(line, value))
    return {name: _only(file, name, values) for name, values in given.items() if values}


def with_values(text: str, values: Mapping[str, str]) -> str:
    """`text`, that of a `.env`, with these values: each replaces all lines about its variable.

    Every other line is kept.
    """
    end = "\r\n" if "\r\n" in text else "\n"
    left = {name: f"{name}={_quoted(value)}{end}" for name, value in values.items()}
    pieces = []
    for _, binding in _bindings(text):
        original = binding.original.string
        name = _meant(binding, values)
        if name is None:
            pieces.append(original)
        else:
            blank = len(original) - len(original.lstrip())
            pieces += [original[:blank], left.pop(name, "")]
    whole = "".join(pieces)
    if left and whole and not whole.endswith("\n"):
        whole += end
    return whole + "".join(left.values())


_NEEDS_NO_QUOTES = re.compile(r"[\w.:/@%+=,~-]*", re.ASCII)


def _quoted(value: str) -> str:
    """The value as written in a `.env`: quoted only if needed, as some readers keep the quotes."""
    if _NEEDS_NO_QUOTES.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def misnamed_in(folder: Path) -> str | None:
    """The name of a file in `folder` that was probably meant to be its `.env`; None if none."""
    return next((name for name in _MISNAMED if (folder / name).is_file()), None)


def stripped(value: str) -> str:
    """The value without white space and invisible characters around it."""
    return value.strip().strip(_INVISIBLE).strip()


def _text(file: Path) -> str:
    """The text of a `.env`. Raises UsageError if it cannot be read."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{file} could not be read: {error.strerror}.") from error
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise UsageError(f"{file} is not UTF-8 text. In Notepad, save it with the encoding UTF-8.")
    return text


def _bindings(text: str) -> Iterator[tuple[int, Binding]]:
    """Each line, or lines that belong together, as parsed, with the number of the first."""
    for binding in parse_stream(io.StringIO(text)):
        before = len(binding.original.string) - len(binding.original.string.lstrip())
        blank_lines = binding.original.string[:before].count("\n")
        yield binding.original.line + blank_lines, binding


def _meant(binding: Binding, names: Collection[str]) -> str | None:
    """Which of the variables a line is about, even if it is malformed; None for any other line."""
    about = binding.original.string if binding.error else binding.key or ""
    if about.lstrip().startswith("#"):
        return None
    return next((name for name in names if _pattern(name).search(about)), None)


def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z0-9_]){name}(?![A-Za-z0-9_])", re.IGNORECASE)


def _wrong(binding: Binding, name: str) -> str:
    """What is wrong with a line of a `.env`."""
    opened = re.match(rf"\s*(export\s+)?{name}\s*=\s*[\"']", binding.original.string)
    if binding.error and opened:
        return f"the quotes around {name} do not match. Leave them out."
    return f"write {name}= and the value, with nothing before the name."


def _only(file: Path, name: str, given: Sequence[_Given]) -> str:
    """The one value of a variable. Raises UsageError for two that differ."""
    first, *more = given
    for other in more:
        if other.value != first.value:
            raise UsageError(
                f"{file} gives {name} two values, in lines {first.line} and {other.line}. Delete "
                "one of the lines."
            )
    return first.value
