"""Lists: taken in, their columns said and remembered, forgotten again; long ones."""

import os
from pathlib import Path

import pytest

from batch_offboard.config.credentials import VARIABLES
from batch_offboard.page.desk import desk_of
from batch_offboard.page.lists import KEPT_SECONDS, MOST_LISTS
from batch_offboard.simulator import Simulator
from tests.page.browser import Answer
from tests.page.serving import Hands, Page, name_of, served
from tests.support import config, id_of, org_of, simulator

ODD = "Who,Which\n{ada},Ada Test\n{bob},Bob Test\n".format(ada=id_of("Ada"), bob=id_of("Bob"))


def use(page: Page, shown: Answer, **uses: str) -> Answer:
    """Say what columns are: `use(page, shown, A="user_id")`."""
    given = {f"use-{letter}": use for letter, use in uses.items()}
    return page.browser.submit(shown, "/columns", **given)


def test_columns_are_asked_for_where_none_finds_people(page: Page) -> None:
    """With three of their values; what is wrong is said, and what was chosen stays."""
    shown = page.browser.hand_in("odd.csv", ODD.encode())
    assert shown.heading == "Which column is which?"
    assert id_of("Ada") in shown.text
    none = use(page, shown, A="", B="name")
    assert "Choose at least one column that finds people" in none.words
    assert dict(none.form("/columns").fields)["use-B"] == "name"
    both = use(page, shown, A="user_id", B="user_id")
    assert "User id is chosen for columns A and B. Choose one." in both.words
    odd = use(page, shown, A="nonsense", B="<b>")
    assert "Choose at least one column that finds people" in odd.words
    right = use(page, shown, A="user_id", B="name")
    assert right.heading == "How your list was read"
    assert "odd.csv : 2 rows" in right.words
    again = page.browser.get(f"{right.path}/columns")
    assert dict(again.form("/columns").fields)["use-A"] == "user_id"


def test_columns_are_remembered_from_the_last_run_with_the_same_header(tmp_path: Path) -> None:
    """They are filled in, with the day; another header knows nothing of them."""
    with simulator(org_of(["Ada", "Bob"])) as sim, served(tmp_path, sim) as page:
        shown = page.browser.hand_in("odd.csv", ODD.encode())
        understood = use(page, shown, A="user_id", B="name")
        plan = page.finished(page.browser.submit(understood, "/plan"))
        assert plan.heading == "The plan: 2 people"
    with simulator(org_of(["Ada", "Bob"])) as sim, served(tmp_path, sim) as page:
        shown = page.browser.hand_in("november.csv", ODD.encode())
        fields = dict(shown.form("/columns").fields)
        assert (fields["use-A"], fields["use-B"]) == ("user_id", "name")
        assert "Filled in as chosen today." in shown.words
        result = page.finished(page.started(page.browser.get(f"runs/{name_of(plan)}"), 2))
        assert "Result" in result.title
        other = page.browser.hand_in("other.csv", ODD.replace("Which", "What").encode())
        assert dict(other.form("/columns").fields)["use-A"] == ""


def test_a_list_is_kept_for_some_hours_with_a_few_others(tmp_path: Path) -> None:
    """Then it has to be chosen again; nothing else happens."""
    hands, data = Hands(), b"user_id\n" + id_of("Ada").encode()
    with served(tmp_path, hands=hands) as page:
        shown = [page.browser.hand_in(f"{n}.csv", data) for n in range(MOST_LISTS + 1)]
        gone = page.browser.get(shown[0].path)
        assert "This list is no longer here. Choose it again." in gone.words
        for rest in ("columns", "plan"):
            token = f"form_token={page.opened.session.form_token}".encode()
            assert "no longer here" in page.browser.post(f"{shown[0].path}/{rest}", token).words
        assert page.browser.get(shown[1].path).heading == "How your list was read"
        hands.move(seconds=KEPT_SECONDS + 1)
        assert page.browser.get(shown[-1].path).status == 400


def test_without_connection_it_says_so_and_offers_practice(page: Page) -> None:
    """A list can be looked at all the same."""
    start = page.browser.get()
    assert "batch-offboard is not connected to Genesys yet." in start.words
    assert "batch-offboard setup" in start.words
    shown = page.browser.hand_in("a.csv", b"user_id\n" + id_of("Ada").encode())
    refused = page.browser.submit(shown, "/plan")
    assert refused.heading == "How your list was read"
    assert "batch-offboard is not connected to Genesys yet." in refused.words
    assert not list(page.desk.place.runs.glob("*"))


def connected(folder: Path, domain: str, sim: Simulator) -> None:
    """Write what `setup` writes."""
    values = {
        "GENESYS_DOMAIN": domain,
        "GENESYS_CLIENT_ID": sim.client_id,
        "GENESYS_CLIENT_SECRET": sim.client_secret,
    }
    text = "".join(f"{name}={value}\n" for name, value in values.items())
    (folder / ".env").write_text(text, encoding="utf-8")


def test_what_an_admin_has_changed_meanwhile_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By “Check again”, and by the next plan: `.env` and config.yaml, right or wrong."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    desk, file = desk_of(tmp_path, None), tmp_path / ".env"
    with simulator(org_of(["Ada"])) as sim, served(tmp_path, desk=desk) as page:
        assert "not connected to Genesys yet" in page.browser.get().words
        assert "Check again" in page.browser.get().words
        (tmp_path / ".env.txt").write_text("")
        assert "Rename it to .env" in page.browser.get().words
        connected(tmp_path, "https://nowhere.example", sim)
        assert "is not a Genesys Cloud region" in page.browser.get().words
        connected(tmp_path, sim.url, sim)
        again = page.browser.get()
        assert "not connected" not in again.words
        assert sim.url.partition("//")[2] in again.words
        (tmp_path / "config.yaml").write_text("guards: {max_rows: none}")
        wrong = page.browser.get()
        assert (wrong.status, "guards.max_rows" in wrong.words) == (400, True)
        (tmp_path / "config.yaml").write_text("guards: {max_percent_of_org: 0}")
        assert page.plan_of_people("Ada").heading == "Nothing was changed"
        (tmp_path / "config.yaml").write_text("guards: {max_percent_of_org: 100}")
        assert page.plan_of_people("Ada").heading == "The plan: 1 person"
        file.unlink()
        understood = page.browser.hand_in("a.csv", b"user_id\n" + id_of("Ada").encode())
        assert "not connected to Genesys yet" in page.browser.submit(understood, "/plan").words


def test_the_organisation_is_named_on_every_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the first login on, and after a new start; not once another one is connected."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    with simulator(org_of(["Ada"])) as sim:
        connected(tmp_path, sim.url, sim)
        os.utime(tmp_path / ".env", (0, 0))
        known, unknown = f"Test Org ({sim.url[7:]})", f"batch-offboard Connected to {sim.url[7:]}"
        with served(tmp_path, desk=desk_of(tmp_path, None)) as page:
            assert unknown in page.browser.get().words
            plan = page.plan_of_people("Ada")
            check = page.checked(plan)
            for each in (plan, check, page.browser.get(), page.browser.get("runs/nothing")):
                assert known in each.words
        assert "Test Org" in desk_of(tmp_path, None).connected_to
        connected(tmp_path, sim.url, sim)
        assert desk_of(tmp_path, None).connected_to == f"Connected to {sim.url[7:]}"


def test_the_latest_runs_are_on_the_first_screen(tmp_path: Path) -> None:
    """Three at most; refused ones are not among them, nor plans that were started or are older."""
    settings = config(guards={"max_rows": 2})
    with simulator(org_of(["Ada", "Bob", "Cyd"])) as sim:
        with served(tmp_path, sim, settings=settings) as page:
            assert "Latest runs" not in page.browser.get().words
            page.plan_of_people("Ada", "Bob", "Cyd")
            page.plan_of_people("Ada", "Bob")
            assert "leavers.csv Today" in page.browser.get().words
            page.run_of_people("Ada")
            start = page.browser.get()
        latest = start.words.partition("Latest runs")[2].partition("All earlier runs")[0]
        assert latest.count("leavers.csv") == 1
        assert ", run, finished" in latest


def test_results_of_an_earlier_run_are_no_list(tmp_path: Path) -> None:
    """They are told apart."""
    with simulator(org_of(["Ada"])) as sim, served(tmp_path, sim) as page:
        result = page.run_of_people("Ada")
        data = page.browser.get(f"{result.path}/results.csv").body
        answer = page.browser.hand_in("results.csv", data)
    assert (answer.status, "results file of an earlier run" in answer.words) == (400, True)


@pytest.mark.parametrize("rows", [20_000, 20_001])
def test_twenty_thousand_rows_are_understood(page: Page, rows: int) -> None:
    """And no more."""
    lines = (f"leaver{number}@test.example,Leaver {number}" for number in range(rows))
    data = "\n".join(["email,name", *lines]).encode()
    shown = page.browser.hand_in("long.csv", data)
    if rows == 20_000:
        assert shown.heading == "How your list was read"
        assert "20,000 rows" in shown.words
        return
    assert "has 20,001 rows, but the page takes at most 20,000." in shown.words
    token = f"form_token={page.opened.session.form_token}".encode()
    refused = page.browser.post(f"{shown.path}/plan", token)
    assert "the page takes at most 20,000" in refused.words


def test_an_empty_list_can_be_saved(page: Page) -> None:
    """To be filled in, and handed in."""
    saved = page.browser.get("template.xlsx")
    assert saved.header("content-disposition") == 'attachment; filename="leavers.xlsx"'
    shown = page.browser.hand_in("leavers.xlsx", saved.body)
    assert shown.heading == "How your list was read"
