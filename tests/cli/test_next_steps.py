"""What `check` ends with: the next command, which works as it is printed."""

import re
import shlex
from pathlib import Path

import pytest

from batch_offboard.errors import ExitCode
from batch_offboard.simulator.generate import OFFBOARDING_PERMISSIONS
from tests.support import (
    FAST_CONFIG,
    Role,
    Said,
    id_of,
    org_of,
    permissions_without,
    run_command,
    simulator,
)

LISTS = {
    "active": f"who,name\n{id_of('Anna')},Anna Test\n",
    "done": f"who,name\n{id_of('Ben')},Ben Test\n",
    "unknown": f"who,name\n{id_of('Nobody')},Nobody Test\n",
}
EXPECTED = {
    "active": r"batch-offboard run 'my list.csv' --dry-run --config c.yaml --column who=user_id",
    "done": r"Nothing is left to do for this list\.",
    "unknown": r"Correct .*batch-offboard check 'my list.csv' --config c.yaml --column who=user_id",
}


@pytest.mark.parametrize("kind", LISTS)
def test_after_a_list(kind: str, tmp_path: Path) -> None:
    """The dry run, with what was given; or what stands in its way; or nothing."""
    (tmp_path / "my list.csv").write_text(LISTS[kind], "utf-8")
    (tmp_path / "c.yaml").write_text(FAST_CONFIG, "utf-8")
    given = ("my list.csv", "--config", "c.yaml", "--column", "who=user_id")
    with simulator(org_of(["Anna", "Ben"], facts={"Ben": {"state": "inactive"}})) as sim:
        last = run_command(sim, tmp_path, "check", *given).out.splitlines()[-1]
        assert re.search(f"{EXPECTED[kind]}$", last)
        for command in re.findall(r"batch-offboard (.+)", last):
            again = run_command(sim, tmp_path, *shlex.split(command))
            assert again.code in (ExitCode.OK, ExitCode.ATTENTION)


def test_after_the_connection_alone(tmp_path: Path) -> None:
    """A list is next; whoever has none can have an empty one written."""
    with simulator(org_of(["Anna"])) as sim:
        *_, check, template = run_command(sim, tmp_path, "check").out.splitlines()
    assert check.endswith("batch-offboard check leavers.xlsx")
    assert template.endswith("batch-offboard template leavers.xlsx")


def test_what_is_missing_stands_in_words_for_the_admin(tmp_path: Path) -> None:
    """Permissions, and divisions that the role does not reach; then the check again."""
    roles = [Role(permissions_without("directory:user:edit"), "Home")]
    org = org_of(["Anna"], {"Billing": []}, divisions={"Sales": ["Billing"]}, client=roles)
    with simulator(org) as sim:
        said = run_command(sim, tmp_path, "check")
    lines = said.out.splitlines()
    request = [line.strip() for line in lines[lines.index("Send this to your Genesys admin:") :]]
    assert said.code == ExitCode.USAGE
    assert "directory:user:edit" in request
    assert "Sales" in request
    assert f"(client id {sim.client_id})" in " ".join(request)
    assert lines[-1].endswith("batch-offboard check")


def request_of(said: Said) -> list[str]:
    """The message to the admin, line by line."""
    lines = [line.strip() for line in said.out.splitlines()]
    request = lines[lines.index("Send this to your Genesys admin:") + 4 :]
    return request[: request.index("")]


def test_divisions_are_not_blamed_for_permissions_held_nowhere(tmp_path: Path) -> None:
    """Without any permission on queues; and what lacks in one division only is named too."""
    queues = [each for each in OFFBOARDING_PERMISSIONS if each.startswith("routing:")]
    edit = "directory:user:edit"
    roles = [Role(permissions_without(edit, *queues)), Role((edit,), "Home")]
    org = org_of(["Anna"], divisions={"Dublin": ["Anna"]}, client=roles)
    with simulator(org) as sim:
        said = run_command(sim, tmp_path, "check")
    assert request_of(said) == [
        "Needed. The client needs a role with these permissions in all divisions:",
        "routing:queue:view",
        "routing:queueMember:manage or routing:queue:edit",
        "These permissions are missing in some divisions. Please add those divisions:",
        "directory:user:edit in Dublin",
    ]
    assert "put on hold" not in said.out
    assert "A run cannot begin while a permission that it needs is missing." in said.out


def test_what_a_run_can_do_without_is_optional(tmp_path: Path) -> None:
    """With what is not done without it."""
    roles = [Role(permissions_without("authorization:grant:add"))]
    with simulator(org_of(["Anna"], client=roles)) as sim:
        said = run_command(sim, tmp_path, "check")
    assert request_of(said) == [
        "Optional. A run can begin without these, but does not do what is in brackets:",
        "authorization:grant:add (putting roles back in an undo)",
    ]


def test_a_list_does_not_hide_what_is_missing(tmp_path: Path) -> None:
    """No run would begin."""
    (tmp_path / "a.csv").write_text(f"user_id\n{id_of('Anna')}\n", "utf-8")
    roles = [Role(permissions_without("routing:queueMember:manage", "routing:queue:edit"))]
    with simulator(org_of(["Anna"], client=roles)) as sim:
        said = run_command(sim, tmp_path, "check", "a.csv")
    assert "routing:queueMember:manage or routing:queue:edit" in said.out
    assert said.out.splitlines()[-1].endswith("batch-offboard check a.csv")
