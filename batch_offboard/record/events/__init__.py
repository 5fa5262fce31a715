"""The events of a run: the lines of its journal, from which everything else is derived.

Each is a frozen value; `record.journal` writes them, `record.journal_lines` reads them. Times are
UTC, ISO 8601. The field `kind` names the event in the file. Any prefix of a run's events is a valid
run.

| events about | module |
|---|---|
| the run as a whole: list, plan, phases, files | `run` |
| a row of the list, and why it is held | `rows` |
| what Genesys showed, before and after | `reads` |
| a writing call and its effect | `calls` |
| an undo | `undo` |
"""

from batch_offboard.record.events.calls import (
    CallAnswered,
    CallEvent,
    CallStarted,
    EffectRead,
    RowGivenUp,
)
from batch_offboard.record.events.reads import (
    DivisionsRead,
    GrantsRead,
    GrantsReadBack,
    LeftoversRead,
    MembershipsRead,
    MembershipsReadBack,
    QueuesRead,
    ReadBackFailed,
    ReadEvent,
    StepsReadBack,
    UserRead,
    UserReadBack,
)
from batch_offboard.record.events.rows import (
    Carried,
    CellCorrected,
    CellsCorrected,
    NamesAccepted,
    RowEvent,
    RowHeld,
    RowListed,
    RowStatus,
)
from batch_offboard.record.events.run import (
    FILE_KEPT,
    ROWS_MISSING,
    ColumnUse,
    Command,
    ListFile,
    ListInfo,
    Paused,
    PhaseFinished,
    PhaseStarted,
    PlanAgreed,
    PlanShown,
    Predecessor,
    ResultsWritten,
    RunEvent,
    RunFinished,
    RunStarted,
    Traffic,
    Warned,
)
from batch_offboard.record.events.undo import RestoreWanted, RowsUndone, UndoEvent

Event = RunEvent | RowEvent | ReadEvent | CallEvent | UndoEvent

__all__ = [
    "FILE_KEPT",
    "ROWS_MISSING",
    "CallAnswered",
    "CallStarted",
    "Carried",
    "CellCorrected",
    "CellsCorrected",
    "ColumnUse",
    "Command",
    "DivisionsRead",
    "EffectRead",
    "Event",
    "GrantsRead",
    "GrantsReadBack",
    "LeftoversRead",
    "ListFile",
    "ListInfo",
    "MembershipsRead",
    "MembershipsReadBack",
    "NamesAccepted",
    "Paused",
    "PhaseFinished",
    "PhaseStarted",
    "PlanAgreed",
    "PlanShown",
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
