from collections.abc import Iterator

import pytest

from batch_offboard.simulator import Org, Simulator

from .small import Http, small_org


@pytest.fixture
def org() -> Org:
    """The small organisation."""
    return small_org()


@pytest.fixture
def sim(org: Org) -> Iterator[Simulator]:
    """The small organisation, served."""
    with Simulator(org) as running:
        yield running


@pytest.fixture
def http(sim: Simulator) -> Http:
    """Logged in to it as the client that may do everything."""
    return Http(sim)
