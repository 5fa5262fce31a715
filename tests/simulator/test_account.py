import pytest

from batch_offboard.simulator import Assumptions, Limits, Org, Simulator

from .small import CLIENT, NOBODY, ORG, Http


def test_login_answers_a_token_with_its_life(http: Http) -> None:
    """As the OAuth endpoint does."""
    body = http.login(CLIENT, "one").json
    assert {"access_token", "token_type", "expires_in"} == set(body)
    assert body["expires_in"] == 600


@pytest.mark.parametrize(("client", "secret"), [(CLIENT, "wrong"), (NOBODY, "one"), ("", "")])
def test_a_wrong_secret_has_the_login_hosts_own_error_shape(
    http: Http, client: str, secret: str
) -> None:
    """Not the API's."""
    reply = http.login(client, secret)
    sentence = "client not found or invalid"
    expected = {
        "error": "invalid_client",
        "description": sentence,
        "error_description": sentence,
    }
    assert expected == reply.json
    assert reply.status == 400


def test_a_wrong_secret_may_be_401(org: Org) -> None:
    """Which of the two is assumed."""
    with Simulator(org, assumptions=Assumptions(wrong_secret_status=401)) as sim:
        assert Http(sim).login(CLIENT, "wrong").status == 401


def test_another_grant_type_is_refused(http: Http) -> None:
    """Only client credentials are modelled."""
    assert http.login(CLIENT, "one", grant="password").json["error"] == "unsupported_grant_type"


def test_login_itself_can_be_rate_limited(org: Org) -> None:
    """400 with `invalid_request (rate limit exceeded ...)`, not 429."""
    with Simulator(org, limits=Limits(login_per_minute=1)) as sim:
        reply = Http(sim).login(CLIENT, "one")
    assert reply.status == 400
    assert reply.json["error"].startswith("invalid_request (rate limit exceeded")


def test_tokens_me_names_client_and_organisation(http: Http) -> None:
    """It works for client credentials."""
    body = http.get("/tokens/me").json
    assert (body["organization"]["id"], body["OAuthClient"]["id"]) == (ORG, CLIENT)


@pytest.mark.parametrize("status", [400, 404])
def test_users_me_does_not_work_for_client_credentials(org: Org, status: int) -> None:
    """There is no user behind the token."""
    with Simulator(org, assumptions=Assumptions(users_me_status=status)) as sim:  # type: ignore[arg-type]
        assert status == Http(sim).get("/users/me").status


def test_organizations_me(http: Http) -> None:
    """Id and name of the organisation."""
    body = http.get("/organizations/me").json
    assert (body["id"], body["name"]) == (ORG, "Small")


def test_an_oauth_client_can_be_read_without_its_secret(http: Http) -> None:
    """The name is what the report shows."""
    body = http.get(f"/oauth/clients/{CLIENT}").json
    assert (body["name"], body["accessTokenValiditySeconds"]) == ("Everything", 600)
    assert "secret" not in body


def test_a_missing_and_an_unknown_token_differ(sim: Simulator, http: Http) -> None:
    """`authentication.required` and `bad.credentials`."""
    missing = http.pool.request("GET", f"{sim.url}/api/v2/tokens/me", retries=False)
    assert (missing.status, missing.json()["code"]) == (401, "authentication.required")
    assert http.call("GET", "/tokens/me", token="nonsense").error == (401, "bad.credentials")


def test_expired_tokens_meet_401_and_a_new_login_helps(org: Org) -> None:
    """By the clock that was handed in."""
    now = [0.0]
    with Simulator(org, clock=lambda: now[0]) as sim:
        http = Http(sim)
        now[0] = 601
        assert http.get("/tokens/me").error == (401, "bad.credentials")
        assert Http(sim).get("/tokens/me").status == 200


def test_revoked_tokens_meet_401(sim: Simulator, http: Http) -> None:
    """All of them at once, as when an admin regenerates the secret."""
    other = Http(sim)
    sim.revoke_tokens()
    assert [h.get("/tokens/me").status for h in (http, other)] == [401, 401]


def test_delete_token_me_ends_our_own_token(http: Http) -> None:
    """The trap of an id that is not checked."""
    assert http.delete("/tokens/me").status == 204
    assert http.get("/tokens/me").status == 401
