"""A practice Genesys Cloud organisation, in memory: an independent witness for tests.

It imports nothing from the rest of the program. `org` holds the state; `domains` has one module
for each area of the API: its rules, its JSON and its routes; `endpoints` is what every route does
alike, `app` and `wire` the HTTP, `faults` what goes wrong, `server` and `shutdown` the serving.
"""

from batch_offboard.simulator.assumptions import Assumptions
from batch_offboard.simulator.errors import OrgFileError
from batch_offboard.simulator.faults import ALWAYS, Fault, Faults, fault_mix
from batch_offboard.simulator.generate import generate_org
from batch_offboard.simulator.limits import Limits
from batch_offboard.simulator.models import OrgFile
from batch_offboard.simulator.org import Org
from batch_offboard.simulator.org_file import load_org
from batch_offboard.simulator.request_log import LoggedRequest, RequestList
from batch_offboard.simulator.server import Simulator, serve

__all__ = [
    "ALWAYS",
    "Assumptions",
    "Fault",
    "Faults",
    "Limits",
    "LoggedRequest",
    "Org",
    "OrgFile",
    "OrgFileError",
    "RequestList",
    "Simulator",
    "fault_mix",
    "generate_org",
    "load_org",
    "serve",
]
