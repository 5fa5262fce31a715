"""The real SDK against the simulator: its paths, query names and field names are the measure."""

import importlib
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from batch_offboard.genesys.sdk_import import lean_import, quiet_import
from batch_offboard.simulator import Simulator, generate_org

from .small import (
    AGENT,
    ANNA,
    BEN,
    BERLIN,
    BILLING,
    CHAT,
    CLAIMS,
    CLIENT,
    DAVID,
    ENGLISH,
    HOME,
    NIGHT_SHIFT,
    RULE_GROUP,
    STATION,
    TEAM,
    VIP,
    small_org,
)

SDK = "PureCloudPlatformClientV2"


@pytest.fixture(scope="module")
def sdk() -> ModuleType:
    """The whole SDK, away from the home folder's configuration that it would read and watch.

    Others in a process get it so, though the program has imported a part of it before.
    """
    importlib.import_module("batch_offboard.genesys.sdk")
    with quiet_import():
        return importlib.import_module(SDK)


class Sdk:
    """Every API class that is needed, logged in."""

    def __init__(self, sdk: ModuleType, sim: Simulator) -> None:
        client = sdk.api_client.ApiClient(host=sim.url)
        client.get_client_credentials_token(sim.client_id, sim.client_secret)
        self.users = sdk.UsersApi(client)
        self.routing = sdk.RoutingApi(client)
        self.authorization = sdk.AuthorizationApi(client)
        self.tokens = sdk.TokensApi(client)
        self.groups = sdk.GroupsApi(client)
        self.teams = sdk.TeamsApi(client)
        self.organization = sdk.OrganizationApi(client)
        self.oauth = sdk.OAuthApi(client)
        self.error = sdk.rest.ApiException


@pytest.fixture
def api(sdk: ModuleType, sim: Simulator) -> Sdk:
    """The SDK, logged in to the small organisation."""
    return Sdk(sdk, sim)


def test_who_am_i(api: Sdk) -> None:
    """Organisation and client."""
    me = api.tokens.get_tokens_me()
    assert (me.organization.name, me.o_auth_client.id) == ("Small", CLIENT)
    assert api.organization.get_organizations_me().name == "Small"
    assert api.oauth.get_oauth_client(CLIENT).name == "Everything"


def test_users_by_id(api: Sdk) -> None:
    """The SDK sends one comma-joined id; every expansion is understood as the SDK's model."""
    expand = ["authorization", "groups", "team", "employerInfo", "skills", "languages", "station"]
    found = api.users.get_users(id=[ANNA, DAVID], state="any", page_size=100, expand=expand)
    assert [(u.id, u.state, u.version) for u in found.entities] == [
        (ANNA, "active", 7),
        (DAVID, "inactive", 1),
    ]
    anna = found.entities[0]
    assert anna.employer_info.employee_id == "0004711"
    assert (anna.groups[0].id, anna.team.id) == (RULE_GROUP, TEAM)
    assert anna.station.associated_station.id == STATION
    assert {AGENT} < {r.id for r in anna.authorization.roles}


def test_a_bulk_removal_with_models_and_with_plain_dicts(
    api: Sdk, sdk: ModuleType, sim: Simulator
) -> None:
    """`delete=True` goes out as `delete=true`."""
    ben = sdk.WritableEntity()
    ben.id = BEN
    api.routing.post_routing_queue_members(BILLING, [ben], delete=True)
    assert sim.requests[-1].body == [{"id": BEN}]
    assert BEN not in sim.org.queues[BILLING].members
    api.routing.post_routing_queue_members(CLAIMS, [{"id": ANNA}], delete=True)
    assert sim.requests[-1].query == {"delete": "true"}
    assert sim.requests[-1].body == [{"id": ANNA}]
    assert ANNA not in sim.org.queues[CLAIMS].members
    api.routing.post_routing_queue_members(CLAIMS, [{"id": ANNA}])
    assert ANNA in sim.org.queues[CLAIMS].members
    api.routing.delete_routing_queue_member(CLAIMS, ANNA)
    assert ANNA not in sim.org.queues[CLAIMS].members


def test_setting_inactive_and_back(api: Sdk, sdk: ModuleType, sim: Simulator) -> None:
    """With a model, as the documentation shows it."""
    body = sdk.UpdateUser()
    body.state, body.version = "inactive", 7
    changed = api.users.patch_user(ANNA, body)
    assert (changed.state, changed.version) == ("inactive", 8)
    with pytest.raises(api.error) as caught:
        api.users.patch_user(ANNA, {"state": "active", "version": 7})
    assert caught.value.status == 409
    assert "general.conflict" in caught.value.body
    api.users.patch_user(ANNA, {"state": "active", "version": 8})
    grants = {"grants": [{"roleId": AGENT, "divisionId": HOME}]}
    api.authorization.post_authorization_subject_bulkadd(ANNA, grants, subject_type="PC_USER")
    subject = api.authorization.get_authorization_subject(ANNA)
    assert [(g.role.id, g.division.id) for g in subject.grants] == [(AGENT, HOME)]
    assert sim.org.snapshot()["users"][DAVID]["grants"] == []


def test_queues_and_members(api: Sdk) -> None:
    """Counts, groups, memberBy, joined."""
    queues = api.routing.get_routing_queues(page_size=100).entities
    billing = next(q for q in queues if q.id == BILLING)
    assert (
        billing.member_count,
        billing.user_member_count,
        billing.joined_member_count,
    ) == (3, 2, 3)
    assert [g.id for g in billing.member_groups] == [NIGHT_SHIFT]
    members = api.routing.get_routing_queue_members(BILLING, page_size=100, member_by="group")
    assert {"group"} == {m.member_by for m in members.entities}
    assert [q.id for q in api.users.get_user_queues(ANNA, joined=False).entities] == [CLAIMS]
    api.routing.patch_routing_queue_members(BILLING, [{"id": ANNA, "joined": False}])
    api.routing.patch_routing_queue_member(BILLING, BEN, {"joined": False})


def test_divisions_and_grants(api: Sdk) -> None:
    """The client's own grants carry the policies of its role."""
    divisions = api.authorization.get_authorization_divisions(page_size=100).entities
    assert [d.id for d in divisions] == [HOME, BERLIN]
    grants = api.authorization.get_authorization_division_grants(HOME, page_size=500)
    assert (grants.total, grants.entities[0].subject_id) == (3, ANNA)
    own = api.authorization.get_authorization_subjects_me()
    assert {"queue", "queueMember"} < {p.entity_name for p in own.grants[0].role.policies}
    permitted = api.authorization.get_authorization_divisionspermitted_paged_me
    assert permitted("routing:queue:view", page_size=100).all_divs_permitted


def test_search(api: Sdk) -> None:
    """With plain dicts, as the program sends them."""
    query = [
        {"type": "EXACT", "fields": ["email"], "values": ["ANNA.BAUER@small.example"]},
        {"type": "EXACT", "fields": ["state"], "values": ["active", "inactive"]},
    ]
    found = api.users.post_users_search({"pageSize": 100, "pageNumber": 1, "query": query})
    assert [u.id for u in found.results] == [ANNA]


def test_the_later_steps(api: Sdk, sim: Simulator) -> None:
    """Tokens, skills, languages, station, group, team."""
    api.tokens.delete_token(ANNA)
    api.users.put_user_routingskills_bulk(ANNA, [])
    api.users.delete_user_routinglanguage(ANNA, ENGLISH)
    api.users.delete_user_station_associatedstation(ANNA)
    api.groups.delete_group_members(NIGHT_SHIFT, BEN)
    api.teams.delete_team_members(TEAM, ANNA)
    anna = sim.org.snapshot()["users"][ANNA]
    gone = {"skills": [], "languages": [], "station": None, "logged_in": False}
    assert gone == {name: anna[name] for name in gone}
    assert BEN not in sim.org.groups[NIGHT_SHIFT].members
    assert not sim.org.groups[TEAM].members
    skill = {"id": CHAT, "proficiency": 3.0}
    assert [s.id for s in api.users.patch_user_routingskills_bulk(ANNA, [skill]).entities] == [CHAT]
    language = {"id": ENGLISH, "proficiency": 4.0}
    api.users.patch_user_routinglanguages_bulk(ANNA, [language])
    api.users.put_user_station_associatedstation_station_id(ANNA, STATION)
    version = api.groups.get_group(NIGHT_SHIFT).version
    api.groups.post_group_members(NIGHT_SHIFT, {"memberIds": [BEN], "version": version})
    api.teams.post_team_members(TEAM, {"memberIds": [ANNA]})
    expected = small_org().snapshot()
    expected["users"][ANNA] |= {"logged_in": False, "skills": [skill]}
    expected["groups"] = sim.org.snapshot()["groups"]
    assert expected == sim.org.snapshot()


def test_what_expand_shows_has_reads_of_its_own(api: Sdk) -> None:
    """Skills and languages by page, the station, a work team's members by cursor."""
    skills = api.users.get_user_routingskills(ANNA, page_size=100)
    assert ([s.id for s in skills.entities], skills.total) == ([CHAT, VIP], 2)
    assert [s.id for s in api.users.get_user_routinglanguages(ANNA).entities] == [ENGLISH]
    assert api.users.get_user_station(ANNA).associated_station.id == STATION
    (team,) = api.teams.get_teams(page_size=100, name="team", expand="entities.division").entities
    assert (team.id, team.member_count, team.division.name) == (TEAM, 1, "Home")
    api.teams.post_team_members(TEAM, {"memberIds": [BEN]})
    first = api.teams.get_team_members(TEAM, page_size=1, expand="entities")
    (after,) = parse_qs(urlsplit(first.next_uri).query)["after"]
    second = api.teams.get_team_members(TEAM, page_size=1, after=after)
    assert [[m.id, m.name] for m in first.entities] == [[ANNA, "Anna Bauer"]]
    assert ([m.id for m in second.entities], second.next_uri) == ([BEN], None)


def test_who_is_logged_in_and_on_queue(api: Sdk, sim: Simulator) -> None:
    """Presence, routing status and conversations of the expanded user."""
    anna = sim.org.users[ANNA]
    anna.routing_status, anna.presence, anna.conversations = "IDLE", "On Queue", {"chat": 3}
    expand = ["presence", "routingStatus", "conversationSummary"]
    (found,) = api.users.get_users(id=[ANNA], expand=expand).entities
    assert found.routing_status.status == api.users.get_user_routingstatus(ANNA).status == "IDLE"
    assert found.presence.presence_definition.system_presence == "On Queue"
    assert found.conversation_summary.chat.contact_center.active == 3
    assert found.conversation_summary.call.enterprise.active == 0


def test_errors_reach_the_caller_with_their_body(api: Sdk) -> None:
    """Status, code and correlation id."""
    with pytest.raises(api.error) as caught:
        api.users.get_user("00000000-0000-4000-8000-000000000999")
    assert caught.value.status == 404
    headers: dict[str, Any] = {k.lower(): v for k, v in dict(caught.value.headers).items()}
    assert headers["inin-correlation-id"] in caught.value.body


def test_every_user_of_a_generated_organisation_can_be_read(sdk: ModuleType) -> None:
    """Names with all sorts of letters come through."""
    org = generate_org(users=150, queues=3, groups=2, stations=True)
    with Simulator(org) as sim:
        api = Sdk(sdk, sim)
        ids = list(org.users)
        found = [
            user
            for start in (0, 100)
            for user in api.users.get_users(
                id=ids[start : start + 100], state="any", page_size=100
            ).entities
        ]
    assert {u.id: u.name for u in org.users.values()} == {u.id: u.name for u in found}


# -- beside the part of it that the program imports; here, as only these tests need the whole SDK


def test_others_in_the_process_get_the_whole_sdk(sdk: ModuleType) -> None:
    """What stands in for its packages while ours is imported does not stay."""
    assert "version" in sdk.User().swagger_types


@pytest.mark.parametrize(("release", "is_whole"), [("270.1.0", True), ("269.0.0", False)])
def test_another_release_of_the_sdk_is_imported_whole(
    sdk: ModuleType, release: str, is_whole: bool
) -> None:
    """It may be laid out differently, and must work all the same."""
    with quiet_import(), lean_import(release):
        users_api = importlib.import_module(f"{SDK}.apis.users_api").UsersApi
    assert (users_api is sdk.UsersApi) == is_whole
    assert importlib.import_module(SDK) is sdk
