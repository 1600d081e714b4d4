"""The library as the public process serves it."""

from tests.intake.conftest import app, public, web  # noqa: F401
from tests.packs.conftest import copy  # noqa: F401
