import shutil
from pathlib import Path

import pytest

from upstander.packs import Pack, load

ILLINOIS = Path(__file__).resolve().parents[2] / "packs" / "illinois"


@pytest.fixture(scope="session")
def illinois() -> Pack:
    return load(ILLINOIS)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The real pack, to be broken."""
    return Path(shutil.copytree(ILLINOIS, tmp_path / "illinois"))
