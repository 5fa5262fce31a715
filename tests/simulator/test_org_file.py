import json
from pathlib import Path
from typing import Any

import pytest

from batch_offboard.simulator import Org, OrgFileError, generate_org, load_org

from .small import ANNA, BILLING, CHAT, NOBODY


def test_save_and_load_give_the_same_organisation(org: Org, tmp_path: Path) -> None:
    """The file holds everything."""
    org.save(tmp_path / "org.json")
    loaded = load_org(tmp_path / "org.json")
    assert org.snapshot() == loaded.snapshot()
    assert org.file() == loaded.file()


def test_a_generated_organisation_survives_its_file(tmp_path: Path) -> None:
    """Also with groups, divisions and stations."""
    org = generate_org(users=60, queues=6, groups=7, divisions=3, stations=True)
    org.save(tmp_path / "org.json")
    assert org.snapshot() == load_org(tmp_path / "org.json").snapshot()


def test_the_file_leaves_defaults_out(org: Org, tmp_path: Path) -> None:
    """A member that is joined with ring number 1 is only an id."""
    org.save(tmp_path / "org.json")
    billing = json.loads((tmp_path / "org.json").read_text())["queues"][0]
    assert billing["members"][0] == {"id": ANNA}
    assert {"id", "name", "members", "member_groups"} == set(billing)


def _without_clients(file: dict[str, Any]) -> None:
    file["clients"] = []


def _unknown_member(file: dict[str, Any]) -> None:
    file["queues"][0]["members"].append({"id": NOBODY})


def _unknown_role(file: dict[str, Any]) -> None:
    file["users"][0]["grants"][0]["role"] = NOBODY


def _unknown_division(file: dict[str, Any]) -> None:
    file["users"][0]["division"] = NOBODY


def _unknown_station(file: dict[str, Any]) -> None:
    file["users"][1]["station"] = NOBODY


def _unknown_skill(file: dict[str, Any]) -> None:
    file["users"][0]["skills"].append({"id": NOBODY})


def _skill_as_language(file: dict[str, Any]) -> None:
    file["users"][0]["languages"] = file["users"][0]["skills"]


def _unknown_skill_of_a_group(file: dict[str, Any]) -> None:
    file["groups"][3]["skills"] = [NOBODY]


def _unknown_member_group(file: dict[str, Any]) -> None:
    file["queues"][0]["member_groups"] = [NOBODY]


def _user_in_all_divisions(file: dict[str, Any]) -> None:
    file["users"][0]["division"] = "*"


def _same_user_twice(file: dict[str, Any]) -> None:
    file["users"].append(file["users"][0])


def _bad_state(file: dict[str, Any]) -> None:
    file["users"][0]["state"] = "gone"


def _bad_id(file: dict[str, Any]) -> None:
    file["queues"][0]["id"] = "Billing"


def _typo(file: dict[str, Any]) -> None:
    file["queues"][0]["membrs"] = []


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (_without_clients, "clients"),
        (_unknown_member, f"queue Billing: member {NOBODY} is not in the file"),
        (_unknown_role, f"Anna Bauer: role {NOBODY} is not in the file"),
        (_unknown_division, f"Anna Bauer: division {NOBODY} is not in the file"),
        (_unknown_station, f"Ben Castro: station {NOBODY} is not in the file"),
        (_unknown_skill, f"Anna Bauer: skill {NOBODY} is not in the file"),
        (_skill_as_language, f"Anna Bauer: language {CHAT} is not in the file"),
        (_unknown_skill_of_a_group, f"group VIP agents: skill {NOBODY} is not in the file"),
        (_unknown_member_group, f"queue Billing: member group {NOBODY} is not in the file"),
        (_user_in_all_divisions, "Anna Bauer: division * is not in the file"),
        (_same_user_twice, f"users: {ANNA} appears twice"),
        (_bad_state, "users.0.state"),
        (_bad_id, "queues.0.id"),
        (_typo, "queues.0.membrs"),
    ],
)
def test_a_bad_file_is_refused_with_the_place(
    org: Org, tmp_path: Path, spoil: Any, sentence: str
) -> None:
    """The error names the file, the entry and what is wrong."""
    path = tmp_path / "org.json"
    org.save(path)
    file = json.loads(path.read_text())
    spoil(file)
    path.write_text(json.dumps(file))
    with pytest.raises(OrgFileError) as caught:
        load_org(path)
    assert sentence in str(caught.value)
    assert "org.json" in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe"])
def test_what_is_no_json_object_is_refused(tmp_path: Path, content: bytes) -> None:
    """An empty file, half a file, a list, a binary file."""
    (tmp_path / "org.json").write_bytes(content)
    with pytest.raises(OrgFileError):
        load_org(tmp_path / "org.json")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """No traceback for a mistyped path."""
    with pytest.raises(OrgFileError, match="cannot be read"):
        load_org(tmp_path / "nothing.json")


def test_unknown_queue_id_is_not_made_up(org: Org) -> None:
    """The queues are those of the file."""
    assert BILLING in org.queues
    assert NOBODY not in org.queues
