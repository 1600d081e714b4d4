"""The desk's fixtures: an exercise is played at the desk."""

from tests.desk.conftest import (  # noqa: F401 - fixtures
    casey,
    desk,
    jordan,
    judged,
    morgan,
    new_tip,
    person,
    signed_in,
    town,
)
