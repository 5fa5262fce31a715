"""How far a run is, how fast, and how it ended."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class PhaseStarted:
    """A phase of the run begins; `total` counts what `unit` names."""

    phase: str
    title: str
    total: int
    unit: str
    at: str
    kind: Literal["phase_started"] = "phase_started"


@dataclass(frozen=True, slots=True)
class PhaseFinished:
    """A phase of the run is over."""

    phase: str
    done: int
    at: str
    kind: Literal["phase_finished"] = "phase_finished"


@dataclass(frozen=True, slots=True)
class Paused:
    """Calls of a scope (`token 1`, `queue routes`, `login`, `this call`) wait until a moment."""

    scope: str
    reason: str
    at: str
    until: str
    kind: Literal["paused"] = "paused"


@dataclass(frozen=True, slots=True)
class Traffic:
    """How many calls were sent in one minute of the clock, and how many of them met a 429."""

    minute: str
    calls: int
    limited: int
    kind: Literal["traffic"] = "traffic"


@dataclass(frozen=True, slots=True)
class ResultsWritten:
    """A results.csv was written; its SHA-256 tells later whether a person has edited it."""

    name: str
    sha256: str
    at: str
    kind: Literal["results_written"] = "results_written"


@dataclass(frozen=True, slots=True)
class RunFinished:
    """The last line of a run that ended by itself."""

    exit_code: int
    reason: str
    at: str
    kind: Literal["run_finished"] = "run_finished"
