"""The practice organisation: serving it, and the main job against it without an account."""

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from batch_offboard.errors import UsageError

if TYPE_CHECKING:
    from batch_offboard.simulator import Org


def sample(name: str) -> Path:
    """A bundled sample file: beside the package when installed, else in the source tree."""
    installed = Path(str(files("batch_offboard"))) / "samples" / name
    return installed if installed.exists() else Path(__file__).parents[2] / "samples" / name


def practice_organisation(path: Path | None) -> "Org":
    """The organisation of `path`, or the bundled one. Raises UsageError for an unusable file."""
    from batch_offboard.simulator import OrgFileError, load_org

    try:
        return load_org(path or sample("organisation.json"))
    except OrgFileError as error:
        raise UsageError(str(error)) from error


def serve_practice(path: Path | None, port: int, say: Callable[[str], None]) -> None:
    """Serve a practice organisation until Ctrl-C, after saying how to reach it."""
    from batch_offboard.simulator import Simulator, serve

    def ready(sim: Simulator) -> None:
        say("# The practice organisation is served until you press Ctrl-C. For your .env file:")
        say(f"GENESYS_DOMAIN={sim.url}")
        say(f"GENESYS_CLIENT_ID={sim.client_id}")
        say(f"GENESYS_CLIENT_SECRET={sim.client_secret}")

    serve(practice_organisation(path), port, ready=ready)
