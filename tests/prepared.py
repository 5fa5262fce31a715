"""Runs from which many tests go on: each is made once, and copied for every one of them.

A run before which there was another cannot be copied: it names the folder of that one.
"""

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
from typing import Any

from batch_offboard.simulator import Org, OrgFile, Simulator
from tests.support import Ended, simulator

MakeOrg = Callable[[], Org]
MakeRun = Callable[[Simulator, Path], Ended]
After = tuple[Simulator, Ended]
"""The organisation after a run, served, and the run."""


@dataclass(frozen=True)
class Prepared:
    """A run that has ended, the files of the folder it was made in, and the organisation then."""

    ended: Ended
    files: TemporaryDirectory[str]
    org: OrgFile

    def copied(self, folder: Path) -> Ended:
        """The run as if it had been made in this folder."""
        shutil.copytree(self.files.name, folder, dirs_exist_ok=True)
        outcome = self.ended.outcome
        place = folder / outcome.folder.path.relative_to(self.files.name)
        moved = replace(outcome, folder=replace(outcome.folder, path=place))
        return replace(self.ended, outcome=moved)

    def organisation(self) -> Org:
        """The organisation as the run left it."""
        return Org(copy.deepcopy(self.org))


@cache
def prepared(org: MakeOrg, run: MakeRun) -> Prepared:
    """What this run leaves in this organisation."""
    files = TemporaryDirectory(dir=os.environ.get("PYTEST_DEBUG_TEMPROOT"))
    with simulator(org()) as sim:
        ended = run(sim, Path(files.name))
        return Prepared(ended, files, sim.org.file())


@contextmanager
def after(org: MakeOrg, run: MakeRun, folder: Path, **options: Any) -> Iterator[After]:
    """The organisation after this run, served, and the run with its files in `folder`.

    The simulator has seen no request of the run; `options` are those it has from then on.
    """
    left = prepared(org, run)
    with simulator(left.organisation(), **options) as sim:
        yield sim, left.copied(folder)
