"""The measurements as one table, and its place in the README."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

README = Path(__file__).parents[2] / "README.md"
_BEGIN, _END = "<!-- benchmark -->", "<!-- /benchmark -->"


@dataclass(frozen=True)
class Line:
    """One line of the table: what was measured, here and by the per-row client, and the aim."""

    what: str
    here: str
    plain: str = "–"
    aim: str = ""


def table_of(lines: list[Line]) -> str:
    """The lines as a Markdown table."""
    rows = [("measured", "batch-offboard", "plain per-row client", "aim")]
    rows += [(line.what, line.here, line.plain, line.aim) for line in lines]
    rows.insert(1, ("---", "---", "---", "---"))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def put_into_readme(text: str, readme: Path = README) -> bool:
    """Replace what stands between the markers; whether there are any."""
    if not readme.exists():
        return False
    before, begin, rest = readme.read_text(encoding="utf-8").partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not (begin and end):
        return False
    readme.write_text(f"{before}{_BEGIN}\n{text}\n{_END}{after}", encoding="utf-8", newline="\n")
    return True
