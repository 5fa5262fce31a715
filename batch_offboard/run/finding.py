"""Who the rows of the list are, read from Genesys 100 people a call."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import cast

from batch_offboard.offboarding.batching import chunks
from batch_offboard.offboarding.belongings import GROUPS, TEAM
from batch_offboard.offboarding.carrying import means_another
from batch_offboard.offboarding.limits import USERS_PER_READ
from batch_offboard.offboarding.models import ApiError, Snapshot, User
from batch_offboard.offboarding.people import (
    Hold,
    Match,
    chosen,
    due_hold,
    identity_hold,
    protected_hold,
    repeated_holds,
    unconfirmed_identifiers,
)
from batch_offboard.record.events import RowHeld, RowStatus, UserRead
from batch_offboard.run.concurrency import for_each, together
from batch_offboard.run.holds import unreadable
from batch_offboard.run.searching import Field, search
from batch_offboard.run.session import Phase, Run
from batch_offboard.termination_list.identifiers import compared
from batch_offboard.termination_list.models import Termination
from batch_offboard.wording import counted

Found = User | Hold | RowHeld
"""A person, or why there is none; a `RowHeld` carries the answer of the call that decided it."""

_HELD_BY_LIST: Mapping[str, RowStatus] = {"invalid_date": "skipped"}
"""The status of a row that the list itself holds, where it is not `failed`."""


async def find_people(
    run: Run, rows: Sequence[Termination], settled: Mapping[str, Termination]
) -> None:
    """Put the people of these rows into `run.people`, and record why the others are held.

    `settled` has, by user id, the rows that an earlier run has dealt with.
    """
    usable = [row for row in rows if row.problem is None]
    with Phase(run, "reading", "Reading people", len(usable), "rows") as phase:
        _hold_problem_rows(run, rows)
        found: dict[int, Found] = {}
        await together(
            _find_by_id(run, [row for row in usable if row.user_id], found, phase),
            _find_by(run, "email", [row for row in usable if _key(row) == "email"], found, phase),
            _find_by(
                run,
                "employee_id",
                [row for row in usable if _key(row) == "employee_id"],
                found,
                phase,
            ),
        )
        _judge(run, usable, found, settled)
    failed = [row for row in usable if row.row in run.held and run.held[row.row].status == "failed"]
    run.judge_failures("Reading people", len(usable), len(failed))
    run.stop.check()


def _key(row: Termination) -> str:
    return "user_id" if row.user_id else "email" if row.email else "employee_id"


def _hold_problem_rows(run: Run, rows: Iterable[Termination]) -> None:
    for row in rows:
        if row.problem is not None:
            status = _HELD_BY_LIST.get(row.problem.code, "failed")
            problem = row.problem
            run.hold(RowHeld(row.row, status, problem.code, problem.message, True, run.now()))


def expansions(run: Run, rows: Iterable[Termination] = ()) -> tuple[str, ...]:
    """What `get_users` is asked to expand, so that one reading tells every fact the steps need."""
    # Groups and work team say why somebody stays in a queue, whatever the steps are.
    wanted = {each.expand for each in run.settings.reads | {GROUPS, TEAM} if each.expand}
    if run.settings.snapshot_roles:
        wanted.add("authorization")
    if any(row.employee_id for row in rows):
        wanted.add("employerInfo")
    return tuple(sorted(wanted))


async def _find_by_id(
    run: Run, rows: Sequence[Termination], found: dict[int, Found], phase: Phase
) -> None:
    by_id: defaultdict[str, list[Termination]] = defaultdict(list)
    for row in rows:
        by_id[cast(str, row.user_id)].append(row)
    expand = expansions(run, rows)

    async def read(ids: tuple[str, ...]) -> None:
        answers = await _read_users(run, ids, expand)
        for user_id in ids:
            for row in by_id[user_id]:
                found[row.row] = answers[user_id]
                phase.advance(1)

    await for_each(chunks(by_id, USERS_PER_READ), read, run.width)


async def _read_users(run: Run, ids: tuple[str, ...], expand: tuple[str, ...]) -> dict[str, Found]:
    users = await run.genesys.users(ids, expand)
    if isinstance(users, ApiError):
        return dict.fromkeys(ids, unreadable(0, users, run.now()))
    answers: dict[str, Found] = {user.id: user for user in users}
    missing = tuple(user_id for user_id in ids if user_id not in answers)
    if missing:
        deleted = await run.genesys.users(missing, (), state="deleted")
        if not isinstance(deleted, ApiError):
            answers.update({user.id: user for user in deleted})
    for user_id in missing:
        if user_id not in answers:
            answers[user_id] = await _confirm_missing(run, user_id)
    return answers


async def _confirm_missing(run: Run, user_id: str) -> Found:
    answer = await run.genesys.user(user_id)
    if not isinstance(answer, ApiError):
        return answer
    if answer.status != 404:
        return unreadable(0, answer, run.now())
    message = f"Genesys knows no user with the id {user_id}: {answer.message}"
    return RowHeld(
        row=0,
        status="failed",
        code="user_not_found",
        message=message,
        retry=True,
        at=run.now(),
        http_status=404,
        correlation_id=answer.correlation_id,
    )


async def _find_by(
    run: Run,
    field: Field,
    rows: Sequence[Termination],
    found: dict[int, Found],
    phase: Phase,
) -> None:
    if not rows:
        return
    wanted: defaultdict[str, list[Termination]] = defaultdict(list)
    for row in rows:
        wanted[compared(str(getattr(row, field)))].append(row)
    hits = await search(run, field, tuple(wanted))
    for value, sharing in wanted.items():
        for row in sharing:
            found[row.row] = _hit(hits, field, value, run.now())
            phase.advance(1)
    await _read_again(run, rows, found)


def _hit(hits: Mapping[str, list[User]] | ApiError, field: str, value: str, at: str) -> Found:
    if isinstance(hits, ApiError):
        return unreadable(0, hits, at)
    label = "the e-mail address" if field == "email" else "the employee number"
    return chosen(hits.get(value, []), f"{label} {value}")


async def _read_again(run: Run, rows: Sequence[Termination], found: dict[int, Found]) -> None:
    """Read the people found by search by id: the search index may lag behind state and version."""
    users = {row.row: found[row.row] for row in rows if isinstance(found[row.row], User)}
    ids = {user.id for user in users.values() if isinstance(user, User)}
    expand = expansions(run, rows)
    fresh: dict[str, Found] = {}

    async def read(chunk: tuple[str, ...]) -> None:
        fresh.update(await _read_users(run, chunk, expand))

    await for_each(chunks(sorted(ids), USERS_PER_READ), read, run.width)
    for row, user in users.items():
        if isinstance(user, User):
            found[row] = fresh[user.id]


def _judge(
    run: Run,
    rows: Sequence[Termination],
    found: Mapping[int, Found],
    settled: Mapping[str, Termination],
) -> None:
    """Decide for every row found or not: held with a reason, or one of the run's people."""
    matches: list[Match] = []
    holds: dict[int, Found] = {}
    for row in rows:
        person = found[row.row]
        if isinstance(person, User):
            hold = _hold_of(run, row, person)
            if hold is None:
                matches.append((row, person))
            else:
                holds[row.row] = hold
        else:
            holds[row.row] = due_hold(row, run.settings.today) or person
    holds.update(repeated_holds(matches, settled))
    _note_unconfirmed(run, [match for match in matches if match[0].row not in holds])
    for row in rows:
        decided = holds.get(row.row) or due_hold(row, run.settings.today)
        _settle(run, row, found[row.row], decided)


def _hold_of(run: Run, row: Termination, user: User) -> Hold | None:
    earlier = run.earlier.get(row.row)
    if earlier is not None and means_another(row, earlier, user.id):
        message = (
            f"An earlier run found {earlier.user_id} ({earlier.email}) by this row; now it finds "
            f"{user.name} ({user.id})."
        )
        return Hold("failed", "row_changed", message, retry=True)
    accepted = row.row in run.settings.accepted_names
    return identity_hold(row, user, name_accepted=accepted) or protected_hold(
        user, run.settings.protected
    )


def _settle(run: Run, row: Termination, person: Found, hold: Found | None) -> None:
    user = person if isinstance(person, User) else None
    if isinstance(hold, RowHeld):
        run.hold(_held(row.row, hold, run.now()))
    elif isinstance(hold, Hold):
        run.hold(_held_by(row.row, hold, run.now(), user))
    elif user is not None and user.state == "deleted":
        message = f"{user.name} is deleted in Genesys: nothing is left to do."
        hold = Hold("already_done", "", message, retry=False)
        run.hold(_held_by(row.row, hold, run.now(), user))
    elif user is not None:
        run.people[row.row] = Snapshot(row.row, user, may_be_logged_in=_may_be_in(run, row, user))
        run.record(UserRead(row.row, user, run.now()))


def _may_be_in(run: Run, row: Termination, user: User) -> bool:
    """Whether a login may still be open: this run, or one before it, took an active person on."""
    return user.state == "active" or row.row in run.begun_earlier


def _held(row: int, decided: RowHeld, at: str) -> RowHeld:
    return replace(decided, row=row, at=at)


def _held_by(row: int, hold: Hold, at: str, user: User | None) -> RowHeld:
    status = cast(RowStatus, hold.status)
    http_status = None if user is None and hold.code == "not_due" else 200
    return RowHeld(
        row,
        status,
        hold.code,
        hold.message,
        hold.retry,
        at,
        user=user,
        http_status=http_status,
        about=hold.about,
    )


def _note_unconfirmed(run: Run, matches: Sequence[Match]) -> None:
    counts = Counter(label for row, user in matches for label in unconfirmed_identifiers(row, user))
    for label, count in counts.items():
        run.warn(
            "identifier_not_held",
            f"For {counted(count, 'row')} Genesys holds no {label}, so the list's could not be "
            "compared.",
        )
