"""The library on a phone: 320 px wide, nothing sticks out, nothing that axe finds, and light."""

import pytest

from tests.intake.test_browser import Watched, browser, fits, phone, site  # noqa: F401
from tests.support.browser import violations

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
    pytest.mark.illinois,
]
PAGES = (
    "/resources/?audience=sro&lang=en", "/resources/?audience=none&lang=es", "/resources/words/?lang=es",
    "/resources/collections/new_officer/?lang=en", "/resources/embed/?lang=en",
)  # fmt: skip


@pytest.mark.req("R-library")
def test_every_page_fits_a_phone_pleases_axe_and_is_light(site, phone):  # noqa: F811
    phone.page.goto(f"{site}/resources/")
    assert phone.bytes < 100_000, "the first load"
    assert fits(phone.page) and violations(phone.page) == []
    phone.page.get_by_label("Find a resource").fill("zzz nothing")
    phone.page.get_by_role("button", name="Find").click()
    assert "Nothing fits" in phone.page.content() and violations(phone.page) == []
    for address in PAGES:
        phone.page.goto(site + address)
        assert fits(phone.page), address
        assert violations(phone.page) == [], address
    assert all(url.startswith(site) for url in phone.asked) and not phone.complaints
