"""What a person at a terminal, or a log file, sees while a run goes on."""

import io
import re

from batch_offboard.cli.terminal import LOG_LINE_EVERY_SECONDS, Terminal
from batch_offboard.run.events import Paused, PhaseFinished, PhaseStarted, Warned

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
    """One line per phase: title, share, counts, calls a minute."""
    console = Console()
    terminal = Terminal(console)
    terminal.event(STARTED)
    for _ in range(3):
        terminal.sent()
    terminal.progress("deactivate", 200)
    terminal.event(PhaseFinished("deactivate", 200, AT))
    last = console.getvalue().split("\r")[-1]
    assert re.search(
        r"^Setting inactive +100%\|.+\| 200/200 people \[00:00<00:00, \d+ calls/min\]", last
    )


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
        "Setting inactive: 50 of 200 people, 12 calls/min, 30 s left",
        "Setting inactive: 60 of 200 people in 1 min 15 s",
    ]


def test_a_pause_says_why_and_until_when() -> None:
    """In words, not as a stalled bar."""
    log = io.StringIO()
    until = "2026-10-01T07:30:42.00Z"
    Terminal(log).event(Paused("queue routes", "Genesys asks to wait", AT, until))
    assert re.fullmatch(
        r"Waiting 42 s, until \d\d:\d\d:42: Genesys asks to wait \(queue routes\)\.\n",
        log.getvalue(),
    )


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
        "Setting inactive: 0 of 200 people, 0 calls/min",
        "Setting inactive: 19 of 200 people, 0 calls/min",
        "Setting inactive: 20 of 200 people, 0 calls/min, 4 min 30 s left",
        "Setting inactive: 201 of 200 people, 0 calls/min, 0 s left",
    ]


def test_a_console_without_blocks_gets_bars_of_letters() -> None:
    """As a Windows console with code page 850 or 1252."""
    shown = io.BytesIO()
    console = io.TextIOWrapper(shown, encoding="cp1252", write_through=True)
    console.isatty = lambda: True  # type: ignore[method-assign]
    terminal = Terminal(console)
    terminal.event(STARTED)
    terminal.progress("deactivate", 200)
    terminal.event(PhaseFinished("deactivate", 200, AT))
    assert re.search(rb"100%\|#+\| 200/200 people", shown.getvalue())


def test_a_pause_does_not_disturb_the_bars() -> None:
    """It stands on a line of its own, above them."""
    console = Console()
    terminal = Terminal(console)
    terminal.event(STARTED)
    terminal.event(Paused("token 1", "why", AT, "2026-10-01T07:30:42.00Z"))
    terminal.close()
    lines = re.split(r"[\r\n]", console.getvalue())
    assert [line for line in lines if line.startswith("Waiting 42 s, until")] != []
