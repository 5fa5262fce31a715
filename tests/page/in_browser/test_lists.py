"""Lists in a real browser: dropped, their columns said, hostile in every cell."""

import csv
import io
from functools import partial
from pathlib import Path

from openpyxl import Workbook

from tests.page.in_browser.chromium import Chromium
from tests.page.in_browser.tab import Tab
from tests.page.serving import served
from tests.support import id_of, org_of, simulator, state_of

DROPPED = """([name, text]) => {
  const given = new DataTransfer();
  given.items.add(new File([text], name));
  for (const kind of ["dragover", "drop"])
    document.getElementById("drop").dispatchEvent(
      new DragEvent(kind, { dataTransfer: given, bubbles: true, cancelable: true }));
}"""
SCRIPT = "<script>alert(1)</script>"
IMAGE = "<img src=x onerror=alert(1)>"
TURNED = "\u202eniamoD \u2066x"
LONG = "Donaudampfschiff" * 30
ALIEN = "main script, main img, main [onerror], main svg, body > img"


def test_a_list_is_dropped(browser: Chromium, tmp_path: Path) -> None:
    """A4: dropping fills the same field that can be chosen with."""
    with served(tmp_path) as page, browser.tab(page) as tab:
        tab.see(DROPPED, ["dropped.csv", f"user_id\n{id_of('Ada')}\n"])
        tab.press("Continue")
        assert "dropped.csv: 1 row" in tab.words


def workbook(path: Path) -> Path:
    """A workbook with a title, headers that say nothing, and another sheet in front."""
    book = Workbook()
    first = book.active
    assert first is not None
    first.title = "Joiners"
    first.append(["Joiner"])
    leavers = book.create_sheet("Leavers")
    leavers.append(["Leavers of the month", "", "", "by HR"])
    leavers.append(["Who", "Where", "Reach", "Until"])
    leavers.append(["Ada Test", "Sales", id_of("Ada"), "2026-01-31"])
    leavers.append(["Bob Test", "Sales", id_of("Bob"), "2026-01-31"])
    leavers.append(["Cyd Test", "Sales", "x", "soon"])
    book.save(path)
    return path


def test_columns_are_said(browser: Chromium, tmp_path: Path) -> None:
    """Sheet, row of the headers, and each column; asked by itself, and kept for the next time."""
    org = org_of(["Ada", "Bob"], {"Billing": ["Ada", "Bob"]})
    path = workbook(tmp_path / "leavers.xlsx")
    with simulator(org) as sim, served(tmp_path, sim) as page, browser.tab(page) as tab:
        tab.hand_in(path)
        tab.check("Which column is which?")
        assert 'its first sheet is "Joiners"' in tab.words
        assert tab.value("#sheet") == "Leavers"
        tab.press("Show this part of the list")
        tab.fill("#header-row", "77")
        tab.press("Use these columns")
        assert "Row 77 has no column names." in tab.words
        tab.fill("#header-row", "2")
        tab.press("Use these columns")
        assert "Reach" in tab.words
        tab.press("Use these columns")
        assert "Choose at least one column that finds people" in tab.words
        for letter in "AC":
            tab.choose(f"#use-{letter}", "email")
        tab.press("Use these columns")
        assert "E-mail address is chosen for columns A and C. Choose one." in tab.words
        assert "3 of 3 values are not e-mail addresses." in tab.words
        for letter, use in {"A": "name", "C": "user_id", "D": "last_day"}.items():
            tab.choose(f"#use-{letter}", use)
        tab.press("Show this part of the list")
        tab.check("Which column is which?")
        assert "1 of 3 values is not a Genesys user id." in tab.words
        assert "1 of 3 values is not a date." in tab.words
        tab.press("Use these columns")
        assert "leavers.xlsx, sheet Leavers: 3 rows" in tab.words
        tab.make_plan()
        tab.start(2)
        tab.finish()
        tab.press("New list")
        tab.hand_in(path)
        assert "Filled in as chosen today." in tab.words
        assert tab.value("#use-C") == "user_id"
    assert state_of(org, "Bob") == "inactive"


def hostile(path: Path) -> Path:
    """A list in which nothing is what it should be, but for the user ids."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(["user_id", "name", SCRIPT, TURNED, LONG, "=1+1"])
    rows.writerow([id_of("Ada"), "Ada Test", IMAGE, TURNED, LONG, "{{ 7*7 }}"])
    rows.writerow([id_of("Bob"), f"{IMAGE}{TURNED}", "x", LONG, SCRIPT, "javascript:alert(1)"])
    rows.writerow([f"{IMAGE}{LONG}", SCRIPT, TURNED, "x", "y", "z"])
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def is_harmless(tab: Tab, heading: str) -> None:
    """Check a screen that shows hostile texts."""
    assert tab.heading.startswith(heading)
    tab.check_sizes()
    assert tab.count(ALIEN) == 0
    assert "49" not in tab.words.split()


def test_a_hostile_list(browser: Chromium, tmp_path: Path) -> None:
    """S11: nothing of it runs, widens a screen, or leaks out of its place."""
    org = org_of(["Ada", "Bob"], {IMAGE: ["Ada"], f"{TURNED}{LONG}": ["Ada"]})
    path = hostile(tmp_path / f"{IMAGE[:-1]} {TURNED}.csv")
    with simulator(org) as sim, served(tmp_path, sim) as page, browser.tab(page) as tab:
        harmless = partial(is_harmless, tab)
        tab.hand_in(path)
        harmless("How your list was read")
        tab.press("Change sheet or columns")
        harmless("Which column is which?")
        tab.press("Use these columns")
        tab.make_plan()
        while tab.count("details:not([open])"):
            tab.click("details:not([open]) > summary")
        harmless("The plan: 1 person")
        tab.fill("#find", f"{IMAGE}\"'>")
        tab.press("Find rows")
        harmless("The plan: 1 person")
        tab.press("Check and start…")
        tab.fill("#note", SCRIPT)
        tab.fill("#number", IMAGE)
        tab.press("Start")
        harmless("Check before you start")
        tab.fill("#number", "1")
        tab.press("Start")
        tab.finish()
        harmless("1 of 3 people")
        with tab.shown.expect_popup() as opened:
            tab.click_named("Open the report")
        opened.value.wait_for_load_state()
        assert opened.value.locator("script, img, [onerror]").count() == 0
        tab.press("Correct and run again")
        harmless("Correct and run again")
        tab.press("Earlier runs")
        harmless("Earlier runs")


def test_a_file_that_is_no_list(browser: Chromium, tmp_path: Path) -> None:
    """Each is refused in words, on the screen where another can be chosen."""
    refused = {
        "leavers.pdf": (b"%PDF-1.4", "CSV"),
        "leavers.xls": (
            bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"),
            "password",
        ),
        "leavers.csv": (b" \n", "The list is empty."),
    }
    with served(tmp_path) as page, browser.tab(page) as tab:
        for name, (data, said) in refused.items():
            (tmp_path / name).write_bytes(data)
            tab.hand_in(tmp_path / name)
            assert tab.heading == "Who is leaving?"
            assert said in tab.text("#problem p")
            assert tab.text("#list-error") == tab.text("#problem p")


def test_a_file_that_is_too_large_is_refused_at_once(browser: Chromium, tmp_path: Path) -> None:
    """Before it is sent; in the words, and in the place, of a problem that the server finds."""
    large, small = tmp_path / "large.csv", tmp_path / "small.csv"
    large.write_bytes(b"x" * 20_000_001)
    small.write_text(f"user_id\n{id_of('Ada')}\n")
    said = "The list must be smaller than 20 MB."
    with served(tmp_path) as page, browser.tab(page) as tab:
        for _ in range(2):
            tab.choose_list(large)
            assert tab.text("#problem p") == said
        tab.check("Who is leaving?")
        assert tab.text("#list-error") == said
        tab.click("#problem a")
        assert tab.focused == "list"
        tab.click("#drop button")
        assert tab.focused == "problem"
        tab.choose_list(small)
        assert tab.count("#problem, #list-error") == 0
        tab.check("Who is leaving?")
        tab.press("Continue")
        assert "small.csv: 1 row" in tab.words


DAY_FIRST = "#date-order label:nth-of-type(1) input"


def test_what_comes_first_in_a_date(browser: Chromium, tmp_path: Path) -> None:
    """Two radio buttons, to which the problem leads."""
    path = tmp_path / "a.csv"
    path.write_text(f"user_id,Wer,last_day\n{id_of('Ada')},Ada Test,03/04/2025\n", "utf-8")
    with served(tmp_path) as page, browser.tab(page) as tab:
        tab.hand_in(path)
        tab.check("Which number is the day?", thoroughly=True)
        tab.click("#problem a")
        assert tab.focused == "date-order"
        assert tab.text("#date-order label") == "the day comes first"
        tab.tick(DAY_FIRST)
        tab.press("Use these columns")
        tab.check("How your list was read")
        tab.press("Choose the name column")
        tab.check("Which column is which?")
        assert tab.is_ticked(DAY_FIRST)
