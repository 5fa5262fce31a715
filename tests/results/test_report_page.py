"""The sections of the report, as values."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from batch_offboard.record.events import ListFile, PlanAgreed, Predecessor, RunFinished
from batch_offboard.results.models import RowResult, RunView
from batch_offboard.results.moments import Stamp
from batch_offboard.results.report_cards import MOST_SHOWN, StoppedRows
from batch_offboard.results.report_facts import Notice
from batch_offboard.results.report_page import ReportPage, report_page_of
from batch_offboard.results.report_rows import Entry, blocks_of
from tests.results.views import (
    AGREED,
    DONE,
    FAILED,
    ORGANISATION,
    PLAN,
    minute,
    queue,
    result,
    started,
    user_id,
    view,
)

FOLDER = Path("run")


def page(whole: RunView) -> ReportPage:
    """The page of a run."""
    return report_page_of(whole, "ff" * 32, FOLDER)


def on_cards(found: ReportPage) -> tuple[Entry, ...]:
    """Everyone on the cards."""
    return tuple(entry for card in found.attention.cards for entry in card.entries)


def facts(whole: RunView) -> dict[str, tuple[str, str]]:
    """The facts of a run by label."""
    return {fact.label: (fact.value, fact.detail) for fact in page(whole).facts}


def test_the_facts_say_who_did_what_when() -> None:
    """Organisation, list with its digest, who, when, which program."""
    expected = {
        "Organisation": (
            "Example Retail",
            f"mypurecloud.com · {ORGANISATION.id}",
        ),
        "List": ("leavers.csv", f"1 row · SHA-256 {'ab' * 32}"),
        "Run by": ("ann", BY),
        "Started": ("23 November 2026, 19:38:00 UTC", "run 20261123T193800Z-leavers"),
        "Ended": ("23 November 2026, 19:41:00 UTC", "after 3 min"),
        "Program": ("batch-offboard 0.1.0", ""),
    }
    assert expected == facts(view(DONE))


def test_times_are_those_of_the_computer_and_utc() -> None:
    """The zone is that of the run, from the journal, whoever reads the report where."""
    there = started(timezone="AEDT, UTC+11:00")
    found = facts(view(DONE, started=there))
    assert found["Started"] == (
        "24 November 2026, 06:38:00 AEDT",
        "23 November 2026, 19:38:00 UTC · run 20261123T193800Z-leavers",
    )
    assert found["Ended"][0] == "24 November 2026, 06:41:00 AEDT"
    ((entry,),) = blocks_of(view(DONE, started=there))
    assert entry.finished.local == "24 November 2026, 06:40:10 AEDT"
    agreed = page(view(DONE, started=there, plan=PLAN, agreed=AGREED)).agreed
    assert agreed is not None
    assert agreed.facts[1].value == "24 November 2026, 06:38:40 AEDT"


def test_the_person_is_named_in_full_where_that_is_known() -> None:
    """Beside the login, as who ran it and as who agreed; another login stays what it is."""
    ann = started(os_name="Ann Lee")
    assert facts(view(DONE, started=ann))["Run by"][0] == "Ann Lee (ann)"
    for who, shown_as in (("ann", "Ann Lee (ann)"), ("bo", "bo")):
        agreed = page(view(DONE, started=ann, plan=PLAN, agreed=replace(AGREED, who=who))).agreed
        assert agreed is not None
        assert agreed.facts[0].value == shown_as


def test_a_rerun_shows_the_original_list_and_its_own_file() -> None:
    """Each with its digest; where the first journal was not found, the list is not known."""
    own = ("results.csv", f"1 row · SHA-256 {'ab' * 32}")
    for original, told in (
        (ListFile("leavers.xlsx", "0d" * 32), ("leavers.xlsx", f"SHA-256 {'0d' * 32}")),
        (None, ("not known", "the journal of the first run was not found")),
    ):
        info = replace(started().list, name="results.csv", original=original)
        found = facts(view(DONE, started=started(command="rerun", list=info)))
        assert (told, own) == (found["List"], found["Results used"])


def test_a_report_is_the_same_wherever_its_folder_is_moved() -> None:
    """The folder's name is that of the journal."""
    recorded = started(folder="runs/first")
    for command in ("run", "undo"):
        whole = view(DONE, finished=None, started=replace(recorded, command=command))
        one, two = (
            report_page_of(whole, "ff" * 32, Path(each)) for each in ("runs/first", "/archive/x")
        )
        assert one.verify_command == two.verify_command
        assert "runs/first" in one.verify_command
        assert command == "undo" or one.notices == two.notices


def test_the_words_of_the_report_are_explained() -> None:
    """Each status, term and code that occurs, and no other."""
    found = page(view(DONE, FAILED, replace(FAILED, row=4, error_code="odd.code")))
    assert [each.term for each in found.statuses] == ["done", "failed"]
    assert {"OAuth client", "plan digest", "ring"} & {each.term for each in found.terms} == {
        "OAuth client"
    }
    assert [(each.term, each.meaning) for each in found.codes] == [
        ("missing.permissions", "the client lacks a permission"),
        ("odd.code", "a code from Genesys, explained in the row"),
    ]


def test_a_note_stands_among_the_facts() -> None:
    """What somebody wrote down about the run when they began it."""
    assert facts(view(DONE, started=started(note="Ticket 4711")))["Note"] == ("Ticket 4711", "")


def agreement(whole: RunView) -> list[tuple[str, str, str]]:
    """The facts of a run about who agreed to its plan."""
    section = page(whole).agreed
    assert section is not None
    assert section.lines == PLAN.lines
    return [(fact.label, fact.value, fact.detail) for fact in section.facts]


BY = "login at that computer, not verified · with the OAuth client HR offboarding"
SIZE = ("Plan", "37 people to change", "74 requests that change something")
DIGEST = ("Plan digest", "d1d1d1d1d1d1", "d1" * 32)
WITHOUT_QUESTION = replace(AGREED, how="without_question", number=None)
EARLIER_PLAN = replace(
    AGREED, how="earlier_plan", number=None, plan_run="the-dry-run", plan_digest="e2" * 32
)


@pytest.mark.parametrize(
    ("agreed", "how"),
    [
        (AGREED, ("How", "typed the number 37", "")),
        (WITHOUT_QUESTION, ("How", "not asked (--yes)", "")),
        (
            EARLIER_PLAN,
            ("How", "by starting the plan of run the-dry-run", f"digest {'e2' * 32}"),
        ),
    ],
)
def test_the_report_says_who_agreed_to_the_plan(
    agreed: PlanAgreed, how: tuple[str, str, str]
) -> None:
    """Who, when and how, with the digest of the plan."""
    who = ("Agreed by", "ann", "")
    when = ("Agreed at", "23 November 2026, 19:38:40 UTC", "")
    assert [who, when, how, SIZE, DIGEST] == agreement(view(DONE, plan=PLAN, agreed=agreed))


def ended(exit_code: int) -> RunFinished:
    """The end of a run."""
    return RunFinished(exit_code, "For a reason.", "2026-11-23T19:41:00Z")


@pytest.mark.parametrize(
    ("changes", "who", "why"),
    [
        ({"finished": ended(4)}, "nobody", "the plan was declined, and nothing was changed"),
        (
            {"finished": ended(130)},
            "nobody",
            "the run ended before that, and nothing was changed",
        ),
        ({"finished": None}, "nobody", "the journal ended before that, and nothing was changed"),
        (
            {"started": started(dry_run=True)},
            "nobody was asked",
            "a dry run changes nothing",
        ),
        (
            {"plan": replace(PLAN, people=0)},
            "nobody was asked",
            "there was nobody to change",
        ),
    ],
    ids=["declined", "stopped", "killed", "dry run", "nobody to change"],
)
def test_the_report_says_why_nobody_agreed(changes: dict[str, Any], who: str, why: str) -> None:
    """Declined, stopped at the question, not asked at all."""
    whole = view(DONE, **{"plan": PLAN, **changes})
    size = (
        SIZE
        if whole.plan == PLAN
        else ("Plan", "nobody to change", "74 requests that change something")
    )
    assert [("Agreed by", who, why), size, DIGEST] == agreement(whole)


def test_a_run_without_a_plan_shows_none() -> None:
    """It ended before there was one, or an earlier version wrote the journal."""
    assert page(view(DONE)).agreed is None


def test_a_chain_names_its_predecessor() -> None:
    """A rerun carries on, an undo takes back."""
    previous = Predecessor("20261101T080000Z-leavers", "/home/ann/runs/20261101T080000Z-leavers")
    rerun = facts(view(DONE, started=started(command="rerun", previous=previous)))
    undo = facts(view(DONE, started=started(command="undo", previous=previous)))
    expected = (previous.run_id, f"runs/{previous.run_id}")
    assert expected == rerun["Rerun of run"] == undo["Undo of run"]


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("/home/ann/hr/runs/20261123T193800Z-leavers", "runs/20261123T193800Z-leavers"),
        (r"C:\Users\ann\runs\20261123T193800Z-leavers", "runs/20261123T193800Z-leavers"),
        ("/home/ann/October", "October"),
    ],
)
def test_a_report_names_its_folder_without_the_computers_path(folder: str, name: str) -> None:
    """In the command that checks it, and in the one that ends a run which was cut off."""
    found = report_page_of(view(DONE, finished=None), "ff" * 32, Path(folder))
    assert found.verify_command == f'batch-offboard report "{name}" --verify --hash {"ff" * 32}'
    assert f'`batch-offboard rerun "{name}"`' in found.notices[0].text


@pytest.mark.parametrize(
    "whole, expected",
    [
        (view(DONE), ()),
        (
            view(DONE, started=started(dry_run=True)),
            (
                Notice(
                    "This was a dry run. Everything was read and planned, but nothing was changed.",
                    alarming=False,
                ),
            ),
        ),
        (
            view(DONE, finished=RunFinished(5, "The disk is full.", "2026-11-23T19:41:00Z")),
            (Notice("Why the run ended: The disk is full.", alarming=True),),
        ),
        (
            view(DONE, finished=None),
            (
                Notice(
                    "This run has no recorded end. It is still going on, or was cut short (power "
                    "cut, closed laptop). This report shows what was recorded. To finish the run: "
                    f'`batch-offboard rerun "{FOLDER}"`',
                    alarming=True,
                ),
            ),
        ),
    ],
    ids=["whole", "dry run", "stopped", "killed"],
)
def test_what_a_reader_must_know_first(whole: RunView, expected: tuple[Notice, ...]) -> None:
    """A dry run, a stop and a cut-off run say so at the top."""
    assert expected == page(whole).notices


@pytest.mark.parametrize(
    ("begun", "command"),
    [
        ({"dry_run": True}, f'rerun "{FOLDER}" --dry-run'),
        ({"command": "undo"}, 'undo "runs/first" --rows 2-3,7'),
        ({"command": "undo", "dry_run": True}, 'undo "runs/first" --rows 2-3,7 --dry-run'),
    ],
)
def test_a_run_that_was_cut_off_names_the_command_that_goes_on(
    begun: dict[str, Any], command: str
) -> None:
    """No real run after a dry one; of an undo that of the same run, for nobody else's rows."""
    previous = Predecessor("first", "/home/ann/runs/first")
    told = started(previous=previous, **begun)
    (notice,) = page(view(DONE, result(3), result(7), started=told, finished=None)).notices[-1:]
    assert notice.text.endswith(f"To finish the run: `batch-offboard {command}`")


def test_the_bar_has_a_part_for_every_status_that_occurs() -> None:
    """From the best to what needs a look."""
    shares = page(view(DONE, result(3), result(4), replace(FAILED, row=5))).shares
    assert [("done", 3), ("failed", 1)] == [(each.status, each.number) for each in shares]


def test_an_emptied_queue_comes_first() -> None:
    """Queues are ordered by what remains in them."""
    found = page(view(DONE, queues=(queue("A", 3, 9), queue("B", 2, 0), queue("C", 1, 2))))
    assert ([each.queue.name for each in found.queues], found.emptied) == (["B", "C", "A"], 1)


def test_the_people_who_took_longer_than_a_day_are_listed() -> None:
    """The longest first, with the share of those in time."""
    whole = view(
        DONE,
        result(3),
        replace(FAILED, row=4),
        due=("2026-11-23", "2026-11-20", "2026-11-22"),
        inactive_at={2: "2026-11-23T12:00:00Z", 3: "2026-11-23T12:00:00Z"},
    )
    section = page(whole).delays
    assert section is not None
    late = [(each.entry.result.row, each.took, each.due, each.inactive) for each in section.late]
    assert late == [
        (3, "3 days", "20 November 2026", Stamp("23 November 2026", "12:00 UTC")),
        (4, "1 day", "22 November 2026", None),
    ]
    expected = (
        "3 people were due. 2 became inactive, 1 of them within 24 hours of the start of their "
        "due day (UTC). The median delay was 2 days. 1 was not set to inactive."
    )
    assert expected == section.sentence


def test_a_list_without_dates_has_no_such_section() -> None:
    """Nothing is said about what the list does not tell."""
    assert page(view(DONE)).delays is None


def test_the_allowance_is_the_pace_of_all_tokens() -> None:
    """Requests are compared with the limit of this run."""
    settings = {"rate": {"per_minute": 285, "tokens": 4}}
    whole = view(DONE, traffic=(minute("19:38", 9),), started=started(settings=settings))
    section = page(whole).traffic
    assert section is not None
    assert section.picture.allowance == 1140


@pytest.mark.parametrize("tokens", [None, "4", -1, 1e308, float("nan"), [4], 10**30])
def test_an_allowance_that_no_run_records_is_none(tokens: object) -> None:
    """As in a forged journal."""
    settings = {"rate": {"per_minute": 285, "tokens": tokens}}
    whole = view(DONE, traffic=(minute("19:38", 9),), started=started(settings=settings))
    section = page(whole).traffic
    assert section is not None
    assert section.picture.allowance == 0


def test_a_person_whom_genesys_does_not_name_is_named_by_the_list() -> None:
    """HR recognises the row."""
    unknown = result(2, user_name="", user_email="", user_id="", status="failed")
    whole = view(unknown, cells=(("no-such-id", "Ann Lee", ""),))
    (entry,) = on_cards(page(whole))
    assert (entry.name, entry.listed) == ("Ann Lee", "no-such-id")


def test_a_row_of_an_earlier_run_says_so() -> None:
    """Carried rows name the run that decided them."""
    ((carried, own),) = blocks_of(view(result(2, run_id="earlier"), result(3)))
    assert (carried.earlier_run, own.earlier_run) == ("earlier", "")


def test_settings_are_shown_as_config_yaml_writes_them() -> None:
    """Dotted keys, plain values."""
    settings = {"rate": {"tokens": 1}, "guards": {"max_percent_of_org": 10.0, "protected": []}}
    settings |= {"steps": ["deactivate"], "verify": True, "genesys": {"proxy": None}}
    expected = {
        "rate.tokens": "1",
        "guards.max_percent_of_org": "10",
        "guards.protected": "[]",
        "steps": "[deactivate]",
        "verify": "true",
        "genesys.proxy": "null",
    }
    assert expected == dict(page(view(DONE, started=started(settings=settings))).settings)


def test_a_long_list_shows_the_first_cards_and_every_row() -> None:
    """Cards are cut, the full table is not."""
    rows = [replace(FAILED, row=row) for row in range(2, 1002)]
    found = page(view(*rows)).attention
    (card,) = found.cards
    assert (card.number, len(card.entries), found.more) == (1000, MOST_SHOWN, 800)
    blocks = list(blocks_of(view(*rows)))
    assert [len(block) for block in blocks] == [250, 250, 250, 250]
    assert list(range(2, 1002)) == [entry.result.row for block in blocks for entry in block]


def test_the_causes_are_counted() -> None:
    """In words with the code; the most frequent cause comes first."""
    rows = [replace(FAILED, row=row) for row in (2, 3)]
    rows += [result(4, status="not_run"), replace(FAILED, row=5, error_code="odd.code")]
    found = page(view(*rows)).attention
    assert [(each.words, each.code, each.number) for each in found.cards] == [
        ("the client lacks a permission", "missing.permissions", 2),
        ("odd.code", "odd.code", 1),
    ]
    assert [each.heading for each in found.stopped] == ["1 row not reached"]
    assert found.number == 4


def cards(*rows: RowResult) -> list[tuple[str, str, str, list[tuple[str, list[int]]]]]:
    """The cards of some rows: heading, size, common error, and who has what to do."""
    return [
        (
            card.heading,
            card.size,
            card.error,
            [(each.next_action, [one.result.row for one in each.entries]) for each in card.advice],
        )
        for card in page(view(*rows)).attention.cards
    ]


def test_fifteen_people_with_one_cause_are_one_card() -> None:
    """Though what to do names each of them: it is said once, for all."""
    action = "Ask an admin to take {} out of group Nights. Until then, {} can receive calls."
    names = [f"Person{number} de la O" for number in range(15)]
    rows = [
        result(
            number,
            status="partial",
            user_name=name,
            error_code="group_membership",
            error="Still a member.",
            next_action=action.format(name, name),
        )
        for number, name in enumerate(names, 2)
    ]
    sentence = action.format("these people", "these people")
    together = [(sentence, list(range(2, 17)))]
    expected = ("Still in a queue through a group", "15 people", "Still a member.", together)
    assert [expected] == cards(*rows)
    (card,) = page(view(*rows)).attention.cards
    assert names == [entry.name for entry in card.entries]


def test_of_one_cause_each_has_what_is_to_be_done_for_them() -> None:
    """Where it differs in more than name and row; where rows are the same person, rows count."""
    rows = [
        replace(FAILED, row=2, error="A.", next_action="Ask X.", user_name="A"),
        replace(FAILED, row=3, error="B.", next_action="Ask Y.", user_name="B"),
        replace(FAILED, row=4, error="B.", next_action="Ask X.", user_name="Ask"),
    ]
    advice = [("Ask X.", [2]), ("Ask Y.", [3]), ("Ask X.", [4])]
    assert [("The client lacks a permission", "3 rows", "", advice)] == cards(*rows)
    accept = [
        replace(FAILED, row=row, user_id=user_id(row), next_action=f"Accept row {row}, not 2{row}.")
        for row in (2, 22)
    ]
    ((_, size, _, found),) = cards(*accept)
    assert (size, [rows for _, rows in found]) == ("2 people", [[2], [22]])
    same = [replace(each, next_action=f"Accept row {each.row}.") for each in accept]
    assert cards(*same)[0][3] == [("Accept each row.", [2, 22])]


def test_rows_that_a_stopped_run_did_not_reach_are_told_together() -> None:
    """One thing to do for all of them; they do not bury those with a cause of their own."""
    action = "HR: run it again."
    rows = [
        result(row, status="not_run", next_action=action, retry=True) for row in (2, 3, 4, 7, 9, 10)
    ]
    found = page(view(*rows, replace(FAILED, row=11))).attention
    expected = StoppedRows(
        "not_run",
        "",
        "6 rows not reached",
        "The run ended before rows 2-4, 7, 9-10.",
        action,
    )
    assert found.stopped == (expected,)
    assert [entry.result.row for card in found.cards for entry in card.entries] == [11]
    assert page(view(DONE)).attention.stopped == ()


def cut_short(row: int, action: str) -> RowResult:
    """A row in the middle of which the run was stopped."""
    return result(
        row, status="partial", error_code="interrupted", next_action=action, error="Stopped."
    )


def test_rows_that_a_stop_cut_short_are_told_together() -> None:
    """Where it is the same that is to be done; those not reached still come first."""
    action = "HR: run it again; only the rest is done then."
    rows = [cut_short(row, action) for row in (2, 3, 5)]
    rows += [replace(cut_short(6, action), status="failed"), result(7, status="not_run")]
    found = page(view(*rows, replace(FAILED, row=8))).attention
    assert [(each.heading, each.sentence) for each in found.stopped] == [
        ("1 row not reached", "The run ended before row 7."),
        (
            "3 rows cut short",
            "The run ended in the middle of rows 2-3, 5. The table of every row shows what was "
            "done.",
        ),
    ]
    assert [entry.result.row for card in found.cards for entry in card.entries] == [6, 8]
    assert found.cards[0].words == "the run stopped in the middle of the row"


@pytest.mark.parametrize(
    ("status", "shown"), [(200, ""), (None, ""), (403, "HTTP 403"), (503, "HTTP 503")]
)
def test_an_answer_is_shown_where_it_was_an_error(status: int | None, shown: str) -> None:
    """That a person was read successfully explains nothing."""
    (entry,) = on_cards(page(view(replace(FAILED, http_status=status))))
    assert entry.call == shown
