"""What the report says about a run as a whole: notices, facts, settings, moments in words. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath, PureWindowsPath

from batch_offboard.results.models import RunView
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


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence above everything else; an alarming one stands out."""

    text: str
    alarming: bool


@dataclass(frozen=True, slots=True)
class Fact:
    """One line about the run: what it is, the value, and what is smaller beside it."""

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
    """A run folder as a report names it, `runs/…`: a computer's path is no evidence to be filed."""
    whole = PureWindowsPath(folder)  # it knows the separators of every system
    return f"runs/{whole.name}" if whole.parent.name == "runs" else whole.name


def notices_of(view: RunView, folder: str) -> tuple[Notice, ...]:
    """What a reader must know before anything else; `folder` is the run folder's name."""
    notices = []
    if view.started.dry_run:
        text = "This was a dry run: everything was read and planned, nothing was changed."
        notices.append(Notice(text, alarming=False))
    if view.finished is None:
        text = (
            "The journal has no end: the run is still going on, or was cut off (power, a closed "
            f"laptop). What it recorded is here; `{_going_on(view, folder)}` does the rest."
        )
        notices.append(Notice(text, alarming=True))
    elif view.finished.exit_code not in {0, 3} and view.finished.reason:
        notices.append(Notice(f"Why the run ended: {view.finished.reason}", alarming=True))
    return tuple(notices)


def _going_on(view: RunView, folder: str) -> str:
    """The command that goes on where a run was cut off, and goes no further than that run."""
    dry_run, previous = " --dry-run" if view.started.dry_run else "", view.started.previous
    if view.started.command != "undo" or previous is None:
        return f'batch-offboard rerun "{folder}"{dry_run}'
    # An undo is not resumed: the run is undone once more, for the same rows.
    rows = ",".join(pieces(sorted(each.row for each in view.results)))
    return f'batch-offboard undo "{folder_name(previous.folder)}" --rows {rows}{dry_run}'


def facts_of(view: RunView) -> tuple[Fact, ...]:
    """Who did what, with which list, to which organisation, when, with which program."""
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
    if view.accepted_names:
        numbers = ", ".join(map(str, view.accepted_names))
        facts.append(Fact("Names accepted", f"rows {numbers}", "a person has looked at them"))
    return tuple(facts)


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
    told = [(hours, "h"), (minutes, "min"), (seconds % 60, "s")]
    return "after " + (" ".join(f"{n} {unit}" for n, unit in told if n) or "less than a second")
