"""The network's fixtures serve here too: this room's pages stand on the network's origin, behind its walls."""

import pytest

from tests.forum.support import People, people_of
from tests.network.conftest import network, walled  # noqa: F401 - fixtures


@pytest.fixture
def them(network) -> People:  # noqa: F811
    """The School Intelligence Officer, two educators and two sworn officers, each signed in."""
    return people_of()
