"""Forged reports."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

from tests.crash.forging.case import (
    Case,
    a_folder_as,
    chained,
    gone,
    hash_of,
    lines_of,
)


def changed_last(**values: str) -> Callable[[Path], None]:
    """Change the last line, which no other line confirms, and the hash in the report with it."""

    def forge(folder: Path) -> None:
        before = hash_of(folder)
        *kept, last = lines_of(folder)
        page = forged_page(folder)
        blanked = page.replace(before.encode(), b"0" * 64)
        last |= {"sha256": hashlib.sha256(blanked).hexdigest(), **values}
        chained(folder, [*kept, last])
        (folder / "report.html").write_bytes(
            page.replace(before.encode(), hash_of(folder).encode())
        )

    return forge


def of_an_older_version(page: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """The whole run is one of an older version, its report worded differently, then forged."""

    def forge(folder: Path) -> None:
        events = lines_of(folder)
        for each in events:
            if "program_version" in each:
                each["program_version"] = "0.1.5"
        worded = (folder / "report.html").read_bytes().replace(b"Every row", b"All rows")
        worded = page(worded)
        blanked = worded.replace(hash_of(folder).encode(), b"0" * 64)
        events[-1]["sha256"] = hashlib.sha256(blanked).hexdigest()
        before = hash_of(folder).encode()
        chained(folder, events)
        (folder / "report.html").write_bytes(worded.replace(before, hash_of(folder).encode()))

    return forge


def forged_page(folder: Path) -> bytes:
    """The report with another word in it, its rows as they are."""
    page = (folder / "report.html").read_bytes()
    forged = page.replace(b"Who needs attention", b"Who is well")
    assert forged != page
    return forged


def page_with(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """Change report.html."""

    def forge(folder: Path) -> None:
        page = (folder / "report.html").read_bytes()
        forged = change(page)
        assert forged != page
        (folder / "report.html").write_bytes(forged)

    return forge


def added_page(folder: Path) -> None:
    """A page of another run that names the right hash in a comment."""
    (folder / "report.html").write_bytes(b"<!--%s--><p>All done" % hash_of(folder).encode())


FORGED = [
    Case(
        "report with an addition",
        "alone",
        page_with(lambda page: page + b"<p>All done"),
        3,
        ["shows the same last hash, but"],
    ),
    Case(
        "report of nothing but the hash", "alone", added_page, 3, ["shows the same last hash, but"]
    ),
    Case(
        "report with a word less",
        "alone",
        page_with(lambda page: page.replace(b"failed", b"")),
        3,
        ["shows the same last hash, but"],
    ),
    Case(
        "report with another name",
        "alone",
        page_with(lambda page: page.replace(b"P001 Test", b"X001 Test")),
        3,
        ["report.html shows the same last hash, but"],
    ),
    Case(
        "report said to be of another version",
        "alone",
        changed_last(program_version="9.9"),
        3,
        ["report.html shows the same last hash, but"],
    ),
    Case(
        "report said to be of no version",
        "alone",
        changed_last(program_version=""),
        3,
        ["report.html shows the same last hash, but"],
    ),
    Case(
        "report of another version in an undone run",
        "undone",
        changed_last(program_version="9.9"),
        3,
        ["report.html shows the same last hash, but"],
    ),
    Case(
        "old report with another name",
        "alone",
        of_an_older_version(lambda page: page.replace(b"P002 Test", b"X002 Test")),
        3,
        ["does not match the journal"],
    ),
    Case(
        "old report with another status",
        "alone",
        of_an_older_version(
            lambda page: page.replace(b'"status s-failed">failed', b'"status s-done">done')
        ),
        3,
        ["does not match the journal"],
    ),
    Case(
        "old report with a word for another status",
        "alone",
        of_an_older_version(
            lambda page: page.replace(b'"status s-failed">failed', b'"status s-failed">done')
        ),
        3,
        ["does not match the journal"],
    ),
    Case(
        "old report without a row",
        "alone",
        of_an_older_version(lambda page: re.sub(rb'(?s)<tr class="s-failed.*?</tr>', b"", page)),
        3,
        ["does not match the journal"],
    ),
    Case(
        "report with another hash",
        "alone",
        page_with(
            lambda page: page.replace(b"the journal", b"a journal").replace(b"Last hash", b"Hash")
        ),
        3,
        ["report.html shows the same last hash, but"],
    ),
    Case("report removed", "alone", gone("report.html"), 3, ["report.html is missing"]),
    Case("report is a folder", "alone", a_folder_as("report.html"), 3, ["report.html is a folder"]),
]

HONEST = [
    Case(
        "report with other ends of lines",
        "alone",
        page_with(lambda page: page.replace(b"\n", b"\r\n")),
        0,
        ["shows the same last hash, and its content matches the journal."],
    ),
    Case(
        "report of an older version",
        "alone",
        of_an_older_version(lambda page: page),
        0,
        ["Another version of the program wrote it", "only a filed hash can confirm"],
    ),
]
