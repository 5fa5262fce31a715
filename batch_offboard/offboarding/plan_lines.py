"""The plan as lines of text for a person."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from batch_offboard.offboarding.codes import DELETED, cause
from batch_offboard.offboarding.lacks import CODE
from batch_offboard.offboarding.planning import Plan, Planned
from batch_offboard.offboarding.steps.remove_from_queues import STEP_OFF
from batch_offboard.offboarding.undo import UndoPlan
from batch_offboard.wording import counted, printable

_SHOWN_QUEUES = 10
_SHOWN_CAUSES = 3
_ALWAYS_SHOWN = ("protected", "identity_mismatch", "conflicting_rows")
"""Codes of holds that may keep somebody from being offboarded by mistake."""
SHOWN_NAMES = 12


def plan_lines(plan: Plan, notes: Iterable[str] = ()) -> Iterator[str]:
    """The plan in a few lines; `notes` come first: the organisation, the list, its guards."""
    yield "The plan:"
    for note in notes:
        yield f"  {note}"
    yield f"  {_people_changed(plan)}"
    yield from _named(plan.names)
    if plan.memberships:
        who = "They" if plan.to_inactive else "People who are already inactive"
        yield f"  {who} will be removed from {_queues(plan)}."
    if plan.emptied_queues:
        yield f"  Left without agents: {_cut(plan.emptied_queues, _SHOWN_QUEUES)}."
    if plan.through_groups:
        stay = counted(plan.through_groups, "queue membership")
        come = "comes" if plan.through_groups == 1 else "come"
        yield f"  {stay} {come} from a group and cannot be removed here."
    if plan.kept:
        kept = counted(plan.kept, "membership")
        yield f"  {STEP_OFF}: people stay in their queues ({kept}) and are only partly done."
    yield from _optional_lines(plan.optional)
    for sentence in plan.before:
        yield f"  {printable(sentence)}"
    for lost in plan.for_good:
        yield f"  An undo cannot put this back: {lost}."
    if not plan.roles_kept:
        yield "  Note: role grants were not read, so an undo cannot put roles back."
    yield from _nothing_needed(plan)
    yield from _held_lines(plan, "on hold")
    if plan.calls:
        requests = f"{counted(plan.calls, 'request')} to Genesys, reading back included"
        yield f"  About {requests}, {_minutes(plan.minutes)}."


def _people_changed(plan: Plan) -> str:
    """How many people are changed (the number to type), and how many are inactive already."""
    already = plan.people - plan.to_inactive
    but = "already inactive but not done"
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


def _nothing_needed(plan: Plan) -> Iterator[str]:
    """One line about the people who need nothing more."""
    done, deleted = plan.nothing_to_do, plan.held.get(DELETED, 0)
    if total := done + deleted:
        said = _done_already(plan) if done else cause(DELETED)
        if done and deleted:
            said = f"{done:,} {said}, {deleted:,} deleted"
        yield f"  {counted(total, 'person')} {'needs' if total == 1 else 'need'} nothing: {said}."


def _held_lines(plan: Plan | UndoPlan, words: str) -> Iterator[str]:
    """One line: the most frequent causes first, and all that may have kept somebody from harm.

    What the client lacks has a line of its own, with permissions and divisions.
    """
    held = {code: count for code, count in plan.held.items() if code not in (CODE, DELETED)}
    if lacking := plan.held.get(CODE, 0):
        lacks = printable(plan.lacking)
        yield f"  {counted(lacking, 'row')} {words}: the OAuth client lacks {lacks}."
    if len(held) == 1:
        ((code, count),) = held.items()
        yield f"  {counted(count, 'row')} {words}: {cause(code)}."
    elif held:
        shown = _shown_causes(held)
        said = [f"{cause(code)} ({held[code]})" for code in shown]
        if rest := {code: count for code, count in held.items() if code not in shown}:
            rows = counted(sum(rest.values()), "row")
            said.append(f"{rows} for {counted(len(rest), 'other cause')}")
        yield f"  {counted(sum(held.values()), 'row')} {words}: {'; '.join(said)}."


def _shown_causes(held: Mapping[str, int]) -> Sequence[str]:
    """The codes whose causes are named: all of them if only one would be left out."""
    ordered = sorted(held, key=lambda code: (-held[code], code))
    if len(ordered) <= _SHOWN_CAUSES + 1:
        return ordered
    first = ordered[:_SHOWN_CAUSES]
    return [code for code in ordered if code in first or code in _ALWAYS_SHOWN]


def are_all_shown(plan: Plan | UndoPlan) -> bool:
    """Whether the lines name everybody who is changed, and every cause of a hold."""
    held = {code: count for code, count in plan.held.items() if code not in (CODE, DELETED)}
    return len(plan.names) <= SHOWN_NAMES and len(_shown_causes(held)) == len(held)


def _done_already(plan: Plan) -> str:
    """Why people need nothing more."""
    return "everything is already done" if plan.optional else "already inactive and in no queue"


def undo_plan_lines(plan: UndoPlan, notes: Iterable[str] = ()) -> Iterator[str]:
    """The plan of an undo in a few lines; `notes` come first: the organisation, the run."""
    yield "The plan:"
    for note in notes:
        yield f"  {note}"
    yield f"  {_people_put_back(plan)}"
    yield from _named(plan.names)
    if plan.memberships:
        yield f"  They will be put back into {_queues(plan)}."
    if plan.grants:
        yield f"  Put back: {counted(plan.grants, 'role grant')}."
    yield from _optional_lines(plan.optional)
    if plan.nothing_to_do:
        yield f"  Already as before the run: {counted(plan.nothing_to_do, 'person')}."
    yield from _held_lines(plan, "cannot be put back")
    for note in plan.notes:
        yield f"  Cannot be put back: {note}."


def _people_put_back(plan: UndoPlan) -> str:
    """How many people are changed: the number to type."""
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
    """`25 queues (285 memberships)`."""
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
    """`less than a minute`, `7 minutes`."""
    return "less than a minute" if minutes < 1 else counted(round(minutes), "minute")
