"""Chains of runs, reruns and undos, each killed wherever chance has it: forwards and back again."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from batch_offboard.commands.report import rebuild
from batch_offboard.commands.verify import verify_run_folder
from batch_offboard.errors import UsageError
from batch_offboard.record.folder import RunFolder
from batch_offboard.results.run_folder import read_run
from batch_offboard.simulator import Org, Simulator, generate_org
from batch_offboard.simulator.models import OrgFile
from tests.crash.test_kills import Killer
from tests.rerun.chain import rerun_of, undo_of
from tests.support import Ended, run_file, start_command

LEAVERS = 10


def organisation(seed: int) -> OrgFile:
    """Groups, divisions, queues switched off, people who are inactive, roles for all divisions."""
    return generate_org(
        users=30,
        queues=6,
        queues_per_user=2,
        seed=seed,
        divisions=2,
        groups=5,
        group_size=6,
        unjoined_share=0.2,
        inactive_share=0.1,
        all_divisions_share=0.3,
    ).file()


def by_user(org: Org) -> dict[str, Any]:
    """The organisation without the flags of memberships through groups, which an undo may set."""
    whole = org.snapshot()
    for queue in whole["queues"].values():
        del queue["group_members"]
    return whole


def killed(sim: Simulator, folder: Path, chance: random.Random, *command: str) -> Path | None:
    """The run folder that a command leaves when it is killed; None if it had not yet begun."""
    name = f"{len(list(folder.glob('run-*')))}-{command[0]}"
    nth, lost = chance.randint(10, 110), chance.random() < 0.3
    killer = Killer(lambda _request, _removed: True, nth, lost)
    for fault in killer.faults:
        sim.add_fault(fault)
    sim.app.on_request = killer.look
    arguments = (*command, "--yes", "--run-dir", f"run-{name}")
    killer.process = start_command(sim, folder, *arguments)
    said = killer.process.communicate(timeout=60)
    sim.app.on_request = None
    sim.clear_faults()
    assert "Traceback" not in "".join(said)
    with suppress(UsageError):
        rebuild(folder / f"run-{name}")
        assert verify_run_folder(folder / f"run-{name}").holds
        return folder / f"run-{name}"
    return None


def gone_forwards(sim: Simulator, list_path: Path, chance: random.Random) -> Iterator[Path]:
    """The folders of a killed run, and of what is killed after it: a rerun, or an undo of it."""
    folder = killed(sim, list_path.parent, chance, "run", list_path.name)
    if folder is not None:
        yield folder
        command = chance.choice(("rerun", "undo"))
        following = killed(sim, list_path.parent, chance, command, str(folder))
        if following is not None and command == "rerun":
            yield following


def brought_to_an_end(sim: Simulator, list_path: Path, folders: list[Path]) -> Ended:
    """A rerun, and one that names whom an undo had put back."""
    ended = rerun_of(sim, folders[-1]) if folders else run_file(sim, list_path)
    folders.append(ended.folder)
    if undone := [row.row for row in ended.results if row.error_code == "undone"]:
        ended = rerun_of(sim, ended.folder, rows=undone)
        folders.append(ended.folder)
    return ended


@pytest.mark.parametrize("seed", range(5))
def test_killed_chains_end_as_an_undisturbed_run_and_their_undo_at_the_start(
    tmp_path: Path, seed: int
) -> None:
    """Nobody off the list is touched, nothing is called done that is not, every record holds."""
    file, chance = organisation(seed), random.Random(seed)
    ids = [user.id for user in chance.sample(file.users, LEAVERS)]
    list_path = tmp_path / "leavers.csv"
    list_path.write_text("\n".join(["user_id", *ids]) + "\n", encoding="utf-8")
    with Simulator(Org(copy.deepcopy(file))) as sim:
        start = by_user(sim.org)
        expected = {row.row: row.error_code for row in run_file(sim, list_path).results}
        undisturbed = by_user(sim.org)
    with Simulator(Org(file)) as sim:
        folders = list(gone_forwards(sim, list_path, chance))
        for folder in folders:
            for row in read_run(RunFolder(folder)).view().results:
                is_active = row.user_id and sim.org.users[row.user_id].state == "active"
                assert row.status not in ("done", "already_done") or not is_active, row
        ended = brought_to_an_end(sim, list_path, folders)
        assert by_user(sim.org) == undisturbed
        assert {row.row: row.error_code for row in ended.results} == expected
        for folder in reversed(folders):
            with suppress(UsageError):  # it changed nothing
                undo_of(sim, folder)
        assert by_user(sim.org) == start
