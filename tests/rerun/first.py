"""A first run in which some rows fail: what the tests of reruns carry on."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from batch_offboard.simulator import ALWAYS, Fault, Org, Simulator
from tests.prepared import After, after
from tests.support import Ended, id_of, off, org_of, run_file

FINISHED = ("Anna", "Ben", "Cid", "Ivy")
"""Done by the first run: known by id, e-mail, employee number and id."""
OPEN = ("Dora", "Finn")
"""Failed and partial in the first run, and done by a rerun once Genesys is well again."""
PEOPLE = (*FINISHED, *OPEN, "Gus", "Hal")

LIST = f"""\
user_id,email,employee_id,name,note
{id_of("Anna")},,,Anna Test,=1+1
,ben@test.example,,Ben Test,"a, b"
,,0004711,Cid Test,
{id_of("Dora")},,,Dora Test,
nonsense,,,Eve Test,
{id_of("Anna")},,,Anna Test,again
{id_of("Finn")},,,Finn Test,Ünal
{id_of("Gus")},,,Gus Test,
{id_of("Ivy")},ivy@test.example,,Ivy Test,
"""
STATUSES = [
    "done",
    "done",
    "done",
    "failed",
    "failed",
    "skipped",
    "partial",
    "partial",
    "done",
]
"""The rows' statuses after the first run; Gus keeps a membership through a group."""

TROUBLE = (
    Fault(
        action="status", status=503, method="PATCH", path=id_of("Dora"), times=ALWAYS, retry_after=1
    ),
    Fault(
        action="status",
        status=400,
        code="general.bad.request",
        method="POST",
        path=id_of("Claims"),
        times=ALWAYS,
    ),
)


def org() -> Org:
    """The people of the list, Hal and Zoe who are not on it, and queues."""
    return org_of(
        [*PEOPLE, "Zoe"],
        {
            "Billing": ["Anna", off("Ben"), "Cid", "Dora", "Finn", "Hal", "Ivy", "Zoe"],
            "Chat": ["Anna", "Dora"],
            "Claims": ["Finn"],
            "Nights": [],
        },
        groups={"Night Shift": ["Gus"]},
        through={"Nights": ["Night Shift"]},
        facts={"Cid": {"employee_id": "0004711"}},
    )


def first_run(sim: Simulator, folder: Path, **options: Any) -> Ended:
    """Run the list while Genesys is in trouble, which is over when this returns."""
    path = folder / "leavers.csv"
    path.write_text(LIST, encoding="utf-8")
    for fault in TROUBLE:
        sim.add_fault(fault)
    ended = run_file(sim, path, **options)
    sim.clear_faults()
    assert ended.statuses == STATUSES, ended.results
    return ended


def after_first_run(folder: Path) -> AbstractContextManager[After]:
    """The organisation after the first run, and that run in this folder."""
    return after(org, first_run, folder)
