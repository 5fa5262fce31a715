"""A plan and its start: the number, once only, and what has changed since."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from batch_offboard.record.events import PlanAgreed, PlanShown, RunStarted
from batch_offboard.record.journal_lines import read_journal
from batch_offboard.simulator import Org
from tests.page.browser import Answer
from tests.page.serving import Hands, Page, name_of, served
from tests.support import config, id_of, org_of, people_named, simulator, state_of, write_list

PEOPLE = ["Ada", "Bob", "Cyd"]


def org(queues: dict[str, list[str]] | None = None) -> Org:
    """Three people, Ada in a queue."""
    return org_of([*PEOPLE, "Dan"], queues or {"Billing": ["Ada"], "Chat": []})


def join(organisation: Org, name: str, queue: str) -> None:
    """Put a person into a queue."""
    organisation.queues.update(org_of(PEOPLE, {queue: [name]}).queues)


# -- the number


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Type the number of people."),
        ("three", "Type the number of people."),
        ("-3", "Type the number of people."),
        ("²", "Type the number of people."),
        ("2", "The plan changes 3 people; you typed 2. Nothing was started."),
        ("3.0", "you typed 3.0."),
        ("33", "you typed 33."),
        ("9" * 6000, "you typed 99999999999999999999."),
    ],
)
def test_a_wrong_number_starts_nothing(planned: tuple[Page, Answer], typed: str, said: str) -> None:
    """It is said at the field and above; what was typed in the note is another matter."""
    page, plan = planned
    answer = page.browser.submit(page.checked(plan), "/start", number=typed)
    assert (answer.status, answer.title[:7]) == (400, "Error: ")
    assert answer.words.count(said) == 2
    assert len(page.desk.place.run_jobs) == 1


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    """A page with a plan for three people."""
    folder = Path(tmp_path_factory.mktemp("planned"))
    with simulator(org()) as sim, served(folder, sim) as page:
        yield page, page.plan_of_people(*PEOPLE)


def test_numbers_that_are_no_rows_are_ignored(planned: tuple[Page, Answer]) -> None:
    """Whatever is sent as a row whose name is accepted."""
    page, plan = planned
    odd = ["9" * 6000, "x", "-1", "²", ""]
    again = page.finished(page.browser.submit(plan, "/plan", accept=odd))
    assert again.heading == "The plan: 3 people"
    unknown = page.finished(page.browser.submit(plan, "/plan", accept=["77"]))
    assert (unknown.status, "The list has no row 77" in unknown.words) == (400, True)


# -- once only


def test_a_plan_is_started_once_whatever_tabs_do(tmp_path: Path) -> None:
    """Both tabs see the run; nobody is changed twice, and no plan is started later either."""
    with simulator(org()) as sim, served(tmp_path, sim) as page:
        plan = page.plan_of_people(*PEOPLE)
        check = page.checked(plan)
        with ThreadPoolExecutor(8) as tabs:
            starting = [
                tabs.submit(page.another().submit, check, "/start", follow=False, number="3")
                for _ in range(8)
            ]
            answers = [each.result(30) for each in starting]
        assert {each.status for each in answers} == {303}
        paths = {each.header("location").partition("?")[0] for each in answers}
        assert len(paths) == 1
        result = page.finished(page.browser.get(paths.pop()))
        assert "Result" in result.title
        late = page.browser.submit(check, "/start", follow=False, number="3")
        told = page.browser.send("GET", late.header("location"))
        assert "This plan was started today " in told.words
        again = page.browser.get(plan.path)
        assert "This plan was started today " in again.words
        assert "Show that run" in again.words
        assert len(sim.writes) == 4
    real = [each for each in journals(tmp_path) if not each[0].dry_run]
    assert len(real) == 1


def journals(folder: Path) -> list[tuple[RunStarted, Path]]:
    """The runs of a folder, by their first event."""
    found = []
    for path in sorted((folder / "runs").glob("*/journal.jsonl")):
        first = next(read_journal(path))
        assert isinstance(first, RunStarted)
        found.append((first, path))
    return found


def test_a_start_that_never_began_does_not_count(tmp_path: Path) -> None:
    """As when the login failed, or the computer lost power at that moment."""
    with simulator(org()) as sim, served(tmp_path, sim) as page:
        plan = page.plan_of_people(*PEOPLE)
        used = tmp_path / "runs" / name_of(plan) / "plan-used.json"
        used.write_text(json.dumps({"run": "20260101T000000Z-gone", "at": "2026-01-01T00:00:00Z"}))
        sim.client.secret, right = "another", sim.client.secret
        refused = page.finished(page.started(plan, 3))
        assert refused.heading == "Nothing was changed"
        assert [each.name for each in (tmp_path / "runs").iterdir()] == [name_of(plan)]
        sim.client.secret = right
        page.opened.desk.place.run_jobs.clear()
        result = page.finished(page.started(plan, 3))
    assert "Result" in result.title


def test_a_plan_of_an_earlier_server_can_be_started(tmp_path: Path) -> None:
    """A plan survives: it stands in its folder."""
    with simulator(org()) as sim:
        with served(tmp_path, sim) as page:
            name = name_of(page.plan_of_people(*PEOPLE))
        with served(tmp_path, sim) as page:
            plan = page.browser.get(f"runs/{name}")
            assert plan.heading == "The plan: 3 people"
            result = page.finished(page.started(plan, 3, note="HR-7"))
        assert "Result" in result.title
        agreed = [
            event
            for _, path in journals(tmp_path)
            for event in read_journal(path)
            if isinstance(event, PlanAgreed)
        ]
        started = [each for each, _ in journals(tmp_path) if not each.dry_run]
    assert [(each.how, each.number, each.plan_run) for each in agreed] == [
        ("earlier_plan", 3, name)
    ]
    assert agreed[0].plan_digest == agreed[0].digest
    assert started[0].note == "HR-7"


def test_a_plan_is_too_old_after_a_week(tmp_path: Path) -> None:
    """It can be made again."""
    hands = Hands()
    with simulator(org()) as sim, served(tmp_path, sim, hands=hands) as page:
        plan = page.plan_of_people(*PEOPLE)
        hands.move(days=6, hours=23)
        assert page.checked(plan).status == 200
        hands.move(hours=2)
        refused = page.started(plan, 3)
        assert "This plan is older than 7 days. Make it again." in refused.words
        again = page.finished(page.browser.submit(plan, "/plan"))
        assert again.path != plan.path
        assert again.heading == "The plan: 3 people"
        assert not sim.writes


def test_a_list_that_was_changed_on_disk_starts_nothing(tmp_path: Path) -> None:
    """The list beside the plan is checked by its digest."""
    with simulator(org()) as sim, served(tmp_path, sim) as page:
        plan = page.plan_of_people("Ada")
        kept = tmp_path / "runs" / name_of(plan) / "plan-list.bin"
        kept.write_bytes(kept.read_bytes().replace(id_of("Ada").encode(), id_of("Bob").encode()))
        for answer in (page.started(plan, 1), page.browser.submit(plan, "/plan")):
            assert "The list of this plan was changed or removed." in answer.words
        kept.unlink()
        assert "The list of this plan was changed" in page.started(plan, 1).words
        (kept.parent / "plan.json").write_text("{")
        assert "This plan can no longer be read." in page.started(plan, 1).words
        assert len(list((tmp_path / "runs").iterdir())) == 1
        assert not sim.writes


def test_only_a_plan_can_be_started(tmp_path: Path) -> None:
    """Neither a run that has ended nor a plan that was refused."""
    settings = config(guards={"max_rows": 2})
    with simulator(org()) as sim, served(tmp_path, sim, settings=settings) as page:
        refused = page.plan_of_people(*PEOPLE)
        assert refused.heading == "Nothing was changed"
        assert "raise the limit" in refused.words
        token = f"number=3&form_token={page.opened.session.form_token}".encode()
        result = page.run_of_people("Ada")
        writes = len(sim.writes)
        for path in (refused.path, result.path):
            assert page.browser.post(f"{path}/start", token).header("location") == path
            assert page.browser.get(f"{path}/start").path == path
        assert len(sim.writes) == writes


# -- Genesys has changed


def test_what_has_grown_is_shown_and_nothing_starts(tmp_path: Path) -> None:
    """The new plan marks whom it concerns, and can be started."""
    organisation = org()
    with simulator(organisation) as sim, served(tmp_path, sim) as page:
        plan = page.plan_of_people(*PEOPLE)
        join(organisation, "Bob", "Sales")
        new = page.finished(page.started(plan, 3))
        assert "Genesys has changed since this plan was made, so nothing was started." in new.words
        assert new.path != plan.path
        assert not sim.writes
        marked = page.browser.get(f"{new.path}?show=new")
        assert "New since the last plan 1" in new.words
        assert "3 Bob Test Bob Test new Set to inactive, remove from 1 queue" in marked.words
        assert marked.text.count('<th scope="row">') == 1
        result = page.finished(page.started(new, 3))
    assert "Result" in result.title
    assert state_of(organisation, "Bob") == "inactive"


def test_a_plan_that_has_become_smaller_goes_on(tmp_path: Path) -> None:
    """What was agreed to is more than what is done."""
    organisation = org()
    with simulator(organisation) as sim, served(tmp_path, sim) as page:
        plan = page.plan_of_people(*PEOPLE)
        organisation.users[id_of("Bob")].state = "inactive"
        result = page.finished(page.started(plan, 3))
        assert "Result" in result.title
        assert {each.path.rpartition("/")[2] for each in sim.writes if each.method == "PATCH"} == {
            id_of("Ada"),
            id_of("Cyd"),
        }


def test_an_agreement_names_its_plan(tmp_path: Path) -> None:
    """By run and digest; the digest of what was shown in the run itself stands beside it."""
    with simulator(org()) as sim, served(tmp_path, sim) as page:
        plan = page.plan_of_people(*PEOPLE)
        result = page.finished(page.started(plan, 3))
        events = list(read_journal(tmp_path / "runs" / name_of(result) / "journal.jsonl"))
    (shown,) = [each for each in events if isinstance(each, PlanShown)]
    (agreed,) = [each for each in events if isinstance(each, PlanAgreed)]
    assert (agreed.plan_run, agreed.digest) == (name_of(plan), shown.digest)


def test_the_columns_of_a_plan_can_be_chosen_again(tmp_path: Path) -> None:
    """Its list is kept beside it: nothing has to be handed in again, even after a new start."""
    text = f"user_id,name,Deputy\n{id_of('Ada')},Ada Test,Bob Test\n"
    with simulator(org()) as sim:
        with served(tmp_path, sim) as page:
            shown = page.browser.hand_in("leavers.csv", text.encode())
            plan = page.finished(page.browser.submit(shown, "/plan"))
        with served(tmp_path, sim) as page:
            shown = page.browser.get(f"runs/{name_of(plan)}")
            token = f"form_token={page.opened.session.form_token}".encode()
            columns = page.browser.send(
                "GET", page.browser.post(f"{shown.path}/columns", token).header("location")
            )
            assert columns.heading == "Which column is which?"
            assert "Deputy" in columns.words
            other = page.browser.submit(columns, "/columns", **{"use-C": "unused", "use-B": ""})
            assert other.heading == "How your list was read"
            again = page.finished(page.browser.submit(other, "/plan"))
            assert "Change sheet or columns" in again.words
            result = page.finished(page.started(again, 1))
            refused = page.browser.post(f"{result.path}/columns", token)
            assert "can no longer be read" in refused.words


# -- the table


def test_a_plan_is_filtered_searched_and_turned_over(tmp_path: Path) -> None:
    """A hundred rows a page; what is asked for is found among all of them."""
    many = people_named("P", 230)
    with simulator(org_of(many, {"Billing": many[:3]})) as sim, served(tmp_path, sim) as page:
        path = write_list(tmp_path / "leavers.csv", *many, more=["nobody,X", ",Y"])
        plan = page.plan_of(path)
        assert plan.text.count('<th scope="row">') == 100
        assert "All 232 To change 230 On hold 2 Nothing needed 0" in plan.words
        rows = [page.browser.get(f"{plan.path}?page={n}") for n in ("2", "3", "99", "x", "-1")]
        assert [each.text.count('<th scope="row">') for each in rows] == [100, 32, 32, 100, 100]
        held = page.browser.get(f"{plan.path}?show=hold")
        assert held.text.count('<th scope="row">') == 2
        found = page.browser.submit(plan, name_of(plan), find=" p217 ")
        assert found.text.count('<th scope="row">') == 1
        assert "P217 Test" in found.words
        assert "Billing" in plan.words
        assert (
            page.browser.get(f"{plan.path}?show=nonsense&find=%00&page={'9' * 5000}").status == 200
        )


def test_a_name_is_accepted_in_the_plan(tmp_path: Path) -> None:
    """“I have checked: same person”; the row is changed like the others then."""
    with simulator(org()) as sim, served(tmp_path, sim) as page:
        more = [f"{id_of('Dan')},Somebody Else"]
        path = write_list(tmp_path / "leavers.csv", "Ada", "Bob", "Cyd", more=more)
        plan = page.plan_of(path)
        assert plan.heading == "The plan: 3 people"
        again = page.finished(page.browser.submit(plan, "/plan", accept=["5"]))
        assert again.heading == "The plan: 4 people"
        marked = page.browser.get(f"{again.path}?show=new")
        assert "Dan Test" in marked.words
        assert "Result" in page.finished(page.started(again, 4)).title
