"""Where a directory manages the users, they have to end there too."""

import json
from pathlib import Path
from typing import Any

import pytest

from batch_offboard.offboarding.leftover_words import MANAGED
from batch_offboard.simulator import ALWAYS, Assumptions, Fault, Org
from batch_offboard.simulator.models import Audit
from tests.end_to_end.test_leftovers import told
from tests.support import (
    Role,
    config,
    id_of,
    org_of,
    permissions_without,
    run_command,
    run_looking,
    run_people,
    simulator,
    write_list,
)


def managed(days_ago: int = 3, **more: Any) -> Org:
    """A directory has written so many days ago."""
    org = org_of(["Anna", "Ben"], **more)
    org.audits[id_of("audit")] = Audit(id=id_of("audit"), days_ago=days_ago)
    return org


@pytest.mark.parametrize(("days_ago", "said"), [(3, [MANAGED]), (20, [])])
def test_plan_and_report_say_it_once(tmp_path: Path, days_ago: int, said: list[str]) -> None:
    """Two requests, whatever the number of people; nothing in the rows."""
    with simulator(managed(days_ago)) as sim:
        ended = run_looking(sim, tmp_path, "Anna", "Ben")
        asked = sim.count(None, "/audits")
    report = (ended.folder / "report.html").read_text("utf-8")
    assert (told(ended, "A directory"), report.count(MANAGED), asked) == (said, len(said), 2)
    assert [each.left_behind for each in ended.results] == ["", ""]


NOT_LOOKED = "Not checked: whether a directory manages users here. "


@pytest.mark.parametrize(
    ("more", "options", "line"),
    [
        (
            {"client": [Role(permissions_without("audits:audit:view"))]},
            {},
            NOT_LOOKED + "The OAuth client lacks audits:audit:view.",
        ),
        (
            {},
            {"assumptions": Assumptions(scim_in_realtime_audits=False)},
            NOT_LOOKED + "Genesys does not list SCIM among its recent audits.",
        ),
        (
            {},
            {"faults": [Fault(action="status", status=404, path="realtime$", times=ALWAYS)]},
            NOT_LOOKED + "The requested resource was not found.",
        ),
        (
            {},
            {"faults": [Fault(action="status", status=404, path="mapping$", times=ALWAYS)]},
            NOT_LOOKED + "The requested resource was not found.",
        ),
    ],
)
def test_what_cannot_be_looked_at_is_one_line(
    tmp_path: Path, more: dict[str, Any], options: dict[str, Any], line: str
) -> None:
    """And the run goes on."""
    with simulator(managed(**more), **options) as sim:
        ended = run_looking(sim, tmp_path, "Anna")
    assert (told(ended, "Not checked", "A directory"), ended.statuses) == ([line], ["done"])


def test_nobody_asks_where_it_is_not_wanted(tmp_path: Path) -> None:
    """Or where there is nobody to change."""
    org = managed(facts={"Ben": {"state": "inactive"}})
    with simulator(org) as sim:
        run_people(sim, tmp_path, "Anna", settings=config(leftovers=[]), dry_run=True)
        run_looking(sim, tmp_path, "Ben")
        asked = sim.count(None, "/audits")
    assert asked == 0


def test_a_check_some_days_later_shows_who_came_back(tmp_path: Path) -> None:
    """With the reason, also for a script."""
    org, path = managed(), write_list(tmp_path / "list.csv", "Anna", "Ben")
    with simulator(org) as sim:
        run_looking(sim, tmp_path, "Anna", "Ben")
        at_once = run_command(sim, tmp_path, "check", str(path))
        org.change_user(id_of("Ben"), state="active")
        later = run_command(sim, tmp_path, "check", str(path))
        as_json = run_command(sim, tmp_path, "check", str(path), "--json")
    assert (at_once.code, MANAGED in at_once.out.replace("\n", " ")) == (0, False)
    assert (later.code, "* row 3  Ben Test" in later.out) == (3, True)
    assert MANAGED in later.out.replace("\n", " ")
    assert json.loads(as_json.out)["warnings"] == [MANAGED]
