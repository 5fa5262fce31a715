"""A run as it may be shown to others: without anything that identifies a person. Pure.

What stays is what the program itself said: row numbers, statuses, counts, times, and codes. Queues,
groups, roles and divisions are numbered, as any of them may be named after a person. Texts that
came from people or from Genesys are left out, or made anew from the codes.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import get_args

from batch_offboard.errors import ExitCode
from batch_offboard.offboarding.codes import CODES
from batch_offboard.offboarding.leftovers import LEFTOVERS
from batch_offboard.offboarding.models import ALL_DIVISIONS, Named, Queue, State
from batch_offboard.offboarding.steps import STEPS
from batch_offboard.record.events import (
    ListFile,
    ListInfo,
    Paused,
    PlanAgreed,
    Predecessor,
    RunFinished,
    RunStarted,
    Warned,
)
from batch_offboard.results.losses import Loss
from batch_offboard.results.models import QueueChange, RowResult, RunView
from batch_offboard.results.moments import as_moment, is_zone, parse_moment
from batch_offboard.results.next_action import missing_permissions, next_action
from batch_offboard.results.run_verdict import ended_before_writing

LEFT_OUT = "left out"
"""What stands for whatever a report to share does not show."""
RUN_FOLDER = "RUN_DIR"
"""Stands for the run folder, whose name would reveal that of the list."""

_GUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_CODE = re.compile("[a-z][a-z0-9]*([._][a-z0-9]+)*")
_SCOPE = re.compile(r"token \d+|queue routes|login|this call")
_ZONE = re.compile(r"(\b[A-Z]{2,5}, )?UTC([+-]\d\d:\d\d)?$")
"""The computer's time zone as it is kept; a longer name may be any text."""
_COLUMN = re.compile(r"\boffboard_[a-z_]+")
"""A column of the results file, which readers of a shared report do not have."""
_WORD = re.compile(r"\w+")
_PERMISSIONS = frozenset(
    name for step in STEPS.values() for needed in step.permissions for name in needed.any_of
)
_ENDS: Mapping[int, str] = {
    ExitCode.DEFECT: "the program failed unexpectedly",
    ExitCode.USAGE: "list, settings or permissions did not allow it",
    ExitCode.REFUSED: "it was refused or declined",
    ExitCode.STOPPED: "it was stopped part-way",
    ExitCode.INTERRUPTED: "a person stopped it",
}
"""By exit code: why the run ended, without the reason's own words."""


def share_safe(view: RunView) -> RunView:
    """The run without anything that identifies the people in it or whoever made it."""
    aliases, words = _Aliases(), _Words(view)
    started, about = _started(view.started), _about(view)
    same_run = {view.started.run_id: started.run_id}
    return RunView(
        started=started,
        cells=tuple(() for _ in view.cells),
        due=view.due,
        results=tuple(_result(row, about, same_run, aliases, words) for row in view.results),
        warnings=tuple(map(_warning, view.warnings)),
        queues=tuple(_queue(each, aliases) for each in view.queues),
        pauses=tuple(map(_pause, view.pauses)),
        traffic=view.traffic,
        inactive_at=view.inactive_at,
        accepted_names=view.accepted_names,
        taken=_taken(view.taken, aliases),
        plan=view.plan and replace(view.plan, lines=()),
        agreed=view.agreed and _agreed(view.agreed),
        wrote=view.wrote,
        written=view.written,
        finished=view.finished and _finished(view.finished),
        put_back_since=dict.fromkeys(view.put_back_since, LEFT_OUT),
    )


class _Aliases:
    """Aliases such as `queue 1`, `queue 2`, `role 1`: the same one for the same kind and id."""

    def __init__(self) -> None:
        self._numbers: defaultdict[str, dict[str, int]] = defaultdict(dict)

    def of(self, noun: str, id: str) -> Named:
        numbers = self._numbers[noun]
        number = numbers.setdefault(id, len(numbers) + 1)
        return Named(f"{noun} {number}", f"{noun} {number}")

    def division(self, division: Named) -> Named:
        everywhere = division.id == ALL_DIVISIONS
        return (
            Named(ALL_DIVISIONS, "all divisions")
            if everywhere
            else self.of("division", division.id)
        )


class _Words:
    """Every word that could tell about people: those of the list, the people found, the operator.

    Error codes of Genesys might repeat one.
    """

    def __init__(self, view: RunView) -> None:
        self._view = view
        self._known: frozenset[str] | None = None

    def occur_in(self, text: str) -> bool:
        """Whether any word of `text` is among them."""
        if self._known is None:
            found = (word for each in self._texts() for word in _words(each))
            self._known = frozenset(found)
        return not self._known.isdisjoint(_words(text))

    def _texts(self) -> Iterator[str]:
        started = self._view.started
        yield from (started.os_user, started.os_name, started.client_name, started.note)
        for cells in self._view.cells:
            yield from cells
        for row in self._view.results:
            yield from (row.user_name, row.user_email, row.user_id)


def _words(text: str) -> Iterable[str]:
    return (word for whole in _WORD.findall(text.casefold()) for word in whole.split("_"))


def _started(started: RunStarted) -> RunStarted:
    """The start of the run, without names."""
    return replace(
        started,
        run_id=f"{parse_moment(started.at):%Y%m%dT%H%M%SZ}",
        os_user=LEFT_OUT,
        os_name="",
        organisation=Named(_guid(started.organisation.id), LEFT_OUT),
        client_name=f"({LEFT_OUT})",
        list=_list(started.list),
        settings=dict(_settings(started.settings)),
        previous=started.previous and Predecessor(LEFT_OUT, RUN_FOLDER),
        runs_before=(),
        timezone=_zone(started.timezone),
        note=f"{LEFT_OUT}, as it may name people" if started.note else "",
        folder="",
    )


def _zone(timezone: str) -> str:
    """The offset of a computer's time zone, with its name if that is a short one."""
    found = _ZONE.search(timezone)
    return found[0] if found else ""


def _list(info: ListInfo) -> ListInfo:
    original = info.original and ListFile(LEFT_OUT, info.original.sha256)
    zone = info.timezone if is_zone(info.timezone) else "UTC"
    return ListInfo(LEFT_OUT, info.sha256, "", "", "", (), {}, timezone=zone, original=original)


def _settings(settings: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Numbers and switches; of texts only names of steps and an IANA time zone."""
    for key, value in settings.items():
        if isinstance(value, Mapping):
            yield key, dict(_settings(value))
        elif value is None or isinstance(value, bool | int | float) or _names_steps(value):
            yield key, value
        else:
            is_safe = key == "timezone" and isinstance(value, str) and is_zone(value)
            yield key, value if is_safe else LEFT_OUT


def _names_steps(value: object) -> bool:
    """Whether the value is a list of nothing but steps or leftovers; an empty list is one."""
    known = (*STEPS, *LEFTOVERS)
    return isinstance(value, list | tuple) and all(str(each) in known for each in value)


def _result(
    row: RowResult,
    about: Mapping[str, object],
    same_run: Mapping[str, str],
    aliases: _Aliases,
    words: _Words,
) -> RowResult:
    """A row, without names and messages."""
    code = _code(row.error_code, words)
    return replace(
        row,
        next_action=_next_action(row, code, about),
        user_id=aliases.of("person", row.user_id).id if row.user_id else "",
        user_name="",
        user_email="",
        state_before=_state(row.state_before),
        state_after=_state(row.state_after),
        left_because="",
        left_behind="something, which the full report names" if row.left_behind else "",
        error_code=code,
        error="",
        correlation_id=_correlation_id(row),
        started_at=_moment(row.started_at),
        finished_at=_moment(row.finished_at),
        run_id=same_run.get(row.run_id, "an earlier one" if row.run_id else ""),
    )


def _about(view: RunView) -> Mapping[str, object]:
    """What the next actions of all rows have to know of their run."""
    command, dry_run = view.started.command, view.started.dry_run
    early = ended_before_writing(view)
    return {"command": command, "not_begun": command if dry_run or early else "", "early": early}


def _next_action(row: RowResult, code: str, about: Mapping[str, object]) -> str:
    """The next action made anew from the code; of all names only permissions are kept."""
    goes_on = row.status == "planned" and not about["early"]
    not_begun = "" if goes_on else about["not_begun"]
    named = missing_permissions(f"{row.error} {row.next_action}")
    said = next_action(
        row.status,
        code,
        http_status=row.http_status,
        message=" ".join(each for each in named if each in _PERMISSIONS),
        user_name="the Genesys user who was found" if code == "identity_mismatch" else "",
        about={**about, "not_begun": not_begun, "row": row.row},
    )
    said = said.replace("in its offboard_retry", "for it in the results file")
    return _COLUMN.sub("the full report", said)


def _code(code: str, words: _Words) -> str:
    """Our codes, and those of Genesys that look like one and repeat nothing of the list."""
    if code in CODES or not code:
        return code
    return code if _CODE.fullmatch(code) and not words.occur_in(code) else "other"


def _guid(text: str) -> str:
    return text if _GUID.fullmatch(text) else ""


def _correlation_id(row: RowResult) -> str:
    is_person = row.correlation_id.casefold() == row.user_id.casefold()
    return "" if is_person else _guid(row.correlation_id)


def _state(state: str) -> str:
    return state if state in get_args(State) else ""


def _moment(text: str) -> str:
    return text if as_moment(text) else ""


def _warning(warning: Warned) -> Warned:
    """A warning, without its sentence."""
    return Warned(warning.code, f"`{warning.code}`. The full report has the sentence.")


def _queue(change: QueueChange, aliases: _Aliases) -> QueueChange:
    alias = aliases.of("queue", change.queue.id)
    division = aliases.division(change.queue.division)
    queue = Queue(alias.id, alias.name, division, change.queue.member_count)
    return replace(change, queue=queue)


def _pause(pause: Paused) -> Paused:
    scope = pause.scope if _SCOPE.fullmatch(pause.scope) else LEFT_OUT
    return replace(pause, scope=scope, reason=LEFT_OUT)


def _agreed(agreed: PlanAgreed) -> PlanAgreed:
    """The agreement, without who gave it."""
    return replace(agreed, who=LEFT_OUT, plan_run=f"({LEFT_OUT})" if agreed.plan_run else "")


def _finished(finished: RunFinished) -> RunFinished:
    return replace(finished, reason=f"{_ENDS.get(finished.exit_code, LEFT_OUT)}.")


def _taken(
    taken: Callable[[int], tuple[Loss, ...]], aliases: _Aliases
) -> Callable[[int], tuple[Loss, ...]]:
    def safe(row: int) -> tuple[Loss, ...]:
        return tuple(
            replace(
                each,
                thing=aliases.of(each.noun, each.thing.id),
                division=each.division and aliases.division(each.division),
            )
            for each in taken(row)
        )

    return safe
