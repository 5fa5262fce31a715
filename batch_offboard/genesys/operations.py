"""The table of operations: everything that this program can ask of Genesys, and nothing else."""

from batch_offboard.genesys.arguments import InvalidCallError
from batch_offboard.genesys.operation import Operation
from batch_offboard.genesys.writes import WRITES


def writing_operation(name: str) -> Operation:
    """The operation that a Call names; raises InvalidCallError for any but a writing one."""
    if name not in WRITES:
        raise InvalidCallError(f"{name!r} is no operation that changes something")
    return WRITES[name]
