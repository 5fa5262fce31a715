"""The program without a terminal, `batch-offboard-page`: errors are shown in a window."""

import os
import subprocess
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from batch_offboard.errors import ExitCode, OffboardError
from batch_offboard.page.desktop import documents

_LOG_NAME = "page.log"
_HELP = (["help"], ["h"], ["/?"])
_USAGE = (
    "batch-offboard-page [FOLDER] opens the page of this folder. "
    "Without one it is batch-offboard in your Documents."
)


def main() -> None:
    """Open the page for the folder given, else for `batch-offboard` in the documents folder."""
    arguments = sys.argv[1:]
    if usage := usage_of(arguments):
        tell(usage.text)
        sys.exit(usage.exit_code)
    folder = Path(arguments[0]) if arguments else documents() / "batch-offboard"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.chdir(folder)
        from batch_offboard.page.serving import open_page

        open_page(folder.resolve(), None, 0, browser=True, say=tell)
    except OffboardError as error:
        _failed(folder, str(error))
    except Exception:  # noqa: BLE001 (the last place to report a defect)
        _failed(folder, "batch-offboard failed unexpectedly.", traceback.format_exc())


class Usage(NamedTuple):
    """What to say instead of opening a page."""

    text: str
    exit_code: ExitCode


def usage_of(arguments: list[str]) -> Usage | None:
    """How the program is used, if that is asked for, or if these arguments are no folder."""
    options = [each for each in arguments if each.startswith("-") or each == "/?"]
    if options == arguments and [each.strip("-") for each in options] in _HELP:
        return Usage(_USAGE, ExitCode.OK)
    if options:
        return Usage(f"There is no option {options[0]}.\n{_USAGE}", ExitCode.USAGE)
    if arguments[1:]:
        quoted = f'"{" ".join(arguments)}"'
        text = f"A folder with blanks needs double quotation marks: {quoted}.\n{_USAGE}"
        return Usage(text, ExitCode.USAGE)
    return None


def _failed(folder: Path, text: str, details: str = "") -> None:
    """Show why the page could not be opened, and where the details are."""
    log = folder / _LOG_NAME
    with suppress(OSError):  # the window shows the text in any case
        log.write_text(f"{text}\n{details}", encoding="utf-8")
        log.chmod(0o600)
        text += f" The details are in {log}." if details else ""
    tell(text)
    sys.exit(1)


def tell(text: str) -> None:
    """Show a text in the terminal if there is one, else in a window; on Linux, print it."""
    if sys.stdout is not None and sys.stdout.isatty():
        print(text)  # noqa: T201 (this is a shell)
    elif sys.platform == "win32":
        import ctypes

        ctypes.windll.user32.MessageBoxW(None, text, "batch-offboard", 0x40)
    elif sys.platform == "darwin":
        script = 'on run argv\ndisplay dialog item 1 of argv buttons {"OK"}\nend run'
        subprocess.run(["osascript", "-e", script, text], check=False)
    else:
        print(text)  # noqa: T201 (into the session's own log)
