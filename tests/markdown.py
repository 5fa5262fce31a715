"""What stands in a Markdown text: sections, tables, code, commands, links, sentences. Pure."""

import re
import shlex
from collections.abc import Iterator

_FENCES = re.compile(r"^```\w*\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_SPANS = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_GENERATED = re.compile(r"<!-- made: .+? -->.*?<!-- /made -->", re.DOTALL)
_COMMAND = re.compile(r'(?<![\w"])batch[-_]offboard(?:\.exe)?"? +([a-z][^>\n]*)')
_ENDS = re.compile(r"(?<=[.!?:;])[)\"*]* ")
_BEGINNING = re.compile(r"(?m)\n\s*\n|\n(?=- |\d+\. )")


def section(text: str, heading: str) -> str:
    """The text under a heading, up to the next one of its level or above."""
    level = heading.split(" ", maxsplit=1)[0]
    _, rest = text.split(f"\n{heading}\n")
    pieces = re.split(r"(```.*?```)", rest, flags=re.DOTALL)
    for number, piece in enumerate(pieces[::2]):  # a "#" between fences is no heading
        if end := re.search(rf"^#{{1,{len(level)}}} ", piece, re.MULTILINE):
            return "".join(pieces[: 2 * number]) + piece[: end.start()]
    return rest


def without_section(text: str, heading: str) -> str:
    """The text without a heading and what is under it."""
    return text.replace(f"{heading}\n{section(text, heading)}", "")


def headings(text: str) -> list[str]:
    """All headings, with their signs."""
    return re.findall(r"^#+ .+$", _FENCES.sub("", text), re.MULTILINE)


def anchor(heading: str) -> str:
    """The anchor that GitHub makes of a heading."""
    words = re.sub(r"[^\w\- ]", "", heading.lstrip("# ").lower())
    return words.replace(" ", "-")


def targets(text: str) -> set[str]:
    """Where links and pictures lead, other than to the web."""
    found = re.findall(r"\]\(([^)\s]+)\)", text)
    return {each for each in found if "://" not in each}


def pictures(text: str) -> dict[str, str]:
    """The text that stands for each picture, by its file."""
    return {file: words for words, file in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", text)}


def first_cells(text: str) -> list[str]:
    """The first cells of the tables in a text, without headers and backticks."""
    cells = re.findall(r"^\| (.+?) \|", text, re.MULTILINE)
    return [cell.strip("`") for cell in cells if not cell.startswith("---")]


def code(text: str) -> list[str]:
    """What stands between backticks, and each line between fences."""
    lines = [line for block in _FENCES.findall(text) for line in block.splitlines()]
    return lines + _SPANS.findall(_FENCES.sub("", text))


def commands(text: str) -> set[str]:
    """The command lines of the program, without its name and what follows a redirection."""
    return {found.strip() for line in code(text) for found in _COMMAND.findall(line)}


def words_of(command: str) -> list[str]:
    """The words of a command line; quotes are those that every shell knows."""
    return shlex.split(command)


def sentences(text: str) -> Iterator[list[str]]:
    """The words of each sentence, or part of one up to a colon or semicolon.

    Headings, tables, code between fences and what is made from the program have none.
    """
    prose = re.sub(r"^(\||#).*$", "", _FENCES.sub("", _GENERATED.sub("", text)), flags=re.MULTILINE)
    for paragraph in _BEGINNING.split(prose):
        line = " ".join(paragraph.split())
        plain = _SPANS.sub("code", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", line))
        for sentence in _ENDS.split(plain):
            yield [word for word in sentence.split() if re.search(r"\w", word)]
