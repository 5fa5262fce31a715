"""The person's own folders, and an icon that opens the page."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

from batch_offboard.errors import UsageError

_PROGRAM = "batch-offboard-page"


def documents() -> Path:
    """The folder for the person's documents."""
    return _own_folder("Documents", "MyDocuments", "DOCUMENTS")


def desktop() -> Path:
    """The folder whose files appear on the desktop."""
    return _own_folder("Desktop", "Desktop", "DESKTOP")


def _own_folder(plain: str, windows: str, xdg: str) -> Path:
    """A folder of the person's; they may have moved it elsewhere, as OneDrive does."""
    if sys.platform == "win32":
        asked = [
            "powershell",
            "-NoProfile",
            "-Command",
            f"[Environment]::GetFolderPath('{windows}')",
        ]
    elif sys.platform == "darwin":
        return Path.home() / plain
    else:
        asked = ["xdg-user-dir", xdg]
    try:
        said = subprocess.run(asked, capture_output=True, text=True, check=True, timeout=20)
    except (OSError, subprocess.SubprocessError):
        return Path.home() / plain
    found = said.stdout.strip()
    return Path(found) if found and Path(found) != Path.home() else Path.home() / plain


def put_icon(folder: Path) -> Path:
    """Put an icon on the desktop that opens the page for a folder; returns its file.

    Raises UsageError, with how to make one by hand, if that is not possible.
    """
    program = _program()
    try:
        if sys.platform == "win32":
            return _windows_icon(program, folder)
        if sys.platform == "darwin":
            return _script_icon(desktop() / "batch-offboard.command", program, folder)
        return _linux_icon(desktop() / "batch-offboard.desktop", program, folder)
    except (OSError, subprocess.SubprocessError) as error:
        raise UsageError(
            f"The icon could not be created ({error}). Create one that starts {program} with the "
            f"folder {folder}."
        ) from error


def _program() -> Path:
    """The windowed program, which lies beside the one that runs now."""
    name = f"{_PROGRAM}.exe" if sys.platform == "win32" else _PROGRAM
    for folder in (Path(sys.argv[0]).resolve().parent, Path(sys.executable).parent):
        if (folder / name).exists():
            return folder / name
    raise UsageError(
        f"The program {_PROGRAM} was not found beside this one. Reinstall batch-offboard."
    )


def _windows_icon(program: Path, folder: Path) -> Path:
    path = desktop() / "batch-offboard.lnk"
    script = (
        "$icon = (New-Object -ComObject WScript.Shell).CreateShortcut($env:ICON_PATH); "
        "$icon.TargetPath = $env:ICON_PROGRAM; "
        "$icon.Arguments = '\"' + $env:ICON_FOLDER + '\"'; "
        "$icon.WorkingDirectory = $env:ICON_FOLDER; $icon.Save()"
    )
    values = {"ICON_PATH": str(path), "ICON_PROGRAM": str(program), "ICON_FOLDER": str(folder)}
    subprocess.run(
        ["powershell", "-NoProfile", "-Command", script],
        check=True,
        timeout=60,
        env=os.environ | values,
    )
    return path


def _script_icon(path: Path, program: Path, folder: Path) -> Path:
    path.write_text(f"#!/bin/sh\nexec {shlex.quote(str(program))} {shlex.quote(str(folder))}\n")
    path.chmod(0o700)
    return path


def _linux_icon(path: Path, program: Path, folder: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        "[Desktop Entry]\nType=Application\nName=batch-offboard\nTerminal=false\n"
        f"Exec={_desktop_quoted(program)} {_desktop_quoted(folder)}\n",
        encoding="utf-8",
    )
    path.chmod(0o700)
    return path


def _desktop_quoted(path: Path) -> str:
    """A path as one word of a desktop entry's Exec line (Desktop Entry Specification)."""
    text = str(path).replace("%", "%%")
    for each in ("\\", '"', "`", "$"):
        text = text.replace(each, f"\\{each}")
    return '"' + text.replace("\\", "\\\\") + '"'
