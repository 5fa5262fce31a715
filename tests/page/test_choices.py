"""What a person corrects, ticks and accepts: it counts, or the page says that it does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from batch_offboard.record.events import RunStarted
from batch_offboard.record.journal_lines import read_journal
from batch_offboard.simulator import Simulator
from tests.page.browser import Answer
from tests.page.serving import Page, name_of, served
from tests.support import id_of, org_of, simulator, state_of

PEOPLE = ["Ada", "Bob", "Cyd", "Dan", "Eve"]
LIST = f"""user_id,Vorname,Nachname,email,last_day
{id_of("Ada")},Ada,Test,,20.11.2025
{id_of("Bob")},Peter,Maier,,20.11.2025
{id_of("Cyd")},Cyd,Test,other@test.example,20.11.2025
{id_of("Dan")},Rosa,Luft,other@test.example,20.11.2025
{id_of("Nobody")},Jonas,Schmidt,,20.11.2025
{id_of("Ada")},Ada,Test,,20.11.2025
Summe: 5,,,,
"""
"""Rows 3 (name), 4 (address), 5 (both) and 6 (unknown) are on hold; 7 and 8 need nothing."""


@pytest.fixture
def planned(tmp_path: Path) -> Iterator[tuple[Page, Simulator, Answer]]:
    """A page with the plan of the list."""
    with simulator(org_of(PEOPLE)) as sim, served(tmp_path, sim) as page:
        understood = page.browser.hand_in("leavers.csv", LIST.encode())
        yield page, sim, page.finished(page.browser.submit(understood, "/plan"))


@pytest.fixture
def done(planned: tuple[Page, Simulator, Answer]) -> tuple[Page, Simulator, Answer]:
    """The same page, with the result of the run."""
    page, sim, plan = planned
    return page, sim, page.finished(page.started(plan, 1))


def corrections(page: Page, result: Answer) -> Answer:
    """“Correct and run again” of a result."""
    return page.browser.get(f"{result.path}/correct")


BOB = {"cell-3-B": "Bob", "cell-3-C": "Test"}


def test_a_corrected_row_is_run(done: tuple[Page, Simulator, Answer]) -> None:
    """Though it was not ticked, as without a script; unchanged rows stay as they were ticked."""
    page, sim, result = done
    shown = corrections(page, result)
    assert "run-3" not in dict(shown.form("/correct").fields)
    plan = page.finished(page.browser.submit(shown, "/correct", **BOB))
    assert plan.heading == "The plan: 1 person"
    assert "Peter Maier" not in page.browser.get(f"{plan.path}?show=change").words
    page.finished(page.started(plan, 1))
    assert state_of(sim.org, "Bob") == "inactive"


def test_a_corrected_row_that_is_unticked_is_named(done: tuple[Page, Simulator, Answer]) -> None:
    """Once: then the plan is made without it."""
    page, _, result = done
    shown = corrections(page, result)
    fields = {"shown-3": "ticked", **BOB}
    told = page.browser.submit(shown, "/correct", **fields)
    said = "You corrected row 3 but did not tick “Run this row”, so row 3 is not run."
    assert (told.status, said in told.words) == (400, True)
    assert "run-3" not in dict(told.form("/correct").fields)
    plan = page.finished(page.browser.submit(told, "/correct"))
    assert plan.heading == "The plan: 0 people"
    assert "3 Bob Test" not in page.browser.get(f"{plan.path}?show=hold").words
    ticked = page.finished(page.browser.submit(told, "/correct", **{"run-3": "on"}))
    assert ticked.heading == "The plan: 1 person"


def test_corrections_are_kept_with_their_plan(done: tuple[Page, Simulator, Answer]) -> None:
    """Until it is started; the plan leads to them, also when it was made again."""
    page, _, result = done
    plan = page.finished(page.browser.submit(corrections(page, result), "/correct", **BOB))
    again = page.finished(page.browser.submit(plan, "/plan"))
    assert "Made from rows that you corrected. Change the corrections" in again.words
    assert f"{result.path}/correct" in again.text
    kept = corrections(page, result)
    fields = dict(kept.form("/correct").fields)
    assert (fields["cell-3-B"], fields["run-3"]) == ("Bob", "on")
    assert "That plan was not started. Show that plan" in kept.words
    assert name_of(again) in kept.text
    assert "form_token" not in (page.folder / "runs" / name_of(plan) / "plan.json").read_text()
    afresh = page.browser.get(f"{result.path}/correct?afresh=yes")
    assert dict(afresh.form("/correct").fields)["cell-3-B"] == "Peter"
    page.finished(page.started(again, 1))
    assert dict(corrections(page, result).form("/correct").fields)["cell-3-B"] == "Peter"


def test_a_tick_counts_when_going_on(planned: tuple[Page, Simulator, Answer]) -> None:
    """A plan with it is made and shown first; without a tick the check comes at once."""
    page, _, plan = planned
    on = page.finished(page.browser.submit(plan, "/plan", **{"continue": "yes", "accept": ["3"]}))
    assert on.heading == "The plan: 2 people"
    assert "This is a new plan, with the name that you accepted: row 3." in on.words
    check = page.browser.submit(on, "/plan", **{"continue": "yes"})
    assert check.heading == "Check before you start"


def test_the_tick_is_where_it_releases_the_row(planned: tuple[Page, Simulator, Answer]) -> None:
    """Elsewhere something else has to be corrected, too."""
    page, _, plan = planned
    assert plan.text.count('name="accept"') == 1
    assert 'name="accept" value="3"' in plan.text
    shown = corrections(page, page.finished(page.started(plan, 1)))
    assert shown.text.count('name="accept-') == 2
    assert "accept-4" not in shown.text
    both = shown.text.partition('id="row-5"')[2].partition("</fieldset>")[0]
    assert "The tick accepts the name only. Correct what else differs." in both
    assert shown.words.count("The tick accepts the name only.") == 1


def test_an_accepted_name_is_shown_and_can_be_taken_back(
    planned: tuple[Page, Simulator, Answer],
) -> None:
    """In its row, above the plan and on the check."""
    page, _, plan = planned
    again = page.finished(page.browser.submit(plan, "/plan", accept=["3"]))
    assert "Name accepted by you: Peter Maier / Bob Test" in again.words
    assert "1 name accepted by you: row 3." in again.words
    assert "1 name accepted by you: row 3." in page.checked(again).words
    back = page.finished(page.browser.submit(again, "/plan", withdraw="3"))
    assert back.heading == "The plan: 1 person"
    assert "accepted by you" not in back.words


def test_people_are_named_as_the_list_has_them(done: tuple[Page, Simulator, Answer]) -> None:
    """Given and family name joined; a held row by its own name, that of Genesys beside it."""
    page, _, result = done
    assert "Jonas Schmidt row 6" in result.words
    shown = corrections(page, result)
    assert "Row 3, Peter Maier in Genesys: Bob Test" in shown.words
    assert "Row 6, Jonas Schmidt" in shown.words
    report = page.browser.get(f"{result.path}/report.html")
    assert "Jonas Schmidt" in report.words


def test_the_plan_shows_days_as_they_were_read(planned: tuple[Page, Simulator, Answer]) -> None:
    """Beside what the list has."""
    _, _, plan = planned
    assert "Last day: 20.11.2025 → 20 November 2025" in plan.words


def test_the_counts_of_a_plan_agree(planned: tuple[Page, Simulator, Answer]) -> None:
    """Rows that need nothing are not on hold."""
    page, _, plan = planned
    assert "All 7 To change 1 On hold 4 Nothing needed 2" in plan.words
    assert "4 rows on hold: " in plan.words
    assert "2 rows need nothing: " in plan.words
    assert "Nothing needed: The same person as row 2." in plan.words
    assert "On hold: The same person" not in plan.words
    again = page.finished(page.started(plan, 1))
    rerun = page.finished(page.browser.submit(corrections(page, again), "/correct", **BOB))
    assert "On hold 1 Not run this time 2" in rerun.words, rerun.words


def test_a_result_leads_to_the_run_that_continued_it(done: tuple[Page, Simulator, Answer]) -> None:
    """Nobody corrects what was corrected; who was changed before is put back there."""
    page, _, result = done
    plan = page.finished(page.browser.submit(corrections(page, result), "/correct", **BOB))
    assert "Continued" not in page.browser.get(result.path).words
    later = page.finished(page.started(plan, 1))
    old = page.browser.get(result.path)
    assert "Continued today " in old.words
    assert f"{later.path}" in old.text
    assert "Correct and run again" not in old.words
    assert "Who needed attention before that" in old.words
    assert "Continued" not in later.words
    back = page.browser.get(f"{later.path}/undo")
    assert "1 person on this list was changed by the earlier run of today " in back.words
    assert f"{result.path}/undo" in back.text
    assert "earlier run" not in page.browser.get(f"{result.path}/undo").words


def test_what_is_left_behind_is_named(tmp_path: Path) -> None:
    """With whom it is of, on the result itself."""
    facts = {"Ada": {"logged_in": True, "routing_status": "IDLE"}}
    with simulator(org_of(["Ada", "Bob"], facts=facts)) as sim, served(tmp_path, sim) as page:
        result = page.run_of_people("Ada", "Bob")
        left = result.words.partition("What is left behind")[2]
        assert "Ada Test row 2" in left, result.words
        assert "Bob Test" not in left


def test_a_date_that_is_no_choice_is_to_be_written_otherwise(tmp_path: Path) -> None:
    """As one with a time: nothing is said of settings, which people on the page do not have."""
    text = f"user_id,name,last_day\n{id_of('Ada')},Ada Test,03/04/2025 12:00\n"
    with served(tmp_path) as page:
        asked = page.browser.hand_in("a.csv", text.encode())
    assert "Write them in Excel like 2026-04-03, then choose the list again." in asked.words
    assert "settings" not in asked.words
    assert "date-order" not in asked.text


@pytest.mark.parametrize(
    ("day", "order", "read"),
    [
        ("03/04/2025", "%d/%m/%Y", "3 April 2025"),
        ("03/04/2025", "%m/%d/%Y", "4 March 2025"),
        ("3.4.25", "%m.%d.%y", "4 March 2025"),
    ],
)
def test_what_comes_first_in_a_date_is_asked(
    tmp_path: Path, day: str, order: str, read: str
) -> None:
    """Only where it is not certain; the answer stands in the journal and holds for a rerun."""
    text = f"user_id,name,last_day\n{id_of('Ada')},Ada Test,{day}\n"
    with simulator(org_of(["Ada"])) as sim, served(tmp_path, sim) as page:
        asked = page.browser.hand_in("a.csv", text.encode())
        assert (asked.status, asked.heading) == (400, "Which number is the day?")
        assert f"The dates of the list can be read in two ways, as in {day}." in asked.words
        assert "settings" not in asked.words
        unanswered = page.browser.submit(asked, "/columns")
        assert unanswered.heading == "Which number is the day?"
        understood = page.browser.submit(unanswered, "/columns", **{"date-order": order})
        assert understood.heading == "How your list was read"
        plan = page.finished(page.browser.submit(understood, "/plan"))
        assert f"Last day: {day} → {read}" in plan.words
        token = f"form_token={page.opened.session.form_token}".encode()
        posted = page.browser.post(f"{plan.path}/columns", token)
        again = page.browser.get(posted.header("location"))
        assert dict(again.form("/columns").fields)["date-order"] == order
        result = page.finished(page.started(plan, 1))
        started = next(read_journal(tmp_path / "runs" / name_of(result) / "journal.jsonl"))
        assert isinstance(started, RunStarted)
        assert started.settings["list"]["date_format"] == order


@pytest.mark.parametrize(
    ("header", "names", "is_said"),
    [
        ("Wer", ["Ada Test", "Bob Test"], True),
        ("Wer", ["Test, Ada", "Dr. Bob A. Test"], True),
        ("Name", ["Ada Test", "Bob Test"], False),
        ("Team", ["Human Resources", "Human Resources"], False),
        ("Raum", ["B 12", "B 13"], False),
        ("Vorgesetzter", ["Ada Test", "Bob Test"], False),
    ],
)
def test_names_that_are_not_compared(
    page: Page, header: str, names: list[str], is_said: bool
) -> None:
    """The column that may have them is named, with the way to choose it."""
    rows = [f'{id_of(each)},"{each}"' for each in names]
    if names[0] == names[1]:
        rows = [f"{id_of(str(n))},{each}" for n, each in enumerate(names)]
    shown = page.browser.hand_in("a.csv", "\n".join([f"user_id,{header}", *rows]).encode())
    said = "Names are not compared. Choose the name column: it may be B “Wer”."
    assert (said in shown.words) is is_said
    assert ("Choose the name column</a>" in shown.text) is is_said


def test_plans_that_were_not_started_are_folded_away(
    planned: tuple[Page, Simulator, Answer],
) -> None:
    """Below the runs, each with the rows of its list; where there is nothing else, unfolded."""
    page, _, plan = planned
    assert '<details class="plans" open>' in page.browser.get("runs").text
    result = page.finished(page.started(plan, 1))
    page.finished(page.browser.submit(plan, "/plan"))
    runs = page.browser.get("runs")
    above, _, folded = runs.text.partition('<details class="plans">')
    assert name_of(result) in above
    assert "1 plan that was not started" in runs.words
    assert folded.count('<th scope="row">') == 1
    assert above.count('data-named="Rows: ">7</td>') == 2


def test_the_header_names_the_organisation_or_the_region(tmp_path: Path) -> None:
    """The region is not taken for a name."""
    with simulator(org_of(["Ada"])) as sim, served(tmp_path, sim) as page:
        assert f"Connected to 127.0.0.1:{sim.url.rpartition(':')[2]}" in page.browser.get().words
        assert "Test Org (127.0.0.1:" in page.plan_of_people("Ada").words


def test_ticks_are_kept_while_other_rows_are_shown(
    planned: tuple[Page, Simulator, Answer],
) -> None:
    """Without a script by a button; ticks in rows that have nothing to accept are nothing."""
    page, _, plan = planned
    kept = page.browser.submit(plan, "/plan", keep="yes", accept=["3"], follow=False)
    assert kept.header("location").endswith("accept=3")
    other = page.browser.get(f"{plan.path}?show=change&accept=3&accept=4&accept=x")
    assert "You ticked “same person” in row 3, which is not shown here." in other.words
    assert other.text.count("&amp;accept=3#rows") == 4
    again = page.finished(page.browser.submit(other, "/plan"))
    assert again.heading == "The plan: 2 people"
    back = page.browser.get(f"{plan.path}?accept=3")
    assert 'name="accept" value="3" checked' in back.text
    assert "You ticked" not in back.words
