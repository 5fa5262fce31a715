import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import urllib3

from batch_offboard.simulator import Org


@contextmanager
def running(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The simulator as a process of its own."""
    command = [sys.executable, "-m", "batch_offboard.simulator", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
def test_it_serves_until_ctrl_c_and_says_how_to_reach_it(org: Org, tmp_path: Path) -> None:
    """Three lines that fit into a .env file; exit code 0 and no traceback."""
    org.save(tmp_path / "org.json")
    with running("--org", str(tmp_path / "org.json")) as process:
        assert process.stdout
        lines = dict(process.stdout.readline().strip().split("=", 1) for _ in range(3))
        login(lines)
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=60) == ("", "")
        assert process.returncode == 0


def login(lines: dict[str, str]) -> None:
    """Log in with what was printed."""
    assert {"GENESYS_DOMAIN", "GENESYS_CLIENT_ID", "GENESYS_CLIENT_SECRET"} == set(lines)
    reply = urllib3.PoolManager().request(
        "POST",
        f"{lines['GENESYS_DOMAIN']}/oauth/token",
        fields={"grant_type": "client_credentials"},
        encode_multipart=False,
        headers=urllib3.make_headers(
            basic_auth=f"{lines['GENESYS_CLIENT_ID']}:{lines['GENESYS_CLIENT_SECRET']}"
        ),
    )
    assert reply.status == 200


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--org", "nothing.json"), "nothing.json: cannot be read"),
        (("--generate", "usres=3"), "usres"),
        (("--generate", "users=many"), "not a number"),
    ],
)
def test_a_mistake_is_a_sentence(arguments: tuple[str, ...], sentence: str) -> None:
    """Not a traceback."""
    with running(*arguments) as process:
        _, error = process.communicate(timeout=30)
    assert process.returncode != 0
    assert sentence in error
    assert "Traceback" not in error
