"""What a run took from a person, or an undo gave back: queues, roles and other holdings. Pure."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from batch_offboard.offboarding.belongings import (
    BELONGINGS,
    QUEUES,
    ROLES,
    missing_holdings,
    removed_holdings,
)
from batch_offboard.offboarding.models import (
    ALL_DIVISIONS,
    Holdings,
    Membership,
    Named,
    Queue,
    RoleGrant,
)
from batch_offboard.offboarding.steps import ended_by
from batch_offboard.offboarding.steps.deactivate import missing_grants
from batch_offboard.offboarding.undo import missing_memberships
from batch_offboard.results.row_record import RowRecord

_CACHED = 1_000


@dataclass(frozen=True, slots=True)
class Loss:
    """One thing that a person had and lost, or got back in an undo.

    `noun` says what it is, as belongings are named. A queue has its joined flag and, if it was
    read, its ring number; `uses_rings` says whether that matters. A role has its division, whose
    name may be unknown.
    """

    noun: str
    thing: Named
    division: Named | None = None
    joined: bool = True
    ring_number: int | None = None
    uses_rings: bool = False


class LossFacts:
    """What is known of the run: queues and divisions with their names, and its own settings.

    Losses are cached: many people were in the same queues, or had the same roles.
    """

    def __init__(
        self,
        queues: Mapping[str, Queue],
        divisions: Mapping[str, Named],
        steps: Collection[str],
        *,
        dry_run: bool,
    ) -> None:
        self.steps, self.dry_run = steps, dry_run
        self._queues, self._divisions = queues, divisions
        self.queues_lost = lru_cache(maxsize=_CACHED)(self._queues_lost)
        self.roles_lost = lru_cache(maxsize=_CACHED)(self._roles_lost)

    def _queues_lost(self, memberships: tuple[Membership, ...]) -> tuple[Loss, ...]:
        found = [
            Loss(
                QUEUES.noun,
                Named(each.queue_id, queue.name if queue else ""),
                queue.division if queue else None,
                each.joined,
                each.ring_number,
                uses_rings=bool(queue and queue.uses_rings),
            )
            for each in memberships
            for queue in [self._queues.get(each.queue_id)]
        ]
        return tuple(sorted(found, key=_by_name))

    def _roles_lost(self, grants: tuple[RoleGrant, ...]) -> tuple[Loss, ...]:
        found = [
            Loss(ROLES.noun, Named(each.role_id, each.role_name), self._division(each))
            for each in grants
        ]
        return tuple(sorted(found, key=_by_name))

    def _division(self, grant: RoleGrant) -> Named:
        """The division in which a role was granted."""
        if grant.division_id == ALL_DIVISIONS:
            return Named(ALL_DIVISIONS, "all divisions")
        return self._divisions.get(grant.division_id, Named(grant.division_id))


def taken_by_run(record: RowRecord, known: LossFacts) -> tuple[Loss, ...]:
    """What this run took from a row's person; in a dry run, what a real one would take."""
    if record.user is None or record.rare.held is not None:
        return ()
    return (
        *known.queues_lost(tuple(_memberships(record, known))),
        *known.roles_lost(_grants(record, known)),
        *_others(_holdings(record)),
    )


def restored_by_undo(record: RowRecord, known: LossFacts) -> tuple[Loss, ...]:
    """What this undo put back for a row's person; in a dry run, what a real one would."""
    wanted = record.rare.wanted
    if wanted is None or record.user is None or record.rare.held is not None:
        return ()
    missing = missing_memberships(wanted.memberships, record.memberships)
    if not known.dry_run:
        still = missing_memberships(missing, record.left or ())
        missing = tuple(each for each in missing if each not in still)
    back = known.dry_run or record.user.state != "active"
    return (
        *known.queues_lost(missing),
        *known.roles_lost(_grants_back(record, known) if back else ()),
        *_others(_holdings_back(record, known)),
    )


def _memberships(record: RowRecord, known: LossFacts) -> Iterator[Membership]:
    """The memberships that ended, one for each queue: a direct one before one through a group."""
    removed = record.queues_removed
    if known.dry_run:
        own = (each.queue_id for each in record.memberships if each.by != "group")
        removed = frozenset(own if "remove_from_queues" in known.steps else ())
    by_queue = {each.queue_id: each for each in record.memberships if each.queue_id in removed}
    own_by_queue = {each.queue_id: each for each in record.memberships if each.by != "group"}
    return (own_by_queue.get(queue_id, each) for queue_id, each in by_queue.items())


def _grants(record: RowRecord, known: LossFacts) -> tuple[RoleGrant, ...]:
    """The role grants that ended when the person was set to inactive."""
    if record.user is None or record.user.state != "active":
        return ()
    if known.dry_run:
        return record.grants if "deactivate" in known.steps else ()
    if not record.state_changed:
        return ()
    kept = (record.user_back.role_ids or ()) if record.user_back else ()
    return tuple(each for each in record.grants if each.role_id not in kept)


def _holdings(record: RowRecord) -> Holdings:
    """What the optional steps ended, as far as it was read back."""
    if record.user is None or record.user_back is None or not any(record.user.holdings.values()):
        return {}
    return removed_holdings(record.user, record.user_back, ended_by(record.steps_sent))


def _grants_back(record: RowRecord, known: LossFacts) -> tuple[RoleGrant, ...]:
    wanted = record.rare.wanted.grants if record.rare.wanted else ()
    if known.dry_run:
        return wanted
    if record.rare.grants_back is None:
        return ()
    missing = missing_grants(wanted, record.rare.grants_back)
    return tuple(each for each in wanted if each not in missing)


def _holdings_back(record: RowRecord, known: LossFacts) -> Holdings:
    """The wanted holdings that the person lacked before the undo and has after it."""
    before, after = record.user, record.user_back
    if record.rare.wanted is None or before is None:
        return {}
    found = {}
    for name, wanted in record.rare.wanted.holdings.items():
        lacked = missing_holdings(wanted, before.holdings.get(name))
        still = missing_holdings(lacked, after.holdings.get(name) if after else None)
        found[name] = tuple(each for each in lacked if known.dry_run or each not in still)
    return found


def _others(holdings: Holdings) -> Iterator[Loss]:
    for each in BELONGINGS:
        for holding in holdings.get(each.name, ()):
            yield Loss(each.noun, Named(holding.id, holding.name))


def _by_name(loss: Loss) -> tuple[str, str, str]:
    """The sort key of a loss: the order in which things are read differs from run to run."""
    return (
        loss.thing.name.casefold(),
        loss.thing.id,
        loss.division.id if loss.division else "",
    )
