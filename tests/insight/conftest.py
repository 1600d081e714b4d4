"""The network's fixtures serve here too: this room's pages stand on the network's origin, behind its walls."""

from tests.network.conftest import network, walled  # noqa: F401 - fixtures
