"""`setup`: the file `.env` of a working folder, written for its owner only."""

import os
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from batch_offboard.config.credentials import CLIENT_ID, CLIENT_SECRET, DOMAIN, VARIABLES
from batch_offboard.config.env_file import env_values, with_values
from batch_offboard.errors import UsageError
from batch_offboard.genesys import Credentials

_BOM = "\ufeff"


def env_text(path: Path) -> str | None:
    """What a `.env` holds, byte order mark and line ends included; None if there is none.

    Raises UsageError if it cannot be read as UTF-8 text: it could not be changed without harm.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror or error}).") from error
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{path} is not UTF-8 text, so nothing was added to it. In Notepad, save it with the "
            "encoding UTF-8. Or move it away."
        ) from error


def earlier_values(path: Path) -> Mapping[str, str]:
    """The credentials that a `.env` holds, as far as it can be understood."""
    with suppress(UsageError):
        return env_values(path, VARIABLES)
    return {}


def _exit_code(command: Sequence[str]) -> int:
    return subprocess.run(command, capture_output=True, check=False).returncode


def for_owner_only(
    path: Path,
    *,
    windows: bool = os.name == "nt",
    environ: Mapping[str, str] = os.environ,
    exit_code: Callable[[Sequence[str]], int] = _exit_code,
) -> bool:
    """Make a file readable to its owner only; false if the system or file system cannot."""
    if not windows:
        with suppress(OSError):  # a share may refuse it
            path.chmod(0o600)
        return not path.stat().st_mode & 0o077
    user = "\\".join(filter(None, (environ.get("USERDOMAIN"), environ.get("USERNAME"))))
    # What the folder passes on is taken away, and the one account is let in.
    command = ("icacls", str(path), "/inheritance:r", "/grant:r", f"{user}:F")
    try:
        return bool(user) and exit_code(command) == 0
    except OSError:
        return False


def write_env(
    path: Path,
    text: str | None,
    credentials: Credentials,
    restrict: Callable[[Path], bool] = for_owner_only,
) -> bool:
    """Write the credentials into `path`, whose `text` was read before; all else in it is kept.

    Returns whether `restrict` could make sure that only its owner can read it. Raises UsageError if
    the file was changed meanwhile or cannot be written; it is then as it was.
    """
    if env_text(path) != text:
        raise UsageError(
            f"Another program changed {path} in the meantime, so nothing was written to it."
        )
    values = {
        DOMAIN: credentials.domain,
        CLIENT_ID: credentials.client_id,
        CLIENT_SECRET: credentials.client_secret,
    }
    old = text or ""
    mark = _BOM if old.startswith(_BOM) else ""
    try:
        return _replace(path, mark + with_values(old.removeprefix(_BOM), values), restrict)
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror or error}).") from error


def _replace(path: Path, text: str, restrict: Callable[[Path], bool]) -> bool:
    target = path.resolve()  # a link stays one
    descriptor, name = tempfile.mkstemp(prefix=".env-", dir=target.parent)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 (a descriptor, not a path)
            private = restrict(Path(name))  # before the secret is in it
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    finally:
        Path(name).unlink(missing_ok=True)
    return private
