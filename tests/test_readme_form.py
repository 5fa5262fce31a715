"""The README is short, in plain sentences, and its links lead somewhere."""

import re

import pytest

from tests.catalogue.style import BANNED, MOST_WORDS
from tests.markdown import anchor, headings, pictures, section, sentences, targets, without_section
from tests.readme import README, ROOT

WHOLE = README.read_text("utf-8")
TEXT = without_section(WHOLE, "### Help texts")
MOST_LINES = {
    "## HR: offboard a list": 110,
    "## Genesys admin: set it up": 90,
    "## Auditor: check what was done": 80,
    "## Scheduler: run it unattended": 75,
}
"""Two printed pages for HR, one and a bit for each other reader."""
MOST_LINES_IN_ALL = 1000
"""Without the help texts, which are folded."""
MOST_BYTES = 60_000


@pytest.mark.parametrize("heading", MOST_LINES)
def test_each_reader_has_a_short_section(heading: str) -> None:
    """Whoever has more to say says it in the reference."""
    assert len(section(TEXT, heading).splitlines()) <= MOST_LINES[heading]


def test_the_whole_is_no_longer() -> None:
    """With all else that is made from the program."""
    assert len(without_section(WHOLE, "### Help texts").splitlines()) <= MOST_LINES_IN_ALL


def test_each_reader_finds_the_section() -> None:
    """The contents at the top name each section behind them, in order, but for the licence."""
    named = re.findall(r"\(#([^)]+)\)", section(TEXT, "## Where to read on"))
    behind = [anchor(each) for each in headings(TEXT) if each.startswith("## ")]
    assert [each for each in behind if each in named] == behind[3:-1]
    assert behind[0] == "where-to-read-on"


def prose(*left_out: str) -> list[str]:
    """The sentences outside the sections with these headings."""
    text = TEXT
    for heading in left_out:
        text = without_section(text, heading)
    return [" ".join(each) for each in sentences(text)]


def test_sentences_are_short() -> None:
    """The measurements are another matter."""
    said = prose("## How fast it is")
    assert len(said) > 200
    assert [each for each in said if len(each.split()) > MOST_WORDS] == []


def test_sentences_use_everyday_words() -> None:
    """As those of the program do: a request is no call, which here is on the phone."""
    said = " ".join(prose("## How fast it is", "## For developers"))
    assert [pattern for pattern in BANNED if re.search(pattern, said)] == []
    assert re.findall(r"\b(?<!phone )calls?\b", said) == []


@pytest.mark.parametrize("target", sorted(targets(TEXT)))
def test_links_lead_somewhere(target: str) -> None:
    """To files of the project, and to headings of the README."""
    file, _, part = target.partition("#")
    assert (ROOT / file).exists()
    if part:
        assert part in map(anchor, headings(WHOLE))


def test_every_picture_is_shown_and_described() -> None:
    """For those who cannot see it; and it is small."""
    shown = pictures(TEXT)
    files = sorted((ROOT / "samples").glob("*.png"))
    assert sorted(shown) == [f"samples/{path.name}" for path in files]
    assert [words for words in shown.values() if len(words.split()) < 8] == []
    assert [path.name for path in files if path.stat().st_size > MOST_BYTES] == []


def test_the_files_in_the_guide_for_a_step_exist() -> None:
    """Modules of the package, and those of the tests."""
    guide = section(TEXT, "### How to add a step")
    named = set(re.findall(r"`([\w/]+/\w+\.py)`", guide)) - {"offboarding/steps/NAME.py"}
    assert named
    there = [
        any((place / each).exists() for place in (ROOT, ROOT / "batch_offboard")) for each in named
    ]
    assert all(there), named
