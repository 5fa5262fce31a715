"""The record of a run: journal, results.csv, run folder — and what must not be in them."""

import base64
import csv
import hashlib
import json
import os
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from batch_offboard.commands.operator import Operator
from batch_offboard.commands.verify import verify_run_folder
from batch_offboard.offboarding.planning import Plan
from batch_offboard.record.events import (
    CallAnswered,
    CallStarted,
    GrantsRead,
    MembershipsRead,
    PhaseFinished,
    PhaseStarted,
    PlanShown,
    QueuesRead,
    ResultsWritten,
    RowListed,
    RunFinished,
    RunStarted,
    Traffic,
    UserRead,
)
from batch_offboard.results.fold import fold
from batch_offboard.results.models import COLUMNS
from batch_offboard.results.results_csv import results_bytes
from batch_offboard.simulator import ALWAYS, Assumptions, Fault
from batch_offboard.termination_list import restored, zone_in_words
from tests.rerun.chain import undo_of
from tests.support import (
    Ended,
    config,
    fast_clock,
    id_of,
    off,
    org_of,
    people_named,
    run_file,
    run_people,
    simulator,
    write_list,
)

PEOPLE = people_named("P", 5)


def org() -> Any:
    """Five people, some in a group, one inactive."""
    return org_of(
        [*PEOPLE, "Zoe"],
        {"Billing": [*PEOPLE, "Zoe"], "Chat": [off(PEOPLE[0])], "Claims": []},
        groups={"Night Shift": [PEOPLE[1]]},
        through={"Claims": ["Night Shift"]},
        facts={PEOPLE[2]: {"state": "inactive"}},
    )


def journal_lines(folder: Path) -> list[dict[str, Any]]:
    """The events of the journal as plain JSON, whole lines only."""
    files = [*folder.glob("**/journal.jsonl")]
    text = files[0].read_bytes() if files else b""
    return [json.loads(line)["event"] for line in text.split(b"\n")[:-1]]


def test_every_writing_request_has_its_line_on_disk_before_it_leaves(tmp_path: Path) -> None:
    """The simulator looks into the journal at the moment in which each request arrives."""
    missing: list[str] = []
    seen: list[str] = []

    def look(request: Any) -> None:
        if not request.is_write:
            return
        seen.append(request.path)
        calls = [each["call"] for each in journal_lines(tmp_path) if each["kind"] == "call_started"]
        if not any(is_of(call, request) for call in calls):
            missing.append(request.path)

    def is_of(call: dict[str, Any], request: Any) -> bool:
        if call["operation"] == "set_state":
            version = call["arguments"]["version"] == (request.body or {}).get("version")
            return version and request.path.endswith(call["arguments"]["user_id"])
        ids = [each["id"] for each in request.body]
        return call["arguments"]["queue_id"] in request.path and (
            ids == call["arguments"]["user_ids"]
        )

    faults = [Fault(action="reset", method="PATCH", times=2)]
    with simulator(org(), faults=faults, on_request=look) as sim:
        run_people(sim, tmp_path, *PEOPLE)
    assert missing == []
    assert len(seen) == len(sim.writes) > 5


def test_the_list_is_on_disk_before_the_first_call_beyond_login(tmp_path: Path) -> None:
    """Every cell, the SHA-256 of the file and the organisation's id."""
    first: list[list[dict[str, Any]]] = []

    def look(request: Any) -> None:
        login = ("/oauth/token", "/api/v2/tokens/me", "/api/v2/organizations/")
        if not first and not request.path.startswith(login):
            first.append(journal_lines(tmp_path))

    path = write_list(tmp_path / "list.csv", *PEOPLE, more=["nonsense,Ünal “x”"])
    with simulator(org(), on_request=look) as sim:
        run_file(sim, path)
    started, *rows = first[0]
    assert (started["kind"], started["organisation"]) == (
        "run_started",
        {"id": id_of("Org"), "name": "Test Org"},
    )
    assert started["list"]["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert [row["kind"] for row in rows] == ["row_listed"] * 6
    assert [tuple(row["cells"]) for row in rows] == [
        tuple(line.split(",")) for line in path.read_text("utf-8").splitlines()[1:]
    ]


def test_every_call_is_answered_in_the_journal_and_the_last_line_says_how_it_ended(
    tmp_path: Path,
) -> None:
    """Nothing stays open in a run that ended by itself."""
    with simulator(org()) as sim:
        ended = run_people(sim, tmp_path, *PEOPLE)
    events = ended.events
    started = [event.call_id for event in events if isinstance(event, CallStarted)]
    answered = [event.call_id for event in events if isinstance(event, CallAnswered)]
    assert (sorted(started), len(set(started))) == (sorted(answered), len(started))
    finished = [event for event in events if isinstance(event, RunFinished)]
    assert [(each.exit_code, each.reason) for each in finished] == [(3, "finished")]
    assert isinstance(events[0], RunStarted)
    assert isinstance(events[-1], ResultsWritten)
    counted = Counter(type(event) for event in events)
    assert [counted[each] for each in (RowListed, UserRead, MembershipsRead, QueuesRead)] == [
        5,
        5,
        5,
        1,
    ]
    assert counted[GrantsRead] == 4


def test_who_when_and_where_are_on_record(tmp_path: Path) -> None:
    """The person's login and name, the computer's time zone, and the folder without its path."""
    ann = Operator("ann", "Ann Lee")
    with simulator(org()) as sim:
        ended = run_people(sim, tmp_path, *PEOPLE[:1], operator=ann, note="Ticket 4711")
    started = ended.events[0]
    assert isinstance(started, RunStarted)
    assert (started.os_user, started.os_name, started.note) == ("ann", "Ann Lee", "Ticket 4711")
    assert started.timezone == zone_in_words(fast_clock().now().astimezone())
    assert started.folder == f"runs/{ended.folder.name}"
    report = (ended.folder / "report.html").read_text("utf-8")
    assert "Ann Lee (ann)" in report
    assert str(tmp_path) not in report


def test_what_each_person_lost_is_on_record(tmp_path: Path) -> None:
    """Queues with joined flag and ring, roles with their division, each by name."""
    with simulator(org()) as sim:
        ended = run_people(sim, tmp_path, PEOPLE[0], PEOPLE[2])
        undone = undo_of(sim, ended.folder)

    def taken(ended: Ended) -> list[tuple[object, ...]]:
        return [
            (each.noun, each.thing.name, each.division and each.division.name, each.joined)
            for row in (2, 3)
            for each in ended.outcome.view.taken(row)
        ]

    assert (
        taken(ended)
        == taken(undone)
        == [
            ("queue", "Billing", "Home", True),
            ("queue", "Chat", "Home", False),
            ("role", "Agent", "Home", True),
            ("role", "Employee", "Home", True),
            ("queue", "Billing", "Home", True),
        ]
    )


def test_the_traffic_in_the_journal_is_what_the_organisation_has_seen(tmp_path: Path) -> None:
    """Every request after the login is counted, 429s apart."""
    faults = [Fault(action="status", status=429, retry_after=1, path="/users$", times=2)]
    with simulator(org(), faults=faults) as sim:
        ended = run_people(sim, tmp_path, *PEOPLE)
    minutes = {each.minute: each for each in ended.events if isinstance(each, Traffic)}
    logins = sim.count("POST", "/oauth/token")
    assert (
        sum(each.calls for each in minutes.values()),
        sum(each.limited for each in minutes.values()),
    ) == (len(sim.requests) - logins, 2)


def test_phases_that_begin_come_to_their_end(tmp_path: Path) -> None:
    """Reading, setting inactive, leaving queues and reading back, each with its total."""
    with simulator(org()) as sim:
        ended = run_people(sim, tmp_path, *PEOPLE)
    begun = [event for event in ended.events if isinstance(event, PhaseStarted)]
    over = {event.phase: event.done for event in ended.events if isinstance(event, PhaseFinished)}
    assert {phase.phase: over[phase.phase] for phase in begun} == {
        phase.phase: phase.total for phase in begun
    }
    steps = ["deactivate", "remove_from_queues"]
    assert [phase.phase for phase in begun if phase.phase in steps] == steps


def test_every_prefix_of_a_journal_folds_and_calls_nobody_done_too_early(tmp_path: Path) -> None:
    """A run that is killed after any line has results, whose `done` rows were read back."""
    whole = org()
    faults = [
        Fault(action="reset", applied=True, method="PATCH"),
        Fault(action="status", status=400, method="POST", path="/members", times=2),
    ]
    with simulator(whole, faults=faults) as sim:
        ended = run_people(sim, tmp_path, *PEOPLE)
    events = ended.events
    read_back: set[int] = set()
    for length in range(1, len(events) + 1):
        event = events[length - 1]
        if event.kind == "memberships_read_back":
            read_back.add(event.row)
        view = fold(events[:length]).view()
        assert len(results_bytes(view)) > 0
        early = {each.row for each in view.results if each.status == "done"} - read_back
        assert early == set()
    assert [each.status for each in view.results] == ended.statuses


def test_results_csv_is_the_fold_of_the_journal(tmp_path: Path) -> None:
    """Byte for byte, and its digest is in the journal."""
    with simulator(org()) as sim:
        ended = run_people(sim, tmp_path, *PEOPLE)
    data = (ended.folder / "results.csv").read_bytes()
    assert data == results_bytes(fold(ended.events).view())
    assert hashlib.sha256(data).hexdigest() == ended.outcome.view.written[-1].sha256


@pytest.mark.parametrize(
    ("delimiter", "bom"),
    [(",", True), (";", False), ("\t", True)],
    ids=["comma", "semicolon", "tab"],
)
def test_the_lists_own_columns_come_through_as_they_were(
    tmp_path: Path, delimiter: str, bom: bool
) -> None:
    """Untouched and in order, with the list's delimiter, a BOM, and our columns after them."""
    rows = [
        ["Kostenstelle", "user_id", "Bemerkung"],
        ["0042", id_of(PEOPLE[0]).upper(), "  zwei  Leerzeichen "],
        ["1E5", f"{{{id_of(PEOPLE[1])}}}", 'sagt "nein"'],
        ["", id_of(PEOPLE[3]), "Müller, Zoë; Straße"],
    ]
    quoted = [delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    path = tmp_path / "list.csv"
    path.write_bytes(b"\xef\xbb\xbf" * bom + "\r\n".join(quoted).encode() + b"\r\n")
    with simulator(org()) as sim:
        ended = run_file(sim, path)
    data = (ended.folder / "results.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    header = data.decode("utf-8-sig").split("\r\n")[0]
    assert header == delimiter.join([*rows[0], *COLUMNS])
    assert [list(cells) for cells in ended.outcome.view.cells] == rows[1:]
    read = list(csv.reader(data.decode("utf-8-sig").splitlines(), delimiter=delimiter))
    assert [[restored(cell) for cell in row[:3]] for row in read] == rows


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_run_folder_and_files_are_their_owners_only(tmp_path: Path) -> None:
    """0700 and 0600, also in a folder that was there before."""
    mine = tmp_path / "mine"
    mine.mkdir(mode=0o755)
    with simulator(org()) as sim:
        folders = [
            run_people(sim, tmp_path, PEOPLE[0]).folder,
            run_people(sim, tmp_path, PEOPLE[1], run_dir=mine).folder,
        ]
    for folder in folders:
        assert folder.stat().st_mode & 0o777 == 0o700
        modes = {each.name: oct(each.stat().st_mode & 0o777) for each in folder.iterdir()}
        assert set(modes.values()) == {"0o600"}, modes


def test_secret_and_tokens_are_in_no_file(tmp_path: Path) -> None:
    """Neither the client's secret, nor any token or Basic header."""
    faults = [Fault(action="status", status=401, method="PATCH")]
    with simulator(org(), faults=faults) as sim:
        run_people(sim, tmp_path, *PEOPLE)
    basic = base64.b64encode(f"{sim.client_id}:{sim.client_secret}".encode()).decode()
    files = [each for each in tmp_path.rglob("*") if each.is_file()]
    text = "".join(each.read_text("utf-8", errors="replace") for each in files)
    assert {"journal.jsonl", "results.csv"} < {each.name for each in files}
    assert [each for each in (sim.client_secret, basic, "Bearer ") if each in text] == []
    assert re.findall("practice-[0-9a-f]{64}", text) == []  # what a token looks like


def test_results_are_on_disk_while_the_run_goes_on(tmp_path: Path) -> None:
    """Rewritten every few seconds, so that a killed run leaves a usable file."""
    people = people_named("P", 40)
    states: list[list[str]] = []

    def look(request: Any) -> None:
        files = [*tmp_path.glob("runs/*/results.csv")]
        if request.method == "PATCH" and files:
            lines = files[0].read_text("utf-8-sig").splitlines()
            states.append([line.split(",")[2] for line in lines[1:]])

    with simulator(org_of(people), on_request=look) as sim:
        run_people(sim, tmp_path, *people, settings=config(rate={"per_minute": 30, "burst": 1}))
    assert len(states) > 0
    assert {len(each) for each in states} == {40}


def test_a_defect_leaves_results_and_report_of_what_was_recorded(tmp_path: Path) -> None:
    """It is told with its traceback; the folder is whole, and the rerun begins there."""

    def broken(plan: Plan) -> bool:
        raise ZeroDivisionError

    with simulator(org()) as sim, pytest.raises(ZeroDivisionError):
        run_people(sim, tmp_path, *PEOPLE, ask=broken)
    (folder,) = (tmp_path / "runs").iterdir()
    verified = verify_run_folder(folder)
    assert (verified.holds, verified.results) == (True, {"results.csv": "as_recorded"})


def test_a_row_says_when_it_was_begun_and_ended_and_by_which_run(tmp_path: Path) -> None:
    """UTC, in order, and the attempt is counted."""
    with simulator(org()) as sim:
        ended = run_people(sim, tmp_path, *PEOPLE)
    for row in ended.results:
        assert row.started_at <= row.finished_at
        assert row.started_at.endswith("Z")
        assert (row.run_id, row.attempts) == (ended.folder.name, 1)


def test_every_row_that_is_not_finished_has_a_code_and_a_next_action(tmp_path: Path) -> None:
    """Whatever kind of trouble: nobody is left with an empty cell."""
    people = people_named("P", 9)
    faults = [
        Fault(action="status", status=status, method="PATCH", path=id_of(name), times=ALWAYS)
        for name, status in zip(people, (400, 403, 404, 409, 413, 500, 503), strict=False)
    ]
    faults.append(Fault(action="reset", method="PATCH", path=id_of(people[7]), times=ALWAYS))
    path = write_list(
        tmp_path / "list.csv", *people, more=["x,y", f"{id_of('Nobody')},Nobody", ",No Id"]
    )
    assumptions = Assumptions(bulk_remove_stranger="refused")
    whole = org_of(people, {"Billing": people})
    with simulator(whole, faults=faults, assumptions=assumptions) as sim:
        settings = config(retry={"attempts": 2})
        ended = run_file(sim, path, settings=settings, clock=fast_clock())
    unfinished = [each for each in ended.results if each.status != "done"]
    assert len(unfinished) == 11
    assert [each.row for each in unfinished if not each.error_code] == []
    assert [each.row for each in unfinished if not each.error] == []
    assert [each.row for each in unfinished if len(each.next_action) < 20] == []
    assert [each.row for each in ended.results[:7] if not each.correlation_id] == []


def test_the_computers_own_time_zone_is_recorded_with_its_offset(tmp_path: Path) -> None:
    """`local` means nothing to whoever opens the journal elsewhere, and hours are told from it."""
    with simulator(org()) as sim:
        ended = run_people(sim, tmp_path, PEOPLE[0], settings=config(list={"timezone": "local"}))
    (started,) = [event for event in ended.events if isinstance(event, RunStarted)]
    assert re.search(r"UTC[+-]\d\d:\d\d$", started.list.timezone)


def test_the_outcome_as_text_holds_no_row(tmp_path: Path) -> None:
    """Python makes that text when a run ends: of 100,000 rows it took 200 MB and seconds."""
    with simulator(org()) as sim:
        ended = run_people(sim, tmp_path, *PEOPLE)
    assert len(ended.outcome.view.results) == len(PEOPLE)
    assert id_of(PEOPLE[0]) not in repr(ended.outcome)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, "How not asked (--yes)"),
        ({"ask": lambda _: False}, "Agreed by nobody the plan was declined"),
        ({"dry_run": True}, "Agreed by nobody was asked a dry run changes nothing"),
    ],
)
def test_the_report_says_who_agreed_to_what(
    tmp_path: Path, options: dict[str, Any], expected: str
) -> None:
    """The plan's lines and its digest stand beside it, whatever was answered."""
    with simulator(org()) as sim:
        ended = run_people(sim, tmp_path, *PEOPLE, **options)
    (shown,) = [event for event in ended.events if isinstance(event, PlanShown)]
    report = (ended.folder / "report.html").read_text("utf-8")
    section = report.split('id="agreed"')[1].split("</section>")[0]
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", section))
    assert expected in words
    assert [text in words for text in ("to set to inactive", shown.digest)] == [True, True]
