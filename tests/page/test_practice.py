"""Practice: made-up people, a folder of its own, never beside a real run."""

from pathlib import Path

from tests.page.browser import Answer
from tests.page.serving import Page, served
from tests.support import org_of, simulator, write_list

BANNER = "Practice: made-up people. Nothing leaves this computer."


def begun(page: Page) -> Answer:
    """The first screen of a practice."""
    return page.browser.submit(page.browser.get(), "practice")


def test_the_whole_journey_can_be_practised(tmp_path: Path) -> None:
    """The banner is on every screen; its runs are in its folder, and nobody real is changed."""
    with simulator(org_of(["Ada"])) as sim, served(tmp_path, sim) as page:
        understood = begun(page)
        assert understood.heading == "How your list was read"
        plan = page.finished(page.browser.submit(understood, "/plan"))
        number = plan.heading.split()[2]
        check = page.checked(plan)
        wrong = page.browser.submit(check, "/start", number="1")
        result = page.finished(page.browser.submit(check, "/start", number=number))
        screens = [understood, plan, check, wrong, result, page.browser.get()]
        screens += [page.browser.get(each) for each in ("runs", "close", "runs/nothing")]
        assert all(BANNER in each.words for each in screens)
        assert not any(sim.url.partition("//")[2] in each.text for each in screens)
        assert not sim.requests
        assert not (tmp_path / "runs").exists()
        assert len(list((tmp_path / "practice" / "runs").iterdir())) == 2
        ended = page.browser.submit(page.browser.get(), "practice/end")
        assert BANNER not in ended.words
        assert "There are no runs yet." in page.browser.get("runs").words
        assert page.browser.get(result.path).status == 404


def test_lists_and_plans_are_not_carried_across(tmp_path: Path) -> None:
    """What was begun in another tab before or after is no longer, or again, there."""
    with simulator(org_of(["Ada"])) as sim, served(tmp_path, sim) as page:
        path = write_list(tmp_path / "leavers.csv", "Ada")
        real = page.browser.hand_in(path.name, path.read_bytes())
        plan = page.plan_of(path)
        check = page.checked(plan)
        made_up = begun(page)
        assert "no longer here" in page.browser.submit(real, "/plan").words
        assert page.browser.submit(check, "/start", number="1").status == 404
        assert page.browser.get(plan.path).status == 404
        page.browser.submit(page.browser.get(), "practice/end")
        assert "no longer here" in page.browser.submit(made_up, "/plan").words
        assert page.browser.get(real.path).heading == "How your list was read"
        assert "Result" in page.finished(page.started(plan, 1)).title


def test_a_practice_begun_twice_is_one(tmp_path: Path) -> None:
    """And ends once; the server's end ends it too."""
    with served(tmp_path) as page:
        begun(page)
        form = page.browser.get().form("practice/end")
        assert begun(page).heading == "How your list was read"
        for _ in range(2):
            page.browser.post(form.action, f"form_token={dict(form.fields)['form_token']}".encode())
        assert BANNER not in page.browser.get().words
        begun(page)
