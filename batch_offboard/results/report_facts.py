"""What the report says about a run as a whole: notices, facts, what was agreed, settings. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from batch_offboard.errors import ExitCode
from batch_offboard.record.events import PlanAgreed, PlanShown, RunStarted
from batch_offboard.record.folder import folder_name
from batch_offboard.results.models import RunView
from batch_offboard.results.moments import Clockface, parse_moment
from batch_offboard.results.next_action import after_being_cut_off
from batch_offboard.wording import counted, pieces, printable, rows_named

_SHARED = (
    "This copy is for sharing. Names, addresses, user ids, employee numbers, notes and messages "
    "are left out. Queues, roles and groups are numbered. Row numbers and codes are those of the "
    "full report. The organisation's id and the correlation ids are kept: Genesys support finds "
    "requests by them."
)
"""The notice at the top of a report to share."""
_SHORT = 12
"""How many characters of a digest are shown first."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence at the top of the report; an alarming one stands out."""

    text: str
    alarming: bool


@dataclass(frozen=True, slots=True)
class Fact:
    """One line about the run: its label, its value, and smaller text beside it."""

    label: str
    value: str
    detail: str = ""


def kind_line(view: RunView) -> str:
    """What kind of run it was, as the line above the verdict."""
    kinds = {
        "run": "Offboarding report",
        "rerun": "Offboarding report, rerun",
        "undo": "Undo report",
    }
    return kinds[view.started.command] + (", dry run" if view.started.dry_run else "")


def folder_shown(view: RunView, folder: Path) -> str:
    """The run folder as recorded, so that a report does not change when it is moved; else `folder`.

    Versions before 0.2 did not record it.
    """
    return view.started.folder or folder_name(folder)


def notices_of(view: RunView, folder: Path, *, shared: bool = False) -> tuple[Notice, ...]:
    """The notices at the top of the report of the run in `folder`."""
    notices = [Notice(_SHARED, alarming=False)] if shared else []
    if view.started.dry_run:
        text = "This was a dry run. Everything was read and planned, but nothing was changed."
        notices.append(Notice(text, alarming=False))
    notices += [Notice(each, alarming=True) for each in put_back_sentences(view, shared=shared)]
    if view.finished is None:
        text = (
            "This run has no recorded end. It is still going on, or was cut short (power cut, "
            "closed laptop). This report shows what was recorded. To finish the run: "
            f"`{_command(view, folder)}`"
        )
        notices.append(Notice(text, alarming=True))
    elif view.finished.exit_code not in {0, 3} and view.finished.reason:
        notices.append(Notice(f"Why the run ended: {view.finished.reason}", alarming=True))
    return tuple(notices)


def put_back_sentences(view: RunView, *, shared: bool = False) -> tuple[str, ...]:
    """A sentence on who was put back by each undo that an earlier run's journal has on record."""
    names = {each.row: "" if shared else each.user_name for each in view.results}
    by_undo: dict[str, list[int]] = {}
    for row, by_run in view.put_back_since.items():
        by_undo.setdefault(by_run, []).append(row)
    return tuple(
        _put_back_sentence(sorted(rows), "" if shared else by_run, names)
        for by_run, rows in sorted(by_undo.items())
    )


def _put_back_sentence(rows: list[int], by_run: str, names: Mapping[int, str]) -> str:
    name = names[rows[0]] if len(rows) == 1 else ""
    who = f"{rows_named(rows)} ({printable(name)})" if name else rows_named(rows)
    has = "has" if len(rows) == 1 else "have"
    undo = f"the undo {printable(by_run)}" if by_run else "an undo"
    return (
        f"{who[0].upper()}{who[1:]} {has} been put back since this rerun, by {undo}, according to "
        "the journal of an earlier run."
    )


def _command(view: RunView, folder: Path) -> str:
    """The command that continues a run that was cut off."""
    action = after_being_cut_off(view, folder)
    is_undo = action.name == "undo_run"
    run = folder_name(action.path or folder) if is_undo else folder_shown(view, folder)
    words = [f'batch-offboard {"undo" if is_undo else "rerun"} "{run}"']
    words += [f"--rows {','.join(pieces(action.rows))}"] if action.rows else []
    words += ["--dry-run"] if view.started.dry_run else []
    return " ".join(words)


def facts_of(view: RunView) -> tuple[Fact, ...]:
    """The facts: who did what, with which list, to which organisation, when, with which version."""
    started, clock = view.started, Clockface(view.started)
    begun = clock.second(started.at)
    facts = [
        Fact(
            "Organisation",
            started.organisation.name,
            _details(started.region, started.organisation.id),
        ),
        *_list_facts(view),
        Fact(
            "Run by",
            operator(started),
            f"login at that computer, not verified · with the OAuth client {started.client_name}",
        ),
        Fact("Started", begun.local, _details(begun.utc, f"run {started.run_id}")),
        _ended(view, clock),
        Fact("Program", f"batch-offboard {started.program_version}"),
    ]
    if started.previous is not None:
        verb = "Undo of run" if started.command == "undo" else "Rerun of run"
        facts.append(Fact(verb, started.previous.run_id, folder_name(started.previous.folder)))
    if started.note:
        facts.append(Fact("Note", started.note))
    if view.accepted_names:
        rows = rows_named(sorted(view.accepted_names))
        facts.append(Fact("Names accepted", rows, "checked by a person"))
    return tuple(facts)


def operator(started: RunStarted) -> str:
    """The person at the computer: `Ann Lee (ann)`, or just the login."""
    return f"{started.os_name} ({started.os_user})" if started.os_name else started.os_user


def _details(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _list_facts(view: RunView) -> Iterator[Fact]:
    """The termination list; for a rerun, also the results file that it read."""
    info, rows = view.started.list, counted(len(view.results), "row")
    if view.started.command != "rerun":
        shown = info.termination_list
        yield Fact("List", shown.name, f"{rows} · SHA-256 {shown.sha256}")
        return
    if info.original is not None:
        yield Fact("List", info.original.name, f"SHA-256 {info.original.sha256}")
    else:
        yield Fact("List", "not known", "the journal of the first run was not found")
    yield Fact("Results used", info.name, f"{rows} · SHA-256 {info.sha256}")


def _ended(view: RunView, clock: Clockface) -> Fact:
    """When the run ended, and how long it took."""
    if view.finished is None:
        return Fact("Ended", "not recorded")
    ended = clock.second(view.finished.at)
    took = _duration(view.started.at, view.finished.at)
    return Fact("Ended", ended.local, _details(ended.utc, took))


@dataclass(frozen=True, slots=True)
class AgreedPlan:
    """The plan as it was shown, and who agreed to it, when and how."""

    lines: tuple[str, ...]
    facts: tuple[Fact, ...]


def agreed_plan_of(view: RunView) -> AgreedPlan | None:
    """What was agreed; None where the run ended before there was a plan."""
    if view.plan is None:
        return None
    by = _agreement(view, view.agreed) if view.agreed else [_no_agreement(view, view.plan)]
    size = f"{counted(view.plan.people, 'person') if view.plan.people else 'nobody'} to change"
    requests = counted(view.plan.calls, "request")
    of_what = (
        Fact("Plan", size, f"{requests} that change something"),
        Fact("Plan digest", view.plan.digest[:_SHORT], view.plan.digest),
    )
    return AgreedPlan(view.plan.lines, (*by, *of_what))


def _agreement(view: RunView, agreed: PlanAgreed) -> list[Fact]:
    """Who agreed to the plan, when and how."""
    if agreed.how == "number_typed":
        how = Fact("How", f"typed the number {agreed.number}")
    elif agreed.how == "without_question":
        how = Fact("How", "not asked (--yes)")
    else:
        digest = f"digest {agreed.plan_digest}"
        how = Fact("How", f"by starting the plan of run {agreed.plan_run}", digest)
    same = agreed.who == view.started.os_user
    who = operator(view.started) if same else agreed.who
    at = Clockface(view.started).second(agreed.at)
    return [Fact("Agreed by", who), Fact("Agreed at", at.local, at.utc), how]


def _no_agreement(view: RunView, plan: PlanShown) -> Fact:
    """Why nobody agreed to the plan."""
    finished = view.finished
    if view.started.dry_run:
        return Fact("Agreed by", "nobody was asked", "a dry run changes nothing")
    if finished is not None and finished.exit_code == ExitCode.REFUSED:
        return Fact("Agreed by", "nobody", "the plan was declined, and nothing was changed")
    if not plan.people:
        return Fact("Agreed by", "nobody was asked", "there was nobody to change")
    what = "run" if finished is not None else "journal"
    return Fact("Agreed by", "nobody", f"the {what} ended before that, and nothing was changed")


def setting_lines(settings: Mapping[str, object], before: str = "") -> Iterator[tuple[str, str]]:
    """The settings as dotted keys with values as config.yaml writes them."""
    for key, value in settings.items():
        if isinstance(value, Mapping):
            yield from setting_lines(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", _as_written(value)


def _as_written(value: object) -> str:
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(str, value)) + "]"
    words = {None: "null", True: "true", False: "false"}
    if value is None or isinstance(value, bool):
        return words[value]
    return f"{value:g}" if isinstance(value, float) else str(value)


def _duration(begins: str, ends: str) -> str:
    """`after 1 min 5 s`."""
    seconds = int((parse_moment(ends) - parse_moment(begins)).total_seconds())
    hours, minutes = divmod(seconds // 60, 60)
    parts = [(hours, "h"), (minutes, "min"), (seconds % 60, "s")]
    return "after " + (" ".join(f"{n} {unit}" for n, unit in parts if n) or "less than a second")
