"""A command at a terminal of its own, with a person who answers its questions. For POSIX."""

import os
import select
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from tests.forking import Beginning, Forked
from tests.in_process import Said

CTRL_C, CTRL_D = "\x03", "\x04"
"""Answers that are not followed by Enter."""
_PATIENCE_SECONDS = 60
_AGAIN_SECONDS = 5
"""After so long without an effect, a person presses Ctrl-C again: an interrupt right between the
prompt and the reading behind it is seen only with the next key."""


def answered(
    arguments: Sequence[str],
    folder: Path,
    variables: Mapping[str, str],
    answers: Sequence[tuple[str, str]],
    *,
    ahead: str = "",
) -> Said:
    """What a command shows; each answer is typed once the text before it is on the screen.

    What is typed `ahead` is there before the command begins.
    """
    answer = ""
    ours, theirs = os.openpty()
    os.write(ours, ahead.encode())
    beginning = Beginning(tuple(arguments), str(folder), dict(variables), at_terminal=True)
    process = Forked(beginning, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    try:
        shown, left = b"", list(answers)
        while chunk := _read(ours, CTRL_C if answer == CTRL_C else ""):
            shown += chunk
            while left and left[0][0].encode() in shown.rpartition(b"\n")[2]:
                answer = left.pop(0)[1]
                if answer == CTRL_C:
                    _wait_until_it_reads(process)
                os.write(ours, answer.encode() + (b"" if answer in (CTRL_C, CTRL_D) else b"\n"))
                shown += b"\n"
        return Said(process.wait(_PATIENCE_SECONDS), shown.decode().replace("\r", ""), "")
    finally:
        os.close(ours)
        process.kill()


def _wait_until_it_reads(process: Forked) -> None:
    """Behind the prompt it has still something to do, as nobody sees who presses a key."""
    with suppress(psutil.NoSuchProcess):
        while psutil.Process(process.pid).status() == psutil.STATUS_RUNNING:
            os.sched_yield()


def _read(descriptor: int, again: str = "") -> bytes:
    """What came next, if need be after typing `again`; empty at the end."""
    if again and not select.select([descriptor], [], [], _AGAIN_SECONDS)[0]:
        os.write(descriptor, again.encode())
    if not select.select([descriptor], [], [], _PATIENCE_SECONDS)[0]:
        raise TimeoutError("the command says nothing more")
    try:
        return os.read(descriptor, 65_536)
    except OSError:  # Linux' word for a terminal whose other side is closed
        return b""
