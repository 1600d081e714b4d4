"""Whoever tests exchange has the network's origin, its SIO, and released products to pass on."""

from tests.network.conftest import network, walled  # noqa: F401 - fixtures
from tests.products.conftest import released, saved, second, sio  # noqa: F401 - fixtures
