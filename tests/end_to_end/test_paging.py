"""Listings that change while they are read page by page."""

from pathlib import Path

from batch_offboard.simulator import LoggedRequest
from tests.support import id_of, member_queues, org_of, people_named, run_people, simulator


def test_a_member_who_slips_between_two_pages_is_found_all_the_same(tmp_path: Path) -> None:
    """Someone else leaves the queue between page one and two: the second page begins too late."""
    others = people_named("Other", 220)
    leavers = people_named("Leaver", 5)
    members = [*others[:100], *leavers, *others[100:]]
    org = org_of([*leavers, *others], {"Billing": members})
    left: list[str] = []

    def someone_leaves(request: LoggedRequest) -> None:
        second_page = request.query.get("pageNumber") == "2" and "members" in request.path
        if second_page and not left:
            left.append(others[0])
            org.remove_member(id_of("Billing"), id_of(others[0]))

    with simulator(org, on_request=someone_leaves) as sim:
        ended = run_people(sim, tmp_path, *leavers)
    assert ([others[0]], ["done"] * 5, [set()] * 5) == (
        left,
        ended.statuses,
        [member_queues(org, name) for name in leavers],
    )
