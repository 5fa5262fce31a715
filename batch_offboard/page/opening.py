"""How the page is opened: its address, the browser, and a second start that finds the first."""

import hashlib
import html
import json
import os
import re
import tempfile
import urllib.request
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from http.client import HTTPException
from pathlib import Path
from stat import S_ISREG
from urllib.parse import urlencode

from batch_offboard.page.guarding import OPEN
from batch_offboard.page.session import PRINTED_SECONDS, Session

RUNTIME_NAME = ".batch-offboard-page.json"
_ANSWER_SECONDS = 3.0
_MOST_TOKEN_BYTES = 100
_FORWARDING_PREFIX, _FORWARDING_SUFFIX = "batch-offboard-opens-", ".html"
_TOKEN = re.compile(r"[\w-]{43}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Running:
    """The server that runs for a folder, as its runtime file says."""

    port: int
    secret: str


@contextmanager
def runtime_file(folder: Path, port: int, session: Session) -> Iterator[None]:
    """A context with a file by which a second start of the same account finds this server."""
    path, running = folder / RUNTIME_NAME, Running(port, session.runtime_secret)
    path.unlink(missing_ok=True)
    remove_forwarding(folder)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123 (a descriptor)
        json.dump(asdict(running), file)
    try:
        yield
    finally:
        if server_of(folder) == running:
            path.unlink(missing_ok=True)
            remove_forwarding(folder)


def server_of(folder: Path) -> Running | None:
    """The server that the folder's runtime file names; it may have ended since.

    None if there is no such file, or if another account could have written it.
    """
    path = folder / RUNTIME_NAME
    try:
        if not _is_own(path):
            return None
        found = json.loads(path.read_text("utf-8"))
        return Running(int(found["port"]), str(found["secret"]))
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return None


def _is_own(path: Path) -> bool:
    if os.name != "posix":
        return True
    found = path.lstat()
    return S_ISREG(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077


def fresh_address(running: Running) -> str | None:
    """The address with a fresh token, requested from a running server; None without an answer."""
    origin = f"http://127.0.0.1:{running.port}"
    request = urllib.request.Request(
        f"{origin}{OPEN}",
        data=urlencode({"secret": running.secret}).encode(),
        headers={"Origin": origin, "Content-Type": "application/x-www-form-urlencoded"},
    )
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(request, timeout=_ANSWER_SECONDS) as answer:
            token = answer.read(_MOST_TOKEN_BYTES).decode("ascii")
    except (OSError, HTTPException, ValueError, OverflowError):
        return None  # nobody is there, or another program has the port by now
    return address(running.port, token) if _TOKEN.fullmatch(token) else None


def address(port: int, token: str) -> str:
    """The address that opens the page with a start token."""
    return f"http://127.0.0.1:{port}{OPEN}?token={token}"


def open_in_browser(folder: Path, url: str) -> bool:
    """Open the browser on an owner-only file that forwards, so that no command line has the token.

    The file stands in the page's folder, because a browser in a sandbox may not read temporary
    ones. False where no browser can be opened.
    """
    quoted = html.escape(url, quote=True)
    prefix = _forwarding_prefix(url.rpartition("token=")[2])
    try:
        descriptor, name = tempfile.mkstemp(prefix=prefix, suffix=_FORWARDING_SUFFIX, dir=folder)
    except OSError:
        return False
    with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123 (a descriptor)
        file.write(
            '<!doctype html><meta charset="utf-8"><title>batch-offboard</title>'
            f'<meta http-equiv="refresh" content="0;url={quoted}">'
            f'<a href="{quoted}">Open batch-offboard</a>\n'
        )
    path = Path(name)
    with suppress(webbrowser.Error, OSError):
        if webbrowser.open(path.as_uri()):
            return True
    path.unlink(missing_ok=True)
    return False


def remove_forwarding(folder: Path, token: str | None = None) -> None:
    """Remove the files that forward to this page with a token, or those with any token."""
    prefix = _FORWARDING_PREFIX if token is None else _forwarding_prefix(token)
    for path in folder.glob(f"{prefix}*{_FORWARDING_SUFFIX}"):
        with suppress(OSError):
            path.unlink()


def _forwarding_prefix(token: str) -> str:
    """The beginning of the file's name, from which nobody learns the token."""
    return f"{_FORWARDING_PREFIX}{hashlib.sha256(token.encode()).hexdigest()[:16]}-"


def printed_address(session: Session, port: int) -> str:
    """An address for a person to open; its token is valid for `PRINTED_SECONDS`."""
    return address(port, session.start_token(PRINTED_SECONDS))
