"""From Genesys' JSON to the values of offboarding."""

from dataclasses import replace
from typing import Any

import pytest

from batch_offboard.genesys import OwnGrant, decode, decode_grants, decode_users
from batch_offboard.genesys.errors import UnusableAnswerError
from batch_offboard.offboarding.models import (
    Holding,
    MemberGroup,
    Membership,
    Named,
    Queue,
    RoleGrant,
    User,
)

LEAN = {"id": "u", "name": "Ann", "email": "ann@x", "state": "active", "version": 3}
FULL = LEAN | {
    "division": {"id": "d", "name": "Home"},
    "employerInfo": {"employeeId": "0042"},
    "groups": [{"id": "g", "selfUri": "/api/v2/groups/g"}],
    "team": {"id": "t", "name": "Night"},
    "authorization": {"roles": [{"id": "r", "name": "Agent"}]},
    "skills": [{"id": "s", "name": "Billing", "proficiency": 2.0}],
    "languages": [{"id": "l", "name": "German", "proficiency": 5}],
    "station": {"associatedStation": {"id": "st", "name": "Desk 4"}, "defaultStation": None},
}


def test_a_lean_user_says_nothing_of_what_was_not_read() -> None:
    """None is "not read", not "has none"."""
    assert decode_users.user(LEAN) == User("u", "Ann", "ann@x", "active", 3)


def test_an_expanded_user() -> None:
    """Everything that the steps go by."""
    holdings = {
        "groups": (Holding("g"),),
        "team": (Holding("t", "Night"),),
        "skills": (Holding("s", "Billing", 2.0),),
        "languages": (Holding("l", "German", 5.0),),
        "station": (Holding("st", "Desk 4"),),
        "default_station": (),
    }
    user = User("u", "Ann", "ann@x", "active", 3, "0042", ("r",), holdings)
    user = replace(user, division=Named("d", "Home"))
    assert decode_users.user(FULL, list(holdings)) == user


@pytest.mark.parametrize(
    ("routing_status", "presence", "on_queue", "logged_in"),
    [
        ("OFF_QUEUE", "Offline", False, False),
        ("off_queue", "OFFLINE", False, False),
        (None, None, False, False),
        ("", "", False, False),
        ("OFF_QUEUE", "Busy", False, True),
        (None, "Available", False, True),
        ("IDLE", "Offline", True, True),
        ("NOT_RESPONDING", None, True, True),
        ("SOMETHING_NEW", "On Queue", True, True),
    ],
)
def test_a_user_with_routing_status_and_presence(
    routing_status: str | None, presence: str | None, on_queue: bool, logged_in: bool
) -> None:
    """As Genesys gives them; what is not shown says nothing, what is new is no leave."""
    expanded = {
        "routingStatus": {"userId": "u", "status": routing_status},
        "presence": {"source": "PURECLOUD", "presenceDefinition": {"systemPresence": presence}},
    }
    user = decode_users.user(LEAN | expanded)
    assert (user.routing_status, user.presence) == (routing_status, presence)
    assert (user.is_on_queue, user.is_logged_in) == (on_queue, logged_in)


@pytest.mark.parametrize(
    ("summary", "active"),
    [
        (None, None),
        ("x", None),
        ({"userId": "u"}, 0),
        ({"call": {"contactCenter": {"active": 1, "acw": 1}, "enterprise": {"active": 0}}}, 1),
        ({"call": {"enterprise": {"active": 1}}, "email": {"contactCenter": {"active": 2}}}, 3),
        ({"call": {"contactCenter": None}, "chat": None, "email": {"enterprise": {}}}, 0),
    ],
)
def test_active_conversations_are_counted(summary: object, active: int | None) -> None:
    """Those of queues and others alike; wrap-up is none."""
    assert decode_users.user(LEAN | {"conversationSummary": summary}).conversations == active


@pytest.mark.parametrize(
    ("addresses", "numbers"),
    [
        (None, ()),
        (5, ()),
        ([None, "x", {}], ()),
        ([{"mediaType": "EMAIL", "type": "WORK", "address": "ann@x"}], ()),
        (
            [{"mediaType": "PHONE", "type": "WORK", "address": "+4930", "display": "+49 30"}],
            ("+49 30",),
        ),
        ([{"mediaType": "PHONE", "type": "PRIMARY", "address": "+4930"}] * 2, ("+4930",)),
        ([{"mediaType": "PHONE", "type": "WORK2", "extension": "47"}], ("extension 47",)),
        ([{"mediaType": "PHONE", "type": "WORK"}], ()),
        ([{"mediaType": "PHONE", "type": each, "address": "1"} for each in ("HOME", "MOBILE")], ()),
    ],
)
def test_phone_numbers_and_extensions(addresses: object, numbers: tuple[str, ...]) -> None:
    """Only where they are asked for, though they always come; private ones stay private."""
    user = LEAN | {"addresses": addresses}
    assert decode_users.user(user, numbers=True).numbers == numbers
    assert decode_users.user(user).numbers is None


GROUP = {"id": "g", "name": "Night", "type": "TEAM"}


@pytest.mark.parametrize(
    ("shown", "found"),
    [
        ({}, ()),
        ({"memberGroups": [GROUP]}, ("g",)),
        ({"bullseye": {"rings": [{}, {"memberGroups": [GROUP]}]}}, ("g",)),
        ({"conditionalGroupRouting": {"rules": [{"groups": [GROUP]}, {}]}}, ("g",)),
        ({"conditionalGroupActivation": {"pilotRule": {}, "rules": [{"groups": [GROUP]}]}}, ("g",)),
        (
            {
                "memberGroups": [{"id": "m"}],
                "bullseye": {"rings": [{"memberGroups": [GROUP, {"id": "m"}]}]},
                "conditionalGroupRouting": {"rules": [{"groups": [{"id": "r"}]}]},
            },
            ("m", "g", "r"),
        ),
        ({"bullseye": None, "conditionalGroupRouting": {"rules": None}}, ()),
        ({"bullseye": {"rings": [None, {"memberGroups": [None]}]}}, ()),
        ({"bullseye": {"rings": 5}, "memberGroups": 5, "conditionalGroupRouting": []}, ()),
        ({"bullseye": {"rings": [{"memberGroups": [{}, GROUP]}]}}, ("g",)),
    ],
)
def test_groups_of_all_four_fields_of_a_queue(shown: dict[str, Any], found: object) -> None:
    """Each once."""
    queue = decode.queue({"id": "q", "name": "Q", "memberCount": 0, **shown})
    assert tuple(each.id for each in queue.member_groups) == found


@pytest.mark.parametrize("empty", [None, {}, "x", {"presenceDefinition": None}])
def test_a_routing_status_or_presence_of_another_form_is_not_seen(empty: object) -> None:
    """Nobody's state is left unread for it."""
    user = decode_users.user(LEAN | {"routingStatus": empty, "presence": empty})
    assert (user.routing_status, user.presence) == (None, None)


@pytest.mark.parametrize(
    "spoiled",
    [
        {"id": None},
        {"id": ""},
        {"state": None},
        {"state": "outdated"},
        {"version": None},
        {"version": "3"},
    ],
)
def test_a_user_without_id_state_or_version_is_none(spoiled: dict[str, Any]) -> None:
    """The SDK would give an empty model without an exception."""
    with pytest.raises(UnusableAnswerError):
        decode_users.user(LEAN | spoiled)


def test_a_found_user_may_lack_the_version() -> None:
    """The search index is read again by id anyway."""
    found = {name: value for name, value in LEAN.items() if name != "version"}
    assert decode_users.searched_user(found).version == 0


def test_a_queue() -> None:
    """With its division and the groups whose members are its members."""
    found = {
        "id": "q", "name": "Billing", "division": {"id": "d", "name": "Home"}, "memberCount": 4,
        "memberGroups": [{"id": "g", "name": "Night", "type": "TEAM"}],
    }  # fmt: skip
    assert decode.queue(found) == Queue(
        "q", "Billing", Named("d", "Home"), 4, (MemberGroup("g", "Night", "TEAM"),)
    )


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ({}, None),
        ({"bullseye": None}, False),
        ({"bullseye": {"rings": []}}, False),
        ({"bullseye": {"rings": [{}]}}, True),
    ],
)
def test_a_queue_may_have_rings(shown: dict[str, Any], expected: bool | None) -> None:
    """None is "not shown", not "has none"."""
    assert decode.queue({"id": "q", **shown}).uses_rings is expected


@pytest.mark.parametrize("id", [None, "", 5, ["q"]])
def test_an_id_is_a_text(id: object) -> None:
    """What has none is not what was asked for."""
    with pytest.raises(UnusableAnswerError):
        decode.identified({"id": id})
    with pytest.raises(UnusableAnswerError):
        decode.queue({"id": id})


@pytest.mark.parametrize("body", [None, [], {}, {"version": None}, {"version": "3"}])
def test_a_version_is_a_whole_number(body: Any) -> None:
    """It goes into the next call."""
    assert decode.whole_number({"version": 3}, "version") == 3
    with pytest.raises(UnusableAnswerError):
        decode.whole_number(body, "version")


def test_a_user_who_was_not_asked_for_is_not_believed() -> None:
    """Whoever it is, nothing may be done to them."""
    assert decode_users.user_among(LEAN, {"u", "v"}).id == "u"
    with pytest.raises(UnusableAnswerError, match="another user"):
        decode_users.user_among(LEAN, {"v"})


@pytest.mark.parametrize("shown", [{"groups": 5}, {"groups": [None]}])
def test_holdings_of_another_form_are_not_the_same_as_none(shown: dict[str, Any]) -> None:
    """They were not seen then."""
    with pytest.raises(UnusableAnswerError):
        decode_users.user(LEAN | shown, ["groups"])


@pytest.mark.parametrize(("shown", "found"), [(True, True), (False, False), ("x", False)])
def test_a_page_may_say_that_all_divisions_are_permitted(shown: object, found: bool) -> None:
    """Only in so many words: it decides whose queues are known to be seen."""
    everywhere = (Named("*"),) if found else ()
    assert decode_grants.permitted_everywhere({"allDivsPermitted": shown}) == everywhere
    assert decode_grants.permitted_everywhere({}) == ()


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({"joined": True, "ringNumber": 2, "memberBy": "user"}, Membership("q", True, 2, "user")),
        (
            {"joined": False, "ringNumber": 6, "memberBy": "group"},
            Membership("q", False, 6, "group"),
        ),
        ({"joined": True, "memberBy": "outdated"}, Membership("q", True, None, "unknown")),
        ({}, Membership("q", True, None, "unknown")),
    ],
)
def test_a_member_of_a_queue(found: dict[str, Any], expected: Membership) -> None:
    """What the listing does not say stays open; a member is a member in any case."""
    assert decode.member("q")({"id": "u", **found}) == ("u", expected)


@pytest.mark.parametrize(("said", "expected"), [({}, True), ({"joined": False}, False)])
def test_a_users_queue(said: dict[str, Any], expected: bool) -> None:
    """The entry's own word on `joined` counts, else the listing that it was in."""
    assert decode.user_queue(True)({"id": "q", **said}) == Membership("q", expected)


def grant(subject: str | None, role: str, division: str = "*") -> dict[str, Any]:
    """A grant as the API gives it."""
    return {
        "subjectId": subject,
        "role": {"id": role, "name": role.upper()},
        "division": {"id": division},
    }


def test_only_a_users_own_grants_are_lost() -> None:
    """Those through a group stay, so they are not to be given back."""
    body = {"grants": [grant("u", "a"), grant("group", "b"), grant(None, "c", "d")]}
    assert decode_grants.grants_to("u", body) == (
        RoleGrant("a", "*", "A"),
        RoleGrant("c", "d", "C"),
    )


def test_a_divisions_grant_names_its_subject() -> None:
    """Users, groups and clients alike."""
    assert decode_grants.subject_grant(grant("u", "a", "d")) == ("u", RoleGrant("a", "d", "A"))


def test_a_holder_of_a_role_has_a_grant_for_each_division() -> None:
    """The entry does not name the role, so the listing's own is taken."""
    read = decode_grants.role_holder(Named("a", "A"))
    holder = {"id": "u", "divisions": [{"id": "*"}, {"id": "d", "name": "D"}]}
    assert read(holder) == ("u", (RoleGrant("a", "*", "A"), RoleGrant("a", "d", "A")))


@pytest.mark.parametrize("divisions", [None, {}, ["d"], [{}], [{"id": ""}]])
def test_a_holder_without_divisions_is_not_believed(divisions: Any) -> None:
    """It must not pass for a role that is held nowhere."""
    with pytest.raises(UnusableAnswerError):
        decode_grants.role_holder(Named("a"))({"id": "u", "divisions": divisions})


POLICIES = [
    {"domain": "routing", "entityName": "queue", "actions": ["view", "edit"]},
    {"domain": "directory", "entityName": "*", "actions": ["*"]},
]


def test_what_the_clients_own_grants_permit() -> None:
    """Permissions are spelled domain:entity:action."""
    role = {"id": "r", "name": "Off", "policies": POLICIES}
    body = {"grants": [{"role": role, "division": {"id": "d", "name": "Home"}}]}
    permissions = ("routing:queue:view", "routing:queue:edit", "directory:*:*")
    assert decode_grants.own_grants(body) == (OwnGrant("d", permissions, "r"),)


@pytest.mark.parametrize(
    ("permission", "allowed"),
    [
        ("routing:queue:view", True),
        ("routing:queueMember:manage", False),
        ("directory:user:edit", True),
        ("authorization:grant:view", False),
    ],
)
def test_wildcards_permit(permission: str, allowed: bool) -> None:
    """ "*" stands for any entity or action."""
    own = OwnGrant("d", ("routing:queue:view", "directory:*:*"))
    assert allowed == own.allows(permission)


@pytest.mark.parametrize(
    "body", [None, [], "x", {}, {"grants": None}, {"grants": [{}]}, {"grants": [1]}]
)
def test_grants_that_are_none_are_not_believed(body: Any) -> None:
    """An empty answer must not pass for "has no roles"."""
    with pytest.raises(UnusableAnswerError):
        decode_grants.grants_to("u", body)
