"""The first lines of a plan: which organisation it is for, and what is unusual about its limits."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from batch_offboard.offboarding.limits import CALLS_PER_MINUTE

if TYPE_CHECKING:
    from batch_offboard.genesys import Allowance, Genesys


def notes_of(genesys: "Genesys") -> Iterator[str]:
    """The lines about the organisation that is connected."""
    organisation = genesys.identity.organisation.name
    yield f"Organisation: {organisation} ({genesys.identity.region})."
    yield from _allowance_in_words(genesys.allowance)


def _allowance_in_words(allowance: "Allowance") -> Iterator[str]:
    """What is unusual about the requests that may be sent in a minute."""
    allowed = allowance.allowed
    if allowed is not None and allowance.per_minute > allowed:
        yield (
            f"rate.per_minute is {allowance.per_minute}, but Genesys allows this organisation only "
            f"{allowed} requests a minute per token."
        )
    elif allowed is not None and allowed < CALLS_PER_MINUTE:
        yield (
            f"Genesys allows this organisation only {allowed} requests a minute per token, not "
            f"{CALLS_PER_MINUTE}. The run takes longer."
        )
