"""Journeys in a real browser: by keyboard, without script, stopped, cut short, and again."""

from itertools import takewhile
from pathlib import Path

from tests.page.in_browser.chromium import Chromium
from tests.page.in_browser.gate import Gate
from tests.page.in_browser.tab import Tab
from tests.page.serving import name_of, served
from tests.support import id_of, member_queues, org_of, simulator, state_of, write_list

PEOPLE = ("Ada", "Bob", "Cyd")
MOST_TABS = 60


FOCUSED = """(wanted) => {
  const focused = document.activeElement;
  const style = getComputedStyle(focused).outlineStyle;
  return [focused !== document.body, style, focused.matches(wanted)];
}"""


def tab_to(tab: Tab, selector: str) -> None:
    """Go to a field or button by the Tab key; wherever the focus stands on the way, it is seen."""
    for _ in range(MOST_TABS):
        tab.shown.keyboard.press("Tab")
        on_page, outline, is_there = tab.see(FOCUSED, selector)
        assert not on_page or outline not in ("none", "")
        if is_there:
            return
    raise AssertionError(f"no {selector} by keyboard")


def press_by_keyboard(tab: Tab, selector: str) -> None:
    """Go there and press Enter."""
    tab_to(tab, selector)
    with tab.shown.expect_navigation():
        tab.shown.keyboard.press("Enter")


def test_by_keyboard(browser: Chromium, tmp_path: Path) -> None:
    """A2: no step needs a mouse, and the first thing reached leads past the navigation."""
    org = org_of(PEOPLE, {"Billing": PEOPLE})
    with (
        simulator(org) as sim,
        served(tmp_path, sim) as page,
        browser.tab(page, by_link=True) as tab,
    ):
        tab_to(tab, ".skip")
        tab.shown.keyboard.press("Enter")
        assert tab.focused == "main"
        tab_to(tab, "#list")
        tab.choose_list(write_list(tmp_path / "a.csv", "Ada", "Bob"))
        press_by_keyboard(tab, "#drop button")
        press_by_keyboard(tab, "#plan")
        tab.finish()
        tab_to(tab, ".scroll")
        press_by_keyboard(tab, ".stay button[name=continue]")
        tab_to(tab, "#number")
        with tab.shown.expect_navigation():
            tab.shown.keyboard.type("2")
            tab.shown.keyboard.press("Enter")
        tab.finish()
        assert tab.heading == "Everyone on the list is inactive and in no queue."
    assert [state_of(org, each) for each in PEOPLE] == ["inactive", "inactive", "active"]
    assert not member_queues(org, "Ada")


def test_without_script(browser: Chromium, tmp_path: Path) -> None:
    """Plain forms do everything; the screen of a run comes anew by itself."""
    org = org_of(PEOPLE, {"Billing": PEOPLE})
    with (
        simulator(org) as sim,
        served(tmp_path, sim) as page,
        browser.tab_without_script(page) as tab,
    ):
        tab.hand_in(write_list(tmp_path / "a.csv", *PEOPLE))
        tab.press("Make the plan")
        tab.end_job()
        tab.shown.reload()
        gate = Gate()
        page.desk.carry_out = gate.carry_out
        tab.start(3)
        assert gate.reached.wait(30)
        assert tab.heading == "The run is going on"
        gate.opened.set()
        tab.shown.wait_for_selector("h1:not(:text-is('The run is going on'))")
        assert tab.heading == "Everyone on the list is inactive and in no queue."


def test_stopped_and_done_later(browser: Chromium, tmp_path: Path) -> None:
    """Two tabs see the same run; what it did not reach is done by running it again."""
    org = org_of(PEOPLE, {"Billing": PEOPLE})
    with simulator(org) as sim, served(tmp_path, sim) as page, browser.tab(page) as tab:
        tab.go_to(page.plan_of_people(*PEOPLE))
        gate = Gate()
        page.desk.carry_out = gate.carry_out
        tab.start(3)
        assert gate.reached.wait(30)
        with browser.tab(page) as other:
            assert "A run is going on." in other.words
            other.press("Show it")
            other.press("Stop the run")
            other.press("Stop")
            assert other.heading == "Stopping"
        gate.opened.set()
        tab.finish()
        assert "not run" in tab.words or "partial" in tab.words
        tab.shown.reload()
        tab.press("Correct and run again")
        tab.make_plan()
        people = int(tab.heading.split(": ")[1].split()[0])
        tab.start(people)
        tab.finish()
        assert tab.heading == (
            "This rerun handled 3 rows: 3 done. Everyone on the list is inactive and in no queue."
        )
    assert {state_of(org, each) for each in PEOPLE} == {"inactive"}


def test_cut_short(browser: Chromium, tmp_path: Path) -> None:
    """After a crash the earlier runs say so, and lead on to the rest."""
    org = org_of(PEOPLE, {"Billing": PEOPLE})
    with simulator(org) as sim, served(tmp_path, sim) as page, browser.tab(page) as tab:
        run = name_of(page.run_of_people("Ada", "Bob"))
        journal = tmp_path / "runs" / run / "journal.jsonl"
        (journal.parent / "results.csv").unlink()
        lines = journal.read_bytes().splitlines(keepends=True)
        left = takewhile(lambda line: b'"run_finished"' not in line, lines)
        journal.write_bytes(b"".join(left))
        tab.press("Earlier runs")
        assert "cut short" in tab.words
        assert "cut short" in tab.text("tbody tr:nth-of-type(1)")
        tab.press_at("tbody tr:nth-of-type(1) a")
        assert "Nothing recorded is lost." in tab.words
        tab.press("Run the rest")
        tab.finish()
        assert tab.heading == "The plan: 0 people", tab.words


def test_the_results_file_as_a_list(browser: Chromium, tmp_path: Path) -> None:
    """The file that was saved and corrected is taken up where it was left."""
    org = org_of(PEOPLE, {"Billing": PEOPLE})
    with simulator(org) as sim, served(tmp_path, sim) as page, browser.tab(page) as tab:
        path = write_list(tmp_path / "a.csv", "Ada", more=["broken,Bob Test"])
        tab.go_to(page.finished(page.started(page.plan_of(path), 1)))
        with tab.shown.expect_download() as saved:
            tab.click_named("Save results.csv")
        path = tmp_path / "corrected.csv"
        saved.value.save_as(path)
        path.write_bytes(path.read_bytes().replace(b"broken", id_of("Bob").encode()))
        tab.press("New list")
        tab.hand_in(path)
        assert tab.heading == "This is the results file of an earlier run."
        tab.check("This is the results file of an earlier run")
        tab.press("Run its open rows again")
        tab.finish()
        tab.start(1)
        tab.finish()
        assert tab.heading == (
            "This rerun handled 1 row: 1 done. Everyone on the list is inactive and in no queue."
        )
    assert state_of(org, "Bob") == "inactive"


HELD = [f"{id_of('Ada')},Peter Maier", f"{id_of('Bob')},Rosa Luft", f"{id_of('Cyd')},Cyd Test"]
TICK = "input[type=checkbox][name=accept][value='{}']"


def test_ticks_stay_whatever_rows_are_shown(browser: Chromium, tmp_path: Path) -> None:
    """Through tabs, a search, another screen, the way back and a reload; all of them count."""
    with (
        simulator(org_of(PEOPLE)) as sim,
        served(tmp_path, sim) as page,
        browser.tab(page) as tab,
    ):
        path = tmp_path / "a.csv"
        path.write_text("\n".join(["user_id,name", *HELD]), "utf-8")
        tab.hand_in(path)
        tab.make_plan()
        tab.tick(TICK.format(2))
        tab.press("To change")
        assert "You ticked “same person” in row 2, which is not shown here." in tab.words
        tab.fill("#find", "luft")
        tab.press("On hold")
        tab.fill("#find", "luft")
        tab.press("Find rows")
        tab.tick(TICK.format(3))
        tab.press("Earlier runs")
        tab.shown.go_back()
        assert tab.is_ticked(TICK.format(3))
        assert "in row 2, which is not shown here." in tab.words
        tab.shown.reload()
        assert tab.is_ticked(TICK.format(3))
        tab.press("All")
        assert tab.is_ticked(TICK.format(2))
        tab.untick(TICK.format(2))
        tab.press("On hold")
        assert not tab.is_ticked(TICK.format(2))
        tab.tick(TICK.format(2))
        tab.press("To change")
        tab.press("Make the plan again")
        tab.finish()
        assert tab.heading == "The plan: 3 people"


def test_what_was_corrected_is_there_on_the_way_back(browser: Chromium, tmp_path: Path) -> None:
    """The text with its tick, and who was ticked to be put back."""
    with (
        simulator(org_of(PEOPLE)) as sim,
        served(tmp_path, sim) as page,
        browser.tab(page) as tab,
    ):
        path = write_list(tmp_path / "a.csv", "Ada", more=["broken,Bob Test"])
        tab.go_to(page.finished(page.started(page.plan_of(path), 1)))
        tab.press("Correct and run again")
        tab.fill("#cell-3-A", id_of("Bob"))
        tab.press("Back to the result")
        tab.shown.go_back()
        assert tab.value("#cell-3-A") == id_of("Bob")
        assert tab.is_ticked("#run-3")
        tab.make_plan()
        assert tab.heading == "The plan: 1 person"
