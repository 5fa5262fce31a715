"""Finding the people of the rows in bulk: by id, by e-mail address or by employee number.

This module only reads and records; `offboarding.decisions` decides about each row.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Literal

from batch_offboard.genesys.concurrency import for_each, together
from batch_offboard.offboarding.batching import chunks
from batch_offboard.offboarding.decisions import (
    EarlierRuns,
    IdentityRules,
    PersonOrHold,
    people_or_holds,
    unconfirmed_counts,
    unknown_field,
)
from batch_offboard.offboarding.limits import USERS_PER_READ
from batch_offboard.offboarding.models import ApiError, Snapshot, User
from batch_offboard.offboarding.people import (
    Hold,
    chosen,
    chosen_by_number,
    problem_hold,
    unknown_id,
    unreadable,
)
from batch_offboard.record.events import UserRead
from batch_offboard.run.progress import Progress
from batch_offboard.run.session import Phase, Run
from batch_offboard.termination_list.candidates import HOLDS, UnknownAdvice
from batch_offboard.termination_list.identifiers import compared, guid_in
from batch_offboard.termination_list.models import Termination
from batch_offboard.wording import counted

Field = Literal["email", "employee_id"]
Found = dict[int, User | Hold]
"""By row: the person that its identifier leads to, or why there is none."""


async def identify(
    run: Run, progress: Progress, rows: Sequence[Termination], earlier: EarlierRuns
) -> None:
    """Take in the people of these rows, and record why the others are held."""
    usable = [row for row in rows if row.problem is None]
    with Phase(run, "reading", "Reading people", len(usable), "rows") as phase:
        for row in rows:
            if hold := problem_hold(row):
                progress.hold(run, row.row, hold)
        found = await _look_up(run, usable, phase)
        settings = run.settings
        rules = IdentityRules(
            settings.today,
            settings.accepted_names,
            settings.protected,
            settings.unused_columns,
            earlier,
        )
        decisions = people_or_holds(usable, found, rules)
        for label, count in unconfirmed_counts(usable, found, decisions).items():
            run.warn(
                "identifier_not_held",
                f"For {counted(count, 'row')}, Genesys has no {label} to compare with the list.",
            )
        cause = _warned_of_unknown_column(run, usable, found)
        _record(run, progress, decisions, earlier)
        progress.protected_unknown = await _unmet_protection(run)
    failed = sum(isinstance(each, Hold) and each.status == "failed" for each in decisions.values())
    run.judge_failures("Reading people", len(usable), failed, cause=cause)
    run.stop.check()


def _warned_of_unknown_column(
    run: Run, rows: Sequence[Termination], found: Found
) -> UnknownAdvice | None:
    """The advice on a column of which Genesys knows no value, after warning of it once."""
    unknown = unknown_field(rows, found)
    advice = run.settings.if_unknown.get(unknown[0]) if unknown else None
    if unknown and advice:
        field, count = unknown
        organisation = run.genesys.identity.organisation.name
        run.warn(
            "column_unknown",
            f"No Genesys user of {organisation} has any of the {count:,} {HOLDS[field]} in "
            f"{advice.column}, such as {advice.sample}. The column is probably from another "
            "system, or the list is for another organisation.",
            actions=advice.actions,
        )
    return advice


def _record(
    run: Run, progress: Progress, decisions: Mapping[int, PersonOrHold], earlier: EarlierRuns
) -> None:
    for row, decision in decisions.items():
        if isinstance(decision, Hold):
            progress.hold(run, row, decision)
        else:
            # A login may still be open if this run, or one before it, found the person active.
            may_be_logged_in = decision.state == "active" or row in earlier.logged_in
            snapshot = Snapshot(row, decision, may_be_logged_in=may_be_logged_in)
            progress.people[row] = snapshot
            run.record(UserRead(row, decision, run.now()))


async def _unmet_protection(run: Run) -> tuple[str, ...]:
    """The entries of `guards.protected` that match nobody in the organisation, after a warning."""
    entries = sorted(run.settings.protected)
    ids = tuple(each for each in entries if guid_in(each))
    addresses = tuple(each for each in entries if not guid_in(each))
    met: set[str] = set()
    for chunk in chunks(ids, USERS_PER_READ):
        users = await run.genesys.users(chunk)
        met |= {each.id for each in users} if not isinstance(users, ApiError) else set(chunk)
    if addresses:
        hits = await run.genesys.search_users("email", addresses)
        found = hits if not isinstance(hits, ApiError) else ()
        met |= {compared(each.email) for each in found}
        met |= set(addresses) if isinstance(hits, ApiError) else set()
    unmet = tuple(each for each in entries if each not in met)
    if unmet:
        run.warn(
            "protected_unknown",
            f"guards.protected: no Genesys user has {' or '.join(unmet)}, so "
            f"{'these entries protect' if len(unmet) > 1 else 'this entry protects'} nobody. "
            "Check the spelling.",
            unmet,
        )
    return unmet


async def _look_up(run: Run, rows: Sequence[Termination], phase: Phase) -> Found:
    by_id = [row for row in rows if row.user_id]
    by_email = [row for row in rows if not row.user_id and row.email]
    by_number = [row for row in rows if not row.user_id and not row.email]
    found: Found = {}
    for each in await together(
        _look_up_by_id(run, by_id, phase),
        _look_up_by(run, "email", by_email, phase),
        _look_up_by(run, "employee_id", by_number, phase),
    ):
        found |= each
    return found


async def _look_up_by_id(run: Run, rows: Sequence[Termination], phase: Phase) -> Found:
    by_id: defaultdict[str, list[Termination]] = defaultdict(list)
    for row in rows:
        by_id[row.user_id or ""].append(row)
    expand = _expand(run, rows)
    found: Found = {}

    async def read(ids: tuple[str, ...]) -> None:
        answers = await _read_users(run, ids, expand)
        for user_id in ids:
            for row in by_id[user_id]:
                found[row.row] = answers[user_id]
                phase.advance(1)

    await for_each([*chunks(by_id, USERS_PER_READ)], read, run.width)
    return found


def _expand(run: Run, rows: Sequence[Termination]) -> tuple[str, ...]:
    """What to expand for each person: employee numbers, if any column may hold them.

    The column need not be in use. Also who is in a conversation now, if that is looked for.
    """
    unused = [each.column for each in run.settings.unused_columns if not each.of_manager]
    return run.settings.expand(
        employee_ids=any(
            row.employee_id or any(any(map(str.isdigit, row.cells[each])) for each in unused)
            for row in rows
        ),
        conversations="sessions" in run.settings.leftovers,
    )


async def _read_users(
    run: Run, ids: tuple[str, ...], expand: tuple[str, ...]
) -> dict[str, User | Hold]:
    users = await run.genesys.users(ids, expand)
    if isinstance(users, ApiError):
        return dict.fromkeys(ids, unreadable(users))
    answers: dict[str, User | Hold] = {user.id: user for user in users}
    missing = tuple(user_id for user_id in ids if user_id not in answers)
    if missing:
        deleted = await run.genesys.users(missing, (), state="deleted")
        if not isinstance(deleted, ApiError):
            answers.update({user.id: user for user in deleted})
    for user_id in missing:
        if user_id not in answers:
            answers[user_id] = await _confirm_missing(run, user_id)
    return answers


async def _confirm_missing(run: Run, user_id: str) -> User | Hold:
    answer = await run.genesys.user(user_id)
    if not isinstance(answer, ApiError):
        return answer
    return unknown_id(user_id, answer) if answer.status == 404 else unreadable(answer)


async def _look_up_by(run: Run, field: Field, rows: Sequence[Termination], phase: Phase) -> Found:
    if not rows:
        return {}
    sought = {row.row: _sought(row, field) for row in rows}
    hits = await _search(run, field, sought.values())
    found: Found = {row.row: _person(row, hits, field) for row in rows}
    phase.advance(len(rows))
    return await _up_to_date(run, found, _expand(run, rows))


def _sought(row: Termination, field: Field) -> tuple[str, ...]:
    """The values to look up a person by: an address, or every spelling of a number."""
    spellings = (row.email,) if field == "email" else (row.employee_id, *row.padded_numbers)
    return tuple(compared(each) for each in spellings if each)


def _person(
    row: Termination, hits: Mapping[str, list[User]] | ApiError, field: Field
) -> User | Hold:
    """The one person with the row's e-mail address or employee number, or a hold."""
    if isinstance(hits, ApiError):
        return unreadable(hits)
    if field == "employee_id":
        return chosen_by_number(row, hits)
    address = compared(row.email or "")
    return chosen(hits.get(address, []), f"the e-mail address {address}")


async def _search(
    run: Run, field: Field, sought_by_row: Collection[tuple[str, ...]]
) -> dict[str, list[User]] | ApiError:
    """The users by the value, as `compared` returns it, that they share with the list.

    Results are compared exactly except for case. Deleted users are searched only for rows that led
    to no other user.
    """
    hits: defaultdict[str, list[User]] = defaultdict(list)
    for states in (("active", "inactive"), ("deleted",)):
        sought = dict.fromkeys(
            value for values in sought_by_row if hits.keys().isdisjoint(values) for value in values
        )
        if not sought:
            break
        users = await run.genesys.search_users(field, tuple(sought), states=states)
        if isinstance(users, ApiError):
            return users
        for user in users:
            value = compared(getattr(user, field) or "")
            if value in sought:
                hits[value].append(user)
    return hits


async def _up_to_date(run: Run, found: Found, expand: tuple[str, ...]) -> Found:
    """Those found by search, read by id: the search index may lag behind state and version."""
    ids = {each.id for each in found.values() if isinstance(each, User)}
    fresh: dict[str, User | Hold] = {}

    async def read(chunk: tuple[str, ...]) -> None:
        fresh.update(await _read_users(run, chunk, expand))

    await for_each([*chunks(sorted(ids), USERS_PER_READ)], read, run.width)
    return {row: fresh[each.id] if isinstance(each, User) else each for row, each in found.items()}
