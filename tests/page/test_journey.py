"""The whole journey of one list, without script."""

from pathlib import Path

from tests.page.serving import served
from tests.support import member_queues, org_of, simulator, state_of


def test_from_the_list_to_the_result(tmp_path: Path) -> None:
    """Each screen has a form or a link for what comes next."""
    org = org_of(["Ada", "Bob", "Cyd"], {"Billing": ["Ada", "Bob", "Cyd"]})
    with simulator(org) as sim, served(tmp_path, sim) as page:
        plan = page.plan_of_people("Ada", "Bob")
        assert plan.heading == "The plan: 2 people"
        assert not sim.writes
        result = page.finished(page.started(plan, 2, note="HR-7"))
    assert "2 rows" in result.words
    assert [state_of(org, name) for name in ("Ada", "Bob", "Cyd")] == [
        "inactive",
        "inactive",
        "active",
    ]
    assert not member_queues(org, "Ada")
