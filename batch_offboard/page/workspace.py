"""Where the page works: a folder with its connection, the lists handed in, and its jobs."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from batch_offboard.config import Config
from batch_offboard.errors import OffboardError, UsageError
from batch_offboard.genesys import Credentials
from batch_offboard.genesys.regions import api_host, region_name
from batch_offboard.page.jobs import Job
from batch_offboard.page.lists import Drafts


@dataclass
class RunJob:
    """A job, and the name of the run folder that it writes.

    Of a start, `plan` names the folder of its plan, and `replaced_by` that of the new plan if
    changes came up that nobody had agreed to. `then` is called when the job has ended; `problem`
    is the error that it raised.
    """

    run: str
    kind: Literal["plan", "start"]
    job: Job
    plan: str = ""
    then: Callable[["RunJob"], None] | None = None
    replaced_by: str = ""
    problem: OffboardError | None = None
    is_over: bool = False
    """Set once the job and what follows from it have ended."""

    @property
    def error(self) -> BaseException | None:
        """The error of `then`, or else of the job, or else the one that ended its run early."""
        outcome = self.job.outcome
        return self.problem or self.job.error or (outcome.error if outcome else None)


@dataclass
class Workspace:
    """The real folder, or that of a practice; `run_jobs` is by the names of run folders.

    `credentials` are None where nobody has connected the folder to Genesys yet; `unconnected` then
    says why, if there is more to say. `organisation` is that of the newest earlier run, if it had
    these credentials.
    """

    folder: Path
    config: Config
    credentials: Credentials | None
    drafts: Drafts
    unconnected: str = ""
    organisation: str = ""
    run_jobs: dict[str, RunJob] = field(default_factory=dict)

    @property
    def connected_organisation(self) -> str:
        """The organisation that these credentials lead to; empty until it is known."""
        named = (
            each.job.progress.now.organisation
            for each in reversed(tuple(self.run_jobs.values()))
            if each.job.request.credentials == self.credentials
        )
        return next(filter(None, named), self.organisation)

    @property
    def region(self) -> str:
        """The region of the credentials, such as `mypurecloud.de`; empty if there are none."""
        try:
            return region_name(api_host(self.credentials.domain)) if self.credentials else ""
        except UsageError:
            return ""

    @property
    def runs(self) -> Path:
        """The folder of all runs."""
        return self.folder / "runs"
