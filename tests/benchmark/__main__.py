"""`python -m tests.benchmark`: measure, print the table, put it into the README.

Nothing here fails because it is slow: the figures are for people to judge.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from tests.benchmark import (
    calls,
    first_reading,
    large,
    page,
    processor,
    recovery,
    runs,
    share,
    start,
)
from tests.benchmark.plain_client import CALLS
from tests.benchmark.table import Line, put_into_readme, table_of

PARTS: dict[str, Callable[[Path], Iterator[Line]]] = {
    "calls": calls.measure,
    "short": runs.measure_short,
    "long": runs.measure_long,
    "share": runs.measure_share,
    "disk": runs.measure_disk,
    "processor": processor.measure,
    "reading": first_reading.measure,
    "queues": share.measure_queue_limit,
    "recovery": recovery.measure,
    "dry": large.measure_dry_run,
    "large": large.measure_hundred_thousand,
    "start": start.measure,
    "page": page.measure,
}


@click.command()
@click.option("--only", default=",".join(PARTS), help="Some of the parts, with commas between.")
@click.option("--date", default="", help="The date that is written above the table.")
@click.option("--machine", default="", help="The kind of machine that is written above the table.")
@click.option("--readme", is_flag=True, help="Put the table into README.md.")
def main(*, only: str, date: str, machine: str, readme: bool) -> None:
    """Measure calls, pace, memory and time against practice organisations."""
    lines: list[Line] = []
    with tempfile.TemporaryDirectory() as name:
        for part in only.split(","):
            for line in PARTS[part](Path(name)):
                click.echo(f"{part}: {line.what}: {line.here} [{line.plain}; {line.aim}]")
                lines.append(line)
    told = f"Measured {date} on {machine}." if date and machine else ""
    text = f"{told} The plain client: {CALLS}.\n\n{table_of(lines)}".strip()
    click.echo(f"\n{text}")
    if readme and not put_into_readme(text):
        click.echo("README.md has no markers for the table.", err=True)


if __name__ == "__main__":
    main()
