"""report.html: one safe, self-contained, accessible page."""

import errno
import os
import re
import stat
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from batch_offboard.errors import Action, StoppedError
from batch_offboard.offboarding.models import Named
from batch_offboard.record.events import Predecessor, ResultsWritten
from batch_offboard.results.losses import Loss
from batch_offboard.results.models import RunView
from batch_offboard.results.report import (
    BLANK_HASH,
    report_html,
    report_sha256,
    write_report,
    write_sealed_report,
)
from batch_offboard.results.run_verdict import OUTCOMES
from tests.file_systems import failing
from tests.results.views import (
    AGREED,
    DONE,
    FAILED,
    PLAN,
    minute,
    pause,
    queue,
    result,
    started,
    view,
    warning,
)

HASH = "9f" * 32
FOLDER = Path("runs") / "one"
FULL = view(
    DONE,
    FAILED,
    result(4, status="already_done", run_id="earlier"),
    due=("2026-11-20", "2026-11-20", None),
    inactive_at={2: "2026-11-23T19:39:00Z"},
    queues=(queue("Billing EN", 3, 0), queue("Sales", 1, 7)),
    traffic=(minute("19:38", 200), minute("19:39", 285, 2)),
    pauses=(pause("19:39:10", "19:39:40"),),
    warnings=(warning("divisions_unknown", "Give it `authorization:grant:view`."),),
    written=(ResultsWritten("results.csv", "cd" * 32, "x"),),
    plan=PLAN,
    agreed=AGREED,
)
KINDS = {
    "full": FULL,
    "bare": view(DONE),
    "empty": view(),
    "killed": replace(FULL, finished=None),
    "dry run": replace(FULL, started=started(dry_run=True)),
    "undo": replace(
        FULL, started=started(command="undo", previous=Predecessor("before", "runs/before"))
    ),
}
VOID = {"meta", "link", "input"}


class Elements(HTMLParser):
    """The elements of a page, in order, with a check that they nest."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the element."""
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Elements close in the order in which they opened."""
        assert tag == self.open.pop()


def html(whole: RunView = FULL) -> str:
    """The page of a run."""
    return report_html(whole, journal_hash=HASH, folder=FOLDER)


def words(whole: RunView = FULL) -> str:
    """What a reader of the page sees, on one line."""
    body = html(whole).split("<body>")[1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_run_gives_a_well_formed_page(kind: str) -> None:
    """Whole, bare, empty, killed, dry and undo runs: elements nest, and one heading is the top."""
    elements = Elements(html(KINDS[kind]))
    assert elements.open == []
    assert [tag for tag, _ in elements.found].count("h1") == 1


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_is_self_contained(kind: str) -> None:
    """No script, nothing from elsewhere, and a policy that forbids both."""
    elements = Elements(html(KINDS[kind]))
    assert {"script", "img", "iframe", "object", "form"}.isdisjoint(
        tag for tag, _ in elements.found
    )
    links = [
        value
        for _, attrs in elements.found
        for name, value in attrs.items()
        if name in {"src", "href", "xlink:href", "action"}
    ]
    places = {f"#{attrs['id']}" for _, attrs in elements.found if "id" in attrs}
    assert links[0] == "data:,"
    assert set(links[1:]) <= places
    assert not any(name.startswith("on") for _, attrs in elements.found for name in attrs)
    assert "default-src 'none'" in html()
    assert not re.search(r"url\(|@import", html())


def test_the_page_can_be_read_without_eyes() -> None:
    """A language, header cells with a scope, named pictures and regions."""
    elements = Elements(html()).found
    assert next(attrs for tag, attrs in elements if tag == "html") == {"lang": "en"}
    assert [attrs for tag, attrs in elements if tag == "th" and "scope" not in attrs] == []
    unnamed = [
        attrs
        for tag, attrs in elements
        if tag == "svg" and not attrs.get("aria-label") and attrs.get("aria-hidden") != "true"
    ]
    assert unnamed == []
    tables = [tag for tag, _ in elements].count("table")
    assert tables == [tag for tag, _ in elements].count("thead")


def test_each_status_has_a_pattern_of_its_own() -> None:
    """A printer without colour, and eyes that see no red, tell done from failed all the same."""
    style = html().split("<style>")[1].split("</style>")[0]
    looks = re.findall(r"^\.fill-(\w+) \{ (.+) \}$", style, re.MULTILINE)
    assert {name for name, _ in looks} == set(OUTCOMES)
    shapes = [re.sub(r"var\(--(failed|partial|done)\)", "dark", look) for _, look in looks]
    assert len(shapes) == len(set(shapes))


def test_a_name_does_not_turn_the_sentence_round() -> None:
    """What is to be done reads from left to right, whoever it is about."""
    action = "Ask an admin to take \u202eevil\u2066 out of Sales."
    row = replace(FAILED, user_name="\u202eevil", next_action=action)
    assert "Ask an admin to take evil out of Sales." in words(view(row))


def test_rows_that_were_not_reached_are_one_card() -> None:
    """With the rows to find them by."""
    rows = [result(row, status="not_run", next_action="HR: again.") for row in (2, 3, 5)]
    shown = words(view(*rows))
    assert "3 rows not reached not run The run ended before rows 2-3, 5. HR: again." in shown


def test_text_from_elsewhere_is_escaped() -> None:
    """Names, messages, queue and list names cannot add markup, in code spans neither."""
    evil = "<script>alert(1)</script>\"'`<b>`"
    whole = replace(
        FULL,
        results=(
            replace(FAILED, user_name=evil, error=evil, left_because=evil, next_action=evil, row=2),
            *FULL.results[1:],
        ),
        queues=(queue(evil, 1, 0),),
        warnings=(warning("x", evil),),
        plan=replace(PLAN, lines=(evil,), digest=evil),
        agreed=replace(AGREED, who=evil),
        started=started(
            os_user=evil,
            os_name=evil,
            client_name=evil,
            note=evil,
            run_id=f"{evil}</style>\\",
            folder=evil,
            timezone=evil,
            settings={evil: evil},
        ),
        taken=lambda _: (Loss("queue", Named("q", evil)), Loss("role", Named("r"), Named(evil))),
    )
    elements = Elements(html(whole))
    assert {"script", "b"}.isdisjoint(tag for tag, _ in elements.found)
    assert "<script" not in html(whole)
    assert "<b>`" not in html(whole)
    assert [tag for tag, _ in elements.found].count("style") == 1
    assert html(whole).count("</style>") == 1


def test_every_printed_page_names_the_run_and_the_first_the_last_hash() -> None:
    """Run id and page number in the margin, as text that no name can leave; the hash on top."""
    style = html(view(DONE, started=started(run_id='a"b\n\u202e')))
    assert 'content: "Run " "a\\22 b\\a \\202e "' in style
    assert 'content: "Page " counter(page) " of " counter(pages)' in style
    first_page, _, rest = html().partition('<nav class="contents"')
    assert (HASH in first_page, HASH in rest) == (True, True)
    assert "run 20261123T193800Z-leavers</title>" in html()


def test_rows_are_filtered_without_script() -> None:
    """One of a group of radio buttons for each status that occurs, and a rule for every status."""
    elements = Elements(html()).found
    shown = [attrs["id"] for tag, attrs in elements if tag == "input"]
    expected = ["show-all", "show-open", "show-done", "show-already_done", "show-failed"]
    assert expected == shown
    assert {attrs["type"] for tag, attrs in elements if tag == "input"} == {"radio"}
    style = html().split("<style>")[1].split("</style>")[0]
    assert [each for each in OUTCOMES if f"#show-{each}:checked" not in style] == []
    rows = [attrs["class"] for tag, attrs in elements if tag == "tr" and "class" in attrs]
    assert ["s-done", "s-failed open", "s-already_done"] == [each for each in rows if "s-" in each]


def test_what_a_person_lost_is_folded_in() -> None:
    """Queues with joined flag and ring, roles with their division, other things by name."""
    lost = (
        Loss("queue", Named("q1", "Billing EN"), Named("d", "Home"), joined=True, ring_number=2),
        Loss("queue", Named("q2", "Chat"), None, joined=False),
        Loss("role", Named("r1", "Agent"), Named("d", "Berlin")),
        Loss("group", Named("g1", "Night Shift")),
    )
    whole = view(DONE, taken={2: lost}.get)
    assert (
        "Removed: 2 queues, 1 role, 1 group Queues: Billing EN joined, ring 2 Chat not joined "
        "Role: Agent in Berlin Group: Night Shift" in words(whole)
    )
    assert "<details" in html(whole)
    rerun = replace(whole, started=started(command="rerun"))
    assert "1 queue removed in an earlier run: see its report" in words(rerun)
    carried = replace(rerun, taken=lambda _: ())
    assert "3 queues removed in an earlier run: see its report" in words(carried)
    assert "Removed:" not in words(carried)
    dry_rerun = replace(whole, started=started(command="rerun", dry_run=True))
    assert "3 queues removed in an earlier run" in words(dry_rerun)
    assert "in an earlier run" not in words(whole)
    dry = replace(whole, started=started(dry_run=True))
    assert "Would be removed: 2 queues" in words(dry)
    undo = replace(whole, started=started(command="undo"))
    assert "Put back: 2 queues" in words(undo)


def test_who_was_late_is_not_marked_as_failed() -> None:
    """Being late is said plainly beside done; nothing in the row stands out."""
    whole = view(DONE, due=("2026-09-27",), inactive_at={2: "2026-11-23T19:39:00Z"})
    row = html(whole).split("<tbody>")[1].split("</tbody>")[0]
    assert "<small>57 days after the due day</small>" in row
    assert "flag" not in html(whole)


def test_the_reader_finds_everything_that_was_promised() -> None:
    """Verdict, organisation, list, who, attention, queues, lateness, traffic, rows, proof."""
    text = words()
    for expected in (
        "2 of 3 people on the list are inactive and in no queue, 1 row needs attention.",
        "Example Retail",
        f"SHA-256 {'ab' * 32}",
        "ann login at that computer, not verified · with the OAuth client HR offboarding",
        "batch-offboard 0.1.0",
        "What was agreed Agreed by ann",
        "Plan 37 people to change 74 requests that change something",
        "The plan as it was shown The plan: 37 people will be set to inactive.",
        "Agreed at 23 November 2026, 19:38:40 UTC How typed the number 37",
        f"Plan digest {PLAN.digest[:12]} {PLAN.digest}",
        "Row 3: Bo Chan",
        "missing.permissions",
        "Give it authorization:grant:view .",
        "1 is now empty",
        "Billing EN Home 3 empty",
        "23 November 2026, 19:39 UTC 3 days",
        "3 days after the due day",
        "485 requests, reads and retries included, at most 285 in one minute (limit: 285)",
        "decided by run earlier",
        HASH,
        f"batch-offboard report &#34;{FOLDER}&#34; --verify --hash {HASH}",
        f"SHA-256 of results.csv as the run wrote it: {'cd' * 32}",
    ):
        assert expected in text


def test_what_to_type_is_set_as_code() -> None:
    """What stands between backticks stands out."""
    assert "<code>authorization:grant:view</code>" in html()


def test_the_page_of_a_journal_is_always_the_same() -> None:
    """No clock and no chance is in it."""
    assert html() == html()


def test_the_page_is_written_whole(tmp_path: Path) -> None:
    """The file is the page, and nothing else is left in the folder."""
    path = write_report(tmp_path, FULL, journal_hash=HASH)
    expected = report_html(FULL, journal_hash=HASH, folder=tmp_path)
    assert expected == path.read_text(encoding="utf-8")
    assert [each.name for each in tmp_path.iterdir()] == ["report.html"]


def test_a_page_whose_digest_is_recorded_first_is_the_same_page(tmp_path: Path) -> None:
    """It is made once; the hash is put where it belongs, and nowhere else."""
    strange = replace(FAILED, user_name=BLANK_HASH, user_email=HASH)
    whole = view(*(replace(strange, row=row) for row in range(2, 900)))
    told: list[str] = []

    def seal(digest: str) -> str:
        told.append(digest)
        return HASH

    path = write_sealed_report(tmp_path, whole, seal)
    assert path.read_text("utf-8") == report_html(whole, journal_hash=HASH, folder=tmp_path)
    assert told == [report_sha256(whole, tmp_path)]
    assert [each.name for each in tmp_path.iterdir()] == ["report.html"]


def test_a_page_that_cannot_be_recorded_does_not_appear(tmp_path: Path) -> None:
    """The journal has no room: the error comes through, and nothing is left."""

    def seal(digest: str) -> str:
        raise StoppedError("no room")

    with pytest.raises(StoppedError, match="no room"):
        write_sealed_report(tmp_path, FULL, seal)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
def test_only_the_owner_can_read_the_report(tmp_path: Path) -> None:
    """Names of leavers are nobody else's business."""
    path = write_report(tmp_path, FULL, journal_hash=HASH)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    """The sentence says that nothing is lost, and no temporary file stays."""

    with pytest.raises(StoppedError) as raised:
        write_report(tmp_path, FULL, journal_hash=HASH, files=failing(replace=errno.ENOSPC))
    expected = (
        f"The report could not be written to {tmp_path / 'report.html'}: No space left on device. "
        "Everything recorded so far is in the journal."
    )
    assert expected == str(raised.value)
    assert raised.value.actions == (Action("write_report", tmp_path),)
    assert list(tmp_path.iterdir()) == []


def test_a_text_that_is_no_unicode_does_not_cost_the_page(tmp_path: Path) -> None:
    """A lone surrogate in Genesys' message is written as its escape."""
    whole = view(replace(FAILED, error="\ud800"))
    path = write_report(tmp_path, whole, journal_hash=HASH)
    assert "\\ud800" in path.read_text(encoding="utf-8")
