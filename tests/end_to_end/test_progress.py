"""The progress of a run's phases: true enough to reckon the time left from."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from batch_offboard.commands.order import Options
from batch_offboard.commands.run_list import RunRequest
from batch_offboard.commands.settings import list_settings
from batch_offboard.record.events import Event, PhaseFinished, PhaseStarted
from batch_offboard.simulator import Assumptions, Simulator
from batch_offboard.simulator.generate import generate_org
from batch_offboard.termination_list import read_termination_list
from tests.support import (
    Listening,
    config,
    credentials_of,
    org_of,
    people_named,
    performed,
    write_list,
)


@dataclass
class Watching(Listening):
    """Notes how many calls were answered at each step of each phase."""

    steps: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    totals: dict[str, int] = field(default_factory=dict)
    finished: dict[str, tuple[int, int]] = field(default_factory=dict)

    def event(self, event: Event) -> None:
        """Note where a phase begins and ends."""
        if isinstance(event, PhaseStarted):
            self.totals[event.phase] = event.total
            self.steps[event.phase] = [(0, self.sent_calls)]
        elif isinstance(event, PhaseFinished):
            self.finished[event.phase] = (event.done, self.sent_calls)

    def progress(self, phase: str, done: int) -> None:
        """Note a step."""
        self.steps[phase].append((done, self.sent_calls))

    def misjudged(self, phase: str) -> Iterator[float]:
        """How far off the calls left were at each step, as shares of the truth."""
        begun, ended = self.steps[phase][0][1], self.finished[phase][1]
        for done, sent in self.steps[phase]:
            left = ended - sent
            if done * 10 >= self.totals[phase] and left * 10 >= ended - begun:
                reckoned = (sent - begun) * (self.totals[phase] / done - 1)
                yield abs(reckoned - left) / left


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Watching:
    """A run in an organisation whose queues differ much in size."""
    folder, listener = tmp_path_factory.mktemp("progress"), Watching()
    org = generate_org(users=1500, queues=60, queues_per_user=8)
    path = folder / "leavers.csv"
    path.write_text("\n".join(["user_id", *list(org.users)[:250]]) + "\n", encoding="utf-8")
    settings = config(snapshot_roles=False, rate={"workers": 1})
    listed = read_termination_list(path, list_settings(settings))
    with Simulator(org) as sim:
        options = Options(working_folder=folder)
        performed(RunRequest(listed, settings, credentials_of(sim), options), listener)
    return listener


def test_a_long_queue_counts_page_by_page_and_no_further(tmp_path: Path) -> None:
    """A queue to which a group leads is listed twice, and a page may be shorter than asked for."""
    members = people_named("P", 450)
    org = org_of(
        members,
        {"Long": members, "Nights": members[:250]},
        groups={"Night Shift": members[:1]},
        through={"Nights": ["Night Shift"]},
    )
    path, listener = write_list(tmp_path / "leavers.csv", *members[1:21]), Watching()
    settings = config(snapshot_roles=False, rate={"workers": 1})
    listed = read_termination_list(path, list_settings(settings))
    with Simulator(org, assumptions=Assumptions(page_cap=50)) as sim:
        options = Options(working_folder=tmp_path)
        performed(RunRequest(listed, settings, credentials_of(sim), options), listener)
    for phase in ("memberships", "read_back_queues"):
        counted = [done for done, _ in listener.steps[phase]]
        assert counted == list(range(listener.totals[phase] + 1))
        assert listener.totals[phase] == 5 + (3 + 1)


PHASES = ("memberships", "deactivate", "remove_from_queues", "read_back_queues")


@pytest.mark.parametrize("phase", PHASES)
def test_the_time_left_is_right_within_a_third(watched: Watching, phase: str) -> None:
    """At an even pace time is calls; from a tenth on, up to the last tenth."""
    misjudged = list(watched.misjudged(phase))
    assert misjudged
    assert max(misjudged) < 1 / 3


@pytest.mark.parametrize("phase", PHASES)
def test_a_phase_ends_at_its_total(watched: Watching, phase: str) -> None:
    """What was counted up to is what was done."""
    assert watched.totals[phase] == watched.finished[phase][0]
