"""What holds for all tests: a busy machine makes no property fail, and a slow disk no test wait."""

import os
import shutil
from pathlib import Path

from hypothesis import HealthCheck, settings

_PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("patient", _PATIENT, max_examples=50)
settings.register_profile("thorough", _PATIENT, max_examples=1000)
"""For once in a while: `pytest --hypothesis-profile=thorough`."""
settings.load_profile("patient")

_MEMORY = Path("/dev/shm")
_NEEDED_BYTES = 2_000_000_000


def pytest_configure() -> None:
    """Keep the tests' folders in memory where there is room.

    A run forces each line of its journal onto the disk, which takes some milliseconds of waiting
    each; thirty thousand of them would take longer than all tests together.
    """
    if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _NEEDED_BYTES:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))
