"""Importing the SDK without side effects, and without what is not used of it.

Measured with version 269.
"""

import logging
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from types import ModuleType

from batch_offboard.errors import UsageError

_SDK = "PureCloudPlatformClientV2"
_MEASURED_RELEASE = "269"
_WATCHDOG = ("watchdog.events", "watchdog.observers")
_IMPORT_LOCK = threading.Lock()
_QUIET = "[general]\nlive_reload_config = false\n[logging]\nlog_to_console = false\n"


@contextmanager
def quiet_import() -> Iterator[None]:
    """Give the SDK a temporary home folder while it is imported.

    The SDK reads `~/.genesyscloudpython/config`, which can redirect host, gateway and login,
    watches the home folder with threads, adds a console handler and mutes urllib3's logger
    [measured]. Only that file can turn the threads off, so the temporary one does.

    Raises UsageError where no temporary folder can be made.
    """
    loggers = [logging.getLogger(name) for name in ("urllib3", "watchdog")]
    levels = [(logger, logger.level, logger.propagate) for logger in loggers]
    with _IMPORT_LOCK, _quiet_home() as home:
        before = {name: os.environ.get(name) for name in ("HOME", "USERPROFILE")}
        os.environ.update(HOME=home, USERPROFILE=home)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
            for logger, level, propagate in levels:
                logger.setLevel(level)
                logger.propagate = propagate


def _home_prefix() -> str:
    return f"batch-offboard-{os.getpid()}-"


def remove_quiet_homes() -> None:
    """Remove the temporary home folder of an import that is cut short by the program's end."""
    for home in Path(tempfile.gettempdir()).glob(f"{_home_prefix()}*"):
        shutil.rmtree(home, ignore_errors=True)


def _quiet_home() -> "tempfile.TemporaryDirectory[str]":
    try:
        home = tempfile.TemporaryDirectory(prefix=_home_prefix())
        folder = Path(home.name) / ".genesyscloudpython"
        folder.mkdir()
        (folder / "config").write_text(_QUIET, encoding="ascii")
    except OSError as error:
        raise UsageError(
            "No temporary file can be written on this computer. Set the environment variable "
            "TMPDIR (on Windows: TEMP) to a folder that you can write to."
        ) from error
    return home


@contextmanager
def lean_import(release: str = "") -> Iterator[None]:
    """Give the SDK's modules empty parent packages and no watchdog while they are imported.

    The real packages import all 6,600 models, which takes 1.4 s and 190 MB; watchdog takes 20 ms
    [measured]. This program uses no model, because it decodes plain JSON, and lets nothing watch
    the configuration file. Other code in this process that imports the SDK gets a complete one,
    with a configuration of its own.

    A `release` other than the measured one may have another layout and is imported as it is.
    """
    if (release or version(_SDK)).partition(".")[0] != _MEASURED_RELEASE:
        yield
        return
    others = _remove_modules()
    replaced = [name for name in _WATCHDOG if name not in sys.modules]
    try:
        sys.modules.update({name: _EmptyClasses(name) for name in replaced})
        for package in (_SDK, f"{_SDK}.apis"):
            sys.modules[package] = _empty_package(package)
        sys.modules[f"{_SDK}.models"] = _EmptyClasses(f"{_SDK}.models")
        yield
    finally:
        _remove_modules()
        for name in replaced:
            del sys.modules[name]
        sys.modules.update(others)


class _EmptyClasses(ModuleType):
    """Replaces a module: every name that is imported from it is an empty class."""

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


def _empty_package(package: str) -> ModuleType:
    """A package whose modules can be imported, without running its `__init__`."""
    spec = find_spec(package)
    if spec is None:
        raise ModuleNotFoundError(f"No module named {package!r}", name=package)
    return module_from_spec(spec)


def _remove_modules() -> dict[str, ModuleType]:
    """Remove the SDK's modules from `sys.modules` and return them by name."""
    names = [name for name in sys.modules if name.partition(".")[0] == _SDK]
    return {name: sys.modules.pop(name) for name in names}
