"""The report for others to see: nothing in it tells whom it is about."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from html import unescape
from itertools import count
from typing import Any

import pytest

from batch_offboard.offboarding.models import MemberGroup, Named, Queue
from batch_offboard.record.events import (
    ListFile,
    Paused,
    Predecessor,
    ResultsWritten,
    RunFinished,
    Warned,
)
from batch_offboard.results.causes import action_for_several
from batch_offboard.results.losses import Loss
from batch_offboard.results.models import QueueChange, RowResult, RunView
from batch_offboard.results.report import shared_report
from batch_offboard.results.run_verdict import STATUSES
from batch_offboard.results.sharing import share_safe
from tests.results.views import AGREED, DONE, FAILED, PLAN, minute, result, started, view

HASH = "9f" * 32
KEPT = {
    "at",
    "until",
    "minute",
    "kind",
    "command",
    "status",
    "how",
    "sha256",
    "digest",
    "plan_digest",
    "program_version",
    "region",
    "started_at",
    "finished_at",
    "state_before",
    "noun",
}
"""Fields that the program itself fills, with nothing from a list or an organisation."""
NUMBERS = count(1)


def marked(value: Any) -> Any:
    """The value with a text of its own, that names somebody, in every other field."""
    if isinstance(value, str):
        return f"Zelda{next(NUMBERS)} <zelda@x.example>"
    if isinstance(value, tuple):
        return tuple(map(marked, value))
    if isinstance(value, dict):
        return {key: marked(each) for key, each in value.items()}
    if not is_dataclass(value) or isinstance(value, type):
        return value
    names = [field.name for field in fields(value) if field.name not in KEPT]
    return replace(value, **{name: marked(getattr(value, name)) for name in names})


def rows() -> Iterator[RowResult]:
    """A row of every status, each text of which names somebody."""
    for row, status in enumerate(STATUSES, 2):
        yield replace(marked(FAILED), row=row, status=status)


def hostile(**changes: Any) -> RunView:
    """A run in which everything from outside names somebody."""
    results = tuple(rows())
    taken = marked((Loss("queue", Named("q", "q"), Named("d", "d")), Loss("role", Named("r"))))
    whole = RunView(
        started=marked(
            started(
                previous=Predecessor("before", "runs/before"),
                note="x",
                os_name="x",
                folder="runs/x",
                settings={
                    "guards": {"protected": ["a"], "max_rows": 5},
                    "genesys": {"proxy": "x", "ca_file": "x"},
                    "list": {"timezone": "x", "date_format": "x", "columns": {"name": ["x"]}},
                    "steps": ["x"],
                },
            )
        ),
        cells=tuple((row.user_name, row.user_email) for row in results),
        due=tuple("2026-11-01" for _ in results),
        results=results,
        warnings=(replace(marked(Warned("x", "x", ("x",))), code="divisions_unseen"),),
        queues=(
            marked(
                QueueChange(Queue("q", "q", Named("d", "d"), 9, (MemberGroup("g", "g"),)), 1, 8)
            ),
        ),
        pauses=(marked(Paused("x", "x", "2026-11-23T19:38:00Z", "2026-11-23T19:39:00Z")),),
        traffic=(minute("19:38", 9),),
        accepted_names=(3,),
        taken=lambda _: taken,
        plan=marked(PLAN),
        agreed=marked(replace(AGREED, how="earlier_plan", plan_run="x")),
        written=(ResultsWritten("results.csv", "cd" * 32, "x"),),
        finished=marked(RunFinished(5, "x", "2026-11-23T19:41:00Z")),
    )
    return replace(whole, **changes)


def shared(whole: RunView) -> str:
    """The shared page, with what its markup means."""
    return unescape(b"".join(shared_report(whole, journal_hash=HASH)).decode())


@pytest.mark.parametrize("command", ["run", "rerun", "undo"])
@pytest.mark.parametrize(
    "changes", [{}, {"finished": None}, {"plan": None, "agreed": None}], ids=["", "killed", "early"]
)
def test_no_text_from_outside_is_shared(command: str, changes: dict[str, Any]) -> None:
    """Whichever field of whichever value it stands in."""
    whole = hostile(**changes)
    original = ListFile("Zelda.csv", "0d" * 32)
    info = replace(whole.started.list, original=original, timezone="Zelda, UTC+02:00")
    whole = replace(whole, started=replace(whole.started, command=command, list=info))
    page = shared(whole)
    assert "zelda" not in page.casefold()
    assert "0d" * 32 in page


def test_no_value_of_a_shared_run_names_anybody() -> None:
    """Also those that the page does not show today."""
    safe = share_safe(hostile())
    values = [getattr(safe, field.name) for field in fields(safe)]
    assert "zelda" not in f"{values} {safe.taken(2)}".casefold()


def words(whole: RunView) -> str:
    """What a reader of the shared page sees, on one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", shared(whole).split("<body>")[1]))


def test_rows_and_codes_stay() -> None:
    """With counts, times, permissions and correlation ids, and what is left out is said."""
    page = words(view(DONE, FAILED, started=started(note="Ask Ann.", os_name="Ann Lee")))
    for expected in (
        "This copy is for sharing.",
        "Note left out, as it may name people",
        "Row 3",
        "missing.permissions",
        "The client lacks a permission",
        "the OAuth client the permission directory:user:edit",
        "3 queues before 3 removed, 0 left",
        f"correlation id {FAILED.correlation_id}",
        f'batch-offboard report "RUN_DIR" --verify --hash {HASH}',
        "run 20261123T193800Z",
    ):
        assert expected in page
    assert "leavers" not in page


def test_things_are_numbered_the_same_everywhere() -> None:
    """A queue is one number, wherever it occurs."""
    lost = {
        2: (Loss("queue", Named("b", "Bo's"), Named("d", "Home"), ring_number=2),),
        3: (Loss("queue", Named("a", "Ann's")), Loss("role", Named("r", "A"), Named("d", "H"))),
    }
    queues = (QueueChange(Queue("a", "Ann's", Named("d", "Home"), 9), 1, 8),)
    safe = share_safe(view(DONE, result(3), taken=lambda row: lost[row], queues=queues))
    ((queue,), (other, role)) = safe.taken(2), safe.taken(3)
    assert safe.queues[0].queue.name == other.thing.name == "queue 1"
    assert (queue.thing.name, queue.ring_number, role.thing.name) == ("queue 2", 2, "role 1")
    assert queue.division == role.division == safe.queues[0].queue.division


@pytest.mark.parametrize(
    ("code", "kept"),
    [
        ("invalid_user_id", "invalid_user_id"),
        ("odd.code", "odd.code"),
        ("zoe.berg", "other"),
        ("zoe_berg", "other"),
        ("Anything else", "other"),
    ],
)
def test_a_code_that_names_somebody_is_none(code: str, kept: str) -> None:
    """Genesys' codes are not known beforehand."""
    safe = share_safe(view(DONE, replace(FAILED, error_code=code)))
    assert safe.results[1].error_code == kept


@pytest.mark.parametrize("text", ["zoe.berg@example.com", FAILED.user_id, FAILED.user_id.upper()])
def test_a_correlation_id_is_one_of_genesys_and_no_persons(text: str) -> None:
    """A results file that somebody edited may have anything there."""
    safe = share_safe(view(replace(FAILED, correlation_id=text)))
    assert safe.results[0].correlation_id == ""


@pytest.mark.parametrize(
    ("zone", "kept"),
    [
        ("CEST, UTC+02:00", "CEST, UTC+02:00"),
        ("Ann Lee's zone, UTC-03:00", "UTC-03:00"),
        ("UTC", "UTC"),
        ("Ann", ""),
    ],
)
def test_times_stay_those_of_the_computer(zone: str, kept: str) -> None:
    """By its offset, as the name may be any text."""
    assert share_safe(view(DONE, started=started(timezone=zone))).started.timezone == kept


def test_of_the_settings_numbers_and_steps_stay() -> None:
    """And which time zone the list's dates are in."""
    settings = {
        "guards": {"protected": ["ann@x.example"], "max_rows": 500},
        "steps": ["deactivate"],
        "list": {"timezone": "Europe/Berlin", "date_format": None, "unused": []},
        "verify": True,
    }
    assert share_safe(view(DONE, started=started(settings=settings))).started.settings == {
        **settings,
        "guards": {"protected": "left out", "max_rows": 500},
    }


def test_advice_for_several_people_is_in_the_plural() -> None:
    """Names give way to words that fit the verbs after them."""
    said = "Until then, Bo Chan stays in the queue. If set active again, Bo Chan is offered calls."
    row = replace(result(3), user_name="Bo Chan", next_action=said)
    assert action_for_several(row) == (
        "Until then, these people stay in the queue. If set active again, these people are "
        "offered calls."
    )
    unnamed = replace(row, next_action=said.replace("Bo Chan", "this person"))
    assert action_for_several(unnamed) == action_for_several(row)
