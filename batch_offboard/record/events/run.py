"""The run as a whole: how it began, its plan, its phases, waits and files, how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from batch_offboard.errors import Action
from batch_offboard.offboarding.models import Json, Named

Command = Literal["run", "rerun", "undo"]


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """What a column was used for, by its header: `occurrence` counts from 1 among equal ones."""

    header: str
    occurrence: int
    field: str


@dataclass(frozen=True, slots=True)
class ListFile:
    """A list as a file: its name and the SHA-256 of its bytes."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ListInfo:
    """The list as a file: its name, the SHA-256 of its bytes, how to write it again, its header.

    `columns` has the first column of each field; `uses` every column that was used, or declared
    unused (empty in version 0.1.0). `original` is the termination list with which the chain of a
    rerun began, if that is known: the rerun's own file is a results file.
    """

    name: str
    sha256: str
    kind: str
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    columns: Mapping[str, int]
    timezone: str = "UTC"
    today: str = ""
    uses: tuple[ColumnUse, ...] = ()
    original: ListFile | None = None

    @property
    def termination_list(self) -> ListFile:
        """The list as people know it: the original one, else this file."""
        return self.original or ListFile(self.name, self.sha256)


@dataclass(frozen=True, slots=True)
class Predecessor:
    """An earlier run: the one that a rerun continues or an undo takes back, or one before it.

    `undoings` is how many undos that run's own journal had recorded when this run began. Any later
    one came after this run, whatever the clocks say.
    """

    run_id: str
    folder: str
    undoings: int = 0


@dataclass(frozen=True, slots=True)
class RunStarted:
    """The first line: who does what, with which list, to which organisation.

    `rows` is how many rows the list has: with fewer of them after it, the run died before it began.
    `runs_before` are all earlier runs of a rerun's chain, `previous` among them, nearest first.
    `note` is a text from the person, such as a ticket number or a reason. `os_name` is the full
    name of the person at the computer, where it knows one; `timezone` the computer's time zone at
    the start, such as `CEST, UTC+02:00`; `folder` the run folder as reports name it, `runs/…`.
    Earlier versions recorded none of these three.
    """

    run_id: str
    command: Command
    dry_run: bool
    at: str
    program_version: str
    os_user: str
    organisation: Named
    region: str
    client_name: str
    list: ListInfo
    settings: Mapping[str, Json]
    previous: Predecessor | None = None
    rows: int = 0
    runs_before: tuple[Predecessor, ...] = ()
    note: str = ""
    os_name: str = ""
    timezone: str = ""
    folder: str = ""
    kind: Literal["run_started"] = "run_started"


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning about the whole run, given once.

    Codes with a meaning for the results: `divisions_unseen` (names in `names`),
    `divisions_unknown`, `roles_unread`. `actions` say what can be done about it.
    """

    code: str
    message: str
    names: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()
    kind: Literal["warned"] = "warned"


FILE_KEPT = "file_kept"
"""The code of the warning about a file that is kept since the program did not write it."""
ROWS_MISSING = "rows_missing"
"""The code of the warning about rows of the run before that are not in the results file."""


@dataclass(frozen=True, slots=True)
class PlanShown:
    """The plan as it was put to a person, before anything was changed.

    `people` would be changed by `calls` writing calls. `lines` are what was shown.
    `digest` stands for list, columns, organisation, steps and every effect
    (`offboarding.agreement`).
    """

    people: int
    calls: int
    lines: tuple[str, ...]
    digest: str
    at: str
    kind: Literal["plan_shown"] = "plan_shown"


@dataclass(frozen=True, slots=True)
class PlanAgreed:
    """Somebody agreed to the plan of this digest; on disk before the first writing call.

    `number` is the number of people that was typed; None where nobody was asked. `plan_run` and
    `plan_digest` name the dry run whose plan was reviewed, if that was another run.
    """

    digest: str
    who: str
    at: str
    how: Literal["number_typed", "without_question", "earlier_plan"]
    number: int | None = None
    plan_run: str = ""
    plan_digest: str = ""
    kind: Literal["plan_agreed"] = "plan_agreed"


@dataclass(frozen=True, slots=True)
class PhaseStarted:
    """A phase of the run begins; `total` counts what `unit` names."""

    phase: str
    title: str
    total: int
    unit: str
    at: str
    kind: Literal["phase_started"] = "phase_started"


@dataclass(frozen=True, slots=True)
class PhaseFinished:
    """A phase of the run is over."""

    phase: str
    done: int
    at: str
    kind: Literal["phase_finished"] = "phase_finished"


@dataclass(frozen=True, slots=True)
class Paused:
    """Requests of a scope wait: `token 1`, `queue routes`, `login`, `this call`, `all tokens`."""

    scope: str
    reason: str
    at: str
    until: str
    kind: Literal["paused"] = "paused"

    @property
    def is_pace(self) -> bool:
        """Whether only the next minute is waited for, which may happen every minute."""
        return self.scope == "all tokens"


@dataclass(frozen=True, slots=True)
class Traffic:
    """How many calls were sent in one minute of the clock, and how many of them met a 429."""

    minute: str
    calls: int
    limited: int
    kind: Literal["traffic"] = "traffic"


@dataclass(frozen=True, slots=True)
class ResultsWritten:
    """A results file or report was written; its SHA-256 shows later whether somebody changed it.

    That of a report, the journal's last line, is taken with the hash of that very line blanked.
    `program_version` is that of the program that wrote it (empty in 0.1.0).
    """

    name: str
    sha256: str
    at: str
    program_version: str = ""
    kind: Literal["results_written"] = "results_written"


@dataclass(frozen=True, slots=True)
class RunFinished:
    """The last line of a run that ended by itself."""

    exit_code: int
    reason: str
    at: str
    kind: Literal["run_finished"] = "run_finished"


RunEvent = (
    RunStarted
    | Warned
    | PlanShown
    | PlanAgreed
    | PhaseStarted
    | PhaseFinished
    | Paused
    | Traffic
    | ResultsWritten
    | RunFinished
)
