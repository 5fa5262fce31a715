"""The events of a run: the lines of its journal, from which everything else is derived.

Each is a frozen value; `run.journal` writes and reads them. Times are UTC, ISO 8601. The field
`kind` names the event in the file. Any prefix of a run's events is a valid run.
"""

from batch_offboard.run.events.calls import (
    CallAnswered,
    CallStarted,
    EffectRead,
    RowGivenUp,
)
from batch_offboard.run.events.opening import (
    Carried,
    Command,
    ListInfo,
    NamesAccepted,
    Predecessor,
    RowListed,
    RunStarted,
)
from batch_offboard.run.events.progress import (
    Paused,
    PhaseFinished,
    PhaseStarted,
    ResultsWritten,
    RunFinished,
    Traffic,
)
from batch_offboard.run.events.reading_back import (
    GrantsReadBack,
    MembershipsReadBack,
    ReadBackFailed,
    StepsReadBack,
    UserReadBack,
)
from batch_offboard.run.events.survey import (
    GrantsRead,
    MembershipsRead,
    QueuesRead,
    RowHeld,
    RowStatus,
    UserRead,
    Warned,
)
from batch_offboard.run.events.undoing import (
    RestoreWanted,
    RowsUndone,
)

Event = (
    RunStarted
    | RowListed
    | RowHeld
    | UserRead
    | QueuesRead
    | MembershipsRead
    | GrantsRead
    | Warned
    | CallStarted
    | CallAnswered
    | EffectRead
    | RowGivenUp
    | UserReadBack
    | MembershipsReadBack
    | StepsReadBack
    | ReadBackFailed
    | PhaseStarted
    | PhaseFinished
    | Paused
    | Traffic
    | ResultsWritten
    | RowsUndone
    | RestoreWanted
    | GrantsReadBack
    | NamesAccepted
    | RunFinished
)

__all__ = [
    "CallAnswered",
    "CallStarted",
    "Carried",
    "Command",
    "EffectRead",
    "Event",
    "GrantsRead",
    "GrantsReadBack",
    "ListInfo",
    "MembershipsRead",
    "MembershipsReadBack",
    "NamesAccepted",
    "Paused",
    "PhaseFinished",
    "PhaseStarted",
    "Predecessor",
    "QueuesRead",
    "ReadBackFailed",
    "RestoreWanted",
    "ResultsWritten",
    "RowGivenUp",
    "RowHeld",
    "RowListed",
    "RowStatus",
    "RowsUndone",
    "RunFinished",
    "RunStarted",
    "StepsReadBack",
    "Traffic",
    "UserRead",
    "UserReadBack",
    "Warned",
]
