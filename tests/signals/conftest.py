import tomllib
from pathlib import Path

import pytest

from upstander.packs import Pack, load

ILLINOIS = Path(__file__).resolve().parents[2] / "packs" / "illinois"
SENTENCES = tomllib.loads((Path(__file__).parent / "sentences.toml").read_text())


@pytest.fixture(scope="session")
def illinois() -> Pack:
    return load(ILLINOIS)
