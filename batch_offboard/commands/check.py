"""The command `check`, read-only: permissions held, and what Genesys says about each row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from batch_offboard.commands.order import Options
from batch_offboard.commands.settings import connection_settings, run_settings
from batch_offboard.commands.traffic import paused
from batch_offboard.config import Config
from batch_offboard.genesys import Clock, Credentials, Stop, open_genesys
from batch_offboard.offboarding.decisions import NO_EARLIER_RUNS
from batch_offboard.offboarding.lacks import CODE, is_held
from batch_offboard.offboarding.leftover_words import MANAGED
from batch_offboard.offboarding.leftovers import LOOKING
from batch_offboard.offboarding.models import ApiError
from batch_offboard.offboarding.planning import calls_needed
from batch_offboard.offboarding.steps import Permission, permissions_needed, steps_named
from batch_offboard.record.events import Event, RowListed, Warned
from batch_offboard.results.fold import RunFold
from batch_offboard.results.row_record import RowRecord
from batch_offboard.run.directory import find_directory
from batch_offboard.run.permissions import hold_lacking, unseen_divisions
from batch_offboard.run.permitted import Permissions
from batch_offboard.run.progress import Progress
from batch_offboard.run.session import Listener, Run
from batch_offboard.run.survey import survey_list
from batch_offboard.termination_list.candidates import advice_if_unknown
from batch_offboard.termination_list.models import TerminationList

if TYPE_CHECKING:
    from batch_offboard.genesys import Identity

SEARCH = Permission(("directory:user:view",)), "finding people by e-mail address or employee number"
"""The permission for finding people without a user id."""
FOR_ROLES = (
    (Permission(("authorization:grant:view",)), "reading roles, so that an undo can put them back"),
    (Permission(("authorization:grant:add",)), "putting roles back in an undo"),
)
"""The permissions for putting roles back, each with its purpose; no run needs them to begin."""

DONE, ACTIVE, IN_QUEUES, NOT_FOUND, UNREADABLE = "=", "*", "~", "-", "?"
SYMBOLS: Mapping[str, str] = {
    DONE: "inactive or deleted, and in no queue",
    ACTIVE: "still active",
    IN_QUEUES: "inactive, but still in queues",
    NOT_FOUND: "not found in Genesys",
    UNREADABLE: "could not be read, or does not match the person",
}
"""The symbols that are printed before rows, with their meanings."""


@dataclass(frozen=True, slots=True)
class PermissionCheck:
    """One permission, what it is for, and whether the client holds it (None: unknown).

    No run begins without a `needed` permission. Without any other, some rows fail or an undo cannot
    give back roles.
    """

    permission: str
    purpose: str
    needed: bool
    held: bool | None


@dataclass(frozen=True, slots=True)
class DivisionCheck:
    """One division, and by permission whether the client holds it there (None: unknown)."""

    id: str
    name: str
    permissions: Mapping[str, bool | None]


@dataclass(frozen=True, slots=True)
class RowCheck:
    """What Genesys says about one row today.

    `symbol` is one of SYMBOLS. `queues` is the number of memberships, None if they were not read.
    """

    row: int
    symbol: str
    name: str
    queues: int | None
    message: str
    code: str = ""
    """The error code of a held row."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The results of a check; `rows` is empty without a list.

    `unseen` has the names of divisions that the client cannot see, or None if that is unknown.
    `divisions` is None if they could not be listed. The repr leaves out the rows, as in `Outcome`.
    """

    identity: "Identity"
    permissions: tuple[PermissionCheck, ...]
    unseen: tuple[str, ...] | None
    rows: tuple[RowCheck, ...] = field(repr=False)
    warnings: tuple[Warned, ...] = ()
    divisions: tuple[DivisionCheck, ...] | None = None


async def check(
    listed: TerminationList | None,
    config: Config,
    credentials: Credentials,
    stop: Stop,
    listener: Listener,
    clock: Clock | None = None,
) -> Checked:
    """Log in, test the permissions that `config` needs, and read each row; changes nothing.

    Raises LoginError or UsageError when Genesys cannot be reached with these credentials, and
    StoppedError when a stop is requested.
    """
    clock = clock or Clock()
    async with open_genesys(
        credentials,
        connection_settings(config),
        stop=stop,
        clock=clock,
        on_pause=lambda pause: listener.event(paused(pause)),
        on_sent=lambda _: listener.sent(),
    ) as genesys:
        permissions = Permissions(genesys)
        needs = _needs(config)
        tested = [
            PermissionCheck(str(need), purpose, must, await permissions.held(need))
            for need, purpose, must in needs
        ]
        unseen = await unseen_divisions(permissions)
        divisions = await _test_divisions([need for need, _, _ in needs], permissions)
        looked = RunFold()
        if listed is not None:
            looked = await _look(listed, config, permissions, stop, listener, clock)
        rows = tuple(_row_check(record, looked.records) for record in looked.records.values())
        return Checked(genesys.identity, tuple(tested), unseen, rows, looked.warnings, divisions)


def _needs(config: Config) -> tuple[tuple[Permission, str, bool], ...]:
    """Every permission to test, what it is for, and whether no run begins without it."""
    needed = [
        (permission, purpose, True)
        for permission, purpose in permissions_needed(steps_named(config.steps))
    ]
    undo = [
        (permission, f"undoing {step.name}")
        for step in steps_named(config.steps)
        for permission in step.undo_permissions
    ]
    steps_need = {permission for permission, _, _ in needed}
    looking = [
        (LOOKING[each], f"looking for leftovers: {each}")
        for each in config.leftovers
        if each in LOOKING and LOOKING[each] not in steps_need
    ]
    useful = [SEARCH, *(FOR_ROLES if config.snapshot_roles else ()), *undo, *looking]
    return (*needed, *((permission, purpose, False) for permission, purpose in useful))


async def _test_divisions(
    needs: Iterable[Permission], permissions: Permissions
) -> tuple[DivisionCheck, ...] | None:
    divisions = await permissions.existing_divisions()
    if isinstance(divisions, ApiError):
        return None
    permitted = await permissions.permitted(needs)
    return tuple(
        DivisionCheck(
            each.id, each.name, {str(need): is_held(need, each.id, permitted) for need in needs}
        )
        for each in sorted(divisions, key=lambda division: division.name.casefold())
    )


async def _look(
    listed: TerminationList,
    config: Config,
    permissions: Permissions,
    stop: Stop,
    listener: Listener,
    clock: Clock,
) -> RunFold:
    """The records of rows identified and surveyed as in a run, even those not due or protected.

    There is no journal, and no limit on failures: a check is for seeing why rows fail.
    """
    settings = run_settings(config, Options(), clock)
    settings = replace(
        settings,
        limits=replace(settings.limits, max_failure_percent=100),
        snapshot_roles=False,
        leftovers=frozenset(),
        protected=frozenset(),
        today=date.max,
        unused_columns=listed.unused,
        if_unknown=advice_if_unknown(listed),
    )
    gathered = RunFold()
    for row in listed.rows:
        gathered.apply(RowListed(row.row, row.cells))

    def append(event: Event) -> None:
        gathered.apply(event)
        listener.event(event)

    run = Run(permissions, settings, clock, stop, append, _nothing_to_keep, listener)
    progress = Progress()
    await survey_list(run, progress, listed.rows, NO_EARLIER_RUNS, None, in_full=False)
    calls = calls_needed(progress.people.values(), settings.steps)
    await hold_lacking(run, progress, calls)
    await _warn_of_directory(run, config, gathered)
    return gathered


async def _nothing_to_keep() -> None:
    """The wait for the journal's disk, of which a check has no need."""


async def _warn_of_directory(run: Run, config: Config, gathered: RunFold) -> None:
    """Warn about active people that a directory may have set active again."""
    active = any(_symbol(record) == ACTIVE for record in gathered.records.values())
    if active and "directory" in config.leftovers and await find_directory(run) is True:
        run.warn("directory", MANAGED)


def _row_check(record: RowRecord, records: Mapping[int, RowRecord]) -> RowCheck:
    held = record.rare.held
    if held is not None and held.code == "duplicate":
        first = _row_check(records[int(str(held.about["other_row"]))], records)
        return replace(first, row=record.row, message=held.message, code=held.code)
    queues = len(record.memberships) if held is None or held.code == CODE else None
    name = record.person.name if record.person else ""
    message, code = (held.message, held.code or held.status) if held else ("", "")
    return RowCheck(record.row, _symbol(record), name, queues, message, code)


def _symbol(record: RowRecord) -> str:
    if record.rare.held is not None and record.rare.held.code != CODE:
        symbols = {"already_done": DONE, "user_not_found": NOT_FOUND}
        return symbols.get(record.rare.held.code or record.rare.held.status, UNREADABLE)
    if record.user is None:
        return UNREADABLE
    if record.user.state == "active":
        return ACTIVE
    return IN_QUEUES if record.memberships else DONE
