"""Makes the run folders of a version: `python tests/released/make.py FOLDER`.

The package comes from PYTHONPATH, so that a checkout of any version can be asked. The script uses
nothing but the simulator's public names and the command line.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from batch_offboard.simulator import ALWAYS, Fault, LoggedRequest, Org, OrgFile, Simulator, load_org

KEPT = ("journal.jsonl", "results.csv", "report.html")
BEFORE, AFTER = "before.json", "after.json"
PORT = 8765
"""Fixed: it is part of the region that a journal names."""

_IDS = uuid.UUID("0e7a1c55-0000-4000-8000-000000000000")

PLAIN = ("deactivate", "remove_from_queues")
FURTHER = (
    "revoke_tokens",
    "leave_groups",
    "leave_team",
    "clear_skills",
    "clear_languages",
    "release_station",
)


def id_of(name: str) -> str:
    """The id of whatever has this name."""
    return str(uuid.uuid5(_IDS, name))


# -- the organisation and the list

LIST = f"""\
user_id;email;employee_id;name;note
{id_of("Anna")};;;Anna Test;=1+1
;ben@test.example;;Ben Test;"a; b"
;;0004711;Cid Test;
{id_of("Dora")};;;Dora Test;Ünal
nonsense;;;Eve Test;
{id_of("Finn")};;;Finn Test;
{id_of("Gus")};;;Gus Test;
{id_of("Hal")};;;Hal Test;
"""

_SETTINGS = """\
steps: [{steps}]
rate: {{per_minute: 100000, workers: 4}}
retry: {{attempts: 2}}
guards: {{max_percent_of_org: 100}}
list: {{timezone: UTC}}
"""

TROUBLE = (
    Fault(action="status", status=503, method="PATCH", path=id_of("Dora"), times=ALWAYS),
    Fault(
        action="status",
        status=400,
        code="general.bad.request",
        method="POST",
        path=id_of("Claims"),
        times=ALWAYS,
    ),
)
"""Dora is not set to inactive, Finn stays in a queue."""


def organisation() -> dict[str, Any]:
    """The people of the list, with everything that a step can take, and Zoe, who stays."""
    return {
        "organization": {"id": id_of("Org"), "name": "Test Org"},
        "divisions": [
            {"id": id_of("Home"), "name": "Home", "home": True},
            {"id": id_of("Sales"), "name": "Sales"},
        ],
        "roles": [
            {"id": id_of("Admin"), "name": "Admin", "permissions": ["*:*:*"]},
            *({"id": id_of(each), "name": each} for each in ("Employee", "Agent", "Supervisor")),
        ],
        "clients": [
            {
                "id": id_of("Client"),
                "name": "HR offboarding",
                "secret": "practice-secret-7f3a",
                "grants": [{"role": id_of("Admin"), "division": "*"}],
            }
        ],
        "skills": _named("VIP", "Loans"),
        "languages": _named("English", "Polish"),
        "stations": _named("Desk 1", "Desk 2"),
        "groups": [
            _group("Night", "GROUP", "Anna", "Ben", "Zoe"),
            _group("Berlin", "GROUP", "Gus", "Zoe", dynamic=True),
            _group("Team A", "TEAM", "Anna", "Dora", "Zoe"),
            _group("Loan experts", "SKILLGROUP", "Anna", skills=[id_of("Loans")]),
        ],
        "users": _users(),
        "queues": _queues(),
    }


def _users() -> list[dict[str, Any]]:
    return [
        _user("Anna", {"VIP": 5, "Loans": 2.5}, {"English": 4, "Polish": 1}, "Desk 1"),
        _user("Ben", {"VIP": 3}, email="ben@test.example", division=id_of("Sales")),
        _user("Cid", languages={"Polish": 5}, station="Desk 2", employee_id="0004711"),
        _user("Dora", {"VIP": 1}, logged_in=True),
        _user("Finn"),
        _user("Gus"),
        _user("Hal", state="inactive", grants=[]),
        _user("Zoe", {"Loans": 5}, {"English": 5}),
    ]


def _queues() -> list[dict[str, Any]]:
    return [
        _queue("Billing", "Anna", ("Ben", False, 1), "Cid", "Dora", "Zoe"),
        _queue("Chat", ("Anna", True, 3), "Dora", division=id_of("Sales")),
        _queue("Claims", "Finn", "Zoe"),
        _queue("Callbacks", "Finn", ("Cid", False, 6)),
        _queue("Nights", "Ben", member_groups=[id_of("Night"), id_of("Team A")]),
        _queue("Berlin calls", member_groups=[id_of("Berlin")]),
    ]


def _named(*names: str) -> list[dict[str, str]]:
    return [{"id": id_of(name), "name": name} for name in names]


def _group(name: str, kind: str, *members: str, **more: Any) -> dict[str, Any]:
    ids = [id_of(each) for each in members]
    return {"id": id_of(name), "name": name, "type": kind, "members": ids, **more}


def _user(
    name: str,
    skills: Mapping[str, float] | None = None,
    languages: Mapping[str, float] | None = None,
    station: str | None = None,
    **more: Any,
) -> dict[str, Any]:
    held = [("Employee", "Home"), ("Agent", "Home")]
    held += [("Supervisor", "Sales")] if name in ("Anna", "Ben") else []
    return {
        "id": id_of(name),
        "name": f"{name} Test",
        "email": f"{name.lower()}@test.example",
        "grants": [{"role": id_of(role), "division": id_of(where)} for role, where in held],
        "skills": _ratings(skills),
        "languages": _ratings(languages),
        "station": id_of(station) if station else None,
        **more,
    }


def _ratings(levels: Mapping[str, float] | None) -> list[dict[str, Any]]:
    return [{"id": id_of(name), "proficiency": level} for name, level in (levels or {}).items()]


def _queue(name: str, *members: str | tuple[str, bool, int], **more: Any) -> dict[str, Any]:
    told = [(each, True, 1) if isinstance(each, str) else each for each in members]
    return {
        "id": id_of(name),
        "name": name,
        "members": [
            {"id": id_of(each), "joined": joined, "ring_number": ring}
            for each, joined, ring in told
        ],
        **more,
    }


# -- the commands


@dataclass
class Desk:
    """A working folder with a list and settings, and the organisation that is served to it."""

    folder: Path
    sim: Simulator

    def say(self, *arguments: str) -> None:
        """Give a command as a process of its own, and wait for its end."""
        process = self.start(*arguments)
        out, err = process.communicate(timeout=120)
        assert process.returncode in (0, 3), (arguments, process.returncode, out, err)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """The process, in an environment that says nothing of this computer."""
        named = {"LOGNAME": "hr", "USER": "hr", "PYTHONUTF8": "1"}
        credentials = {
            "GENESYS_DOMAIN": self.sim.url,
            "GENESYS_CLIENT_ID": self.sim.client_id,
            "GENESYS_CLIENT_SECRET": self.sim.client_secret,
        }
        return subprocess.Popen(
            [sys.executable, "-m", "batch_offboard", *arguments],
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": _package(), **named, **credentials},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def say_and_kill(self, nth: int, *arguments: str) -> None:
        """Give a command and kill it (-9) when its nth writing request has arrived."""
        process: subprocess.Popen[str] | None = None
        seen = 0

        def look(request: LoggedRequest) -> None:
            nonlocal seen
            seen += request.is_write
            if seen == nth and process is not None:
                process.kill()

        self.sim.app.on_request = look
        process = self.start(*arguments)
        process.communicate(timeout=120)
        self.sim.app.on_request = None
        assert process.returncode == -9, process.returncode


def _package() -> str:
    import batch_offboard

    return str(Path(batch_offboard.__file__).parents[1])


def _in_trouble(desk: Desk, *arguments: str) -> None:
    for fault in TROUBLE:
        desk.sim.add_fault(fault)
    desk.say(*arguments)
    desk.sim.clear_faults()


_RUN = ("run", "leavers.csv", "--yes", "--run-dir", "run")


def plain(desk: Desk) -> None:
    """A run with the two steps of every run; some rows fail."""
    _in_trouble(desk, *_RUN)


def run(desk: Desk) -> None:
    """A run with all steps; some rows fail."""
    _in_trouble(desk, *_RUN)


def dry_run(desk: Desk) -> None:
    """A dry run with all steps."""
    desk.say(*_RUN, "--dry-run")


def killed(desk: Desk) -> None:
    """A run with all steps, killed in the middle of its calls."""
    desk.say_and_kill(11, *_RUN)


def killed_late(desk: Desk) -> None:
    """A run with all steps, killed when it has begun to take groups, skills and the like."""
    desk.say_and_kill(21, *_RUN)


def rerun(desk: Desk) -> None:
    """A run in which some rows fail, and its rerun, in which they do not."""
    _in_trouble(desk, *_RUN)
    desk.say("rerun", "run", "--yes", "--run-dir", "rerun")


def undone(desk: Desk) -> None:
    """A run in which some rows fail, and its undo."""
    _in_trouble(desk, *_RUN)
    desk.say("undo", "run", "--yes", "--run-dir", "undo")


def killed_undo(desk: Desk) -> None:
    """A run in which some rows fail, and its undo, killed in the middle of its calls."""
    _in_trouble(desk, *_RUN)
    desk.say_and_kill(7, "undo", "run", "--yes", "--run-dir", "undo")


SCENARIOS: Mapping[Callable[[Desk], None], Sequence[str]] = {
    plain: PLAIN,
    run: (*PLAIN, *FURTHER),
    dry_run: (*PLAIN, *FURTHER),
    killed: (*PLAIN, *FURTHER),
    killed_late: (*PLAIN, *FURTHER),
    rerun: (*PLAIN, *FURTHER),
    undone: (*PLAIN, *FURTHER),
    killed_undo: (*PLAIN, *FURTHER),
}


# -- making them


def make(target: Path, place: Path) -> None:
    """Play every scenario in `place` and keep what it leaves under `target`."""
    for scenario, steps in SCENARIOS.items():
        with _desk(place, steps) as desk:
            scenario(desk)
            desk.sim.org.save(place / AFTER)
            _keep(place, target / scenario.__name__)


@contextmanager
def _desk(place: Path, steps: Sequence[str]) -> Iterator[Desk]:
    # Folders of runs are named in journals by their full path: it must not be one of this computer.
    place.mkdir(parents=True)
    try:
        (place / "leavers.csv").write_text(LIST, "utf-8")
        (place / "config.yaml").write_text(_SETTINGS.format(steps=", ".join(steps)), "utf-8")
        Org(OrgFile.model_validate(organisation())).save(place / BEFORE)
        with Simulator(load_org(place / BEFORE), port=PORT) as sim:
            yield Desk(place, sim)
    finally:
        shutil.rmtree(place)


def _keep(place: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    for path in sorted(place.rglob("*")):
        if path.is_file() and (path.parent == place or path.name in KEPT):
            kept = target / path.relative_to(place)
            kept.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, kept)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where to keep them, such as 0.2.0")
    parser.add_argument("--place", type=Path, default=Path("/srv/hr/offboarding"))
    given = parser.parse_args()
    make(given.folder, given.place)
