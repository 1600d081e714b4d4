import pytest

from tests.packs.conftest import ILLINOIS
from upstander.packs import Pack, load


@pytest.fixture(scope="session")
def pack() -> Pack:
    return load(ILLINOIS)
