"""The desk's page of the call sheet: for call-takers and supervisors, printed or as PDF, on record, red when none is written."""

import pytest

from tests.desk.conftest import action_of
from tests.desk.paper import read, tags
from tests.desk.test_queue import well  # noqa: F401 - a fixture
from upstander.actions import services as actions
from upstander.actions.models import CallSheet
from upstander.audit.models import Entry
from upstander.clock import now
from upstander.ops.pulse import PROCESSES, beat

pytestmark = pytest.mark.django_db
WORDS = "Canary-4410 hid it behind the gymnasium"
PAGES = ("/call-sheet/", "/call-sheet.pdf")


@pytest.fixture
def critical(casey, town, new_tip, judged):
    return judged(new_tip(town.school, text=WORDS), casey.account, "planned_school_attack")


@pytest.mark.req("D-IV.A.2.a.1")
def test_the_page_and_the_pdf_say_the_same_and_no_word_of_the_tip(casey, critical):
    actions.record_call(
        action_of(critical.id, "call_psap").id, casey.account.pk, "voicemail", 3, {"note": WORDS}
    )
    page = casey.get("/call-sheet/").content.decode()
    reader, said = read(casey.get("/call-sheet.pdf"))
    for words in (page, said):
        assert critical.number in words and "217-555-0101" in words and "voicemail" in words
        assert "Canary" not in words and "gymnasium" not in words and "What may be read" not in words
    assert {"/H1", "/H2", "/L"} <= set(tags(reader)) and reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert "no-store" in casey.get("/call-sheet/")["Cache-Control"]


def test_with_nothing_open_a_sheet_says_so(morgan):
    assert "No Critical is open." in morgan.get("/call-sheet/").content.decode()
    assert "No Critical is open." in read(morgan.get("/call-sheet.pdf"))[1]


def test_both_are_on_record(casey, critical):
    for page in PAGES:
        casey.get(page)
    found = Entry.objects.filter(object_kind="call_sheet").order_by("id")
    assert [(e.act, e.actor, e.detail) for e in found] == [
        ("call_sheet.viewed", casey.account.actor, {"criticals": 1}), ("call_sheet.made", casey.account.actor, {"criticals": 1}),
    ]  # fmt: skip


@pytest.mark.parametrize("role", ["outreach", "sio", "auditor", "programme_admin", "custodian", "intelligence_command"])
def test_nobody_else_has_it(signed_in, role, critical):
    other = signed_in("Other Person", role)
    for page in PAGES:
        assert other.get(page).status_code == 403
    assert not Entry.objects.filter(object_kind="call_sheet").exists()


def test_nor_who_is_not_signed_in_nor_by_another_method(client, casey, desk):
    for page in PAGES:
        assert client.get(page).status_code == 302 and casey.post(page).status_code == 405


@pytest.mark.urls("upstander.urls.school")
def test_the_schools_origin_knows_no_such_page(client):
    for page in PAGES:
        assert client.get(page).status_code == 404


def test_a_typesetter_that_gives_up_leaves_the_page_to_print(casey, critical, monkeypatch):
    from upstander.web import paper

    monkeypatch.setattr(paper, "_SOURCE", paper._SOURCE.with_name("gone.typ"))
    answer = casey.get("/call-sheet.pdf")
    assert answer.status_code == 500 and "Print this page instead" in answer.content.decode()
    assert critical.number in answer.content.decode()


def test_the_menu_leads_to_it_for_those_who_may(casey, signed_in):
    assert 'href="/call-sheet/"' in casey.get("/").content.decode()
    assert 'href="/call-sheet/"' not in signed_in("Quinn A", "intelligence_command").get("/").content.decode()


@pytest.mark.usefixtures("well")
class TestRedByAbsence:
    def test_the_bar_turns_red_when_no_sheet_was_written_for_three_minutes(self, casey, clock):
        clock(190)
        for process in PROCESSES:
            beat(process)
        page = casey.get("/bar/").content.decode()
        assert "The call sheet is 3:1" in page and 'data-count-red="1"' in page
        CallSheet.objects.update(read_at=now())
        assert "all well" in casey.get("/bar/").content.decode()

    def test_the_page_says_how_old_the_kept_one_is(self, casey, clock):
        assert "too old" not in casey.get("/call-sheet/").content.decode()
        clock(190)
        assert "It is too old" in casey.get("/call-sheet/").content.decode()
