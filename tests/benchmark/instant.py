"""A whole run of 100,000 rows in which every call is answered at once: what all the rest costs.

`python -m tests.benchmark.instant FOLDER`. Reading the list, list doctor, planning, journal (on
disk before and after each writing call), fold, results and report are those of a real run, and the
SDK is imported as in one. What people leave behind is not looked for. What making up the answers
and understanding them takes is left out.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from batch_offboard.cli import collect_rarely
from batch_offboard.commands.order import Options
from batch_offboard.commands.recorder import Recorder
from batch_offboard.commands.run_list import list_info
from batch_offboard.commands.settings import list_settings, run_settings
from batch_offboard.config import Config
from batch_offboard.errors import ExitCode
from batch_offboard.genesys import Clock, Identity, Stop
from batch_offboard.genesys.calls import BeforeSending, Caller, Understood
from batch_offboard.genesys.operations import Operation
from batch_offboard.genesys.organisation import Allowance, Genesys
from batch_offboard.offboarding.agreement import Agreement, Proposal
from batch_offboard.offboarding.models import Named
from batch_offboard.record.events import Event, RowListed, RunFinished, RunStarted
from batch_offboard.record.folder import create_run_folder
from batch_offboard.record.journal import Journal
from batch_offboard.results.report import write_report
from batch_offboard.results.run_verdict import exit_code_of
from batch_offboard.run.offboard import offboard
from batch_offboard.run.permitted import Permissions
from batch_offboard.run.session import Run
from batch_offboard.termination_list import read_termination_list
from batch_offboard.termination_list.models import TerminationList
from tests.benchmark.organisation import write_list
from tests.support import Listening

_STRIDES = (0, 97, 194, 291)
"""User n is a member of the queues 7 * n + stride, counted round."""
_HOME, _ROLES = "f0000000-0000-4000-8000-000000000000", ("a", "b")


def _id(kind: str, number: int) -> str:
    return f"{kind}{number:07x}-0000-4000-8000-000000000000"


def _number(some_id: str) -> int:
    return int(some_id[1:8], 16)


@dataclass(frozen=True)
class Size:
    """How many rows the list has, and the organisation users and queues.

    Seven and the number of queues have no common divisor.
    """

    rows: int
    users: int
    queues: int


LARGE = Size(rows=100_000, users=105_000, queues=400)


class InstantCaller:
    """Answers every call at once from an organisation that is computed rather than kept."""

    def __init__(self, size: Size) -> None:
        self.answering_seconds = 0.0
        self._users, self._queues = size.users, size.queues
        self._strides = [stride % size.queues for stride in _STRIDES]
        # By user and by each of a user's queues: small, as it counts into the peak of the program.
        self._inactive = bytearray(size.users)
        self._removed = [bytearray(size.users) for _ in _STRIDES]

    async def carry_out(
        self,
        operation: Operation,
        sdk_arguments: Mapping[str, Any],
        understand: Callable[[Any], Any],
        before_sending: BeforeSending | None = None,
    ) -> Understood[Any]:
        """The answer, understood as a real one is."""
        if before_sending is not None:
            await before_sending()
        began = time.process_time()
        body = getattr(self, f"_{operation.method}")(**sdk_arguments)
        understood = understand(body)
        self.answering_seconds += time.process_time() - began
        await asyncio.sleep(0)
        return Understood(understood, 200, "0a1b2c3d-0000-4000-8000-000000000000")

    def _get_users(self, **asked: Any) -> object:
        if "id" not in asked:
            return {"entities": [], "total": self._users}
        return {"entities": [self._user(_number(user_id)) for user_id in asked["id"]]}

    def _user(self, number: int) -> dict[str, Any]:
        active = not self._inactive[number]
        roles = [{"id": _id(role, 1), "name": f"Role {role}"} for role in _ROLES]
        return {
            "id": _id("1", number),
            "name": f"First{number} Last{number}",
            "email": f"first{number}.last{number}@practice.example",
            "state": "active" if active else "inactive",
            "version": 1 if active else 2,
            "division": {"id": f"{_HOME}", "name": f"Home{''}"},
            "authorization": {"roles": roles if active else []},
            "groups": [],
        }

    def _get_organizations_limits_namespace(self, namespace_name: str) -> object:
        return {"entities": []}

    def _patch_user(self, user_id: str, body: Any) -> object:
        self._inactive[_number(user_id)] = True
        return self._user(_number(user_id))

    def _get_routing_queues(
        self, page_number: int, page_size: int, **asked: Sequence[str]
    ) -> object:
        numbers = [_number(each) for each in asked["id"]] if asked else range(self._queues)
        first = (page_number - 1) * page_size
        return {
            "entities": [self._queue(each) for each in numbers[first : first + page_size]],
            "pageCount": -(-len(numbers) // page_size),
            "total": len(numbers),
        }

    def _queue(self, number: int) -> dict[str, Any]:
        return {
            "id": _id("2", number),
            "name": f"Queue {number}",
            "division": {"id": _HOME, "name": "Home"},
            "memberCount": len(self._members(number)),
        }

    def _members(self, queue: int) -> list[int]:
        inverse = pow(7, -1, self._queues)
        return [
            user
            for stride, removed in zip(self._strides, self._removed, strict=True)
            for user in range((queue - stride) * inverse % self._queues, self._users, self._queues)
            if not removed[user]
        ]

    def _get_routing_queue_members(self, queue_id: str, page_number: int, page_size: int) -> object:
        first = (page_number - 1) * page_size
        page = self._members(_number(queue_id))[first : first + page_size + 1]
        entities = [
            {"id": _id("1", user), "joined": True, "ringNumber": 1, "memberBy": f"us{'er'}"}
            for user in page[:page_size]
        ]
        return {"entities": entities, "nextUri": "next" if len(page) > page_size else None}

    def _post_routing_queue_members(
        self, queue_id: str, body: Sequence[Mapping[str, str]], delete: bool
    ) -> object:
        for user in (_number(member["id"]) for member in body):
            stride = (_number(queue_id) - 7 * user) % self._queues
            self._removed[self._strides.index(stride)][user] = True
        return None

    def _get_authorization_divisions(self, **_: Any) -> object:
        return {"entities": [{"id": _HOME, "name": "Home"}], "pageCount": 1, "total": 1}

    def _get_authorization_divisionspermitted_paged_me(self, **_: Any) -> object:
        return {"entities": [{"id": "*", "name": "All"}], "pageCount": 1, "total": 1}

    def _get_authorization_division_grants(
        self, division_id: str, page_number: int, page_size: int
    ) -> object:
        if division_id == "*":
            own = {"subjectId": _HOME, "role": {"id": _id("9", 1)}, "division": {"id": "*"}}
            return {"entities": [own], "pageCount": 1, "total": 1}
        first = (page_number - 1) * page_size
        total = self._users * len(_ROLES)
        entities = [
            {
                "subjectId": _id("1", number // len(_ROLES)),
                "role": {"id": _id(_ROLES[number % len(_ROLES)], 1), "name": f"Role{''}"},
                "division": {"id": f"{_HOME}", "name": f"Home{''}"},
            }
            for number in range(first, min(first + page_size, total))
        ]
        return {"entities": entities, "pageCount": -(-total // page_size), "total": total}


def _opening(listed: TerminationList, config: Config, clock: Clock) -> Iterator[Event]:
    organisation = Named(_HOME, "Instant")
    info = list_info(listed, config, clock)
    at = clock.now().isoformat()
    settings = config.settings()
    yield RunStarted(
        "run", "run", False, at, "0", "hr", organisation, "instant", "client", info, settings
    )
    for row in listed.rows:
        yield RowListed(row.row, row.cells, row.user_id)


async def _agree(_proposal: Proposal) -> Agreement:
    return Agreement("without_question")


async def run_all(path: Path, caller: InstantCaller, clock: Clock) -> ExitCode:
    """Read the list, do the whole run, and write results and report."""
    config = Config.model_validate(
        {
            "guards": {"max_rows": 10**6, "max_percent_of_org": 100},
            "list": {"timezone": "UTC"},
            "leftovers": [],
            "rate": {"per_minute": 300},
        }
    )
    listener = _Silent()
    listed = read_termination_list(path, list_settings(config))
    recorder = Recorder(listener, clock)
    folder = create_run_folder(None, path.parent / "runs", "instant")
    identity = Identity(Named(_HOME, "Instant"), "client", "client", "instant")
    genesys = Genesys(cast(Caller, caller), identity, Allowance(10**6, 1), lambda: None)
    settings = run_settings(config, Options(), clock)
    with closing(Journal(folder.journal)) as journal, closing(recorder):
        run = Run(
            Permissions(genesys),
            settings,
            clock,
            Stop(),
            recorder.record,
            recorder.commit,
            listener,
        )
        recorder.open(folder, journal, _opening(listed, config, clock))
        await offboard(run, listed.rows, _agree, dry_run=False)
        exit_code = exit_code_of(recorder.fold.view())
        run.record(RunFinished(exit_code, "finished", run.now()))
        recorder.write_results()
        write_report(folder.path, recorder.fold.view(), journal_hash=journal.last_hash)
    return exit_code


class _Silent(Listening):
    def event(self, event: Event) -> None:
        """Not even remembered."""


def measured(folder: Path, size: Size, clock: Clock) -> tuple[float, ExitCode]:
    """The processor seconds of a run of this size in `folder`, and its exit code."""
    path = write_list(folder / "instant.csv", [_id("1", n) for n in range(size.rows)])
    caller = InstantCaller(size)
    began = time.process_time()
    exit_code = clock.run(run_all(path, caller, clock))
    return time.process_time() - began - caller.answering_seconds, exit_code


def main() -> None:
    """Do a large run, and print the processor seconds that it took."""
    import batch_offboard.genesys.sdk  # noqa: F401  # what it takes belongs to the figures

    collect_rarely()
    seconds, exit_code = measured(Path(sys.argv[1]), LARGE, Clock())
    print(seconds)
    sys.exit(exit_code)


if __name__ == "__main__":
    main()
