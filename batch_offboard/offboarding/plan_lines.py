"""The plan as lines of text for a person."""

from collections.abc import Iterable, Iterator, Sequence

from batch_offboard.offboarding.codes import DELETED, cause
from batch_offboard.offboarding.lacking import CODE
from batch_offboard.offboarding.planning import Plan, Planned
from batch_offboard.offboarding.undo import UndoPlan
from batch_offboard.wording import counted, printable

_SHOWN_QUEUES = 10
_SHOWN_CAUSES = 6
SHOWN_NAMES = 12


def plan_lines(plan: Plan, notes: Iterable[str] = ()) -> Iterator[str]:
    """The plan in a few lines; `notes` come first: the organisation, the list, its guards."""
    yield "The plan:"
    for note in notes:
        yield f"  {note}"
    yield f"  {_whom(plan)}"
    yield from _named(plan.names)
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
    for sentence in plan.before:
        yield f"  {printable(sentence)}"
    for lost in plan.for_good:
        yield f"  An undo cannot restore {lost}."
    if not plan.roles_kept:
        yield "  Note: role grants were not read, so an undo will NOT give roles back."
    if plan.nothing_to_do:
        people = counted(plan.nothing_to_do, "person")
        need = "needs" if plan.nothing_to_do == 1 else "need"
        yield f"  {people} {need} nothing: {_done_already(plan)}."
    if deleted := plan.held.get(DELETED, 0):
        need = "needs" if deleted == 1 else "need"
        yield f"  {counted(deleted, 'row')} {need} nothing: {cause(DELETED)}."
    yield from _held_lines(plan, "on hold")
    if plan.calls:
        yield f"  About {counted(plan.calls, 'request')} to Genesys, {_minutes(plan.minutes)}."


def _whom(plan: Plan) -> str:
    """How many people are changed, which is the number to type, and what is wrong with them."""
    already = plan.people - plan.to_inactive
    but = "already inactive but not fully offboarded"
    if plan.to_inactive and already:
        people = counted(plan.people, "person")
        return f"{people} to change: {plan.to_inactive:,} to set to inactive, {already:,} {but}."
    if plan.people:
        people = counted(plan.people, "person")
        return f"{people} {f'to change: {but}' if already else 'will be set to inactive'}."
    if plan.held or plan.nothing_to_do:
        return "Nobody will be set to inactive."
    return "Nothing to do: every row is carried over unchanged."


def _named(names: Sequence[str]) -> Iterator[str]:
    if names:
        yield f"    {_cut(names, SHOWN_NAMES)}."


def _held_lines(plan: Plan | UndoPlan, words: str) -> Iterator[str]:
    """One line, whatever the number of causes: the most frequent first.

    What the client lacks has a line of its own, with permissions and divisions.
    """
    held = {code: count for code, count in plan.held.items() if code not in (CODE, DELETED)}
    if lacking := plan.held.get(CODE, 0):
        lacks = printable(plan.lacking)
        yield f"  {counted(lacking, 'row')} {words}: the OAuth client lacks {lacks}."
    causes = [(cause(code), count) for code, count in sorted(held.items(), key=_most_first)]
    if len(causes) == 1:
        yield f"  {counted(causes[0][1], 'row')} {words}: {causes[0][0]}."
    elif causes:
        shown, rest = causes[:_SHOWN_CAUSES], sum(count for _, count in causes[_SHOWN_CAUSES:])
        more = [("other causes", rest)] if rest else []
        said = "; ".join(f"{each} ({count})" for each, count in (*shown, *more))
        yield f"  {counted(sum(held.values()), 'row')} {words}: {said}."


def _most_first(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]


def _done_already(plan: Plan) -> str:
    return "everything is already done" if plan.optional else "already inactive and in no queue"


def undo_plan_lines(plan: UndoPlan, notes: Iterable[str] = ()) -> Iterator[str]:
    """The plan of an undo in a few lines; `notes` come first: the organisation, the run."""
    yield "The plan:"
    for note in notes:
        yield f"  {note}"
    yield f"  {_whom_back(plan)}"
    yield from _named(plan.names)
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


def _whom_back(plan: UndoPlan) -> str:
    """How many people are changed, which is the number to type."""
    others = plan.people - plan.to_active
    if plan.to_active and others:
        people = counted(plan.people, "person")
        active = f"{plan.to_active:,} to set back to active"
        return f"{people} to put back: {active}, {others:,} with other changes."
    if plan.people:
        people = counted(plan.people, "person")
        return f"{people} {'to put back' if others else 'will be set back to active'}."
    return "Nobody will be set back to active."


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
