"""A student's file of a school, those who keep it, and those who must not read it."""

import pytest

from tests.assessment.conftest import *  # noqa: F403 - the same cast
from tests.assessment.conftest import Cast
from upstander.disclosure import acting, files
from upstander.disclosure.models import Student

FACTORS = ("seriousness", "need", "able", "time")


@pytest.fixture
def student(cast: Cast) -> Student:
    with acting.acting(cast.principal) as mine:
        return files.new(mine.account_id, cast.town.school.pk, "Robin Quill", "grade 9", "M. Quill", "es")
