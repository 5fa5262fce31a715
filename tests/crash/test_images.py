"""A run that dies at any line of its journal: a rerun of its folder ends as if it had not died."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path
from typing import Any

import pytest

from batch_offboard.commands.order import Options
from batch_offboard.commands.run_list import RunRequest
from batch_offboard.commands.settings import list_settings
from batch_offboard.errors import UsageError
from batch_offboard.record.file_system import LOCAL
from batch_offboard.record.folder import RunFolder
from batch_offboard.record.journal import JOURNAL_NAME
from batch_offboard.results.models import RowResult
from batch_offboard.results.run_folder import read_run
from batch_offboard.simulator import Org
from batch_offboard.termination_list import read_termination_list
from tests.crash.images import Image, Photographer, PowerCuts, distinct
from tests.rerun.chain import rerun_of, undo_of
from tests.support import (
    Ended,
    Member,
    config,
    credentials_of,
    off,
    org_of,
    people_named,
    performed,
    simulator,
    write_list,
)

PEOPLE = people_named("P", 7)
QUEUES_OF = {"P001": 3, "P002": 2, "P003": 1, "P004": 1, "P005": 1, "P006": 0, "P007": 1}
"""In how many queues each is."""


def org() -> Org:
    """Seven leavers — one of them inactive before, one in no queue — and one who stays."""
    return org_of(
        [*PEOPLE, "Zoe"],
        {
            "Billing": ["P001", off("P002"), "P003", "Zoe"],
            "Chat": ["P001", "P002", Member("P005", ring_number=3)],
            "Claims": ["P001", "P004", "P007"],
        },
        facts={"P004": {"state": "inactive"}},
    )


def photographed(
    folder: Path, photographer: Photographer | None = None, **sections: Any
) -> list[Image]:
    """A run of the whole list, with an image of every moment of it."""
    settings = config(**sections)
    path = write_list(folder / "leavers.csv", *PEOPLE)
    with simulator(org()) as sim:
        photographer = photographer or Photographer()
        photographer.sim, photographer.under = sim, folder / "runs"
        files = photographer.disk if isinstance(photographer, PowerCuts) else LOCAL
        listed = read_termination_list(path, list_settings(settings))
        options = Options(working_folder=folder, files=files)
        performed(RunRequest(listed, settings, credentials_of(sim), options), photographer)
    return photographer.images


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> list[Image]:
    """Images of a run as the configuration has it."""
    return photographed(tmp_path_factory.mktemp("run"))


def telling(images: list[Image]) -> list[Image]:
    """Every moment of the writing calls, and some of the others."""
    return [image for number, image in enumerate(images) if "call" in image.at or number % 5 == 0]


def first_results(folder: Path) -> dict[int, RowResult]:
    """What the journal of the dead run says of each row."""
    view = read_run(RunFolder(folder)).view()
    return {each.row: each for each in view.results}


def assert_told_truly(ended: Ended, before: dict[int, RowResult], at: str) -> None:
    """The results of a rerun say what happened over both runs."""
    for name in PEOPLE:
        row = ended.of(name)
        earlier = before[row.row]
        needed = name != "P004"
        told = (
            row.status,
            row.state_before,
            row.state_after,
            row.queues_before,
            row.queues_removed,
            row.queues_left,
            row.verified,
        )
        count = QUEUES_OF[name]
        state = "active" if needed else "inactive"
        assert told == ("done", state, "inactive", count, count, 0, True), (at, name, earlier)
        attempted = earlier.status != "done"
        assert row.attempts == earlier.attempts + attempted, (at, name, earlier)


@pytest.mark.parametrize("workers", [1, 6])
def test_a_rerun_from_every_moment_ends_as_an_undisturbed_run(tmp_path: Path, workers: int) -> None:
    """The same organisation, and results that count what both runs have done."""
    images = photographed(tmp_path, rate={"per_minute": 100_000, "workers": workers})
    expected = images[-1].organisation().snapshot()
    moments = telling(images)
    assert len(moments) > 30
    for image in distinct(moments):
        folder = image.on_disk(tmp_path)
        before = first_results(folder)
        with simulator(image.organisation()) as sim:
            ended = rerun_of(sim, folder)
            assert (image.at, sim.org.snapshot()) == (image.at, expected)
        assert ended.exit_code == 0
        assert_told_truly(ended, before, image.at)


@pytest.mark.parametrize("workers", [1, 6])
def test_a_rerun_after_a_power_cut_ends_as_an_undisturbed_run(tmp_path: Path, workers: int) -> None:
    """Genesys has carried out what was not forced onto the disk, or was in part."""
    rate = {"per_minute": 100_000, "workers": workers}
    images = photographed(tmp_path, PowerCuts(), rate=rate)
    expected = images[-1].organisation().snapshot()
    assert len(images) > 30
    for image in distinct(images):
        folder = image.on_disk(tmp_path)
        before = first_results(folder)
        with simulator(image.organisation()) as sim:
            ended = rerun_of(sim, folder)
            assert (image.at, sim.org.snapshot()) == (image.at, expected)
        assert_told_truly(ended, before, image.at)


def some(images: list[Image], count: int, seed: int) -> list[Image]:
    """So many of the images, the last one not among them, the same ones for the same seed."""
    return random.Random(seed).sample(images[:-1], count)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_rerun_that_dies_too_is_carried_on_by_the_next(
    tmp_path: Path, images: list[Image], seed: int
) -> None:
    """Two deaths at arbitrary moments, then a rerun of the second folder ends it."""
    expected = images[-1].organisation().snapshot()
    for image in some(images, 5, seed):
        folder = image.on_disk(tmp_path)
        again = Path(tempfile.mkdtemp(dir=tmp_path))
        with simulator(image.organisation()) as sim:
            photographer = Photographer(sim=sim, under=again)
            rerun_of(sim, folder, listener=photographer, run_dir=again)
        second = random.Random(seed).choice(photographer.images)
        folder = second.on_disk(tmp_path)
        before = first_results(folder)
        with simulator(second.organisation()) as sim:
            ended = rerun_of(sim, folder)
            assert (image.at, second.at, sim.org.snapshot()) == (image.at, second.at, expected)
        assert_told_truly(ended, before, f"{image.at}, then {second.at}")


def test_an_undo_from_every_moment_gives_back_what_the_dead_run_took(
    tmp_path: Path, images: list[Image]
) -> None:
    """The organisation is as before the run, also where a call's outcome is not known."""
    expected = org().snapshot()
    for image in some(images, 24, 3):
        folder = image.on_disk(tmp_path)
        with simulator(image.organisation()) as sim:
            if image.organisation().snapshot() != expected:
                undo_of(sim, folder)
            assert (image.at, sim.org.snapshot()) == (image.at, expected)


@pytest.mark.parametrize("lines", [1, 2, 5])
def test_a_run_that_died_while_the_list_was_being_written_is_no_run(
    tmp_path: Path, images: list[Image], lines: int
) -> None:
    """A rerun of half a list would forget the rest: the list is to be run instead."""
    whole = images[0].journal.splitlines(keepends=True)
    folder = tmp_path / "died"
    folder.mkdir()
    (folder / JOURNAL_NAME).write_bytes(b"".join(whole[:lines]))
    with simulator(org()) as sim:
        with pytest.raises(UsageError, match="ends before its run began"):
            rerun_of(sim, folder)
        assert len(sim.requests) == 0
