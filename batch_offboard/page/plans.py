"""A plan on disk: what it was made from, what it would change, and whether it was started.

It stands beside the journal of its dry run, so that it survives the server.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from batch_offboard.commands.order import Options
from batch_offboard.commands.perform import Request
from batch_offboard.commands.rerun import RerunRequest
from batch_offboard.commands.run_list import RunRequest
from batch_offboard.commands.settings import list_settings, with_date_format
from batch_offboard.commands.undo import UndoRequest
from batch_offboard.config import Config
from batch_offboard.errors import UsageError
from batch_offboard.genesys import Credentials
from batch_offboard.offboarding.agreement import Agreement, PlannedChange, Proposal
from batch_offboard.record.file_system import LOCAL
from batch_offboard.record.journal import JOURNAL_NAME
from batch_offboard.rerun.source import corrected_source, read_source
from batch_offboard.results.moments import parse_moment
from batch_offboard.results.run_folder import written_aside
from batch_offboard.termination_list import ColumnChoice
from batch_offboard.termination_list.reading import read_list

PLAN_NAME, LIST_NAME, CHANGES_NAME, USED_NAME = (
    "plan.json",
    "plan-list.bin",
    "plan-changes.json",
    "plan-used.json",
)
KEPT_DAYS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class PlanSource:
    """What a plan is made from, so that its run can be made from exactly the same.

    `name` is that of the list. For a rerun or an undo, `path` is the earlier run's folder; for a
    rerun it may be a results file that was handed in. The bytes of a run's list, or of the
    corrected results of a rerun, stand beside the plan, their SHA-256 in `sha256`.
    """

    kind: Literal["run", "rerun", "undo"]
    name: str
    path: str = ""
    sha256: str = ""
    sheet: str | None = None
    header_row: int | None = None
    choices: tuple[ColumnChoice, ...] = ()
    date_format: str | None = None
    accepted_names: frozenset[int] = frozenset()
    rows: frozenset[int] = frozenset()
    note: str = ""
    form: Mapping[str, str] = field(default_factory=dict)
    """The fields of “Correct and run again” that a rerun was planned from, as they were sent."""
    made_from: str = ""
    """The plan that this one is made again from."""
    grown_from: str = ""
    """The same plan, if it was made again because its start found changes not agreed to."""


@dataclass(frozen=True, slots=True)
class PlanStart:
    """The start of a plan: the name of its run's folder, and when it was (UTC, ISO 8601)."""

    run: str
    at: str


_source = TypeAdapter(PlanSource)
_changes = TypeAdapter(tuple[PlannedChange, ...])
_used = TypeAdapter(PlanStart)


def save_source(folder: Path, source: PlanSource, data: bytes) -> PlanSource:
    """Save beside a plan what it is made from, with `data`, the bytes of its list, if any.

    Returns the source, completed by the SHA-256 of `data`.
    """
    if data:
        source = replace(source, sha256=hashlib.sha256(data).hexdigest())
        _write(folder, LIST_NAME, data)
    _write(folder, PLAN_NAME, _source.dump_json(source))
    return source


def read_plan_source(folder: Path) -> PlanSource | None:
    """What the plan in this folder is made from; None where there is no plan of the page."""
    try:
        return _source.validate_json((folder / PLAN_NAME).read_bytes())
    except (OSError, ValidationError):
        return None


def save_changes(folder: Path, changes: Iterable[PlannedChange]) -> None:
    """Save beside a plan the changes that it would make."""
    _write(folder, CHANGES_NAME, _changes.dump_json(tuple(changes)))


def read_changes(folder: Path) -> frozenset[PlannedChange]:
    """What the plan in this folder would change. Raises UsageError if that cannot be read."""
    try:
        return frozenset(_changes.validate_json((folder / CHANGES_NAME).read_bytes()))
    except (OSError, ValidationError) as error:
        raise UsageError("This plan can no longer be read. Make it again.") from error


def new_people(before: Path, now: Path) -> frozenset[str]:
    """The user ids for which the plan in `now` has changes that the one in `before` has not.

    Raises UsageError if one of them cannot be read.
    """
    return frozenset(each.user_id for each in read_changes(now) - read_changes(before))


def request_of(
    source: PlanSource, folder: Path, config: Config, credentials: Credentials, options: Options
) -> Request:
    """The request that makes or starts this plan, as `options.dry_run` says.

    `folder` is the plan's. Raises UsageError if its list was changed, ListError if that cannot be
    used.
    """
    options = replace(
        options, accepted_names=source.accepted_names, rows=source.rows, note=source.note
    )
    config = with_date_format(config, source.date_format)
    settings = replace(list_settings(config, source.choices), header_row=source.header_row)
    if source.kind == "undo":
        return UndoRequest(Path(source.path), config, credentials, options)
    data = list_bytes(folder, source)
    if source.kind == "rerun":
        path = Path(source.path)
        previous = corrected_source(path, data, settings) if data else read_source(path, settings)
        return RerunRequest(previous, config, credentials, options)
    listed = read_list(source.name, data, settings, source.sheet)
    return RunRequest(listed, config, credentials, options)


def list_bytes(folder: Path, source: PlanSource) -> bytes:
    """The bytes that a plan was made from, if any. Raises UsageError if they were changed."""
    if not source.sha256:
        return b""
    try:
        data = (folder / LIST_NAME).read_bytes()
    except OSError:
        data = b""
    if hashlib.sha256(data).hexdigest() != source.sha256:
        raise UsageError("The list of this plan was changed or removed. Choose it again.")
    return data


def is_expired(shown_at: str, now: datetime) -> bool:
    """Whether a plan shown at this moment (ISO 8601) is too old to be started."""
    return now - parse_moment(shown_at) > KEPT_DAYS


def use(folder: Path, used: PlanStart) -> PlanStart | None:
    """Mark a plan as started by `used`. Returns None, or the earlier start if there is one.

    An earlier start whose run left no journal does not count: nothing was done.
    """
    earlier = used_by(folder)
    if earlier is not None and (folder.parent / earlier.run / JOURNAL_NAME).exists():
        return earlier
    if earlier is not None:
        (folder / USED_NAME).unlink(missing_ok=True)
    try:
        descriptor = os.open(folder / USED_NAME, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return used_by(folder) or used
    with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123 (a descriptor)
        json.dump(asdict(used), file)
        file.flush()
        os.fsync(file.fileno())
    return None


def used_by(folder: Path) -> PlanStart | None:
    """The run that this plan was started as, if it was."""
    try:
        return _used.validate_json((folder / USED_NAME).read_bytes())
    except (OSError, ValidationError):
        return None


@dataclass
class AgreeIfUnchanged:
    """The `ask` of a start: agrees only if every proposed change is among those `agreed` to.

    Afterwards `grown` has the changes that were not.
    """

    agreed: frozenset[PlannedChange]
    agreement: Agreement
    grown: tuple[PlannedChange, ...] = ()

    async def __call__(self, proposal: Proposal) -> Agreement | None:
        """The agreement, or None where the plan has grown since."""
        self.grown = tuple(each for each in proposal.changes if each not in self.agreed)
        return None if self.grown else self.agreement


def _write(folder: Path, name: str, data: bytes) -> None:
    with written_aside(folder, ".plan-", (data,), LOCAL) as temporary:
        temporary.replace(folder / name)
