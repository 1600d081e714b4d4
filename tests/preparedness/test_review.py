"""The yearly review: invited, held, written down, signed for good; what is to be mended stands in it until it is done."""

from datetime import timedelta

import pytest

from tests.preparedness.conftest import OUTSIDE, Cast
from tests.support.wrong import kept_out
from upstander import clock
from upstander.drills.years import Year
from upstander.preparedness import reach, reviews, years
from upstander.preparedness.errors import CannotDo, NotTheirs
from upstander.preparedness.models import Item, Review
from upstander.preparedness.reviews import PARTS, Said

pytestmark = [pytest.mark.django_db, pytest.mark.req("R-plans")]
WORD = "LANTERN-7731"


def here(cast: Cast, page: str = "review/") -> str:
    return f"/preparedness/places/{cast.town.district.pk}/{page}"


def said(year: Year, **more: object) -> dict[str, object]:
    return {
        "meets_on": clock.today().isoformat(), "where": f"Board room, {WORD}",
        "invited_on": (clock.today() - timedelta(10)).isoformat(),
        "invited_fire": "Chief R. Vance\nCaptain Lee", "came_fire": "Chief R. Vance", "held_on": clock.today().isoformat(),
        **{f"found_{part}": f"Looked at: {part}. {WORD}" for part in PARTS}, **more,
    }  # fmt: skip


def test_a_review_is_kept_printed_signed_and_changes_no_more(cast, as_login):
    as_login("school")
    client, year = cast.sign_in("district"), years.this_year()
    assert client.post(here(cast, "review/report.pdf")).status_code == 404
    assert client.post(here(cast, "review/sign/"), {"name": "Ana Rivera"}).status_code == 404
    assert client.post(here(cast), said(year, found_plans="", held_on="")).status_code == 302
    page = client.get(here(cast)).content.decode()
    assert "20 days later than the notice asks" in page and "Chief R. Vance" in page
    for which in ("invitation", "report"):
        assert client.post(here(cast, f"review/{which}.pdf")).content.startswith(b"%PDF-")
    assert client.post(here(cast, "review/secrets.pdf")).status_code == 404
    assert client.post(here(cast, "review/sign/"), {"name": ""}).status_code == 422
    assert "on which day the meeting was held" in client.post(here(cast, "review/sign/"), {"name": "A"}).content.decode()
    assert client.post(here(cast), said(year)).status_code == 302
    assert client.post(here(cast, "review/sign/"), {"name": "Ana Rivera, superintendent"}).status_code == 302
    page = client.get(here(cast)).content.decode()
    assert "does not change any more" in page and f"Looked at: plans. {WORD}" in page
    assert client.post(here(cast), said(year)).status_code == 422
    with reach.acting(cast.district):
        one = Review.objects.get()
        assert WORD.encode() not in bytes(one.sealed_words)
        assert not Review.objects.update(held_on=None)  # the row's own wall
    list_ = client.get("/preparedness/").content.decode()
    assert "The yearly review meeting" in list_ and "done" in list_


def test_the_report_is_one_page_however_much_was_found(cast):
    import io

    from pypdf import PdfReader

    client, year = cast.sign_in("district"), years.this_year()
    long = {f"found_{part}": "Much was found, and all of it is to be read. " * 33 for part in PARTS}
    assert client.post(here(cast), said(year, **long)).status_code == 302
    made = client.post(here(cast, "review/report.pdf")).content
    pages = PdfReader(io.BytesIO(made)).pages
    assert len(pages) == 1 and "not signed yet" in pages[0].extract_text()


def test_days_that_cannot_be_are_refused_beside_their_field(cast):
    client, year = cast.sign_in("district"), years.this_year()
    tomorrow = (clock.today() + timedelta(1)).isoformat()
    for wrong in (
        {"meets_on": (year.first - timedelta(1)).isoformat()}, {"held_on": tomorrow}, {"invited_on": tomorrow}, {"meets_on": "x"},
    ):  # fmt: skip
        answer = client.post(here(cast), said(year, **wrong))
        assert answer.status_code == 422 and f"Board room, {WORD}" in answer.content.decode()
    assert not Review.objects.exists()


def test_what_is_to_be_mended_stands_in_the_review_until_it_is_done(cast):
    client = cast.sign_in("principal")
    page = f"/preparedness/places/{cast.town.school.pk}/items/"
    item = {"what": f"East door {WORD}", "who": "Caretaker", "due_on": clock.today().isoformat(), "source": "drill"}
    assert client.post(page, item | {"who": ""}).status_code == 422
    assert client.post(page, item).status_code == 302
    one = Item.objects.get()
    assert WORD.encode() not in bytes(one.sealed_words)
    board = cast.sign_in("district")
    assert f"East door {WORD}" in board.get(here(cast)).content.decode()
    assert client.post(f"/preparedness/items/{one.pk}/done/").status_code == 302
    assert WORD not in board.get(here(cast)).content.decode() and WORD in client.get(page).content.decode()


@pytest.mark.parametrize("who", [*OUTSIDE, "principal", "region"])
def test_nobody_else_reads_or_writes_a_board_s_review(cast, who):
    with reach.acting(cast.district) as mine:
        reviews.keep(mine, cast.town.district.pk, years.this_year(), Said(meets_on=clock.today(), where=WORD))
        reviews.add_item(mine, cast.town.district.pk, "other", WORD, "x", clock.today())
    client = cast.sign_in(who)
    for page in ("review/", "items/", "filings/threat_procedure/"):
        assert kept_out(client.get(here(cast, page))), page
        assert kept_out(client.post(here(cast, page), said(years.this_year()))), page
    for page in ("review/sign/", "review/report.pdf"):
        assert kept_out(client.post(here(cast, page), {"name": "A"})), page
    assert kept_out(client.post(f"/preparedness/items/{Item.objects.get().pk}/done/"))
    with reach.acting(getattr(cast, who)) as mine:
        with pytest.raises(NotTheirs):
            reviews.keep(mine, cast.town.district.pk, years.this_year(), Said(meets_on=clock.today()))
    assert Item.objects.get().done_on is None and Review.objects.get().signed_at is None


def test_a_school_under_a_board_has_no_review_or_filing_of_its_own(cast):
    client, school = cast.sign_in("principal"), f"/preparedness/places/{cast.town.school.pk}/"
    for page in ("review/", "filings/threat_procedure/"):
        assert client.get(school + page).status_code == 404 == client.post(school + page, said(years.this_year())).status_code
    assert f"{school}review/" not in client.get(school).content.decode()


def test_a_review_without_its_four_findings_is_not_signed(cast):
    with reach.acting(cast.district) as mine:
        place, year = cast.town.district.pk, years.this_year()
        reviews.keep(mine, place, year, Said(meets_on=clock.today(), held_on=clock.today(), findings={"plans": "x"}))
        with pytest.raises(CannotDo):
            reviews.sign(mine, place, year, "A")
