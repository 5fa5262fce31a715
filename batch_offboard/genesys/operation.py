"""What an operation is: one kind of call to Genesys, and what its answer must hold."""

from collections.abc import Callable
from dataclasses import dataclass

from batch_offboard.genesys.arguments import Arguments
from batch_offboard.genesys.pace import Family
from batch_offboard.offboarding.models import Json

SdkArguments = dict[str, object]


def anything(_arguments: Arguments, _body: Json) -> None:
    """An answer without a body that matters: its status says it all."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One kind of call, carried out by `method` of the SDK's class `api`.

    `family` is limited together with its other routes. `sdk_arguments` checks a call's arguments
    and gives the SDK's, or raises InvalidCallError. `believe` raises UnusableAnswerError for a
    body that was not asked for. For what no reading can confirm, `only_status` is the one status
    that is believed, and `nothing_there` the refusal that says there was nothing to change.
    `needs_version` says that the version of the group must be read just before.
    """

    api: str
    method: str
    family: Family
    writes: bool
    sdk_arguments: Callable[[Arguments], SdkArguments]
    believe: Callable[[Arguments, Json], None] = anything
    only_status: int | None = None
    nothing_there: int | None = None
    needs_version: bool = False
