"""A school with a poster, at the public origin and at its own."""

from tests.intake.conftest import public, web  # noqa: F401
from tests.people.conftest import as_login, origin, quick_passwords  # noqa: F401
from tests.response.conftest import person, school, town  # noqa: F401
