"""Streams: output whose failure ends no run, stdout kept for one object, keys typed too early."""

import io
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO, cast

if sys.platform == "win32":
    import msvcrt
else:
    import termios


class _Steady:
    """A stream that discards its output once writing fails, instead of raising.

    A run must go on and keep its record, whether or not anybody reads its output.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write `text`, if possible."""
        try:
            return self._stream.write(text)
        except OSError:
            return self._go_quiet(text)

    def flush(self) -> None:
        """Flush the stream, if possible."""
        try:
            self._stream.flush()
        except OSError:
            self._go_quiet("")

    def _go_quiet(self, text: str) -> int:
        # The rest of the stream's buffer is flushed when the program ends and must not fail then.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._stream.fileno())
        os.close(nowhere)
        return len(text)


def steady_streams() -> None:
    """Replace stdin, stdout and stderr by streams that exist and never raise."""
    # A parent may have closed them; Python then has None in their place.
    if sys.stdin is None:
        sys.stdin = Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115  (until the end)
    sys.stdout = _steady(sys.stdout)
    sys.stderr = _steady(sys.stderr)


def forget_typed() -> None:
    """Discard what was typed at the terminal so far: it answers no question that nobody has seen.

    What comes from a pipe or a file is left alone.
    """
    if not sys.stdin.isatty():
        return
    if sys.platform == "win32":
        while msvcrt.kbhit():
            msvcrt.getwch()
    else:
        with suppress(OSError, termios.error):  # not a system terminal after all
            termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)


def reserved_stdout() -> TextIO:
    """The stream to stdout, for the caller alone: all else that is written there goes to stderr.

    It stays so until the program ends, also for what libraries print in C or on exit.
    """
    kept = sys.stdout
    kept.flush()
    sys.stdout = sys.stderr
    try:
        number, other = kept.fileno(), sys.stderr.fileno()
    except OSError:  # no file of the system's, such as a text in memory
        return kept
    own = os.dup(number)
    os.dup2(other, number)
    return _steady(os.fdopen(own, "w", encoding=kept.encoding, errors=kept.errors))


def _steady(stream: TextIO | None) -> TextIO:
    if stream is None:
        stream = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  (until the end)
    elif isinstance(stream, io.TextIOWrapper):
        # A name that the encoding of the console or log file lacks must not end a run either.
        stream.reconfigure(errors="backslashreplace")
    return cast(TextIO, _Steady(stream))
