"""The desk's fixtures serve here too: outreach's pages stand on the desk's origin."""

from tests.desk.conftest import (  # noqa: F401 - fixtures
    casey,
    desk,
    judged,
    morgan,
    new_tip,
    person,
    signed_in,
    town,
)
