"""Whoever tests exchange has the network's origin, its SIO, and sources and peers to work with."""

from tests.network.conftest import network, walled  # noqa: F401 - fixtures
