"""What the report says about a run as a whole: notices, facts, what was agreed, settings. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath, PureWindowsPath

from batch_offboard.errors import ExitCode
from batch_offboard.record.events import PlanAgreed, PlanShown
from batch_offboard.results.models import RunView
from batch_offboard.results.next_action import after_being_cut_off
from batch_offboard.results.report_traffic import moment
from batch_offboard.wording import counted, pieces

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


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


def kind_of(view: RunView) -> str:
    """What kind of run it was, as the line above the verdict."""
    kinds = {
        "run": "Offboarding report",
        "rerun": "Offboarding report, rerun",
        "undo": "Undo report",
    }
    return kinds[view.started.command] + (", dry run" if view.started.dry_run else "")


def folder_name(folder: PurePath | str) -> str:
    """A run folder as the report names it, `runs/…`, without paths of the computer it ran on."""
    whole = PureWindowsPath(folder)  # understands the path separators of all systems
    return f"runs/{whole.name}" if whole.parent.name == "runs" else whole.name


def notices_of(view: RunView, folder: Path) -> tuple[Notice, ...]:
    """The notices at the top of the report of the run in `folder`."""
    notices = []
    if view.started.dry_run:
        text = "This was a dry run: everything was read and planned, nothing was changed."
        notices.append(Notice(text, alarming=False))
    if view.finished is None:
        text = (
            "The journal has no closing line: the run is still going on, or was cut off (power, a "
            "closed laptop). This report shows what it recorded. To finish the run: "
            f"`{_command(view, folder)}`"
        )
        notices.append(Notice(text, alarming=True))
    elif view.finished.exit_code not in {0, 3} and view.finished.reason:
        notices.append(Notice(f"Why the run ended: {view.finished.reason}", alarming=True))
    return tuple(notices)


def _command(view: RunView, folder: Path) -> str:
    """The command that continues a run that was cut off."""
    action = after_being_cut_off(view, folder)
    name = "undo" if action.name == "undo_run" else "rerun"
    words = [f'batch-offboard {name} "{folder_name(action.path or folder)}"']
    words += [f"--rows {','.join(pieces(action.rows))}"] if action.rows else []
    words += ["--dry-run"] if view.started.dry_run else []
    return " ".join(words)


def facts_of(view: RunView) -> tuple[Fact, ...]:
    """The facts: who did what, with which list, to which organisation, when, with which version."""
    started, listed = view.started, view.started.list
    ended = view.finished.at if view.finished else ""
    facts = [
        Fact(
            "Organisation",
            started.organisation.name,
            f"{started.region} · {started.organisation.id}",
        ),
        Fact("List", listed.name, f"{counted(len(view.results), 'row')} · SHA-256 {listed.sha256}"),
        Fact("Run by", started.os_user, f"with the OAuth client {started.client_name}"),
        Fact("Started", _minute(started.at), f"run {started.run_id}"),
        Fact("Ended", _minute(ended) if ended else "not recorded", _duration(started.at, ended)),
        Fact("Program", f"batch-offboard {started.program_version}"),
    ]
    if started.previous is not None:
        verb = "Takes back" if started.command == "undo" else "Carries on"
        facts.append(Fact(verb, started.previous.run_id, folder_name(started.previous.folder)))
    if started.note:
        facts.append(Fact("Note", started.note))
    if view.accepted_names:
        numbers = ", ".join(map(str, view.accepted_names))
        facts.append(Fact("Names accepted", f"rows {numbers}", "a person has looked at them"))
    return tuple(facts)


@dataclass(frozen=True, slots=True)
class AgreedPlan:
    """The plan as it was shown, and who agreed to it, when and how."""

    lines: tuple[str, ...]
    facts: tuple[Fact, ...]


def agreed_plan_of(view: RunView) -> AgreedPlan | None:
    """What was agreed; None where the run ended before there was a plan."""
    if view.plan is None:
        return None
    by = _agreement(view.agreed) if view.agreed else [_no_agreement(view, view.plan)]
    digest = view.plan.digest
    return AgreedPlan(view.plan.lines, (*by, Fact("Digest of the plan", digest[:_SHORT], digest)))


def _agreement(agreed: PlanAgreed) -> list[Fact]:
    if agreed.how == "number_typed":
        how = Fact("How", f"typed the number {agreed.number}")
    elif agreed.how == "without_question":
        how = Fact("How", "without a question (--yes)")
    else:
        digest = f"digest {agreed.plan_digest}"
        how = Fact("How", f"with the plan of the earlier run {agreed.plan_run}", digest)
    return [Fact("Agreed by", agreed.who), Fact("Agreed at", utc(agreed.at)), how]


def _no_agreement(view: RunView, plan: PlanShown) -> Fact:
    finished = view.finished
    if view.started.dry_run:
        return Fact("Agreed by", "nobody was asked", "a dry run changes nothing")
    if finished is not None and finished.exit_code == ExitCode.REFUSED:
        return Fact("Agreed by", "nobody", "the plan was declined, and nothing was changed")
    if not plan.people:
        return Fact("Agreed by", "nobody was asked", "there was nobody to change")
    ended = "the run" if finished is not None else "the record"
    return Fact("Agreed by", "nobody", f"{ended} ends before that, and nothing was changed")


def settings_of(settings: Mapping[str, object], before: str = "") -> Iterator[tuple[str, str]]:
    """The settings as dotted keys with values as config.yaml writes them."""
    for key, value in settings.items():
        if isinstance(value, Mapping):
            yield from settings_of(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", _as_written(value)


def _as_written(value: object) -> str:
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(str, value)) + "]"
    words = {None: "null", True: "true", False: "false"}
    if value is None or isinstance(value, bool):
        return words[value]
    return f"{value:g}" if isinstance(value, float) else str(value)


def utc(text: str) -> str:
    """`23 November 2026, 19:38:00 UTC`."""
    return f"{day(text)}, {moment(text):%H:%M:%S} UTC"


def _minute(text: str) -> str:
    return f"{day(text)}, {moment(text):%H:%M} UTC"


def day(text: str) -> str:
    """`23 November 2026`."""
    at = moment(text)
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}"


def _duration(begins: str, ends: str) -> str:
    if not ends:
        return ""
    seconds = int((moment(ends) - moment(begins)).total_seconds())
    hours, minutes = divmod(seconds // 60, 60)
    parts = [(hours, "h"), (minutes, "min"), (seconds % 60, "s")]
    return "after " + (" ".join(f"{n} {unit}" for n, unit in parts if n) or "less than a second")
