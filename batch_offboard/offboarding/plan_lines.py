"""The plan as lines of text for a person."""

from collections.abc import Iterable, Iterator, Sequence

from batch_offboard.offboarding.codes import cause
from batch_offboard.offboarding.lacking import CODE
from batch_offboard.offboarding.planning import Plan, Planned
from batch_offboard.offboarding.undo import UndoPlan
from batch_offboard.wording import counted, printable

_SHOWN_QUEUES = 10
_SHOWN_NAMES = 12


def plan_lines(plan: Plan, notes: Iterable[str] = ()) -> Iterator[str]:
    """The plan in a few lines; `notes` come first: which guards hold."""
    yield "The plan:"
    for note in notes:
        yield f"  {note}"
    if plan.people or plan.held or plan.nothing_to_do:
        yield f"  {_people(plan.to_inactive)} will be set to inactive."
    else:
        yield "  Nothing to do: every row is carried over unchanged."
    if 0 < plan.to_inactive < plan.people:
        yield f"  {_more(plan.people - plan.to_inactive)}: {_people(plan.people)} to change."
    if plan.memberships:
        who = "They" if plan.to_inactive else "People who are already inactive"
        yield f"  {who} leave {_queues(plan)}."
    if plan.emptied_queues:
        yield f"  Left without agents: {_cut(plan.emptied_queues, _SHOWN_QUEUES)}."
    if plan.through_groups:
        stay = counted(plan.through_groups, "queue membership")
        come = "comes" if plan.through_groups == 1 else "come"
        yield f"  {stay} {come} from a group and cannot be removed here."
    yield from _optional_lines(plan.optional)
    for lost in plan.for_good:
        yield f"  An undo cannot restore {lost}."
    if plan.nothing_to_do:
        people = counted(plan.nothing_to_do, "person")
        need = "needs" if plan.nothing_to_do == 1 else "need"
        yield f"  {people} {need} nothing: {_done_already(plan)}."
    yield from _held_lines(plan, "on hold")
    if not plan.roles_kept:
        yield "  Note: role grants were not read, so an undo will NOT give roles back."
    if plan.calls:
        yield f"  About {counted(plan.calls, 'call')} to Genesys, {_minutes(plan.minutes)}."


def _more(people: int) -> str:
    """The people who are counted in the question although they are already inactive."""
    are = "is" if people == 1 else "are"
    return f"{people:,} more {are} already inactive but not fully offboarded"


def _done_already(plan: Plan) -> str:
    return "everything is already done" if plan.optional else "already inactive and in no queue"


def undo_plan_lines(plan: UndoPlan) -> Iterator[str]:
    """The plan of an undo in a few lines."""
    yield "The plan:"
    yield f"  {_people(plan.to_active)} will be set back to active."
    if plan.names:
        yield f"  People: {_cut(plan.names, _SHOWN_NAMES)}."
    if plan.memberships:
        yield f"  Put back into {_queues(plan)}."
    if plan.grants:
        yield f"  Given back: {counted(plan.grants, 'role grant')}."
    yield from _optional_lines(plan.optional)
    if plan.nothing_to_do:
        yield f"  Already as before: {counted(plan.nothing_to_do, 'person')}."
    yield from _held_lines(plan, "cannot be put back")
    for note in plan.notes:
        yield f"  Cannot be restored: {note}."


def _held_lines(plan: Plan | UndoPlan, what: str) -> Iterator[str]:
    """One sentence for each cause, whatever the number of rows."""
    for code, count in sorted(plan.held.items()):
        why = f"the OAuth client lacks {plan.lacking}" if code == CODE else cause(code)
        yield f"  {counted(count, 'row')} {what}: {printable(why)}."


def _people(count: int) -> str:
    return counted(count, "person") if count else "Nobody"


def _queues(plan: Plan | UndoPlan) -> str:
    return f"{counted(plan.queues, 'queue')} ({counted(plan.memberships, 'membership')})"


def _cut(names: Sequence[str], most: int) -> str:
    """The first names, and how many more there are."""
    more = len(names) - most
    return ", ".join(map(printable, names[:most])) + (f" and {more} more" if more > 0 else "")


def _optional_lines(optional: Iterable[Planned]) -> Iterator[str]:
    for step in optional:
        if step.count:
            yield f"  {step.title}: {counted(step.count, step.unit)}."


def _minutes(minutes: float) -> str:
    return "less than a minute" if minutes < 1 else counted(round(minutes), "minute")
