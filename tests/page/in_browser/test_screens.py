"""Every screen in a real browser: what it says, and the accessibility rules A1 to A9 on each."""

from pathlib import Path

from tests.page.in_browser.chromium import Chromium
from tests.page.in_browser.gate import Gate
from tests.page.in_browser.tab import Tab
from tests.page.serving import served
from tests.support import Member, config, id_of, org_of, simulator, write_list

PEOPLE = ("Ada", "Bob", "Cyd")
HELD = (f"{id_of('Eve')},Somebody Else", "0e4b-broken,Dan Test")


def test_every_screen(browser: Chromium, tmp_path: Path) -> None:
    """From the list to the corrected rerun and back: axe, 320 px, targets, titles, focus."""
    org = org_of([*PEOPLE, "Eve", "Zoe"], {"Billing": PEOPLE, "Sales": ["Ada", "Zoe"]})
    path = write_list(tmp_path / "leavers.csv", *PEOPLE, more=HELD)
    gate = Gate()
    with (
        simulator(org) as sim,
        served(tmp_path, sim) as page,
        browser.tab(page, by_link=True) as tab,
    ):
        hand_in_and_plan(tab, path)
        check_and_start(tab)
        assert not sim.writes
        page.desk.carry_out = gate.carry_out
        watch_it_run(tab, gate)
        result = tab.shown.url
        correct_and_run_again(tab)
        tab.shown.goto(result)
        put_back(tab)
        assert org.users[id_of("Ada")].state == "active"
        see_the_rest(tab)


def hand_in_and_plan(tab: Tab, path: Path) -> None:
    """The list, what was found in it, and the plan, with a name accepted."""
    tab.check("Who is leaving?")
    tab.press("Continue")
    tab.check("Who is leaving?", thoroughly=True)
    assert tab.words.startswith("There is a problem Choose a list.")
    tab.hand_in(path)
    tab.check("How your list was read")
    assert "leavers.csv: 5 rows" in tab.words
    tab.make_plan()
    tab.check("The plan: 3 people")
    assert "Nothing has been changed. Made today " in tab.words
    assert "I have checked: same person" in tab.words
    tab.press("On hold 2")
    tab.fill("#find", "Somebody")
    tab.press("Find rows")
    assert tab.count(".plan tbody tr") == 1
    tab.tick("input[type=checkbox][name=accept]")
    tab.press("Make the plan again")
    tab.finish()
    tab.check("The plan: 4 people", thoroughly=True)


def check_and_start(tab: Tab) -> None:
    """The check before the start, with a wrong number."""
    tab.press("Check and start…")
    tab.check("Check before you start")
    tab.fill("#note", "HR-7")
    tab.fill("#number", "3")
    tab.press("Start")
    tab.check("Check before you start")
    assert "The plan changes 4 people; you typed 3. Nothing was started." in tab.words
    assert tab.value("#note") == "HR-7"


def watch_it_run(tab: Tab, gate: Gate) -> None:
    """Start, and see the progress, no answer, the ways to stop, and the result."""
    tab.fill("#number", "4")
    tab.press("Start")
    assert gate.reached.wait(30)
    tab.wait_for("Setting to inactive: 25 percent")
    tab.check("The run is going on", thoroughly=True)
    assert tab.text("[role=status][aria-live=polite]") == "Setting to inactive: 25 percent"
    bars = tab.count(".phases li progress")
    assert bars == tab.count(".phases li") > 4
    tab.shown.route("**/now", lambda each: each.abort())
    tab.wait_for("batch-offboard does not answer.")
    tab.shown.unroute("**/now")
    tab.wait_for_end_of("batch-offboard does not answer.")
    tab.press("Close")
    tab.check("Close batch-offboard?")
    assert "Stop the run first, or leave this page open." in tab.words
    tab.press("Show the run")
    tab.press("Stop the run")
    tab.check("Stop the run?")
    tab.press("Keep it running")
    gate.opened.set()
    tab.finish()
    tab.check("4 of 5", thoroughly=True)
    assert "Note: HR-7" in tab.words


def correct_and_run_again(tab: Tab) -> None:
    """Correct a row of the result wrongly, then rightly, and run it."""
    tab.press("Correct and run again")
    tab.check("Correct and run again")
    cell = "input[name=cell-6-A]"
    tab.fill(cell, "not an id")
    tab.press("Make the plan")
    tab.check("Correct and run again")
    assert "Row 6: this is not a Genesys user id." in tab.words
    tab.click("#problem a")
    assert tab.see("document.activeElement.name") == "cell-6-A"
    tab.untick("#run-6")
    tab.fill(cell, id_of("Zoe"))
    assert tab.is_ticked("#run-6")
    tab.untick("#run-6")
    tab.press("Make the plan")
    tab.check("Correct and run again")
    assert "You corrected row 6 but did not tick “Run this row”" in tab.words
    tab.tick("#run-6")
    tab.fill("input[name=cell-6-B]", "Zoe Test")
    tab.make_plan()
    tab.check("The plan: 1 person")
    tab.start(1)
    tab.finish()
    tab.check("This rerun handled 1 row: 1 done. Everyone on the list is inactive")


def put_back(tab: Tab) -> None:
    """Put one of the people back."""
    tab.press("Put people back")
    tab.check("Put people back")
    tab.press("Tick all")
    assert "4 of 4 people ticked." in tab.words
    tab.press("Untick all")
    tab.press("Make the plan")
    tab.check("Put people back")
    assert "Choose at least one person." in tab.words
    tab.tick("input[value='2']")
    tab.make_plan()
    tab.check("The plan: 1 person")
    tab.press("Check and start…")
    assert "To put them back, type the number of people" in tab.words
    tab.fill("#number", "1")
    tab.press("Start")
    tab.finish()


def see_the_rest(tab: Tab) -> None:
    """Earlier runs, practice, the choice of columns, closing."""
    tab.press("Earlier runs")
    tab.check("Earlier runs")
    assert "Today " in tab.words
    tab.press("New list")
    tab.press("Practise with made-up people")
    tab.check("How your list was read")
    assert "Nothing leaves this computer." in tab.text("body")
    tab.press("Change sheet or columns")
    tab.check("Which column is which?")
    tab.press("End practice")
    tab.press("Close")
    tab.check("Close batch-offboard?")
    tab.press_at("main form button")
    tab.check("batch-offboard is closed")


def test_not_connected(browser: Chromium, tmp_path: Path) -> None:
    """It says so, and what can be done; a list can be looked at all the same."""
    with served(tmp_path) as page, browser.tab(page) as tab:
        tab.check("Who is leaving?")
        assert "batch-offboard is not connected to Genesys yet." in tab.words
        with tab.shown.expect_download() as saved:
            tab.click_named("Save an empty list")
        template = tmp_path / saved.value.suggested_filename
        saved.value.save_as(template)
        tab.hand_in(template)
        tab.check("How your list was read")
        tab.press("Make the plan")
        tab.check("How your list was read")
        assert "not connected to Genesys yet" in tab.words


def test_what_holds_a_run_up_and_what_it_leaves(browser: Chromium, tmp_path: Path) -> None:
    """A guard's refusal is a screen of its own; emptied queues stand out in the plan."""
    org = org_of(PEOPLE, {"Billing": [Member("Ada")]})
    limits = config(guards={"max_rows": 2, "max_percent_of_org": 100})
    with (
        simulator(org) as sim,
        served(tmp_path, sim, settings=limits) as page,
        browser.tab(page) as tab,
    ):
        tab.hand_in(write_list(tmp_path / "leavers.csv", *PEOPLE))
        tab.make_plan()
        tab.check("Nothing was changed")
        assert "ask whoever looks after batch-offboard to raise the limit" in tab.words
        tab.press("Choose the list again")
        tab.hand_in(write_list(tmp_path / "leavers.csv", "Ada"))
        tab.make_plan()
        assert tab.text(".notice.alarming") == "Left without agents: Billing."
        tab.click("summary")
        assert "Billing" in tab.text("details")
