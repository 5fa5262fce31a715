"""What a person at a terminal, or a log file, sees while a run goes on."""

import io
import os
import re
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest

from batch_offboard.cli.terminal import LOG_LINE_EVERY_SECONDS, Terminal
from batch_offboard.record.events import Paused, PhaseFinished, PhaseStarted, Warned
from tests.cli.at_terminal import answered
from tests.support import FAST_CONFIG, environment, org_of, simulator, write_list

AT = "2026-10-01T07:30:00.00Z"
STARTED = PhaseStarted("deactivate", "Setting inactive", 200, "people", AT)


class Console(io.StringIO):
    """A terminal that does not say how wide it is, as in a container."""

    def isatty(self) -> bool:
        """It is one."""
        return True


class Ticking:
    """A clock that is set by the test, in seconds."""

    seconds = 100.0

    def __call__(self) -> float:
        """What it shows."""
        return self.seconds


def test_a_terminal_without_a_width_shows_bars_all_the_same() -> None:
    """One line per phase: title, bar, counts, calls a minute."""
    console = Console()
    terminal = Terminal(console)
    terminal.event(STARTED)
    for _ in range(3):
        terminal.sent()
    terminal.progress("deactivate", 200)
    terminal.event(PhaseFinished("deactivate", 200, AT))
    last = console.getvalue().split("\r")[-1]
    assert re.search(
        r"^Setting inactive +\|.+\| 200/200 people, \d+ requests/min, in 00:00$", last.strip()
    )


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="this system has no such terminals")
def test_a_terminal_of_the_size_zero_shows_bars_as_they_grow(tmp_path: Path) -> None:
    """As in a container: not only once a phase has ended."""
    write_list(tmp_path / "a.csv", "Ann")
    (tmp_path / "config.yaml").write_text(FAST_CONFIG, "utf-8")
    with simulator(org_of(["Ann", "Ben"])) as sim:
        said = answered(["run", "a.csv", "--yes"], tmp_path, environment(sim), ())
    assert re.search(r"Setting to inactive +\| +\| 0/1 people", said.out), said.out


@pytest.mark.parametrize("order", list(permutations("ABC")))
def test_phases_side_by_side_leave_one_line_each(order: tuple[str, ...]) -> None:
    """In the order in which they end, and nothing of a bar is left under what is said next."""
    console = Console()
    terminal = Terminal(console)
    for name in "ABC":
        terminal.event(PhaseStarted(name, name, 4, "rows", AT))
    for name in order:
        terminal.progress(name, 4)
        terminal.say(f"Note: {name}")  # draws every bar again
        terminal.event(PhaseFinished(name, 4, AT))
    terminal.say("The plan:")
    shown = [line.split(" ")[0] for line in on_screen(console.getvalue())]
    assert shown == [*(line for name in order for line in ("Note:", name)), "The"]


def on_screen(written: str) -> list[str]:
    """What a terminal shows of it: CR, LF and "cursor up" move, everything else is drawn."""
    lines, row, column = [""], 0, 0
    for piece in re.findall(r"\x1b\[A|\r|\n|[^\r\n\x1b]+", written):
        if piece == "\x1b[A":
            row -= 1
        elif piece == "\r":
            column = 0
        elif piece == "\n":
            row, column = row + 1, 0
            lines += [""] * (row + 1 - len(lines))
        else:
            line = lines[row].ljust(column)
            lines[row] = line[:column] + piece + line[column + len(piece) :]
            column += len(piece)
    return [line.rstrip() for line in lines if line.strip()]


def test_a_log_file_gets_a_line_now_and_then() -> None:
    """Counts, pace and the time left; and how long the phase took."""
    log, clock = io.StringIO(), Ticking()
    terminal = Terminal(log, monotonic=clock)
    terminal.event(STARTED)
    for done, seconds in ((10, 1), (50, LOG_LINE_EVERY_SECONDS), (60, LOG_LINE_EVERY_SECONDS + 1)):
        clock.seconds = 100 + seconds
        terminal.sent()
        terminal.progress("deactivate", done)
    clock.seconds = 175
    terminal.event(PhaseFinished("deactivate", 200, AT))
    assert log.getvalue().splitlines() == [
        "Setting inactive: 50 of 200 people, 12 requests/min, 34 s left",
        "Setting inactive: 60 of 200 people in 1 min 15 s",
    ]


@pytest.mark.parametrize(
    ("scope", "which"),
    [
        ("queue routes", r" \(queue routes\)"),
        ("token 2", r" \(token 2\)"),
        ("this call", r" \(one request\)"),
        ("all tokens", ""),
    ],
)
def test_a_pause_says_why_and_until_when(scope: str, which: str) -> None:
    """In words, not as a stalled bar; and which requests wait, unless all do."""
    log = io.StringIO()
    until = "2026-10-01T07:30:42.00Z"
    Terminal(log).event(Paused(scope, "Genesys asks to wait.", AT, until))
    assert re.fullmatch(
        rf"Waiting 42 s, until \d\d:\d\d:42: Genesys asks to wait{which}\.\n", log.getvalue()
    )


def test_many_calls_that_wait_for_the_same_reason_are_said_once() -> None:
    """Twenty agents in wrap-up are one piece of news, until the wait is a longer one."""
    log = io.StringIO()
    terminal = Terminal(log)
    for ends in ("02", "03", "03", "07", "08"):
        until = f"2026-10-01T07:30:{ends}.00Z"
        terminal.event(Paused("this call", "The agent is in wrap-up.", AT, until))
    said = re.findall(r"until \d\d:\d\d:(\d\d)", log.getvalue())
    assert said == ["02", "07"]


def test_a_reason_that_lasts_is_said_ever_more_seldom() -> None:
    """An hour of refusals of one queue is no hundred lines."""
    log = io.StringIO()
    terminal = Terminal(log)
    for seconds in range(0, 3600, 4):
        until = datetime.fromisoformat(AT) + timedelta(seconds=seconds)
        terminal.event(Paused("this call", "The queue is locked.", AT, until.isoformat()))
    lines = log.getvalue().splitlines()
    assert len(lines) < 12
    assert all(each.endswith("(one request).") for each in lines)


def test_the_wait_for_the_next_minute_is_said_ever_more_seldom() -> None:
    """It comes back every minute: an hour of it is a dozen lines."""
    log = io.StringIO()
    terminal = Terminal(log)
    for minutes in range(60):
        at = datetime.fromisoformat(AT) + timedelta(minutes=minutes)
        until = at + timedelta(seconds=20)
        terminal.event(Paused("all tokens", "All sent.", at.isoformat(), until.isoformat()))
    assert 5 <= len(log.getvalue().splitlines()) <= 12


@pytest.mark.parametrize("scope", ["this call", "all tokens"])
def test_what_does_not_hold_up_the_run_does_not_shorten_the_rest(scope: str) -> None:
    """Others go on beside one request, and the next minute is waited for again and again."""
    log, clock = io.StringIO(), Ticking()
    terminal = Terminal(log, monotonic=clock)
    terminal.event(STARTED)
    terminal.event(Paused(scope, "wrap-up", AT, "2026-10-01T07:30:08.00Z"))
    clock.seconds += LOG_LINE_EVERY_SECONDS
    terminal.progress("deactivate", 100)
    assert log.getvalue().splitlines()[-1].endswith(", 10 s left")


def test_quiet_leaves_only_what_needs_a_look() -> None:
    """No progress, no pauses; warnings all the same."""
    log = io.StringIO()
    terminal = Terminal(log, quiet=True)
    terminal.event(STARTED)
    terminal.event(Paused("token", "why", AT, AT))
    terminal.progress("deactivate", 10)
    terminal.event(PhaseFinished("deactivate", 10, AT))
    terminal.event(Warned("roles_unread", "Role grants were not read."))
    assert log.getvalue() == "Note: Role grants were not read.\n"


def test_no_time_is_told_before_a_tenth_is_done() -> None:
    """Too little is known; a phase whose total was reckoned too low has no time left."""
    log, clock = io.StringIO(), Ticking()
    terminal = Terminal(log, monotonic=clock)
    terminal.event(STARTED)
    for done in (0, 19, 20, 201):
        clock.seconds += LOG_LINE_EVERY_SECONDS
        terminal.progress("deactivate", done)
    assert log.getvalue().splitlines() == [
        "Setting inactive: 0 of 200 people, 0 requests/min",
        "Setting inactive: 19 of 200 people, 0 requests/min",
        "Setting inactive: 20 of 200 people, 0 requests/min, 3 min 0 s left",
        "Setting inactive: 201 of 200 people, 0 requests/min, 0 s left",
    ]


def test_one_call_in_a_moment_is_no_pace() -> None:
    """Genesys allows 300 a minute, and thousands must not be told of."""
    console = Console()
    terminal = Terminal(console, monotonic=(clock := Ticking()))
    terminal.event(STARTED)
    terminal.sent()
    clock.seconds += 0.01
    terminal.event(PhaseFinished("deactivate", 1, AT))
    assert " 60 requests/min" in console.getvalue()


def test_a_console_without_blocks_gets_bars_of_letters() -> None:
    """As a Windows console with code page 850 or 1252."""
    shown = io.BytesIO()
    console = io.TextIOWrapper(shown, encoding="cp1252", write_through=True)
    console.isatty = lambda: True  # type: ignore[method-assign]
    terminal = Terminal(console)
    terminal.event(STARTED)
    terminal.progress("deactivate", 200)
    terminal.event(PhaseFinished("deactivate", 200, AT))
    assert re.search(rb"\|#+\| 200/200 people", shown.getvalue())


def test_a_name_cannot_command_the_terminal() -> None:
    """What Genesys or the list calls something is shown as letters."""
    log = io.StringIO()
    Terminal(log).event(Warned("x", "Queue \x1b[2JSales\r\nDone\u202e."))
    assert log.getvalue() == "Note: Queue  [2JSales  Done .\n"


def test_a_pause_does_not_disturb_the_bars() -> None:
    """It stands on a line of its own, above them."""
    console = Console()
    terminal = Terminal(console)
    terminal.event(STARTED)
    terminal.event(Paused("token 1", "why", AT, "2026-10-01T07:30:42.00Z"))
    terminal.close()
    lines = re.split(r"[\r\n]", console.getvalue())
    assert [line for line in lines if line.startswith("Waiting 42 s, until")] != []


def test_a_pause_that_is_over_does_not_lengthen_the_rest() -> None:
    """The time left is reckoned from the time in which calls could leave."""
    log, clock = io.StringIO(), Ticking()
    terminal = Terminal(log, monotonic=clock)
    terminal.event(STARTED)
    clock.seconds += 20
    terminal.progress("deactivate", 100)
    for scope in ("token 1", "queue routes"):  # side by side: a minute in all
        terminal.event(Paused(scope, "why", AT, "2026-10-01T07:31:00.00Z"))
    clock.seconds += 15
    terminal.progress("deactivate", 100)
    clock.seconds += 55
    terminal.progress("deactivate", 150)
    told = [line.split(", ")[-1] for line in log.getvalue().splitlines()]
    assert [line for line in told if "left" in line] == ["20 s left", "1 min 5 s left", "10 s left"]


def test_the_time_left_follows_a_phase_that_gets_faster() -> None:
    """As one does that shared the pace with another which has ended."""
    log, clock = io.StringIO(), Ticking()
    terminal = Terminal(log, monotonic=clock)
    terminal.event(STARTED)
    for done in (20, *range(30, 131, 10)):
        clock.seconds += 30 if done == 20 else 5
        terminal.progress("deactivate", done)
    last = log.getvalue().splitlines()[-1]
    assert last == "Setting inactive: 120 of 200 people, 0 requests/min, 40 s left"


def test_the_time_left_is_reckoned_from_the_first_listing_that_is_whole() -> None:
    """Eight queues are listed side by side: nothing counts for ten seconds, then it flows."""
    log, clock = io.StringIO(), Ticking()
    terminal = Terminal(log, monotonic=clock)
    terminal.event(STARTED)
    clock.seconds += 9
    terminal.progress("deactivate", 8)
    for done in range(16, 41, 8):
        clock.seconds += 2
        terminal.progress("deactivate", done)
    assert log.getvalue().splitlines() == ["Setting inactive: 16 of 200 people, 0 requests/min"]
    clock.seconds += 5
    terminal.progress("deactivate", 60)
    assert log.getvalue().splitlines()[-1].endswith(", 35 s left")


def test_a_terminal_that_cannot_write_over_a_line_is_told_in_lines(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """TERM=dumb, as within an editor: like a log."""
    monkeypatch.setenv("TERM", "dumb")
    console = Console()
    terminal = Terminal(console)
    terminal.event(STARTED)
    terminal.progress("deactivate", 200)
    terminal.event(PhaseFinished("deactivate", 200, AT))
    assert console.getvalue() == "Setting inactive: 200 of 200 people in 0 s\n"


@pytest.mark.skipif(os.name != "posix", reason="terminals as on POSIX")
@pytest.mark.parametrize(
    ("columns", "shown"),
    [
        (40, "100/200, 00:30 left: Setting inactive"),
        (80, r"Setting inactive +\|.{8,}\| 100/200 people, 0 requests/min, 00:30 left"),
        (200, r"Setting inactive +\|.{99,}\| 100/200 people, 0 requests/min, 00:30 left"),
    ],
)
def test_a_phase_fits_on_one_line(columns: int, shown: str) -> None:
    """The time left stands on a narrow terminal too, and no line is longer than it is wide.

    What is said beside it is broken between words.
    """
    import fcntl
    import struct
    import termios

    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    clock = Ticking()
    with open(theirs, "w", encoding="utf-8") as stream:  # noqa: PTH123 (a descriptor)
        terminal = Terminal(stream, monotonic=clock)
        terminal.event(STARTED)
        clock.seconds += 30
        terminal.progress("deactivate", 100)
        terminal.say("Left without agents: " + ", ".join(["Callbacks EN"] * 20))
        terminal.close()
    said = b""
    with suppress(OSError):  # on Linux the end of what a terminal has to say
        while chunk := os.read(ours, 4096):
            said += chunk
    os.close(ours)
    lines = re.split(r"[\r\n]+", said.decode())
    assert [line for line in lines if re.search(shown, line)] != []
    assert max(map(len, lines)) <= columns
