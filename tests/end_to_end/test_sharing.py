"""`report --share` of a whole run in a hostile organisation: none of its names is in the file."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from batch_offboard.commands.operator import Operator
from batch_offboard.simulator import ALWAYS, Fault
from tests.support import Role, config, id_of, org_of, run_command, run_file, simulator

PEOPLE = ("Anna", "Benno", "Cilla", "Dörte", "Emil", "Finn")
FACTS: dict[str, dict[str, Any]] = {
    "Anna": {
        "name": "<Anna> O'Neil & Søn",
        "email": "anna+x@mail.example",
        "employee_id": "471147",
    },
    "Benno": {"name": "Benno \u202eTurned", "employee_id": "0815"},
    "Cilla": {"name": "=cmd|'/C calc'!A0", "email": "cilla.d'arc@mail.example"},
    "Dörte": {"name": "Dörte `rm` Müller"},
}
LIST = f"""\
user_id;name;email;employee_id;last_day;phone;manager;remark
{id_of("Anna")};<Anna> O'Neil & Søn;;471147;2026-11-01;+49 170 1234567;Zora Boss;moved to Köln
{id_of("Benno")};Someone Else;;0815;2026-11-02;;Zora Boss;
{id_of("Cilla")};;;;2026-11-03;;;
{id_of("Dörte")};Dörte Müller;;;2026-11-03;;;
{id_of("Dörte")};Dörte Müller;;;2026-11-09;;;
;Nobody Known;nobody.known@mail.example;;2026-11-03;;;
;Lost Number;;1.2E+08;2026-11-03;;;
{id_of("Emil")};;;;2026-11-03;;;
{id_of("Finn")};;;;end of Ramadan;;;
"""


def org() -> Any:
    """Queues, a group and a division named after people, one of whom is on no list."""
    return org_of(
        PEOPLE,
        {"Anna's own queue": ["Anna", "Emil"], "Callbacks for Zelda Quist": ["Anna", "Cilla"]},
        groups={"Team Benno Turned": ["Cilla"]},
        through={"Callbacks for Zelda Quist": ["Team Benno Turned"]},
        divisions={"Division of Yorick": ["Anna's own queue", "Anna"]},
        facts=FACTS,
        client=(Role(), Role((), "Division of Yorick")),
    )


def identifying(journal: Path) -> set[str]:
    """Every text of the list, the organisation and the computer, and every word of them."""
    events = [json.loads(line)["event"] for line in journal.read_text("utf-8").splitlines()]
    texts = [text for line in LIST.splitlines()[1:] for text in line.split(";")]
    events[0].pop("settings")
    for event in events:
        texts += [
            found for key, found in flat(event) if key in ("name", "email", "id", "role_name")
        ]
    texts += ["Zelda", "Quist", "Yorick", "Zora", "hpotter", "Harry", "Ticket of Anna", "anna-list"]
    parts = [word for text in texts for word in re.split(r"[^\w@.+'-]+", text)]
    return {each.casefold() for each in (*texts, *parts) if len(each) > 3} - INNOCENT


INNOCENT = {"agent", "role", "queue", "division", "callbacks", "team", "else", "number", "moved"}
INNOCENT |= {"known", "test", "results.csv", "2026-11-01", "2026-11-02", "2026-11-03", "2026-11-09"}
INNOCENT |= {"home", "employee", "offboarding", id_of("Org"), "lost", "someone", "nobody", "turned"}
"""Words of theirs that the page has of its own, the list's days, and the organisation's id."""


def flat(value: Any, key: str = "") -> list[tuple[str, str]]:
    """Every text in a JSON value with its key."""
    if isinstance(value, dict):
        return [each for name, inner in value.items() for each in flat(inner, name)]
    if isinstance(value, list):
        return [each for inner in value for each in flat(inner, key)]
    return [(key, value)] if isinstance(value, str) else []


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which such a run, with faults whose messages name people, is `hr/anna-run`."""
    folder = tmp_path_factory.mktemp("hr")
    (folder / "anna-list.csv").write_text(LIST, "utf-8")
    said = "anna+x@mail.example may not leave Anna's own queue"
    refused = Fault(
        action="status",
        status=400,
        code="bad.request",
        message=said,
        method="POST",
        path=id_of("Anna's own queue"),
        times=ALWAYS,
    )
    with simulator(org(), faults=[refused]) as sim:
        run_file(
            sim,
            folder / "anna-list.csv",
            settings=config(guards={"protected": [f"{id_of('Emil')}"]}),
            run_dir=folder / "anna-run",
            operator=Operator("hpotter", "Harry Potter"),
            note="Ticket of Anna",
        )
    return folder


def test_nothing_that_identifies_anybody_is_in_the_shared_file(runs: Path) -> None:
    """No name, address, number or id, in whatever text; it all stands in the full report."""
    said = run_command(None, runs, "report", "anna-run", "--share", "shared.html")
    assert (said.code, said.err) == (0, "")
    page = unescape((runs / "shared.html").read_text("utf-8")).casefold()
    assert [
        each for each in sorted(identifying(runs / "anna-run/journal.jsonl")) if each in page
    ] == []
    full = unescape((runs / "anna-run/report.html").read_text("utf-8")).casefold()
    for told in ("harry potter (hpotter)", "ticket of anna", "anna+x@mail.example may not leave"):
        assert told in full


def test_sharing_writes_that_file_and_nothing_else(runs: Path) -> None:
    """Never over one that is there, and not together with --verify."""
    before = {path: path.read_bytes() for path in runs.rglob("*") if path.is_file()}
    (runs / "there.html").write_text("mine", "utf-8")
    there = run_command(None, runs, "report", "anna-run", "--share", "there.html")
    assert (there.code, there.err.strip()) == (
        2,
        "there.html exists already and was not changed. Choose another name, or move that file "
        "away.",
    )
    nowhere = run_command(None, runs, "report", "anna-run", "--share", "no/where.html")
    both = run_command(None, runs, "report", "anna-run", "--share", "x.html", "--verify")
    assert (nowhere.code, both.code) == (2, 2)
    assert (runs / "there.html").read_text("utf-8") == "mine"
    (runs / "there.html").unlink()
    assert before == {path: path.read_bytes() for path in runs.rglob("*") if path.is_file()}
