"""What tests of whole runs share: organisations told in names, a fast clock, a run in one call.

People, queues, groups and divisions are told by name; `id_of` gives the id of each.
"""

from __future__ import annotations

import asyncio
import csv
import json
import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from batch_offboard.commands.order import Options, Outcome
from batch_offboard.commands.perform import Request, perform
from batch_offboard.commands.run_list import RunRequest
from batch_offboard.commands.settings import list_settings
from batch_offboard.config import Config
from batch_offboard.errors import ExitCode
from batch_offboard.genesys import Clock, Credentials, Stop
from batch_offboard.offboarding.agreement import Agreement, Proposal
from batch_offboard.offboarding.leftovers import DEFAULT_LEFTOVERS, Leftover
from batch_offboard.offboarding.planning import Plan
from batch_offboard.record.events import Event
from batch_offboard.record.journal_lines import read_journal
from batch_offboard.results.models import RowResult
from batch_offboard.simulator import ALWAYS, Assumptions, Fault, Org, OrgFile, Simulator
from batch_offboard.simulator.generate import OFFBOARDING_PERMISSIONS
from batch_offboard.termination_list import parse_choices, read_termination_list
from tests.forking import Beginning, Forked
from tests.in_process import Said, give_command
from tests.virtual_time import TIME

T = TypeVar("T")

_IDS = uuid.UUID("5f3d5a6e-0000-4000-8000-000000000000")
HOME = "Home"
EVERYWHERE = "*"


def id_of(name: str) -> str:
    """The id of whatever has this name."""
    return str(uuid.uuid5(_IDS, name))


# -- time


def fast_seconds() -> float:
    """Seconds of the fast clock: hand it to a simulator whose limits and tokens must keep up."""
    return TIME.seconds()


def fast_clock() -> Clock:
    """A clock on which waiting takes no time; for work that `run_fast` runs."""
    return TIME.clock()


def run_fast(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` to its end on a loop in the fast clock's time."""
    return TIME.run(work)


# -- organisations


@dataclass(frozen=True)
class Role:
    """A role of the OAuth client, in one division or everywhere."""

    permissions: Sequence[str] = tuple(OFFBOARDING_PERMISSIONS)
    division: str = EVERYWHERE


def permissions_without(*missing: str) -> tuple[str, ...]:
    """What offboarding needs, but for these permissions."""
    return tuple(each for each in OFFBOARDING_PERMISSIONS if each not in missing)


@dataclass(frozen=True)
class Member:
    """A queue's member who is not simply joined with ring number 1."""

    name: str
    joined: bool = True
    ring_number: int = 1


def off(name: str) -> Member:
    """A member who has switched the queue off."""
    return Member(name, joined=False)


def org_of(
    people: Iterable[str],
    queues: Mapping[str, Iterable[str | Member]] | None = None,
    *,
    groups: Mapping[str, Iterable[str]] | None = None,
    group_types: Mapping[str, str] | None = None,
    through: Mapping[str, Iterable[str]] | None = None,
    divisions: Mapping[str, Iterable[str]] | None = None,
    client: Iterable[Role] = (Role(),),
    facts: Mapping[str, Mapping[str, Any]] | None = None,
    token_seconds: int = 86400,
) -> Org:
    """An organisation.

    `queues` gives the members of each queue, `through` the groups that lead to a queue,
    `divisions` what (queues, people) is in another division than the home one, `facts` what is
    special about a person (state, version, …). Everyone holds the roles Employee and Agent.
    """
    division_of = {name: each for each, names in (divisions or {}).items() for name in names}
    client_roles, types = list(client), group_types or {}
    file = {
        "organization": {"id": id_of("Org"), "name": "Test Org"},
        "divisions": [
            {"id": id_of(HOME), "name": HOME, "home": True},
            *({"id": id_of(each), "name": each} for each in divisions or {}),
        ],
        "roles": _roles(client_roles),
        "clients": [_client(client_roles, token_seconds)],
        "groups": [_group(each, groups[each], types.get(each, "GROUP")) for each in groups or {}],
        "users": [
            _user(name, division_of.get(name), (facts or {}).get(name, {})) for name in people
        ],
        "queues": [
            _queue(name, members, division_of.get(name, HOME), (through or {}).get(name, ()))
            for name, members in (queues or {}).items()
        ],
    }
    return Org(OrgFile.model_validate(file))


def _roles(of_client: Sequence[Role]) -> list[dict[str, Any]]:
    return [
        *(
            {"id": id_of(f"role {n}"), "name": f"Role {n}", "permissions": role.permissions}
            for n, role in enumerate(of_client)
        ),
        {"id": id_of("Employee"), "name": "Employee"},
        {"id": id_of("Agent"), "name": "Agent"},
    ]


def _client(roles: Sequence[Role], token_seconds: int) -> dict[str, Any]:
    return {
        "id": id_of("Client"),
        "name": "HR offboarding",
        "secret": "practice-secret-7f3a",
        "token_seconds": token_seconds,
        "grants": [
            {"role": id_of(f"role {n}"), "division": _division(role.division)}
            for n, role in enumerate(roles)
        ],
    }


def _group(name: str, members: Iterable[str], kind: str) -> dict[str, Any]:
    return {
        "id": id_of(name),
        "name": name,
        "type": kind,
        "members": [id_of(each) for each in members],
    }


def _queue(
    name: str, members: Iterable[str | Member], division: str, groups: Iterable[str]
) -> dict[str, Any]:
    return {
        "id": id_of(name),
        "name": name,
        "division": _division(division),
        "members": [_member(each) for each in members],
        "member_groups": [id_of(each) for each in groups],
    }


def _division(name: str) -> str:
    return name if name == EVERYWHERE else id_of(name)


def _user(name: str, division: str | None, facts: Mapping[str, Any]) -> dict[str, Any]:
    active = facts.get("state", "active") == "active"
    grants = [{"role": id_of(role), "division": id_of(HOME)} for role in ("Employee", "Agent")]
    return {
        "id": id_of(name),
        "name": f"{name} Test",
        "email": f"{name.lower()}@test.example",
        "division": id_of(division or HOME),
        "grants": grants if active else [],
        **facts,
    }


def _member(member: str | Member) -> dict[str, Any]:
    each = Member(member) if isinstance(member, str) else member
    return {"id": id_of(each.name), "joined": each.joined, "ring_number": each.ring_number}


def people_named(stem: str, count: int) -> list[str]:
    """So many names: `Leaver001`, `Leaver002`, …"""
    return [f"{stem}{number:03d}" for number in range(1, count + 1)]


def divisions_unknown() -> dict[str, Any]:
    """Options of a simulator whose client cannot find out in which divisions it may do what."""
    refused = Fault(action="status", status=403, path="/subjects/me", times=ALWAYS)
    return {"assumptions": Assumptions(divisions_permitted_me=403), "faults": [refused]}


def simulator(org: Org, **options: Any) -> Simulator:
    """A practice organisation on the fast clock."""
    return Simulator(org, clock=fast_seconds, **options)


# -- runs


WITHOUT_REQUESTS: Sequence[Leftover] = ("sessions",)
"""The leftovers that are seen without any request, not even one for a permission."""
USUAL_LEFTOVERS: Sequence[Leftover] = [each for each in DEFAULT_LEFTOVERS if each != "roles"]
"""Those of the defaults that can be looked for in a small organisation.

Roles are none of them: here everybody who has one may well leave.
"""


def config(**sections: Any) -> Config:
    """A configuration for small organisations: no waiting for the pace, no share of the org.

    Of leftovers only those are looked for that the run reads anyway, unless a test asks for
    more: the others are a fifth of its requests.
    """
    fast: dict[str, dict[str, Any]] = {
        "rate": {"per_minute": 100_000, "workers": 4},
        "guards": {"max_percent_of_org": 100},
        "genesys": {"timeout_seconds": 5},
        "list": {"timezone": "UTC"},
    }
    plain = {name: value for name, value in sections.items() if not isinstance(value, Mapping)}
    for name, values in sections.items():
        if isinstance(values, Mapping):
            fast[name] = {**fast.get(name, {}), **values}
    return Config.model_validate(fast | {"leftovers": WITHOUT_REQUESTS} | plain)


@dataclass
class Listening:
    """A listener that says nothing and remembers the events."""

    events: list[Event] = field(default_factory=list)
    sent_calls: int = 0

    def begun(self, folder: Path) -> None:
        """Nothing to do."""

    def event(self, event: Event) -> None:
        """Remember it."""
        self.events.append(event)

    def progress(self, phase: str, done: int) -> None:
        """Nothing to do."""

    def sent(self) -> None:
        """Count it."""
        self.sent_calls += 1


def write_list(path: Path, *people: str, more: Sequence[str] = ()) -> Path:
    """A termination list of these people, one a row; `more` are cells that stand as they are."""
    rows = [f"{id_of(name)},{name} Test" for name in people]
    path.write_text("\n".join(["user_id,name", *rows, *more]) + "\n", encoding="utf-8")
    return path


@dataclass(frozen=True)
class Ended:
    """A run that has ended: what it says, and what the organisation saw of it."""

    outcome: Outcome
    listener: Listening

    @property
    def exit_code(self) -> ExitCode:
        """The exit code of the command."""
        return self.outcome.exit_code

    @property
    def results(self) -> tuple[RowResult, ...]:
        """The rows' results in the order of the list."""
        return self.outcome.view.results

    @property
    def folder(self) -> Path:
        """The run folder."""
        return self.outcome.folder.path

    @property
    def events(self) -> list[Event]:
        """The journal, read back from disk."""
        return list(read_journal(self.outcome.folder.journal))

    @property
    def warnings(self) -> list[str]:
        """The codes of the run's warnings."""
        return [warning.code for warning in self.outcome.view.warnings]

    @property
    def statuses(self) -> list[str]:
        """The rows' statuses in the order of the list."""
        return [result.status for result in self.results]

    def of(self, name: str) -> RowResult:
        """The result of the one row of this person."""
        found = [result for result in self.results if result.user_id == id_of(name)]
        assert len(found) == 1, found
        return found[0]

    def file_rows(self) -> list[dict[str, str]]:
        """results.csv as a script reads it."""
        with (self.folder / "results.csv").open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))


def credentials_of(sim: Simulator) -> Credentials:
    """The practice credentials of a simulator."""
    return Credentials(sim.url, sim.client_id, sim.client_secret)


def go_on(plan: Any) -> bool:
    """A person who agrees to every plan."""
    return True


def performed(
    request: Request,
    listener: Listening,
    ask: Callable[[Any], object] = go_on,
    clock: Clock | None = None,
    stop: Stop | None = None,
) -> Outcome:
    """Carry a request out on a loop of its own; `ask` looks at the plan and agrees or not."""

    async def answer(proposal: Proposal) -> Agreement | None:
        # In a thread of its own, as what looks at the plan may itself carry out a request.
        agreed = ask is go_on or await asyncio.to_thread(ask, proposal.plan)
        return Agreement("without_question") if agreed else None

    return run_fast(perform(request, stop or Stop(), answer, listener, clock or fast_clock()))


def run_file(
    sim: Simulator,
    path: Path,
    *,
    settings: Config | None = None,
    ask: Callable[[Plan], bool] = go_on,
    clock: Clock | None = None,
    columns: Sequence[str] = (),
    listener: Listening | None = None,
    **options: Any,
) -> Ended:
    """Run the termination list at `path`; `options` are those of Options."""
    settings = settings or config()
    listed = read_termination_list(path, list_settings(settings, parse_choices(columns)))
    listener = listener or Listening()
    options = {"working_folder": path.parent, **options}
    request = RunRequest(listed, settings, credentials_of(sim), Options(**options))
    return Ended(performed(request, listener, ask, clock), listener)


def run_people(sim: Simulator, folder: Path, *people: str, **options: Any) -> Ended:
    """Run a list of these people."""
    return run_file(sim, write_list(folder / "leavers.csv", *people), **options)


def run_looking(sim: Simulator, folder: Path, *people: str, **options: Any) -> Ended:
    """Run a list of these people, and look for all the usual leftovers."""
    settings = config(leftovers=USUAL_LEFTOVERS)
    return run_people(sim, folder, *people, settings=settings, **options)


# -- what an organisation looks like


def member_queues(org: Org, name: str) -> set[str]:
    """The names of the queues in which the person is, by user or through a group."""
    return {org.queues[each.queue_id].name for each in org.memberships_of(id_of(name))}


def state_of(org: Org, name: str) -> str:
    """The person's state."""
    return org.users[id_of(name)].state


def without_people(snapshot: dict[str, Any], *people: str) -> dict[str, Any]:
    """A snapshot of an organisation in which nothing is said of these people."""
    ids = {id_of(name) for name in people}
    copy: dict[str, Any] = json.loads(json.dumps(snapshot))
    for user_id in ids:
        copy["users"].pop(user_id, None)
    for queue in copy["queues"].values():
        for members in ("members", "group_members"):
            for user_id in ids:
                with suppress(KeyError):
                    del queue[members][user_id]
    return copy


# -- the command line

Process = Forked | subprocess.Popen[str]

FAST_CONFIG = """\
rate: {per_minute: 100000, workers: 4}
guards: {max_percent_of_org: 100}
leftovers: [sessions, numbers, work, groups, directory]
list: {timezone: UTC}
"""


def environment(sim: Simulator | None) -> dict[str, str]:
    """The environment of a command: where the package is, and a simulator's credentials."""
    root = str(Path(__file__).parents[1])
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TMP") if name in os.environ}
    if sim is None:
        return {**kept, "PYTHONPATH": root, "PYTHONUTF8": "1"}
    return {
        **environment(None),
        "GENESYS_DOMAIN": sim.url,
        "GENESYS_CLIENT_ID": sim.client_id,
        "GENESYS_CLIENT_SECRET": sim.client_secret,
    }


def start_command(
    sim: Simulator | None,
    folder: Path,
    *arguments: str,
    env: dict[str, str] | None = None,
    file_bytes: int | None = None,
    terminal: int | None = None,
    is_waiting: bool = False,
    **options: Any,
) -> Process:
    """`batch-offboard` with these arguments in `folder`, as a process of its own.

    No file that it writes may get longer than `file_bytes`, as on a disk without room. `terminal`
    is the terminal at which it is started. One that `is_waiting` goes by the real clock. `options`
    are those of Popen; with others than streams to write to it is started from nothing.
    """
    variables = env if env and sim is None else {**_prepared(sim, folder), **(env or {})}
    if os.name == "posix" and options.keys() <= {"stdout", "stderr"}:
        at_terminal = terminal is not None
        if at_terminal:
            options = {"stdin": terminal, "stdout": terminal, "stderr": terminal}
        read_start = Beginning(
            arguments, str(folder), variables, file_bytes, at_terminal, is_waiting
        )
        return Forked(read_start, **options)
    pipes: dict[str, Any] = {
        "stdin": subprocess.DEVNULL,
        "stdout": subprocess.PIPE,
        "stderr": subprocess.PIPE,
    }
    return subprocess.Popen(
        [sys.executable, "-m", "batch_offboard", *arguments],
        cwd=folder,
        **({"env": variables, "encoding": "utf-8"} | pipes | options),
    )


def run_command(sim: Simulator | None, folder: Path, *arguments: str) -> Said:
    """Run a command to its end, in this process."""
    return give_command(_prepared(sim, folder), folder, *arguments)


def _prepared(sim: Simulator | None, folder: Path) -> dict[str, str]:
    """The environment of a command in `folder`, which is given fast settings if it has none."""
    config_path = folder / "config.yaml"
    if not config_path.exists():
        config_path.write_text(FAST_CONFIG, encoding="utf-8")
    return environment(sim)
