"""From a tip about an Out-of-Network school to a school that has joined: what outreach is told, what it does, how far it is."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, resolve

from tests.desk.conftest import action_of
from tests.support import town as towns
from upstander.actions import services as actions
from upstander.actions.models import RequiredAction
from upstander.audit.models import Entry
from upstander.clock import now
from upstander.directory.models import Enrolment
from upstander.ids import new_id
from upstander.intake.models import Tip
from upstander.outreach import queries, services
from upstander.outreach.models import Step, Words
from upstander.packs.current import current

pytestmark = [pytest.mark.django_db, pytest.mark.req("D-IV.A.5.a")]


@pytest.fixture
def robin(signed_in):
    return signed_in("Robin Castellano", "outreach")


@pytest.fixture
def riley(signed_in):
    return signed_in("Riley Haddad", "stic_analyst")


@pytest.fixture
def told(casey, riley, new_tip, judged):
    """`told(place, "planned_school_attack")` is a tip of which an analyst has told outreach, by one press."""

    def make(place, *subtypes: str, **more):
        tip = judged(new_tip(place, text=more.pop("text", "Words")), casey.account, *subtypes, **more)
        row = action_of(tip.id, "notify_outreach")
        answer = riley.post(f"/owed/{row.id}/", {"result": "told", "back": "stic_analyst"})
        assert answer.status_code == 302
        return tip

    return make


def page_of(client, organisation) -> str:
    answer = client.get(f"/outreach/{organisation.pk}/")
    assert answer.status_code == 200
    return answer.content.decode()


def step(client, organisation, kind: str, note: str = "", press=None):
    given = {"kind": kind, "note": note, "press": str(press or new_id())}
    return client.post(f"/outreach/{organisation.pk}/", given)


class TestTold:
    @pytest.mark.req("D-IV.A.5.b")
    @pytest.mark.req("D-IV.A.5.c")
    @pytest.mark.parametrize("subtype", ["planned_school_attack", "bullying", "truancy"])
    def test_outreach_learns_number_place_class_kind_date_and_the_notices_made(self, robin, told, town, casey, subtype):
        tip = told(town.far_school, subtype)
        if subtype == "planned_school_attack":
            psap = action_of(tip.id, "call_psap")
            actions.record_call(psap.id, casey.account.pk, "answered", 9, {"answered_by": "Operator 12"})
        listed = robin.get("/outreach/").content.decode()
        assert "Farfield SD 3" in listed and "Regional Office 99" in listed and "Told" in listed
        page = page_of(robin, town.far_district)
        fact = next(row for row in robin.get(f"/outreach/{town.far_district.pk}/").context["rows"])
        for words in (tip.number, "Farfield Middle School", fact["klass"], *fact["kinds"], "Riley Haddad"):
            assert words and words in page
        assert ("Call the PSAP" in page) == (subtype == "planned_school_attack")
        assert "Operator 12" not in page

    def test_nothing_stands_there_before_the_analyst_has_told_it(self, robin, casey, town, new_tip, judged):
        tip = judged(new_tip(town.far_school), casey.account, "bullying")
        assert "told of nobody yet" in robin.get("/outreach/").content.decode()
        actions.mark_done(action_of(tip.id, "notify_outreach").id, casey.account.pk, "A test tip", "not_possible")
        assert "told of nobody yet" in robin.get("/outreach/").content.decode()
        assert robin.get(f"/outreach/{town.far_district.pk}/").status_code == 404

    @pytest.mark.req("D-IV.A.2.c.5")
    @pytest.mark.parametrize("more", [{}, {"flags": ("sexual_images",)}])
    def test_of_images_it_learns_the_class_and_no_more(self, robin, riley, told, town, more):
        subtypes = ("fight",) if more else ("sexual_images_of_children",)
        tip = told(town.far_school, *subtypes, **more)
        page = page_of(robin, town.far_district)
        hidden = current().subtype("sexual_images_of_children").label
        assert tip.number in page and hidden not in page and "Crime" in page
        answer = riley.post(f"/outreach/tips/{tip.number}/release/", {"text": "They shared it", "press": str(new_id())})
        assert answer.status_code == 422 and "class and no more" in answer.content.decode()
        assert not Words.objects.exists()

    def test_a_school_and_its_district_are_one_a_private_school_itself_and_an_unknown_place_apart(
        self, robin, told, town
    ):
        told(town.far_school, "bullying")
        told(town.far_district, "truancy")
        alone = told(town.private_school, "bullying")
        lost = told(None, "bullying")
        found, total = queries.prospects(50)
        assert total == 3
        assert {(one.group.organisation_id, one.group.tips) for one in found} == {
            (town.far_district.pk, 2), (town.private_school.pk, 1), (None, 1),
        }  # fmt: skip
        assert alone.number in page_of(robin, town.private_school)
        assert lost.number in robin.get("/outreach/place-not-known/").content.decode()

    def test_a_corrected_place_and_a_graver_class_show_at_once(self, robin, told, town, casey):
        tip = told(town.far_school, "bullying")
        actions.change_place(tip.id, casey.account.pk, town.private_school.pk)
        assert robin.get(f"/outreach/{town.far_district.pk}/").status_code == 404
        actions.judge(actions.Judging(tip.id, casey.account.pk, ("planned_school_attack",), False))
        page = page_of(robin, town.private_school)
        assert tip.number in page and "Imminent Harm" in page and "Bullying" not in page

    def test_a_hundred_rows_cost_as_many_queries_as_ten(self, robin, told, town, casey, new_tip, judged):
        def queries_of(url: str) -> int:
            with CaptureQueriesContext(connection) as caught:
                assert robin.get(url).status_code == 200
            return len(caught)

        told(town.far_school, "bullying")
        urls = ("/outreach/", f"/outreach/{town.far_district.pk}/")
        few = [queries_of(url) for url in urls]
        for n in range(4):
            school = towns.organisation("school", f"Lone School {n}", sector="private", county=town.county)
            told(school, "bullying")
            told(town.far_school, "truancy")
        assert [queries_of(url) for url in urls] == few


def published() -> dict[str, int]:
    """What the network may know: how many organisations are how far."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT stage, organisations FROM published_outreach(%s)", [now().date()])
        return dict(cursor.fetchall())


class TestStages:
    def test_from_told_to_enrolled_what_is_furthest_counts(self, robin, told, town):
        told(town.far_school, "bullying")

        def stage() -> str:
            found = queries.prospect(town.far_district.pk)
            assert found
            assert published() == {found.stage: 1}  # what the network's staff are shown of it
            return found.stage

        assert stage() == "told"
        step(robin, town.far_district, "contacted", "Called the office")
        assert stage() == "contacted"
        step(robin, town.far_district, "meeting", "The board meets on Monday")
        step(robin, town.far_district, "note", "They think about it")
        assert stage() == "meeting"
        asked = Enrolment.objects.create(
            organisation=town.far_district, requested_at=now(), requested_by="A. Official", authority="superintendent"
        )
        assert stage() == "requested" and "asked for by A. Official" in page_of(robin, town.far_district)
        asked.delete()
        towns.enrol(town.far_district)
        assert stage() == "enrolled" and "still Out-of-Network" in page_of(robin, town.far_district)
        towns.contact(town.far_school, town.far_school, "school", "M. Ruiz", "ruiz@far.example")
        assert "still Out-of-Network" not in page_of(robin, town.far_district)
        assert "Enrolled" in robin.get("/outreach/").content.decode()

    def test_a_note_is_sealed_read_by_outreach_and_the_officer_and_written_once(self, robin, signed_in, told, town):
        told(town.far_school, "bullying")
        press, note = new_id(), "Ms. Yellowstone will call the board"
        for _ in range(2):
            assert step(robin, town.far_district, "contacted", note, press).status_code == 302
        [kept] = Step.objects.all()
        assert note.encode() not in bytes(kept.sealed_note)
        for who in (robin, signed_in("Sam Whitfield", "sio")):
            assert note in page_of(who, town.far_district)
        assert Entry.objects.filter(act="outreach.contacted", actor=robin.account.actor).count() == 1
        assert Entry.objects.filter(act="outreach.viewed").count() == 2

    def test_other_words_under_the_same_press_are_another_step(self, robin, told, town):
        told(town.far_school, "bullying")
        press = new_id()
        said = [("contacted", "Called")] * 2 + [("contacted", "Called twice"), ("meeting", "Called")]
        for kind, note in said:
            assert step(robin, town.far_district, kind, note, press).status_code == 302
        done = {(one.step.kind, one.note) for one in queries.steps(town.far_district.pk)}
        assert done == {("contacted", "Called"), ("contacted", "Called twice"), ("meeting", "Called")}
        assert Step.objects.count() == 3

    @pytest.mark.parametrize(("kind", "note"), [("", "Kept words"), ("enrolled", "Kept words")])
    def test_what_is_no_step_is_refused_and_the_words_stay(self, robin, told, town, kind, note):
        told(town.far_school, "bullying")
        answer = step(robin, town.far_district, kind, note)
        assert answer.status_code == 422 and note in answer.content.decode() and not Step.objects.exists()

    @pytest.mark.parametrize("kind", ["contacted", "meeting", "note"])
    def test_a_step_says_with_whom_and_what_was_agreed_or_it_is_none(self, robin, told, town, kind):
        told(town.far_school, "bullying")
        answer = step(robin, town.far_district, kind, " ")
        assert answer.status_code == 422 and "Write with whom" in answer.content.decode()
        assert answer.context["form"].errors.keys() == {"note"}
        with pytest.raises(services.CannotDo, match="with whom"):
            services.record(town.far_district.pk, robin.account.pk, kind, " ", new_id())
        assert not Step.objects.exists() and queries.prospect(town.far_district.pk).stage == "told"

    def test_of_whom_outreach_was_not_told_there_is_no_case(self, robin, town):
        with pytest.raises(services.CannotDo, match="told of no tip"):
            services.record(town.far_district.pk, robin.account.pk, "contacted", "Called", new_id())


class TestReleasedWords:
    def test_only_an_analysts_own_act_lets_outreach_read_words_and_reading_is_on_record(
        self, robin, riley, told, town
    ):
        tip, press = told(town.far_school, "bullying"), str(new_id())
        assert "Release words" in page_of(riley, town.far_district) and "Release words" not in page_of(robin, town.far_district)
        for _ in range(2):
            answer = riley.post(f"/outreach/tips/{tip.number}/release/", {"text": "A pupil is bullied at lunch.", "press": press})
            assert answer.status_code == 302
        [words] = Words.objects.all()
        assert b"lunch" not in bytes(words.sealed_text)
        page = page_of(robin, town.far_district)
        assert "Words released by Riley Haddad" in page and "lunch" not in page
        assert "A pupil is bullied at lunch." in robin.get(f"/outreach/words/{words.pk}/").content.decode()
        made = Entry.objects.get(act="outreach.words_released")
        assert (made.actor, made.object_id) == (riley.account.actor, str(tip.id))
        assert Entry.objects.filter(act="outreach.words_viewed", actor=robin.account.actor).count() == 1

    def test_other_words_or_another_tip_under_the_same_press_are_another_release(self, riley, told, town):
        one, other = (told(town.far_school, kind).number for kind in ("bullying", "truancy"))
        press = new_id()
        for number, text in ((one, "First"), (one, "First"), (one, "Second"), (other, "First")):
            made = services.release(number, riley.account.pk, text, press)
            assert (made.tip_number, queries.text_of(made)) == (number, text)
        assert Words.objects.count() == 3

    @pytest.mark.req("D-IV.A.2.c.5")
    def test_words_of_a_tip_that_turns_out_to_be_about_images_are_read_no_more(self, robin, riley, casey, told, town):
        tip = told(town.far_school, "fight")
        words = services.release(tip.number, riley.account.pk, "Two pupils fought.", new_id())
        assert robin.get(f"/outreach/words/{words.pk}/").status_code == 200
        actions.judge(actions.Judging(tip.id, casey.account.pk, ("fight",), False, flags=("sexual_images",)))
        for reader in (robin, riley):
            assert f"/outreach/words/{words.pk}/" not in page_of(reader, town.far_district)
            assert reader.get(f"/outreach/words/{words.pk}/").status_code == 404
        assert Entry.objects.filter(act="outreach.words_viewed").count() == 1

    def test_no_words_and_a_tip_that_outreach_does_not_know_are_refused(self, riley, casey, told, town, new_tip, judged):
        tip = told(town.far_school, "bullying")
        for text in ("", " "):
            answer = riley.post(f"/outreach/tips/{tip.number}/release/", {"text": text, "press": str(new_id())})
            assert answer.status_code == 422
        other = judged(new_tip(town.school), casey.account, "bullying")
        assert riley.get(f"/outreach/tips/{other.number}/release/").status_code == 404
        with pytest.raises(services.CannotDo, match="not told"):
            services.release(other.number, riley.account.pk, "Words", new_id())

    def test_who_is_no_analyst_releases_nothing(self, robin, told, town):
        tip = told(town.far_school, "bullying")
        with pytest.raises(services.CannotDo, match="analyst"):
            services.release(tip.number, robin.account.pk, "Words", new_id())


class TestWhoMay:
    def addresses(self, tip, town, riley) -> list[str]:
        words = services.release(tip.number, riley.account.pk, "Released words", new_id())
        return [
            "/outreach/", "/outreach/place-not-known/", f"/outreach/{town.far_district.pk}/",
            f"/outreach/tips/{tip.number}/release/", f"/outreach/words/{words.pk}/",
        ]  # fmt: skip

    def test_a_stranger_is_led_to_the_sign_in_everywhere(self, client, riley, told, town):
        for address in self.addresses(told(town.far_school, "bullying"), town, riley):
            for answer in (client.get(address), client.post(address)):
                assert answer.status_code == 302 and answer["Location"].startswith("/sign-in/"), address

    @pytest.mark.parametrize("role", ["call_taker", "stic_staff", "intelligence_command", "programme_admin", "auditor", ""])
    def test_everybody_else_sees_nothing(self, signed_in, riley, told, town, role):
        other = signed_in("Other Person", *filter(None, [role]))
        for address in self.addresses(told(town.far_school, "bullying"), town, riley):
            assert other.get(address).status_code == 403, address
            assert other.post(address).status_code in (403, 405), address

    @pytest.mark.parametrize("role", ["sio", "stic_analyst", "supervisor"])
    def test_who_reads_along_records_no_step(self, signed_in, told, town, role):
        told(town.far_school, "bullying")
        reader = signed_in("Reading Person", role)
        assert "Meeting held" not in page_of(reader, town.far_district)
        assert step(reader, town.far_district, "contacted").status_code == 403
        assert not Step.objects.exists()

    @pytest.mark.parametrize("role", ["outreach", "sio", "supervisor"])
    def test_only_analysts_have_the_release_page(self, signed_in, told, town, role):
        tip = told(town.far_school, "bullying")
        assert signed_in("Other Person", role).get(f"/outreach/tips/{tip.number}/release/").status_code == 403

    def test_the_menu_leads_there_by_role(self, robin, signed_in, casey):
        for who, there in ((robin, True), (signed_in("Sam Whitfield", "sio"), True), (casey, False)):
            page = who.get("/").content.decode()
            assert ('href="/outreach/"' in page) == there
        assert Tip.objects.count() == 0


def test_the_schools_origin_has_none_of_these_pages():
    for address in ("/outreach/", "/outreach/1/", "/board/", "/owed/", "/calls-back/", "/out-of-network/"):
        for origin in ("school", "public"):
            with pytest.raises(Resolver404):
                resolve(address, f"upstander.urls.{origin}")
        assert resolve(address, "upstander.urls.desk")


def test_before_it_is_told_the_step_says_what_outreach_will_know(riley, casey, town, new_tip, judged):
    tip = judged(new_tip(town.far_school), casey.account, "planned_school_attack")
    assert "notices made: none." in riley.get(f"/tip/{tip.number}/").content.decode()
    actions.record_call(action_of(tip.id, "call_psap").id, casey.account.pk, "answered", 9, {"answered_by": "Op 1"})
    assert "notices made: Call the PSAP (9-1-1 center)." in riley.get(f"/tip/{tip.number}/").content.decode()


def test_telling_outreach_needs_one_press_and_no_words(riley, casey, town, new_tip, judged):
    tip = judged(new_tip(town.far_school), casey.account, "bullying")
    page = riley.get("/owed/").content.decode()
    row = action_of(tip.id, "notify_outreach")
    form = page[page.index(f'id="r-{row.id.hex[-8:]}"') :]
    form = form[: form.index("</form>")]
    assert 'value="told"' in form and "<textarea" not in form
    assert RequiredAction.objects.get(pk=row.pk).proof == "outreach_told"
