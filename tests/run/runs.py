"""A run of no organisation, for what needs only its journal, its clock and its settings."""

from datetime import date
from typing import cast

from batch_offboard.genesys import Clock, Genesys, Stop
from batch_offboard.offboarding.guards import Limits
from batch_offboard.offboarding.steps import steps_named
from batch_offboard.record.events import Event
from batch_offboard.run.permitted import Permissions
from batch_offboard.run.session import Run, RunSettings
from tests.support import Listening

WAITS_SECONDS = (1.0, 2.0, 4.0)
SETTINGS = RunSettings(
    steps=steps_named(["deactivate", "remove_from_queues"]),
    attempts=3,
    workers=1,
    verify=True,
    snapshot_roles=False,
    snapshot_rings="used",
    limits=Limits(10, 100, 100),
    protected=frozenset(),
    accepted_names=frozenset(),
    today=date(2026, 11, 23),
    read_back_waits_seconds=WAITS_SECONDS,
)


NOWHERE = cast(Genesys, None)


def run_of(events: list[Event], clock: Clock, genesys: Genesys = NOWHERE) -> Run:
    """A run that records into `events`."""
    return Run(
        Permissions(genesys), SETTINGS, clock, Stop(), events.append, _in_memory, Listening()
    )


async def _in_memory() -> None:
    """Nothing is kept on a disk."""
