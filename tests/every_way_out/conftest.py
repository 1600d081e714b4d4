"""The network's origin, behind the database's real walls, with those who write and release."""

from tests.network.conftest import network, walled  # noqa: F401 - fixtures
from tests.products.conftest import second, sio  # noqa: F401 - fixtures
