"""The main journey and the rules S5 to S7 in WebKitGTK."""

from pathlib import Path

from tests.page.in_browser.test_other_origin import FORM, TRIES, elsewhere
from tests.page.in_browser.webkit import WebKit, webkit
from tests.page.serving import served
from tests.support import member_queues, org_of, simulator, state_of, write_list

TRIED = f"const done = arguments[1]; ({TRIES})(arguments[0]).then(done)"


def test_the_journey_and_who_is_let_in(tmp_path: Path) -> None:
    """From the list to the result; no script reads the cookie, and no other port gets anything."""
    org = org_of(["Ada", "Bob"], {"Billing": ["Ada", "Bob"]})
    cookies: list[str] = []
    path = write_list(tmp_path / "leavers.csv", "Ada")
    with (
        simulator(org) as sim,
        served(tmp_path, sim) as page,
        elsewhere(cookies) as other,
        webkit(page) as tab,
    ):
        driver = tab.driver
        base = driver.current_url
        offboard(tab, path)
        assert driver.execute_script("return document.cookie") == ""
        (cookie,) = driver.get_cookies()
        assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
        assert cookie["path"] == base.removeprefix(f"http://127.0.0.1:{page.port}").rstrip("/")
        known = {"base": base, "token": page.opened.session.form_token}
        driver.get(other)
        assert driver.execute_async_script(TRIED, known) == ["blocked"] * 4
        assert page.desk.practice is None
        driver.execute_script(f"({FORM})(arguments[0])", known)
        tab.until(lambda: driver.current_url.endswith("/close"))
        assert driver.execute_script("return document.body.innerText") == ""
        driver.get(base)
        assert tab.heading == "Who is leaving?"
    assert cookies
    assert not any("batch-offboard" in each for each in cookies)
    assert (state_of(org, "Ada"), state_of(org, "Bob")) == ("inactive", "active")
    assert not member_queues(org, "Ada")


def offboard(tab: WebKit, path: Path) -> None:
    """Hand in the list of one person, and start its plan."""
    tab.find("#list").send_keys(str(path))
    tab.press("#drop button")
    assert tab.heading == "How your list was read"
    tab.press("#plan")
    tab.finish()
    assert tab.heading == "The plan: 1 person"
    tab.press(".stay button[name=continue]")
    tab.find("#number").send_keys("1")
    tab.press("main form button")
    tab.finish()
    assert tab.heading == "Everyone on the list is inactive and in no queue."
