"""Runs from which many tests go on: each is made once, and copied for every one of them."""

from __future__ import annotations

import copy
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from batch_offboard.simulator import Org, OrgFile, Simulator
from tests.support import Ended, simulator

MakeOrg = Callable[[], Org]
MakeRuns = Callable[[Simulator, Path], Ended | tuple[Ended, ...]]
After = tuple[Simulator, *tuple[Ended, ...]]
"""The organisation after some runs, served, and the runs."""


@dataclass(frozen=True)
class Prepared:
    """Runs that have ended, the files of the folder they were made in, and the organisation."""

    ended: tuple[Ended, ...]
    files: TemporaryDirectory[str]
    org: OrgFile

    def copied(self, folder: Path) -> Iterator[Ended]:
        """The runs as if they had been made in this folder."""
        shutil.copytree(self.files.name, folder, dirs_exist_ok=True)
        for each in self.ended:
            place = folder / each.folder.relative_to(self.files.name)
            moved = replace(each.outcome.folder, path=place)
            yield replace(each, outcome=replace(each.outcome, folder=moved))

    def organisation(self) -> Org:
        """The organisation as the run left it."""
        return Org(copy.deepcopy(self.org))


@cache
def prepared(org: MakeOrg, runs: MakeRuns) -> Prepared:
    """What these runs leave in this organisation."""
    files = TemporaryDirectory(dir=os.environ.get("PYTEST_DEBUG_TEMPROOT"))
    with simulator(org()) as sim:
        ended = runs(sim, Path(files.name))
        ended = ended if isinstance(ended, tuple) else (ended,)
        return Prepared(ended, files, sim.org.file())


@contextmanager
def after(org: MakeOrg, runs: MakeRuns, folder: Path) -> Iterator[After]:
    """The organisation after these runs, served, and the runs with their files in `folder`.

    The simulator has seen no request of these runs.
    """
    left = prepared(org, runs)
    with simulator(left.organisation()) as sim:
        yield (sim, *left.copied(folder))
