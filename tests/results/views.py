"""Run views for the tests of this room."""

from dataclasses import fields, replace
from typing import Any

from batch_offboard.offboarding.models import Named, Queue
from batch_offboard.record.events import (
    ListInfo,
    Paused,
    PlanAgreed,
    PlanShown,
    RunFinished,
    RunStarted,
    Traffic,
    Warned,
)
from batch_offboard.results.models import QueueChange, RowResult, RunView
from batch_offboard.results.row_record import RareFacts, RowRecord

ORGANISATION = Named("0f0f0f0f-0000-4000-8000-000000000001", "Example Retail")
STARTED = RunStarted(
    run_id="20261123T193800Z-leavers",
    command="run",
    dry_run=False,
    at="2026-11-23T19:38:00Z",
    program_version="0.1.0",
    os_user="ann",
    organisation=ORGANISATION,
    region="mypurecloud.com",
    client_name="HR offboarding",
    list=ListInfo(
        name="leavers.csv",
        sha256="ab" * 32,
        kind="csv",
        encoding="utf-8-sig",
        delimiter=",",
        header=("user_id", "name", "effective_date"),
        columns={"user_id": 0, "name": 1, "effective_date": 2},
    ),
    settings={"rate": {"per_minute": 285, "tokens": 1, "workers": 8}, "verify": True},
)


def user_id(row: int) -> str:
    """The user id of a row's person."""
    return f"{row:08x}-0000-4000-8000-000000000000"


DONE = RowResult(
    status="done",
    retry=False,
    next_action="Nothing to do.",
    row=2,
    user_id=user_id(2),
    user_name="Zoë Berg",
    user_email="zoe.berg@example.com",
    state_before="active",
    state_after="inactive",
    queues_before=3,
    queues_removed=3,
    queues_left=0,
    http_status=200,
    attempts=1,
    started_at="2026-11-23T19:39:00Z",
    finished_at="2026-11-23T19:40:10Z",
    verified=True,
    run_id=STARTED.run_id,
)
FAILED = replace(
    DONE,
    status="failed",
    retry=True,
    next_action="Ask a Genesys admin to give the OAuth client the permission directory:user:edit. "
    "Then rerun this results file.",
    row=3,
    user_id=user_id(3),
    user_name="Bo Chan",
    user_email="bo.chan@example.com",
    state_after="active",
    queues_before=1,
    queues_removed=0,
    queues_left=1,
    http_status=403,
    error_code="missing.permissions",
    error="Unable to perform the requested action. You are missing the following permission(s): "
    "directory:user:edit",
    correlation_id="7d1e0f7c-0000-4000-8000-00000000c0de",
    verified=False,
)


PLAN = PlanShown(
    people=37,
    calls=74,
    lines=("The plan:", "  37 people will be set to inactive."),
    digest="d1" * 32,
    at="2026-11-23T19:38:30Z",
)
AGREED = PlanAgreed(PLAN.digest, "ann", "2026-11-23T19:38:40Z", "number_typed", 37)


def result(row: int, **changes: object) -> RowResult:
    """The result of a done row, with some changes."""
    values = {"row": row, "user_id": user_id(row), **changes}
    return replace(DONE, **values)  # type: ignore[arg-type]


def row_record(cells: tuple[str, ...] = (), **facts: Any) -> RowRecord:
    """The record of row 2, common and rare facts alike given by name."""
    rare = {each.name for each in fields(RareFacts)} & facts.keys()
    noted = RareFacts(**{name: facts.pop(name) for name in rare})
    return RowRecord(2, cells, **facts, rare=noted)


def view(*results: RowResult, **changes: object) -> RunView:
    """A run whose list has one row per result."""
    whole = RunView(
        started=STARTED,
        cells=tuple((each.user_id, each.user_name, "") for each in results),
        due=tuple(None for _ in results),
        results=results,
        finished=RunFinished(0, "finished", "2026-11-23T19:41:00Z"),
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def started(**changes: object) -> RunStarted:
    """The first line of a run, with some changes."""
    return replace(STARTED, **changes)  # type: ignore[arg-type]


def with_list(**changes: object) -> RunStarted:
    """The first line of a run over another list."""
    return started(list=replace(STARTED.list, **changes))  # type: ignore[arg-type]


def queue(name: str, removed: int, left: int) -> QueueChange:
    """What a run did to a queue."""
    facts = Queue(f"id-{name}", name, Named("d1", "Home"), removed + left)
    return QueueChange(facts, removed, left)


def minute(text: str, calls: int, limited: int = 0) -> Traffic:
    """The traffic of a minute of 23 November 2026, such as `19:38`."""
    return Traffic(f"2026-11-23T{text}:00Z", calls, limited)


def pause(start: str, end: str, scope: str = "queue routes") -> Paused:
    """A pause between two moments of 23 November 2026."""
    return Paused(scope, "429", f"2026-11-23T{start}Z", f"2026-11-23T{end}Z")


def warning(code: str, message: str) -> Warned:
    """A warning of the run."""
    return Warned(code, message)
