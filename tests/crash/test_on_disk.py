"""Every writing request is in the journal on the disk before it leaves, and its answer after it."""

from __future__ import annotations

import errno
import json
import os
import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, TypeVar

import pytest
from pydantic import Field, TypeAdapter

from batch_offboard.commands.order import Options
from batch_offboard.commands.run_list import RunRequest
from batch_offboard.commands.settings import list_settings
from batch_offboard.errors import ExitCode, InterruptedRunError
from batch_offboard.genesys import Stop
from batch_offboard.record.events import CallAnswered, CallStarted, Event
from batch_offboard.record.journal import JOURNAL_NAME
from batch_offboard.simulator import Fault, LoggedRequest, Org
from batch_offboard.termination_list import read_termination_list
from tests.crash.images import journal_under
from tests.file_systems import Lossy, failure
from tests.rerun.chain import undo_of
from tests.steps.practice import furnished, steps
from tests.steps.test_every_step import FURTHER
from tests.support import (
    Ended,
    Listening,
    config,
    credentials_of,
    id_of,
    org_of,
    people_named,
    performed,
    run_people,
    simulator,
    write_list,
)

T = TypeVar("T", bound=Event)
EVENT: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="kind")])
MANY = people_named("P", 40)
FAST = {"per_minute": 100_000, "workers": 8}


@dataclass
class Witness(Listening):
    """Compares what arrives at the organisation with what a power cut would leave of the journal.

    As a listener it also compares the calls that count as done with the answers on the disk.
    """

    under: Path = Path()
    disk: Lossy = field(default_factory=Lossy)
    unrecorded: list[str] = field(default_factory=list)
    arrived: Counter[tuple[str, str]] = field(default_factory=Counter)
    compared: int = 0
    settled: Counter[str] = field(default_factory=Counter)
    _events: list[Event] = field(default_factory=list)
    _reading: threading.Lock = field(default_factory=threading.Lock)

    def look(self, request: LoggedRequest) -> None:
        """Called with every request before it is processed."""
        if not request.is_write:
            return
        self.arrived[request.method, request.path] += 1
        self.compared += 1
        started = self._on_disk(CallStarted)
        recorded = sum(is_for(request, each) for each in started)
        if recorded < self.arrived[request.method, request.path] or len(started) < self.compared:
            self.unrecorded.append(f"{request.method} {request.path}")

    def progress(self, phase: str, done: int) -> None:
        """Called with how many of a phase's calls are over."""
        self.settled[phase] = done
        started = {each.call_id: each.step for each in self._on_disk(CallStarted)}
        answered = Counter(started[each.call_id] for each in self._on_disk(CallAnswered))
        if phase in started.values() and answered[phase] < done:
            self.unrecorded.append(f"answer {done} of {phase}")

    def _on_disk(self, kind: type[T]) -> list[T]:
        with self._reading:
            *lines, _torn = self.disk.kept(journal_under(self.under / "run")).split(b"\n")
            for line in lines[len(self._events) :]:
                self._events.append(EVENT.validate_python(json.loads(line)["event"]))
            return [each for each in self._events if isinstance(each, kind)]


def is_for(request: LoggedRequest, started: CallStarted) -> bool:
    """Whether the call names everything that the request's path names."""
    named = json.dumps(started.call.arguments, default=list)
    return all(each in named for each in request.path.split("/") if len(each) == ID_LENGTH)


ID_LENGTH = len(id_of("P001"))


def many() -> Org:
    """More people than requests at a time, in two queues."""
    return org_of([*MANY, "Zoe"], {"Billing": [*MANY, "Zoe"], "Chat": MANY[::3]})


def rich() -> Org:
    """Ten people who have one of everything."""
    people = people_named("P", 10)
    return furnished(
        [*people, "Zoe"],
        {"Billing": people},
        groups={"Night": people, "Team A": people},
        group_types={"Team A": "TEAM"},
        skills={each: {"VIP": 5} for each in people},
        languages={each: {"English": 4} for each in people},
        logged_in=people,
    )


@pytest.mark.parametrize("faults", [(), ("status", "reset", "truncated")])
def test_every_request_and_its_answer_are_on_the_disk_in_time(
    tmp_path: Path, faults: tuple[Any, ...]
) -> None:
    """Of a run and of its undo, also where a request is repeated or its outcome unknown."""
    run, undo = Witness(under=tmp_path / "a"), Witness(under=tmp_path / "b")
    with simulator(many(), on_request=run.look) as sim:
        for number, action in enumerate(faults, 3):
            sim.add_fault(Fault(action=action, method="PATCH", nth=number))
        ended = run_people(sim, tmp_path, *MANY, **witnessed(run))
        sim.app.on_request = undo.look
        undo_of(sim, ended.folder, **witnessed(undo))
    assert (run.unrecorded, undo.unrecorded) == ([], [])
    assert run.settled["deactivate"] == len(MANY)
    assert min(run.compared, undo.compared) > len(MANY)


def test_so_are_those_of_every_step(tmp_path: Path) -> None:
    """Whatever is taken from somebody, it is on record first."""
    witness = Witness(under=tmp_path / "a")
    people = people_named("P", 10)
    with simulator(rich(), on_request=witness.look) as sim:
        settings = steps(*FURTHER, rate=FAST)
        run_people(sim, tmp_path, *people, **witnessed(witness) | {"settings": settings})
        kinds = {(each.method, each.path.rpartition("/")[2]) for each in sim.writes}
    assert (witness.unrecorded, len(kinds) > 6) == ([], True), kinds


def witnessed(witness: Witness) -> dict[str, Any]:
    """The options of a run on the witness's disk."""
    return {
        "listener": witness,
        "files": witness.disk,
        "run_dir": witness.under / "run",
        "settings": config(rate=FAST),
    }


@dataclass
class Failing(Lossy):
    """A disk that cannot keep what was written before its nth fsync, and says so only once."""

    journal: Path = Path()
    nth: int = 1
    asked: int = 0

    def sync(self, descriptor: int) -> None:
        """Fail once; only the journal counts."""
        if self.journal.exists() and os.path.samestat(os.fstat(descriptor), self.journal.stat()):
            self.asked += 1
            if self.asked == self.nth:
                raise failure(errno.EIO)
        super().sync(descriptor)


@dataclass
class Stopping(Lossy):
    """A disk so slow that a person stops the run while its first request is being recorded."""

    under: Path = Path()
    stop: Stop = field(default_factory=Stop)

    def sync(self, descriptor: int) -> None:
        """Stop the run."""
        if any(b"call_started" in path.read_bytes() for path in self.under.glob(JOURNAL_NAME)):
            self.stop.request(InterruptedRunError("Stopped."))
        super().sync(descriptor)


def test_nothing_leaves_after_a_stop_that_comes_while_it_is_being_recorded(tmp_path: Path) -> None:
    """Nobody was changed, and the results say so."""
    disk, settings = Stopping(under=tmp_path / "run"), config(rate=FAST)
    listed = read_termination_list(
        write_list(tmp_path / "list.csv", *MANY), list_settings(settings)
    )
    options = Options(working_folder=tmp_path, run_dir=disk.under, files=disk)
    with simulator(many()) as sim:
        request = RunRequest(listed, settings, credentials_of(sim), options)
        ended = Ended(performed(request, listener := Listening(), stop=disk.stop), listener)
        assert sim.writes == []
    assert disk.stop.requested
    assert (ended.exit_code, set(ended.statuses)) == (ExitCode.INTERRUPTED, {"not_run"})


@pytest.mark.parametrize("nth", [4, 6, 9])
def test_nothing_leaves_once_the_disk_has_failed(tmp_path: Path, nth: int) -> None:
    """Though the next fsync would succeed; what arrived was on the disk before."""
    disk = Failing(journal=tmp_path / "a" / "run" / JOURNAL_NAME, nth=nth)
    witness = Witness(under=tmp_path / "a", disk=disk)
    with simulator(many(), on_request=witness.look) as sim:
        ended = run_people(sim, tmp_path, *MANY, **witnessed(witness))
        inactive = len(sim.writes)
    assert (ended.exit_code, disk.asked) == (ExitCode.STOPPED, nth)
    assert "cannot be written" in str(ended.outcome.error)
    assert ([each for each in witness.unrecorded if "answer" not in each], inactive < 40) == (
        [],
        True,
    )
