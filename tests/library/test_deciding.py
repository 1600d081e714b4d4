"""The staff decide what people suggest, at the desk: lines for the pack, or thanks and a reason (R-library)."""

import tomllib

import pytest
from django.test import Client

from tests.desk.conftest import desk, person, signed_in  # noqa: F401
from tests.people.conftest import as_login  # noqa: F401
from upstander.ids import new_id
from upstander.library import deciding, suggestions
from upstander.library.models import Suggestion
from upstander.library.suggestions import Suggested

pytestmark = [pytest.mark.django_db, pytest.mark.illinois, pytest.mark.req("R-library")]
WORD = "PELICAN-4417"


ENTRY = {
    "do": "take", "code": "new_guide", "title": "A guide", "source": "Example", "why_en": "Helps parents.", "kind": "guide",
    "level": "national", "audiences": ["parents"], "subjects": ["bullying"], "languages": ["en"], "address": "https://example.org/",
}  # fmt: skip


@pytest.fixture
def staff(signed_in, settings):  # noqa: F811
    """`staff("sio")`: somebody at the desk, whose origin has the library's pages."""

    def make(*roles: str) -> Client:
        settings.ROOT_URLCONF = "upstander.urls.desk"
        return signed_in(f"Person {'-'.join(roles)}", *roles)

    return make


def test_the_officer_takes_one_up_and_the_lines_are_there_to_be_added(staff, as_login):  # noqa: F811
    suggestions.suggest(new_id(), "public", Suggested(f"A guide {WORD}", "Helps", "https://example.org/"))
    sio = staff("sio")
    as_login("desk")
    assert WORD in sio.get("/library/suggestions/").content.decode()
    here = f"/library/suggestions/{Suggestion.objects.get().pk}/"
    assert WORD in sio.get(here).content.decode()
    for wrong in ({"code": "nasro"}, {"code": "No Code"}, {"address": "http://x.example/"}, {"kind": "moon"}, {"audiences": []}):
        answer = sio.post(here, ENTRY | wrong)
        assert answer.status_code == 422 and b"Helps parents." in answer.content, wrong
    assert sio.post(here, ENTRY).status_code == 302
    made = sio.get("/library/suggestions/lines.toml")
    assert made["Content-Type"].startswith("application/toml") and made["Cache-Control"] == "no-store"
    assert b"Helps parents." not in bytes(Suggestion.objects.get().sealed_entry)
    (one,) = tomllib.loads(made.content.decode())["resource"]
    assert one["code"] == "new_guide" and "verified" not in one
    assert "new_guide" in sio.get("/library/suggestions/").content.decode()
    assert sio.post(here, {"do": "refuse", "reason": "sells"}).status_code == 302
    assert Suggestion.objects.get().state == "taken", "it was decided"
    assert b"Taken up." in sio.get(here).content


def test_the_officer_thanks_and_refuses(staff):
    suggestions.suggest(new_id(), "network", Suggested("t", "w"), 7)
    sio, row = staff("sio"), Suggestion.objects.get()
    here = f"/library/suggestions/{row.pk}/"
    assert sio.post(here, {"do": "refuse"}).status_code == sio.post(here, {"do": "refuse", "reason": "x"}).status_code == 422
    assert sio.post(here, {"do": "refuse", "reason": "no_resource"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.reason) == ("refused", "no_resource") and row.decided_by == sio.account.pk


def test_the_page_of_addresses_says_that_nobody_looks_until_it_is_asked_for(staff):
    html = staff("programme_admin").get("/library/").content.decode()
    assert "UPSTANDER_LINK_CHECK_DAYS" in html and "never looked at" in html


@pytest.mark.parametrize("role", ["call_taker", "supervisor", "outreach", "auditor"])
def test_others_of_the_staff_decide_nothing(staff, role):
    suggestions.suggest(new_id(), "public", Suggested("t", "w"))
    row, other = Suggestion.objects.get(), staff(role)
    for address in ("/library/", "/library/suggestions/", "/library/suggestions/lines.toml", f"/library/suggestions/{row.pk}/"):
        assert other.get(address).status_code == 403, address
    assert other.post(f"/library/suggestions/{row.pk}/", {"do": "refuse", "reason": "sells"}).status_code == 403
    with pytest.raises(deciding.CannotDecide):
        deciding.refuse(row.pk, other.account.pk, "sells")
