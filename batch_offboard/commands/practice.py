"""The practice organisation: serving it, and running the bundled list against it."""

import errno
import re
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from batch_offboard.commands.order import Options
from batch_offboard.commands.run_list import RunRequest
from batch_offboard.commands.settings import list_settings
from batch_offboard.config import Config, load_config
from batch_offboard.errors import UsageError
from batch_offboard.genesys import Credentials
from batch_offboard.termination_list import read_results_file, read_termination_list
from batch_offboard.termination_list.models import TerminationList

if TYPE_CHECKING:
    from batch_offboard.simulator import Org

PRACTICE_PORT = 18493
"""The usual port of the practice organisation: always the same, so that a .env stays valid."""

NEW_IN_EVERY_RUN = (
    "offboard_correlation_id",
    "offboard_started_at",
    "offboard_finished_at",
    "offboard_run_id",
)
"""Columns of results.csv that differ between any two runs of the same list."""

_DAY_OF_THE_RUN = re.compile(r"today is \d{4}-\d\d-\d\d")


def sample(name: str) -> Path:
    """A bundled sample file: inside the package when installed, else in the source tree."""
    package = Path(str(files("batch_offboard")))
    installed = package / "samples" / name
    return installed if installed.exists() else package.parent / "samples" / name


def practice_organisation(path: Path | None) -> "Org":
    """The organisation of `path`, or the bundled one. Raises UsageError for an unusable file."""
    from batch_offboard.simulator import OrgFileError, load_org

    try:
        return load_org(path or sample("organisation.json"))
    except OrgFileError as error:
        raise UsageError(str(error)) from error


def serve_practice(path: Path | None, port: int | None, say: Callable[[str], None]) -> None:
    """Serve a practice organisation until Ctrl-C, after announcing its address and credentials.

    Raises UsageError for an unusable `port` or file.
    """
    from batch_offboard.simulator import Simulator, serve

    organisation, (chosen, why) = practice_organisation(path), chosen_port(port)

    def ready(sim: Simulator) -> None:
        """Say that the practice organisation runs, in comments and lines for a `.env`."""
        if why:
            say(f"# Port {PRACTICE_PORT} cannot be used ({why}), so the address has changed.")
        say("# The practice organisation runs until you press Ctrl-C. Lines for your .env file:")
        say(f"GENESYS_DOMAIN={sim.url}")
        say(f"GENESYS_CLIENT_ID={sim.client_id}")
        say(f"GENESYS_CLIENT_SECRET={sim.client_secret}")

    serve(organisation, chosen, ready=ready)


def chosen_port(given: int | None, usual: int = PRACTICE_PORT) -> tuple[int, str]:
    """The port to serve at (0: any free one), and why it is not `usual`; empty if it is.

    Raises UsageError if the given one cannot be used.
    """
    wanted = usual if given is None else given
    why = _unusable(wanted)
    if why and given is not None:
        raise UsageError(f"Port {given} cannot be used: {why}. Choose another port.")
    return (0, why) if why else (wanted, "")


def _unusable(port: int) -> str:
    """Why no server can be opened at a port; empty if one can."""
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError as error:
        return (
            "another program uses it"
            if error.errno == errno.EADDRINUSE
            else "the system refuses it"
        )
    return ""


@dataclass(frozen=True, slots=True)
class Demo:
    """The bundled list and the settings it is run with."""

    listed: TerminationList
    config: Config


def read_demo() -> Demo:
    """The bundled list, read as `run` reads a list, and its settings."""
    config = load_config(sample("config.yaml"), Path.cwd())
    return Demo(read_termination_list(sample("terminations.csv"), list_settings(config)), config)


@contextmanager
def demo_request(demo: Demo, options: Options) -> Iterator[RunRequest]:
    """A context that serves the practice organisation, with the request to run the bundled list."""
    from batch_offboard.simulator import Simulator

    with Simulator(practice_organisation(None)) as sim:
        credentials = Credentials(sim.url, sim.client_id, sim.client_secret)
        yield RunRequest(demo.listed, demo.config, credentials, options)


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell that differs from the bundled results file."""

    row: int
    column: str
    expected: str
    found: str


def differences(results: Path, demo: Demo) -> tuple[Difference, ...]:
    """The cells in which a demo's results file differs from the expected results."""
    settings = list_settings(demo.config)
    expected = read_results_file(sample("results.csv"), settings).earlier
    found = read_results_file(results, settings).earlier
    return tuple(
        difference
        for row in sorted(expected.keys() | found.keys())
        for difference in _in_row(row, expected.get(row, {}), found.get(row, {}))
    )


def _in_row(
    row: int, expected: Mapping[str, str], found: Mapping[str, str]
) -> Iterator[Difference]:
    for column in {**expected, **found}:
        wanted, shown = _undated(expected.get(column, "")), _undated(found.get(column, ""))
        if wanted != shown and column not in NEW_IN_EVERY_RUN:
            yield Difference(row, column, wanted, shown)


def _undated(text: str) -> str:
    return _DAY_OF_THE_RUN.sub("today", text)
