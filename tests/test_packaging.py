"""What is installed: pyproject.toml names every package and data file."""

import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
TOOLS = PROJECT["tool"]
SETUPTOOLS = TOOLS["setuptools"]
SAMPLES = "batch_offboard.samples"


def _packages() -> Iterator[tuple[str, Path]]:
    yield SAMPLES, ROOT / "samples"
    for path in (ROOT / "batch_offboard").rglob("__init__.py"):
        yield ".".join(path.parent.relative_to(ROOT).parts), path.parent


def _data() -> Iterator[tuple[str, str]]:
    """Each file that is no module, with the package that it lies in, or in a folder of it."""
    folders = {folder: package for package, folder in _packages()}
    for folder, package in folders.items():
        for path in folder.rglob("*"):
            nearest = next(each for each in path.parents if each in folders)
            if path.is_file() and path.suffix not in (".py", ".pyc") and nearest == folder:
                yield package, path.relative_to(folder).as_posix()


def _fits(name: str, pattern: str) -> bool:
    """As setuptools understands a pattern: a star does not go into folders."""
    return fnmatch(name, pattern) and name.count("/") == pattern.count("/")


def test_every_package_is_installed() -> None:
    """pyproject.toml names every folder of the package, and the samples."""
    assert sorted(package for package, _ in _packages()) == sorted(SETUPTOOLS["packages"])


def test_every_folder_of_the_package_is_a_package() -> None:
    """A folder with modules but without __init__.py would be left out without a word."""
    folders = {path.parent for path in (ROOT / "batch_offboard").rglob("*.py")}
    assert folders == {folder for package, folder in _packages() if package != SAMPLES}


def test_every_data_file_is_installed() -> None:
    """Templates, style, headers, samples, py.typed: each fits a pattern of its package."""
    patterns = SETUPTOOLS["package-data"]
    left_out = [
        (package, name)
        for package, name in _data()
        if not any(_fits(name, pattern) for pattern in patterns.get(package, ()))
    ]
    assert left_out == []


def test_every_pattern_of_data_files_fits_one() -> None:
    """A pattern for files that were renamed is seen."""
    idle = [
        (package, pattern)
        for package, patterns in SETUPTOOLS["package-data"].items()
        for pattern in patterns
        if not any(at == package and _fits(name, pattern) for at, name in _data())
    ]
    assert idle == []


def test_every_python_from_the_required_one_has_a_classifier() -> None:
    """The oldest is the one whose types and syntax are checked."""
    start = "Programming Language :: Python :: 3."
    named = [text for text in PROJECT["project"]["classifiers"] if text.startswith(start)]
    minors = [int(text.removeprefix(start)) for text in named]
    assert minors == list(range(minors[0], minors[-1] + 1))
    assert (PROJECT["project"]["requires-python"], TOOLS["mypy"]["python_version"]) == (
        f">=3.{minors[0]}",
        f"3.{minors[0]}",
    )
    assert TOOLS["ruff"]["target-version"] == f"py3{minors[0]}"
