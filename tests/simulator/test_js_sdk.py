"""Genesys' JavaScript SDK against the simulator: a client that nobody here has written.

It needs node, and a folder into which npm has installed `purecloud-platform-client-v2`:
BATCH_OFFBOARD_JS_SDK names it. `.ci/run` makes one where it can.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from batch_offboard.simulator import Simulator

from .small import ANNA, BEN, BERLIN_SALES, BILLING, CARLA, DAVID, NOBODY

SDK_FOLDER = os.environ.get("BATCH_OFFBOARD_JS_SDK", "")
NODE = shutil.which("node")

pytestmark = [
    pytest.mark.skipif(NODE is None, reason="node is not installed"),
    pytest.mark.skipif(
        not (Path(SDK_FOLDER) / "node_modules" / "purecloud-platform-client-v2").is_dir(),
        reason="BATCH_OFFBOARD_JS_SDK names no folder with the JavaScript SDK",
    ),
]


def test_users_queues_members_a_patch_a_bulk_removal_and_errors(
    sim: Simulator, tmp_path: Path
) -> None:
    """Everything that a run does, and how it is refused."""
    asked = {
        "port": int(sim.url.rpartition(":")[2]),
        "client": sim.client_id,
        "secret": sim.client_secret,
        "user": ANNA,
        "other": DAVID,
        "queue": BILLING,
        "nobody": NOBODY,
    }
    ended = subprocess.run(
        [NODE or "node", str(Path(__file__).with_name("drive_js_sdk.js")), json.dumps(asked)],
        env={
            **os.environ,
            "NODE_PATH": str(Path(SDK_FOLDER) / "node_modules"),
            "HOME": str(tmp_path),
            "USERPROFILE": str(tmp_path),
        },
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout.splitlines()[-1])
    assert told["wrong"] == 400
    assert told["users"] == [[ANNA, "active"], [DAVID, "inactive"]]
    assert (len(told["queues"]), set(told["own"])) == (4, {BILLING, BERLIN_SALES})
    assert [ANNA, "user", True] in told["members"]
    assert told["patched"] == ["inactive", 1]
    assert (told["stale"]["status"], told["stale"]["code"]) == (409, "general.conflict")
    assert (ANNA in told["left"], {BEN, CARLA} <= set(told["left"])) == (False, True)
    assert (told["missing"]["status"], told["missing"]["code"]) == (404, "not.found")
    assert (told["many"]["status"], told["many"]["code"]) == (400, "max.user.ids")
    assert told["missing"]["contextId"] in {each.correlation_id for each in sim.requests}
