"""Where Genesys allows an organisation fewer requests than usual, the plan says so."""

from pathlib import Path
from typing import Any

import pytest

from batch_offboard.simulator import ALWAYS, Assumptions, Fault, Limits
from tests.end_to_end.test_leftovers import told
from tests.support import config, org_of, run_people, simulator

FEWER = (
    "Genesys allows this organisation only 200 requests a minute per token, not 300. "
    "The run takes longer."
)
QUEUES = (
    "Genesys allows this organisation 60 queue requests a minute. "
    "Without that limit, this run could send 150."
)
PACE = config(rate={"per_minute": 150})


@pytest.mark.parametrize(
    ("limits", "options", "said"),
    [
        (Limits(per_minute=300), {}, []),
        (Limits(per_minute=600), {}, []),
        (Limits(per_minute=None), {}, []),
        (Limits(per_minute=200), {}, [FEWER]),
        (Limits(per_minute=300, queue_routes_per_minute=60), {}, [QUEUES]),
        (Limits(per_minute=200, queue_routes_per_minute=60), {}, [FEWER, QUEUES]),
        (Limits(per_minute=300, queue_routes_per_minute=200), {}, []),
        (
            Limits(per_minute=200),
            {"assumptions": Assumptions(limits_listed="elsewhere")},
            [],
        ),
        (
            Limits(per_minute=200),
            {"faults": [Fault(action="status", status=403, path="/limits", times=ALWAYS)]},
            [],
        ),
    ],
)
def test_the_plan_says_where_the_allowance_is_lower(
    tmp_path: Path, limits: Limits, options: dict[str, Any], said: list[str]
) -> None:
    """Two requests; what cannot be read counts as usual."""
    with simulator(org_of(["Anna"]), limits=limits, **options) as sim:
        ended = run_people(sim, tmp_path, "Anna", settings=PACE, dry_run=True)
        asked = sim.count("GET", "/limits/namespaces/")
    assert (told(ended, "Genesys allows"), asked, ended.statuses) == (said, 2, ["planned"])
