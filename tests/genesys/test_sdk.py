"""The SDK, made safe at import; what an import does is seen in a process of its own."""

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from batch_offboard.genesys.errors import UnusableAnswerError
from batch_offboard.genesys.sdk import log_in, new_client, plain_json
from batch_offboard.genesys.transport import EXCHANGE, Exchange

PROBE = """
import json, logging, os, sys, threading
import batch_offboard.genesys
early = "batch_offboard.genesys.sdk" in sys.modules
imported = []
sys.addaudithook(lambda event, args: imported.append(args[0]) if event == "import" else None)
home = os.environ["HOME"]
from batch_offboard.genesys.sdk import new_client
client = new_client("https://api.mypurecloud.de", None)
print(json.dumps({
    "early": early,
    "apis": [name for name in imported if name.startswith("PureCloudPlatformClientV2.apis.")],
    "models": [name for name in imported if name.startswith("PureCloudPlatformClientV2.models.")],
    "watchdog": [name for name in imported if name.startswith("watchdog")],
    "left": [name for name in sys.modules if name.startswith("watchdog")],
    "threads": [thread.name for thread in threading.enumerate()],
    "handlers": len(logging.getLogger("PureCloudPlatformClientV2").handlers),
    "urllib3": [logging.getLogger("urllib3").level, logging.getLogger("urllib3").propagate],
    "home": home == os.environ["HOME"],
    "api": client.get_conf_url("api", client.host),
    "login": client.get_conf_url("login", client.host),
}))
"""
HOSTILE = """
[general]
host = https://evil.example
live_reload_config = true
[gateway]
host = evil.example
protocol = https
[logging]
log_level = trace
log_to_console = true
"""

FOR_THE_MEASURED_RELEASE = pytest.mark.skipif(
    not version("PureCloudPlatformClientV2").startswith("269."),
    reason="another release is imported whole",
)


@pytest.fixture(scope="module")
def probed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What the SDK is like after it was imported with a hostile home folder."""
    home = tmp_path_factory.mktemp("home")
    (home / ".genesyscloudpython").mkdir()
    (home / ".genesyscloudpython" / "config").write_text(HOSTILE)
    environment = os.environ | {"HOME": str(home), "USERPROFILE": str(home)}
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", PROBE],
        env=environment,
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_the_home_folder_cannot_redirect_anything(probed: dict[str, object]) -> None:
    """Neither host nor gateway nor login come from `~/.genesyscloudpython/config`."""
    assert (probed["api"], probed["login"]) == (
        "https://api.mypurecloud.de",
        "https://login.mypurecloud.de",
    )


def test_the_sdk_starts_nothing_and_says_nothing(probed: dict[str, object]) -> None:
    """No watcher threads, no console handler, urllib3's logger as it was, home unchanged."""
    expected = {"threads": ["MainThread"], "handlers": 0, "urllib3": [0, True], "home": True}
    assert expected == {name: probed[name] for name in expected}


def test_the_sdk_is_not_imported_before_it_is_needed(probed: dict[str, object]) -> None:
    """`--help` and `report` must not pay for it."""
    assert probed["early"] is False


@FOR_THE_MEASURED_RELEASE
def test_no_model_of_the_sdk_is_imported(probed: dict[str, object]) -> None:
    """All 6,600 would take 1.4 s and 190 MB, and nothing here uses one."""
    assert (bool(probed["apis"]), probed["models"]) == (True, [])


@FOR_THE_MEASURED_RELEASE
def test_what_watches_files_is_not_imported(probed: dict[str, object]) -> None:
    """It takes a twentieth of the time to the first request, and nothing is watched."""
    assert (probed["watchdog"], probed["left"]) == ([], [])


@pytest.mark.parametrize("body", [b"<html>", b'{"id": "a', b"\xff\xfe\xfa", b"{'a': 1}"])
def test_what_is_no_json_is_not_believed(body: bytes) -> None:
    """The stock client would make an empty model of it."""
    with pytest.raises(UnusableAnswerError):
        plain_json(body)


def test_json_is_given_plain() -> None:
    """And an empty body is None."""
    assert [plain_json(b'{"a": [1]}'), plain_json(b" \n"), plain_json(b"")] == [
        {"a": [1]},
        None,
        None,
    ]


class OneAnswer:
    """A transport that answers everything alike."""

    def __init__(self, status: int, body: bytes) -> None:
        self.status, self.body = status, body

    def send(self, *_: object) -> None:
        """Answer."""
        exchange = EXCHANGE.get()
        exchange.sent, exchange.status, exchange.body = True, self.status, self.body


@pytest.mark.parametrize("token", ["null", '""', "7", "{}"])
def test_a_login_without_a_token_is_not_believed(token: str) -> None:
    """It would send "Bearer None" from then on."""
    EXCHANGE.set(Exchange())
    line = OneAnswer(200, f'{{"access_token": {token}}}'.encode())
    with pytest.raises(UnusableAnswerError):
        log_in(new_client("http://127.0.0.1:1", line), "id", "secret")  # type: ignore[arg-type]


@pytest.mark.parametrize("status", [206, 207])
def test_a_partial_answer_is_not_believed(status: int) -> None:
    """Only part was shown or done."""
    EXCHANGE.set(Exchange())
    client = new_client("http://127.0.0.1:1", OneAnswer(status, b"{}"))  # type: ignore[arg-type]
    with pytest.raises(UnusableAnswerError):
        log_in(client, "id", "secret")


def test_tokens_are_not_shown() -> None:
    """Not even in a repr of an exchange, which holds the login's answer."""
    exchange = Exchange(status=200, body=b'{"access_token": "hush"}')
    assert "hush" not in repr(exchange)
