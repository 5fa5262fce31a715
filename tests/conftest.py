"""What holds for all tests: a busy machine makes no property fail, and a slow disk no test wait."""

import gc
import os
import shutil
import sys
from pathlib import Path

sys.dont_write_bytecode = False  # each process would rewrite the assertions of every file

from hypothesis import HealthCheck, settings  # noqa: E402 (its assertions are rewritten too)

_PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("patient", _PATIENT, max_examples=50)
settings.register_profile("thorough", _PATIENT, max_examples=1000)
"""For once in a while: `pytest --hypothesis-profile=thorough`."""
settings.load_profile("patient")

_MEMORY = Path("/dev/shm")
_NEEDED_BYTES = 2_000_000_000


def pytest_configure() -> None:
    """Make quick what all tests use: how they are compiled, what they write, the processors."""
    _keep_folders_in_memory()
    _keep_to_one_processor()


def pytest_collection_finish() -> None:
    """Look no more for garbage in what was imported, and less often in what a test makes."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)


def pytest_sessionfinish() -> None:
    """Look for garbage once, not the five times that pytest does after this."""
    gc.collect()
    gc.freeze()


def _keep_folders_in_memory() -> None:
    """Where there is room.

    A run forces each line of its journal onto the disk, which takes some milliseconds of waiting
    each; thirty thousand of them would take longer than all tests together.
    """
    if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _NEEDED_BYTES:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))


def _keep_to_one_processor() -> None:
    """Where there are as many workers as processors.

    The threads of a test take turns, as only one at a time runs Python: on one processor they do
    so in a sixth less time than across two.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")
    if worker and hasattr(os, "sched_setaffinity"):
        processors = sorted(os.sched_getaffinity(0))
        if int(os.environ["PYTEST_XDIST_WORKER_COUNT"]) >= len(processors):
            os.sched_setaffinity(0, {processors[int(worker) % len(processors)]})
