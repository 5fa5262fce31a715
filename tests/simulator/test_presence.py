import pytest

from batch_offboard.simulator import Assumptions, Org, Simulator

from .small import ANNA, BARE_CLIENT, BEN, EMMA, NOBODY, Http


@pytest.fixture
def org(org: Org) -> Org:
    """The small organisation, in which Anna is on queue and talks."""
    anna = org.users[ANNA]
    anna.routing_status, anna.presence = "INTERACTING", "On Queue"
    anna.conversations = {"call": 1, "email": 2}
    return org


EXPAND = "presence,routingStatus,conversationSummary"


def seen(http: Http, user_id: str) -> tuple[str, str]:
    """Routing status and presence of a user in the listing."""
    (user,) = http.get("/users", id=user_id, state="any", expand=EXPAND).json["entities"]
    definition = user["presence"]["presenceDefinition"]
    return user["routingStatus"]["status"], definition["systemPresence"]


def test_expand_shows_who_is_on_queue_and_busy(http: Http) -> None:
    """With the SDK's field names; Ben is logged off."""
    assert seen(http, ANNA) == ("INTERACTING", "On Queue")
    assert seen(http, BEN) == ("OFF_QUEUE", "Offline")
    summary = http.get(f"/users/{ANNA}", expand=EXPAND).json["conversationSummary"]
    active = {
        media: each["contactCenter"]["active"] for media, each in summary.items() if each != ANNA
    }
    assert {media: count for media, count in active.items() if count} == {"call": 1, "email": 2}


def test_routing_status_and_presence_have_reads_of_their_own(http: Http) -> None:
    """404 for who is unknown or deleted."""
    assert http.get(f"/users/{ANNA}/routingstatus").json["status"] == "INTERACTING"
    presence = http.get(f"/users/{ANNA}/presences/purecloud").json
    assert presence["presenceDefinition"]["systemPresence"] == "On Queue"
    statuses = [http.get(f"/users/{i}/routingstatus").status for i in (NOBODY, EMMA)]
    assert statuses == [404, 404]


def test_setting_inactive_leaves_logins_alone_unless_switched_on(org: Org) -> None:
    """That existing logins end is documented nowhere."""
    for ends, expected in ((False, ("INTERACTING", "On Queue")), (True, ("OFF_QUEUE", "Offline"))):
        with Simulator(org, assumptions=Assumptions(inactivation_ends_logins=ends)) as sim:
            http = Http(sim)
            version = org.users[ANNA].version
            http.patch(f"/users/{ANNA}", {"state": "inactive", "version": version})
            assert (seen(http, ANNA), org.users[ANNA].logged_in) == (expected, not ends)


def test_setting_active_logs_nobody_out(org: Org) -> None:
    """Whatever is assumed of setting inactive."""
    with Simulator(org, assumptions=Assumptions(inactivation_ends_logins=True)) as sim:
        http = Http(sim)
        http.patch(f"/users/{ANNA}", {"state": "active", "version": org.users[ANNA].version})
        assert seen(http, ANNA) == ("INTERACTING", "On Queue")


def test_logging_a_user_out_needs_the_permission(sim: Simulator, http: Http) -> None:
    """DELETE /tokens/{userId}: 204, and the user is neither logged in nor on queue any more."""
    assert Http(sim, BARE_CLIENT).delete(f"/tokens/{ANNA}").error == (403, "missing.permissions")
    assert sim.org.users[ANNA].logged_in
    assert http.delete(f"/tokens/{ANNA}").status == 204
    assert not sim.org.users[ANNA].logged_in
    assert seen(http, ANNA) == ("OFF_QUEUE", "Offline")
    assert http.delete(f"/tokens/{NOBODY}").error == (404, "not.found")


def test_logging_out_one_who_is_not_logged_in_may_be_404(org: Org) -> None:
    """Assumed."""
    assumptions = Assumptions(token_delete_without_login_status=404)
    with Simulator(org, assumptions=assumptions) as sim:
        assert Http(sim).delete(f"/tokens/{EMMA}").status == 404
