"""The sharing advisor in Chromium on a phone: usable with a thumb, clean for axe, its error states too."""

import re

import pytest

from tests.people.test_pages import page, well  # noqa: F401 - a fixture
from tests.response.conftest import END_USER
from tests.response.test_pages import enter, site  # noqa: F401 - a fixture
from tests.support.browser import follow, press

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.req("R-privacy")]


def test_from_the_question_in_the_corridor_to_what_the_law_says(page, site, person, town):  # noqa: F811
    head = person("okafor@prairie.example", (town.school, END_USER))
    enter(page, site, head.email)
    follow(page, "May we share this?")
    well(page)
    press(page, "Go on")
    assert page.get_by_text("Choose one.").count() >= 1
    well(page)
    for answer in (
        "Police or sheriff", "The student's record at school", "To keep somebody from being hurt", "Somebody may be badly hurt",
    ):  # fmt: skip
        page.get_by_text(answer).last.click()
        press(page, "Go on")
    well(page)
    for true in ("is serious", "They need this information", "in a position to deal", "There is no time"):
        page.get_by_text(true).last.click()
    press(page, "See what the law says")
    assert page.get_by_text("under conditions").count() >= 1
    well(page)
    page.get_by_role("button", name=re.compile("Change.*Why")).click()
    well(page)
