"""The program as a process of its own, forked from one that has imported it already.

What is forked is a process like any other: it has its own signals, streams and end. It only need
not begin with a second of imports, and it waits by the fast clock. For POSIX; elsewhere a test
starts the program from nothing.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from batch_offboard.cli import main
from tests.in_process import give_command
from tests.virtual_time import TIME

ROOT = Path(__file__).parents[1]
IMPORTED = (
    *(f"batch_offboard.cli.{name}" for name in ("run", "rerun", "undo", "report", "check")),
    *(f"batch_offboard.commands.{name}" for name in ("rerun", "undo", "check", "verify")),
    "batch_offboard.genesys.sdk",
    "filelock",
    "openpyxl",
    "pandas",
)
"""What a command imports when it is given."""
_ALONE = {"PYTHONUTF8": "1", "OPENBLAS_NUM_THREADS": "1"}
"""Who forks must have no second thread, as NumPy's libraries would start."""
_MOST_BYTES = 60_000


@dataclass(frozen=True)
class Beginning:
    """How a process begins: arguments, folder, variables, and how long a file may get.

    At a terminal of its own, what it reads from is one, and Ctrl-C there goes to this process. One
    that `is_waiting` goes by the real clock, so that something can be done to it meanwhile.
    """

    arguments: tuple[str, ...]
    folder: str
    variables: dict[str, str]
    file_bytes: int | None = None
    at_terminal: bool = False
    is_waiting: bool = False


class Forked:
    """A running `batch-offboard`, with the part of subprocess.Popen's interface that tests use."""

    def __init__(self, beginning: Beginning, **streams: Any) -> None:
        """Start it; `streams` are those of Popen, by default nothing to read and two pipes."""
        self.returncode: int | None = None
        self._letters = beginning.variables.get("PYTHONIOENCODING", "utf-8")
        self._said: dict[str, str | None] = {"stdout": None, "stderr": None}
        self._pipes: dict[str, IO[str]] = {}
        given = streams.get("stdin")
        theirs = [os.open(os.devnull, os.O_RDONLY) if given is None else os.dup(given)]
        theirs += [self._stream(name, streams.get(name)) for name in ("stdout", "stderr")]
        self._ended, end = os.pipe()
        self.pid = _start(beginning, [*theirs, end])
        for descriptor in (*theirs, end):
            os.close(descriptor)

    def _stream(self, name: str, given: Any) -> int:
        if given is not None:
            return os.dup(given if isinstance(given, int) else given.fileno())
        ours, theirs = os.pipe()
        self._pipes[name] = os.fdopen(ours, encoding=self._letters)
        return theirs

    def poll(self) -> int | None:
        """The exit code, or None while it runs."""
        return self._wait(0)

    def wait(self, timeout: float) -> int:
        """The exit code, once it has ended."""
        code = self._wait(timeout)
        if code is None:
            raise subprocess.TimeoutExpired("batch-offboard", timeout)
        return code

    def _wait(self, seconds: float) -> int | None:
        if self.returncode is None and _is_readable(self._ended, seconds):
            self.returncode = int(os.read(self._ended, 10))
            os.close(self._ended)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def communicate(self, timeout: float) -> tuple[str | None, str | None]:
        """What it has said on stdout and stderr, once it has ended."""
        end = time.monotonic() + timeout
        readers = [threading.Thread(target=self._read, args=each) for each in self._pipes.items()]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join(max(0.0, end - time.monotonic()))
        self.wait(max(0.0, end - time.monotonic()))
        return self._said["stdout"], self._said["stderr"]

    def _read(self, name: str, pipe: IO[str]) -> None:
        with pipe:
            self._said[name] = pipe.read()


def _is_readable(descriptor: int, seconds: float) -> bool:
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        return bool(selector.select(seconds))


def _start(beginning: Beginning, descriptors: list[int]) -> int:
    """The id of a process that begins so, with these as stdin, stdout, stderr, and for its end."""
    message = json.dumps(vars(beginning)).encode()
    assert len(message) < _MOST_BYTES
    channel = _channel()
    socket.send_fds(channel, [message], descriptors)
    return int(channel.recv(20))


@cache
def _channel() -> socket.socket:
    """The way to this process's starter, which ends with this process."""
    ours, theirs = socket.socketpair()
    with theirs:
        # Not waited for: it sees the end of the channel.
        subprocess.Popen(
            [sys.executable, "-m", "tests.forking", str(theirs.fileno())],
            cwd=ROOT,
            env=_ALONE | {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
        )
    return ours


# -- in the starter's process


def serve(channel: socket.socket) -> Beginning | None:
    """Fork whatever is asked for until the channel ends, then None; in each fork its beginning."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who wait
    while True:
        message, descriptors, *_ = socket.recv_fds(channel, _MOST_BYTES, 4)
        if not message:
            return None
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            # Ignored where the tests run behind a shell's `&`: no Ctrl-C would ever arrive.
            signal.signal(signal.SIGINT, signal.default_int_handler)
            return _begun(channel, Beginning(**json.loads(message)), descriptors)
        for descriptor in descriptors:
            os.close(descriptor)


def _begun(channel: socket.socket, beginning: Beginning, descriptors: list[int]) -> Beginning:
    """Returns in the new process; the one in between tells of its id and its end."""
    *streams, end = descriptors
    pid = os.fork()
    if pid == 0:
        channel.close()
        os.close(end)
        for number, descriptor in enumerate(streams):
            os.dup2(descriptor, number)
            os.close(descriptor)
        return beginning
    for descriptor in streams:
        os.close(descriptor)
    channel.sendall(str(pid).encode())
    channel.close()
    _, status = os.waitpid(pid, 0)
    with suppress(BrokenPipeError):  # nobody wants to know any more
        os.write(end, str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def _run(beginning: Beginning) -> None:
    if beginning.file_bytes is not None:
        import resource

        # What is imported meanwhile must not be kept cut off, for all tests that come after.
        sys.dont_write_bytecode = True
        resource.setrlimit(resource.RLIMIT_FSIZE, (beginning.file_bytes, beginning.file_bytes))
    os.chdir(beginning.folder)
    os.environ.clear()
    os.environ.update(beginning.variables)
    if beginning.at_terminal:
        _take_terminal()
    letters = beginning.variables.get("PYTHONIOENCODING")
    sys.stdin, sys.stdout = os.fdopen(0), os.fdopen(1, "w", encoding=letters)
    sys.stderr = os.fdopen(2, "w", buffering=1, encoding=letters, errors="backslashreplace")
    main(beginning.arguments, clock=None if beginning.is_waiting else TIME.clock())


def _take_terminal() -> None:
    import fcntl
    import termios

    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _warm_up() -> None:
    """Import what commands import, and make what they make once: codecs, templates."""
    for name in IMPORTED:
        importlib.import_module(name)
    with TemporaryDirectory() as folder:
        copied = shutil.copytree(ROOT / "tests/released/0.1.0/run/run", Path(folder) / "run")
        rebuilt = give_command({}, copied.parent, "report", copied.name)
    assert rebuilt.code == 0, rebuilt
    gc.collect()
    gc.freeze()  # what is never looked at again is never copied into a fork


if __name__ == "__main__":
    _warm_up()
    begun = serve(socket.socket(fileno=int(sys.argv[1])))
    if begun is not None:
        _run(begun)
