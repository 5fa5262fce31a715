"""How the SDK is imported: without a side effect, and without its models. Measured with 269."""

import logging
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from types import ModuleType

_SDK = "PureCloudPlatformClientV2"
_MEASURED_RELEASE = "269"
_IMPORT_LOCK = threading.Lock()
_QUIET = "[general]\nlive_reload_config = false\n[logging]\nlog_to_console = false\n"


@contextmanager
def quiet_import() -> Iterator[None]:
    """Let the SDK find a home of ours while it is imported.

    It reads `~/.genesyscloudpython/config`, which can redirect host, gateway and login, watches
    the home folder with threads, adds a console handler and mutes urllib3's logger [measured].
    That file is also its only switch for the threads, so it finds one that turns them off.
    """
    loggers = [logging.getLogger(name) for name in ("urllib3", "watchdog")]
    levels = [(logger, logger.level, logger.propagate) for logger in loggers]
    with _IMPORT_LOCK, tempfile.TemporaryDirectory() as home:
        folder = Path(home) / ".genesyscloudpython"
        folder.mkdir()
        (folder / "config").write_text(_QUIET, encoding="ascii")
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


@contextmanager
def lean_import(release: str = "") -> Iterator[None]:
    """Let the SDK's modules find bare packages above them while they are imported.

    Its packages import everything that is in them: 6,600 models, which take 1.4 s and 190 MB
    [measured]. Nothing here uses one, as answers are read as plain JSON. Whoever else imports the
    SDK in this process gets a whole one, with a configuration of its own.

    Another `release` than the one this was tried with may be laid out differently: that one is
    imported whole.
    """
    if (release or version(_SDK)).partition(".")[0] != _MEASURED_RELEASE:
        yield
        return
    others = _taken_out()
    try:
        for package in (_SDK, f"{_SDK}.apis"):
            sys.modules[package] = _bare(package)
        sys.modules[f"{_SDK}.models"] = _NoModels(f"{_SDK}.models")
        yield
    finally:
        _taken_out()
        sys.modules.update(others)


class _NoModels(ModuleType):
    """Stands in for the models: whichever of them is imported is an empty class."""

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


def _bare(package: str) -> ModuleType:
    """A package whose modules can be imported, without what its `__init__` imports."""
    spec = find_spec(package)
    if spec is None:
        raise ModuleNotFoundError(f"No module named {package!r}", name=package)
    return module_from_spec(spec)


def _taken_out() -> dict[str, ModuleType]:
    """The modules of the SDK that are imported so far, taken out of those that imports find."""
    names = [name for name in sys.modules if name.partition(".")[0] == _SDK]
    return {name: sys.modules.pop(name) for name in names}
