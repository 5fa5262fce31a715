"""The events of a run: the lines of its journal, from which everything else is derived.

Each is a frozen value; `record.journal` writes them, `record.journal_lines` reads them. Times are
UTC, ISO 8601. The field `kind` names the event in the file. Any prefix of a run's events is a valid
run.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from batch_offboard.errors import Action
from batch_offboard.offboarding.models import (
    Answer,
    ApiError,
    Call,
    Holding,
    Json,
    Leftovers,
    Membership,
    Named,
    Queue,
    RoleGrant,
    User,
)

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
class Carried:
    """What earlier runs of the chain found and did for a row.

    `columns` are the `offboard_` columns of the previous results, by name, as text. `attempt` is
    false for a row that this run leaves as it is. `logged_out` is true where one of them has ended
    all logins of the person.
    """

    columns: Mapping[str, str]
    attempt: bool
    logged_out: bool = False


@dataclass(frozen=True, slots=True)
class RowListed:
    """One row of the list with every cell, on disk before the first call beyond login."""

    row: int
    cells: tuple[str, ...]
    user_id: str | None = None
    email: str | None = None
    employee_id: str | None = None
    name: str | None = None
    due: str | None = None
    carried: Carried | None = None
    kind: Literal["row_listed"] = "row_listed"


@dataclass(frozen=True, slots=True)
class NamesAccepted:
    """Rows whose differing name a person has checked and accepted."""

    rows: tuple[int, ...]
    kind: Literal["names_accepted"] = "names_accepted"


@dataclass(frozen=True, slots=True)
class CellCorrected:
    """A cell of the list that differs from what an earlier run read, by row, letter and header."""

    row: int
    letter: str
    header: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class CellsCorrected:
    """What a person has corrected in the rows that a rerun attempts."""

    cells: tuple[CellCorrected, ...]
    kind: Literal["cells_corrected"] = "cells_corrected"


RowStatus = Literal["done", "already_done", "partial", "failed", "skipped", "not_run", "planned"]


@dataclass(frozen=True, slots=True)
class RowHeld:
    """A row that this run does not attempt, decided before anything was changed for it.

    `user` is the person where one was found. `http_status` and `correlation_id` are those of the
    deciding call where there was one. `unread` is true if something could not be read, so the
    current state of the person is unknown.
    """

    row: int
    status: RowStatus
    code: str
    message: str
    retry: bool
    at: str
    user: User | None = None
    http_status: int | None = None
    correlation_id: str | None = None
    about: Mapping[str, Json] = field(default_factory=dict)
    unread: bool = False
    kind: Literal["row_held"] = "row_held"


@dataclass(frozen=True, slots=True)
class UserRead:
    """The person of a row as Genesys showed it before this run changed anything."""

    row: int
    user: User
    at: str
    kind: Literal["user_read"] = "user_read"


@dataclass(frozen=True, slots=True)
class QueuesRead:
    """The queues that the OAuth client can see, with their counts before the run."""

    queues: tuple[Queue, ...]
    kind: Literal["queues_read"] = "queues_read"


@dataclass(frozen=True, slots=True)
class MembershipsRead:
    """All queue memberships of a row's person before this run changed anything."""

    row: int
    memberships: tuple[Membership, ...]
    kind: Literal["memberships_read"] = "memberships_read"


@dataclass(frozen=True, slots=True)
class DivisionsRead:
    """The divisions that the OAuth client can see: they name those in which roles are held."""

    divisions: tuple[Named, ...]
    kind: Literal["divisions_read"] = "divisions_read"


@dataclass(frozen=True, slots=True)
class GrantsRead:
    """The role grants of a row's person, read before setting inactive takes them away."""

    row: int
    grants: tuple[RoleGrant, ...]
    kind: Literal["grants_read"] = "grants_read"


@dataclass(frozen=True, slots=True)
class LeftoversRead:
    """What depends on a row's person, read before they leave, and again once it was changed.

    There is no such event for people nothing depends on.
    """

    row: int
    leftovers: Leftovers
    at: str
    kind: Literal["leftovers_read"] = "leftovers_read"


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
class CallStarted:
    """A writing call is about to leave; on disk before it does."""

    call_id: int
    step: str
    call: Call
    at: str
    kind: Literal["call_started"] = "call_started"


@dataclass(frozen=True, slots=True)
class CallAnswered:
    """The outcome of a writing call; on disk before anything else is done for its rows."""

    call_id: int
    outcome: Literal["done", "refused", "conflict", "unknown"]
    at: str
    status: int | None = None
    correlation_id: str | None = None
    error: ApiError | None = None
    kind: Literal["call_answered"] = "call_answered"

    @classmethod
    def of(cls, call_id: int, answer: Answer, at: str) -> "CallAnswered":
        """The event for `answer`, without the body."""
        return cls(call_id, answer.outcome, at, answer.status, answer.correlation_id, answer.error)


@dataclass(frozen=True, slots=True)
class EffectRead:
    """The effect of a call that was refused or had an unknown outcome, as read again.

    `rows` are those that need nothing more. `ours` is false if the call was refused: the change was
    made by someone else.
    """

    call_id: int
    rows: tuple[int, ...]
    ours: bool
    at: str
    kind: Literal["effect_read"] = "effect_read"


@dataclass(frozen=True, slots=True)
class RowGivenUp:
    """A step that could not be completed for a row and is not tried again.

    `target_id` is the queue, group or team that the refused call was about, where there was one.
    """

    row: int
    step: str
    error: ApiError
    at: str
    target_id: str = ""
    kind: Literal["row_given_up"] = "row_given_up"


@dataclass(frozen=True, slots=True)
class UserReadBack:
    """The person of a row as Genesys shows it after this run's calls for it."""

    row: int
    user: User
    at: str
    kind: Literal["user_read_back"] = "user_read_back"


@dataclass(frozen=True, slots=True)
class MembershipsReadBack:
    """The queue memberships that a row's person still has, listed after the removals.

    `because` has, by queue id, why a membership is left; `groups` are the groups that lead to them,
    as `group Night Shift` or `work team Claims Berlin`. `ended_elsewhere` are the queues of those
    that must end with a group that was left.
    """

    row: int
    left: tuple[Membership, ...]
    at: str
    because: Mapping[str, str] = field(default_factory=dict)
    groups: tuple[str, ...] = ()
    ended_elsewhere: tuple[str, ...] = ()
    kind: Literal["memberships_read_back"] = "memberships_read_back"


@dataclass(frozen=True, slots=True)
class StepsReadBack:
    """What the optional steps should have ended for a row's person but have not, in words.

    Nothing is left when `left` is empty. `groups` names those of it that no call can end: groups
    that follow a rule. In an undo: what these steps took and have not put back.
    """

    row: int
    left: tuple[str, ...]
    at: str
    groups: tuple[str, ...] = ()
    kind: Literal["steps_read_back"] = "steps_read_back"


@dataclass(frozen=True, slots=True)
class GrantsReadBack:
    """The role grants that a row's person has after an undo."""

    row: int
    grants: tuple[RoleGrant, ...]
    at: str
    kind: Literal["grants_read_back"] = "grants_read_back"


@dataclass(frozen=True, slots=True)
class ReadBackFailed:
    """The end state of a row could not be read, so nothing is called done."""

    row: int
    error: ApiError
    at: str
    kind: Literal["read_back_failed"] = "read_back_failed"


@dataclass(frozen=True, slots=True)
class RestoreWanted:
    """What an undo has to put back for a row: the person as they were before the undone run.

    `memberships` are those that the run removed; `grants` those that setting inactive took;
    `holdings` what optional steps took of other belongings. `notes` say why roles cannot be put
    back. `ended` are memberships that had ended before the run could remove them.
    """

    row: int
    state: str
    memberships: tuple[Membership, ...]
    grants: tuple[RoleGrant, ...]
    notes: tuple[str, ...] = ()
    holdings: Mapping[str, tuple[Holding, ...]] = field(default_factory=dict)
    ended: tuple[Membership, ...] = ()
    kind: Literal["restore_wanted"] = "restore_wanted"


@dataclass(frozen=True, slots=True)
class RowsUndone:
    """Rows of this run that a later undo puts back; written into the undone run's journal.

    Written before the undo's first call; an event with an empty `by_run` withdraws the last one for
    rows that were not put back after all.
    """

    rows: tuple[int, ...]
    by_run: str
    at: str
    kind: Literal["rows_undone"] = "rows_undone"


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
    """Requests of a scope wait: `token 1`, `queue routes`, `login`, `this call`, `all requests`."""

    scope: str
    reason: str
    at: str
    until: str
    kind: Literal["paused"] = "paused"


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


Event = (
    RunStarted
    | RowListed
    | RowHeld
    | UserRead
    | QueuesRead
    | MembershipsRead
    | DivisionsRead
    | GrantsRead
    | LeftoversRead
    | Warned
    | PlanShown
    | PlanAgreed
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
    | CellsCorrected
    | RunFinished
)
