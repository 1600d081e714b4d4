"""The directory's pages at the desk, as the administrator, as somebody else, and as a stranger."""

from datetime import timedelta

import pytest

from tests.directory.desk_site import urlpatterns
from tests.directory.world import contact, county, enrol, org, psap
from upstander import clock
from upstander.directory.models import Contact, Enrolment, Import, Organisation
from upstander.directory.queries import poc_list
from upstander.directory.urls import _PAGES
from upstander.packs.current import current

pytestmark = pytest.mark.django_db


@pytest.fixture
def district() -> Organisation:
    adams = county("Adams")
    psap("Adams 911", adams, number="")
    org("law_enforcement", "Payson Police", county=adams)
    district = org("district", "Payson CUSD 1", county=adams, rcdts="010010010260000")
    org("school", "Lincoln Elem School", district, "Payson", county=adams)
    return district


@pytest.fixture
def admin(desk):
    return desk("programme_admin")


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def addresses(pk: int) -> list[str]:
    return ["/directory/" + route.replace("<int:pk>", str(pk)) for route, _view, _name in _PAGES]


def test_nobody_but_the_administrator_sees_any_page(desk, district) -> None:
    stranger, caller = desk(None), desk("call_taker", "supervisor")
    for address in addresses(district.pk):
        for send in ("get", "post"):
            answer = getattr(stranger, send)(address)
            assert answer.status_code == 302, address
            assert answer["Location"].startswith("/sign-in/")
            assert getattr(caller, send)(address).status_code == 403, address
    assert not Enrolment.objects.exists()
    assert not Contact.objects.exists()


def test_the_pages_cannot_be_mounted_without_a_guard() -> None:
    import upstander.directory.urls as urls

    assert not hasattr(urls, "urlpatterns")
    assert urlpatterns


def test_the_first_page_says_what_is_red_first_and_finds_anything(admin, district) -> None:
    county("Brown")
    page = text(admin.get("/directory/"))
    assert page.index("1 county has no primary PSAP") < page.index("Name, city or district")
    assert "Brown" in page
    assert "1 PSAP has no transfer number" in page
    assert "Lincoln Elem School" in text(admin.post("/directory/", {"q": "lincon elementry"}))
    assert "Payson Police" in text(admin.post("/directory/", {"q": "payson police"}))
    assert "Nothing found" in text(admin.post("/directory/", {"q": "zzzzzz"}))


def test_what_is_looked_for_is_read_from_no_address(admin, district) -> None:
    page = text(admin.get("/directory/?q=payson"))
    assert "Payson" not in page and 'method="post" action="/directory/"' in page


def test_an_empty_directory_teaches(admin) -> None:
    assert "upstander directory import" in text(admin.get("/directory/"))


def test_an_organisations_page_shows_contacts_routes_gaps_and_why_it_is_out(admin, district) -> None:
    contact(district, "Ana Rivera", "district", verified_on=clock.today())
    page = text(admin.get(f"/directory/organisations/{district.pk}/"))
    for words in ("010010010260000", "Ana Rivera", "Out-of-Network", "no enrollment is active",
                  "Adams 911", "Lincoln Elem School", "The PSAP has no transfer number",
                  "No law-enforcement agency of jurisdiction"):  # fmt: skip
        assert words in page, words
    enrol(district)
    page = text(admin.get(f"/directory/organisations/{district.pk}/"))
    assert "In-Network: Payson CUSD 1 takes part, and 1 contact is listed." in page
    assert "Withdraw Payson CUSD 1" in page


def test_details_that_nobody_has_checked_for_as_long_as_the_pack_says_are_to_be_checked_again(
    admin, district
) -> None:
    days = current().limits.contact_check_days
    contact(district, "Ana Rivera", "district", verified_on=clock.today() - timedelta(days=days))
    assert "check again" not in text(admin.get(f"/directory/organisations/{district.pk}/"))
    contact(district, "Ben Osei", "district", verified_on=clock.today() - timedelta(days=days + 1))
    assert "check again" in text(admin.get(f"/directory/organisations/{district.pk}/"))


@pytest.mark.parametrize("kind", ["region", "district", "system", "school", "college", "campus", "law_enforcement",
                                  "mental_health", "psap", "troop", "zone"])  # fmt: skip
def test_every_kind_has_a_page(admin, kind) -> None:
    retired = org(kind, "Some <b>Place</b>", retired_on=clock.today())
    answer = admin.get(f"/directory/organisations/{retired.pk}/")
    assert answer.status_code == 200
    assert "Some &lt;b&gt;Place" in text(answer)
    assert "Retired on" in text(answer)


def test_what_is_not_there_is_a_404(admin) -> None:
    for address in addresses(999_999_999):
        if "999999999" in address:
            assert admin.get(address).status_code in (404, 405), address
            assert admin.post(address).status_code in (404, 405), address


FORM = {"name": "Ana Rivera", "role": "Head", "end_user_type": "district", "phones": "217-555-0101\n217-555-0102",
        "emails": "ana@d.example", "language": "en"}  # fmt: skip


def test_a_contact_is_listed_changed_checked_and_ended(admin, district) -> None:
    form = FORM | {"organisation_id": district.pk, "verified": "on"}
    assert admin.post(f"/directory/organisations/{district.pk}/contacts/new/", form).status_code == 302
    (poc,) = poc_list(district.pk)
    assert (poc.phones, poc.verified_on) == (("217-555-0101", "217-555-0102"), clock.today())
    address = f"/directory/contacts/{poc.contact_id}/"
    assert "217-555-0102" in text(admin.get(address))
    police = Organisation.objects.get(kind="law_enforcement")
    changed = FORM | {
        "organisation_id": police.pk,
        "end_user_type": "law_enforcement",
        "phones": "217-555-0109",
    }
    assert admin.post(address, changed).status_code == 302
    (poc,) = poc_list(district.pk)
    assert (poc.organisation_name, poc.phones, poc.verified_on) == ("Payson Police", ("217-555-0109",), None)
    admin.post(f"{address}verify/")
    assert poc_list(district.pk)[0].verified_on == clock.today()
    admin.post(f"{address}end/")
    assert poc_list(district.pk) == []
    assert "1 contact of the past" in text(admin.get(f"/directory/organisations/{district.pk}/"))
    assert "This contact has ended" in text(admin.post(f"{address}end/", follow=True))


def test_a_wrong_contact_gets_its_error_beside_the_field_and_keeps_every_word(admin, district) -> None:
    form = FORM | {
        "organisation_id": district.pk,
        "phones": "call me",
        "emails": "ana@d.example",
        "name": "Ana Q. Rivera",
    }
    answer = admin.post(f"/directory/organisations/{district.pk}/contacts/new/", form)
    assert answer.status_code == 400
    page = text(answer)
    assert "“call me” is not a telephone number" in page
    assert 'id="id_phones_error"' in page
    for kept in ("Ana Q. Rivera", "call me", "ana@d.example", "Head"):
        assert kept in page
    assert not Contact.objects.exists()


def test_somebody_elses_employer_cannot_be_chosen(admin, district) -> None:
    other = org("law_enforcement", "Far Police", county=county("Cook"))
    form = FORM | {"organisation_id": other.pk}
    assert admin.post(f"/directory/organisations/{district.pk}/contacts/new/", form).status_code == 400


def test_an_enrolment_from_request_to_withdrawal(admin, district) -> None:
    contact(district, "Ana")
    page = f"/directory/organisations/{district.pk}/"
    form = {"requested_by": "A. Official", "authority": "Board, May 4", "contact_phone": "217-555-0101"}
    assert admin.post(f"{page}enrol/", form).status_code == 302
    pk = Enrolment.objects.get().pk
    queue = text(admin.get("/directory/enrolments/"))
    assert "Board, May 4" in queue
    assert "Verify Payson CUSD 1" in queue
    answer = admin.post(f"/directory/enrolments/{pk}/activate/", {"active_from": "2026-01-01"})
    assert "has to be verified first" in text(answer)
    assert admin.post(f"/directory/enrolments/{pk}/verify/", {"how": ""}).status_code == 400
    assert admin.post(f"/directory/enrolments/{pk}/verify/", {"how": "called"}).status_code == 302
    answer = admin.post(f"/directory/enrolments/{pk}/activate/", {"active_from": "soon"})
    assert (answer.status_code, "soon" in text(answer)) == (400, True)
    assert (
        admin.post(f"/directory/enrolments/{pk}/activate/", {"active_from": "2026-01-01"}).status_code == 302
    )
    assert "In-Network" in text(admin.get(page))
    admin.post(f"/directory/enrolments/{pk}/withdraw/")
    assert "Out-of-Network" in text(admin.get(page))
    assert "has ended" in text(admin.post(f"/directory/enrolments/{pk}/withdraw/", follow=True))
    assert "Nothing waits" in text(admin.get("/directory/enrolments/"))


def test_a_request_is_refused(admin, district) -> None:
    enrol(district, verified_at=None, active_from=None)
    admin.post(f"/directory/enrolments/{Enrolment.objects.get().pk}/refuse/")
    assert Enrolment.objects.get().refused_at is not None


def test_a_wrong_request_keeps_every_word(admin, district) -> None:
    form = {"requested_by": "A. Official", "authority": "", "contact_email": "nobody at all"}
    page = text(admin.post(f"/directory/organisations/{district.pk}/enrol/", form))
    for kept in ("A. Official", "nobody at all", "id_authority_error", "id_contact_email_error"):
        assert kept in page


def test_a_school_of_a_district_is_sent_to_its_district(admin, district) -> None:
    school = Organisation.objects.get(kind="school")
    assert "It takes part through Payson CUSD 1" in text(admin.get(f"/directory/organisations/{school.pk}/"))
    form = {"requested_by": "A", "authority": "B", "contact_phone": "217-555-0101"}
    answer = admin.post(f"/directory/organisations/{school.pk}/enrol/", form)
    assert (answer.status_code, Enrolment.objects.count()) == (400, 0)


def test_what_changes_something_is_never_done_by_a_link(admin, district) -> None:
    person = contact(district, "Ana")
    pk = enrol(district).pk
    for address in (f"contacts/{person.pk}/end/", f"contacts/{person.pk}/verify/", f"enrolments/{pk}/refuse/",
                    f"enrolments/{pk}/withdraw/"):  # fmt: skip
        assert admin.get(f"/directory/{address}").status_code == 405
    assert poc_list(district.pk)


def test_gaps_as_a_page_and_as_a_list_that_runs_no_formula(admin, district) -> None:
    county("=HYPERLINK(1)")
    contact(district, "=No Number").points.all().delete()
    contact(district, "Old Mail").points.filter(kind="email").update(bounced_at=clock.now(), value="old@payson.example")
    page = text(admin.get("/directory/gaps/"))
    assert "Adams 911" in page and "=No Number" in page and "old@payson.example: Old Mail" in page
    assert "1 contact has neither phone nor e-mail" in text(admin.get("/directory/"))
    answer = admin.get("/directory/gaps/?format=csv")
    assert answer["Content-Type"].startswith("text/csv")
    lines = answer.content.decode().splitlines()
    assert "county_without_psap,'=HYPERLINK(1),,0" in lines
    assert "psap_without_number,Adams 911,," in lines
    assert f'contact_without_address,"\'=No Number, {district.name}",,' in lines
    assert f'address_refused,"Old Mail, {district.name}: old@payson.example",,' in lines


def test_the_history_of_imports(admin) -> None:
    assert "Nothing was imported yet" in text(admin.get("/directory/imports/"))
    counts = {"new": 7, "changed": 1, "renamed": 2, "returned": 0, "gone": 3, "bad": 4}
    Import.objects.create(at=clock.now(), actor="system:admin", format="FCC", file_name="f.csv", file_digest="ab" * 32,
                          counts=counts)  # fmt: skip
    page = text(admin.get("/directory/imports/"))
    assert "f.csv" in page
    assert '<td class="number">7</td>' in page
