"""Real parts for every test: a PostgreSQL server, key files, a clock that can be moved, three origins."""

import gc
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from pytest_django import DjangoDbBlocker

from tests.support.skips import pytest_make_collect_report, pytest_runtest_makereport  # noqa: F401 - hooks

gc.disable()  # nothing that is imported and collected is garbage; see pytest_collection_finish
_data = Path(tempfile.mkdtemp(prefix="upstander-test-"))
_data.chmod(0o755)
os.environ["UPSTANDER_DATA"] = str(_data)
os.environ["UPSTANDER_CLOCK_FILE"] = str(_data / "clock")
os.environ["UPSTANDER_PROCESS"] = "admin"
os.environ["UPSTANDER_MODE"] = "sandbox"
os.environ["DJANGO_SETTINGS_MODULE"] = "upstander.settings"  # here, so that it is read after the lines above

from upstander.vault.keygen import create as create_keys  # noqa: E402

create_keys(_data / "keys", sandbox=True)
(_data / "static").mkdir()  # empty, but there: whoever serves from it would warn

import django  # noqa: E402

django.setup()
# A worker of pytest-xdist inherits this environment. Were the variable there, pytest-django would read the settings in it before
# the lines above, with this process's keys and clock: every worker needs its own.
del os.environ["DJANGO_SETTINGS_MODULE"]
hypothesis.settings.register_profile(
    "upstander", deadline=None
)  # a property is no measurement: speed belongs to bench/
hypothesis.settings.load_profile("upstander")
ATTACK = int(os.environ.get("UPSTANDER_ATTACK", "0"))  # `make attack`: at least so many examples a property
SHARED = Path(__file__).resolve().parents[2] / "shared"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each example of a property begins where the first began; under `make attack` there are many more of them."""
    from tests.support.examples import apart, asked_for

    for item in items:
        test = getattr(item, "obj", None)
        if hasattr(test, "hypothesis"):
            apart(item)
            if ATTACK:
                asked_for(test, ATTACK)


def pytest_collection_finish() -> None:
    """What was collected stays to the end: looking through it for garbage again and again was a tenth of all processor time."""
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)  # (every 700 new things is for little memory)
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def settings_for_children() -> None:
    """The processes that tests start read the same settings."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "upstander.settings"


@pytest.fixture(scope="session", autouse=True)
def plain_static_files() -> Iterator[None]:
    """Static files under their plain names: tests in this process collect none (the stack's tests use the real ones)."""
    from django.conf import settings
    from django.test import override_settings

    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES=settings.STORAGES | {"staticfiles": plain}):
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> None:
    """The server named by DATABASE_URL; without one, the embedded server, once a test process."""
    from tests.support.database import point_django_at_a_server

    point_django_at_a_server(_data, request, django_db_blocker)


@pytest.fixture(scope="session")
def django_db_keepdb(request: pytest.FixtureRequest) -> bool:
    """An embedded server's database may be there already, and ends with its server; another server's is made and dropped here."""
    return "DATABASE_URL" not in os.environ or bool(request.config.getvalue("reuse_db"))


@pytest.fixture(scope="session", autouse=True)
def what_was_written_is_flushed() -> Iterator[None]:
    """Tests that commit leave an empty database behind, quickly."""
    from django.test import TransactionTestCase

    from tests.support.flush import empty_what_was_written

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_what_was_written)
        yield


@pytest.fixture
def clock() -> Iterator[Callable[[float], None]]:
    """`clock(90)` sets every process's clock 90 seconds ahead of real time; put back afterwards."""
    from upstander import clock as the_clock

    yield the_clock.move_to
    the_clock.move_to(0)


@pytest.fixture(autouse=True)
def no_memory_of_another_tests_places() -> Iterator[None]:
    """A place once seen is remembered, for none is ever removed; here each test's database forgets, and so must the memory."""
    yield
    from upstander.intake.services import _seen_place

    _seen_place.cache_clear()


@pytest.fixture(autouse=True)
def settings_of_one_test_only() -> Iterator[None]:
    """What a test put into the environment (`support.configured`) is no other test's: looked at last, when it is out of there."""
    yield
    from tests.support.configured import forget

    forget()


@pytest.fixture
def shared_data() -> Path:
    """The real directory and registries, where this checkout has them beside it."""
    if not (SHARED / "data").is_dir():
        pytest.skip("the real data are not on this machine (../shared/data)")
    return SHARED / "data"
