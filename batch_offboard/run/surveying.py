"""The second phase: what the people hold today — queue memberships, groups and role grants."""

from collections.abc import Sequence
from dataclasses import replace

from batch_offboard.offboarding.models import ApiError, RoleGrant, Snapshot
from batch_offboard.offboarding.readings import division_grants_are_cheaper
from batch_offboard.offboarding.steps import Fact
from batch_offboard.run.crew import for_each, together
from batch_offboard.run.events import GrantsRead, MembershipsRead, QueuesRead
from batch_offboard.run.groups import survey_groups
from batch_offboard.run.holds import unreadable
from batch_offboard.run.memberships import extent, read_memberships
from batch_offboard.run.session import Phase, Run
from batch_offboard.wording import counted_of


async def survey(run: Run, active_users: int | None) -> None:
    """Read what the steps must know of `run.people`, side by side; hold whom it cannot read."""
    works = []
    if Fact.MEMBERSHIPS in run.settings.reads:
        works.append(_survey_memberships(run))
    if Fact.GROUPS in run.settings.reads:
        works.append(survey_groups(run))
    if run.settings.snapshot_roles:
        works.append(_survey_grants(run, active_users))
    await together(*works)


async def _survey_memberships(run: Run) -> None:
    people = list(run.people.values())
    if not people:
        return
    queues = await run.genesys.queues()
    if isinstance(queues, ApiError):
        for person in people:
            _hold_unreadable(run, person, queues)
        return
    run.queues.update({queue.id: queue for queue in queues})
    run.record(QueuesRead(queues))
    total, unit = extent(queues, len(people))
    with Phase(run, "memberships", "Reading queue memberships", total, unit) as phase:
        readings = await read_memberships(run, people, queues, phase.advance, counts_are_fresh=True)
    for person in people:
        listed = readings[person.row]
        if isinstance(listed, ApiError):
            _hold_unreadable(run, person, listed)
        else:
            run.people[person.row] = replace(run.people[person.row], memberships=listed)
            run.record(MembershipsRead(person.row, listed))


def _hold_unreadable(run: Run, person: Snapshot, error: ApiError) -> None:
    """A person whose memberships cannot be read is not written to at all."""
    what = "The queue memberships"
    run.hold(unreadable(person.row, error, run.now(), user=person.user, what=what))


async def _survey_grants(run: Run, active_users: int | None) -> None:
    people = [person for person in run.people.values() if person.user.state == "active"]
    if not people:
        return
    grants = await _read_grants(run, people, active_users)
    unread = 0
    for person in people:
        held = grants.get(person.row)
        if held is None:
            unread += 1
        elif person.row in run.people:
            run.people[person.row] = replace(run.people[person.row], grants=held)
            run.record(GrantsRead(person.row, held))
    if unread:
        run.warn(
            "roles_unread",
            f"The role grants of {counted_of(unread, len(people), 'person')} could not be read "
            "(authorization:grant:view), so an undo will not give these roles back.",
        )


async def _read_grants(
    run: Run, people: Sequence[Snapshot], active_users: int | None
) -> dict[int, tuple[RoleGrant, ...]]:
    found: dict[int, tuple[RoleGrant, ...]] = {}
    divisions = await run.genesys.divisions()
    if (
        not isinstance(divisions, ApiError)
        and active_users is not None
        and division_grants_are_cheaper(len(divisions), active_users, len(people))
    ):
        found = await _by_division(run, people, [division.id for division in divisions])
    rest = [person for person in people if person.row not in found]
    if rest:
        await _by_user(run, rest, found)
    return found


async def _by_division(
    run: Run, people: Sequence[Snapshot], division_ids: Sequence[str]
) -> dict[int, tuple[RoleGrant, ...]]:
    """The grants of those people whose every role the division grants explain."""
    by_subject: dict[str, set[RoleGrant]] = {
        subject_id: set() for person in people for subject_id in _subjects(person)
    }
    unreadable: list[ApiError] = []

    async def read(division_id: str) -> None:
        grants = await run.genesys.division_grants(division_id)
        if isinstance(grants, ApiError):
            unreadable.append(grants)
            return
        for subject_id, grant in grants:
            if subject_id in by_subject:
                by_subject[subject_id].add(grant)

    title, total = "Reading role grants", len(division_ids)
    with Phase(run, "division_grants", title, total, "divisions") as phase:

        async def read_one(division_id: str) -> None:
            await read(division_id)
            phase.advance(1)

        await for_each(division_ids, read_one, run.width)
    if unreadable:
        return {}
    return {
        person.row: tuple(sorted(by_subject[person.user.id], key=_order))
        for person in people
        if _explained(person, by_subject)
    }


def _order(grant: RoleGrant) -> tuple[str, str]:
    return (grant.role_id, grant.division_id)


def _explained(person: Snapshot, by_subject: dict[str, set[RoleGrant]]) -> bool:
    """Whether the user's own grants and those of the user's groups cover every role shown.

    Grants for all divisions ("*") may be missing from the division listings [assumed].
    """
    if person.user.role_ids is None:
        return False
    roles = {grant.role_id for subject in _subjects(person) for grant in by_subject[subject]}
    return set(person.user.role_ids) <= roles


def _subjects(person: Snapshot) -> tuple[str, ...]:
    """Those whose grants give the person roles: the user and the user's groups, by id."""
    return (person.user.id, *(group.id for group in person.user.groups or ()))


async def _by_user(
    run: Run,
    people: Sequence[Snapshot],
    found: dict[int, tuple[RoleGrant, ...]],
) -> None:
    denied: list[ApiError] = []

    async def read(person: Snapshot) -> None:
        if denied:
            return
        grants = await run.genesys.user_grants(person.user.id)
        if not isinstance(grants, ApiError):
            found[person.row] = grants
        elif grants.status == 403 and not found:
            # The permission is missing as a whole: asking for everyone else would say the same.
            denied.append(grants)

    with Phase(run, "grants", "Reading role grants", len(people), "people") as phase:

        async def read_one(person: Snapshot) -> None:
            await read(person)
            phase.advance(1)

        await for_each(people, read_one, run.width)
