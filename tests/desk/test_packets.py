"""Somebody was taken, or is missing: the checklist, the packet as PDF, and the named officer who has it."""

import re

import pytest

from tests.desk.conftest import action_of
from tests.desk.paper import digest, read
from upstander.actions import words
from upstander.actions.models import RequiredAction
from upstander.audit.models import Entry
from upstander.desk.models import Paper, PaperCopy
from upstander.desk.papers import newest
from upstander.ids import new_id
from upstander.packs.current import current
from upstander.vault import services as vault

pytestmark = [pytest.mark.django_db, pytest.mark.req("D-IV.A.2.c.4")]

FACTS = {
    "name": "Łucja Żółkiewska-Muñoz", "age": "9", "description": "four feet, brown braids", "clothing": "red coat",
    "last_where": "bus stop, Oak and 3rd", "last_when": "7:40 this morning", "suspect": "a man of about 40, gray beard",
    "vehicle": "white van, ladder on top", "plate": "IL ZX 4471", "direction": "north on Oak",
}  # fmt: skip


@pytest.fixture
def tip(casey, town, new_tip, judged):
    found = new_tip(
        town.school, text="My cousin saw a man pull her into a van", who="Lucy from 3B", when="at 7:40"
    )
    return judged(found, casey.account, "child_abduction")


def saved(client, tip, **more):
    seen = newest(tip.id, "missing_person")
    given = FACTS | {"seen": str(seen.paper.n if seen else 0)} | more
    return client.post(f"/tip/{tip.number}/packet/", given)


def pdf(client, tip):
    return client.post(f"/tip/{tip.number}/packet/pdf/")


def handed(client, tip, row, **more):
    given = {
        "result": "handed_over",
        "answered_by": "Sgt. Ruiz 4471",
        "agency": "Millbrook Police",
        "note": "",
    } | more
    return client.post(f"/tip/{tip.number}/packet/{row.id}/", given)


def test_the_screen_has_each_criterion_with_its_source_and_says_who_activates(casey, tip):
    page = casey.get(f"/tip/{tip.number}/packet/").content.decode()
    for kind in ("amber_alert", "endangered_missing_advisory"):
        rule = next(r for r in current().rules if r.kind == kind)
        assert rule.criteria
        for criterion in rule.criteria:
            assert criterion.asks in page and criterion.source in page
            for answer in ("yes", "no", ""):
                assert re.search(rf'name="{rule.id}__{criterion.code}" value="{answer}"', page)
    assert "never activates an AMBER Alert" in page
    assert casey.get(f"/tip/{tip.number}/").content.decode().count(f"/tip/{tip.number}/packet/") >= 2


def test_nothing_is_filled_in_before_a_person_copies_or_writes_it(casey, tip):
    page = casey.get(f"/tip/{tip.number}/packet/").content.decode()
    form = page[page.index('id="paper"') :]
    assert not re.search(r'name="(name|last_where|suspect|age)"[^>]*value="[^"]+"', form)
    assert "Lucy from 3B" in page
    copied = casey.post(
        f"/tip/{tip.number}/packet/", {"copy": "who:name", "name": "Lucy?", "clothing": "red coat"}
    )
    page = copied.content.decode()
    assert copied.status_code == 200 and 'value="Lucy? Lucy from 3B"' in page and "red coat" in page
    assert not Paper.objects.exists(), "a copy is looked at before it is saved"


@pytest.mark.parametrize("copy", ["who:suspect", "nothing:name", "who", "who:seen"])
def test_words_go_only_where_the_screen_offers_it(casey, tip, copy):
    assert casey.post(f"/tip/{tip.number}/packet/", {"copy": copy}).status_code == 400


def test_the_age_that_was_judged_stands_in_the_form(casey, town, new_tip):
    tip = new_tip(town.school)
    casey.post(f"/tip/{tip.number}/judge/", {"subtypes": ["child_abduction"], "age": "9", "narrative": "x"})
    page = casey.get(f"/tip/{tip.number}/packet/").content.decode()
    assert re.search(r'name="age"[^>]*value="9"', page)


def test_what_is_saved_is_sealed_kept_by_version_and_gone_with_the_tips_key(casey, tip):
    assert saved(casey, tip).status_code == 302
    assert saved(casey, tip, amber_alert__serious_danger="yes", clothing="blue coat").status_code == 302
    assert saved(casey, tip, amber_alert__serious_danger="yes", clothing="blue coat").status_code == 302
    assert [p.n for p in Paper.objects.order_by("n")] == [1, 2], "the same words again are no new version"
    for paper in Paper.objects.all():
        assert b"coat" not in bytes(paper.sealed_fields)
    draft = newest(tip.id, "missing_person")
    assert draft.fields["clothing"] == "blue coat" and draft.fields["amber_alert__serious_danger"] == "yes"
    vault.expunge(tip.id)
    assert newest(tip.id, "missing_person").fields is None
    assert casey.get(f"/tip/{tip.number}/packet/").status_code == 200
    assert pdf(casey, tip).status_code == 422
    assert casey.get(f"/tip/{tip.number}/packet/print/").status_code == 302


def test_the_pdf_holds_the_facts_the_answers_and_what_is_not_known(casey, tip):
    saved(casey, tip, amber_alert__serious_danger="yes", amber_alert__abduction_confirmed="no")
    reader, text = read(pdf(casey, tip))
    for said in (FACTS["name"], "red coat", "IL ZX 4471", "north on Oak", tip.number, "800-555-0142"):
        assert said in text
    flat = " ".join(text.split())
    assert "Why the person is in danger: not known" in flat
    assert "bodily harm or death? Yes" in flat and "was abducted? No" in flat
    assert "activates nothing" in flat and "Springfield Communications Center" in flat
    assert (
        reader.trailer["/Root"]["/Lang"] == "en"
        and reader.metadata.title == "Facts about an abducted or missing person"
    )


@pytest.mark.req("D-II.H")
def test_nothing_on_paper_says_who_told_us(casey, tip):
    """The packet has no field for it, and takes nothing from the tip by itself."""
    saved(casey, tip)
    _, text = read(pdf(casey, tip))
    printed = casey.get(f"/tip/{tip.number}/packet/print/").content.decode()
    for words_ in ("My cousin", "Lucy from 3B", "cousin"):
        assert words_ not in text and words_ not in printed


def test_words_that_could_show_who_told_us_are_marked_before_it_leaves(casey, tip):
    saved(casey, tip, other="My daughter sits behind him")
    page = casey.get(f"/tip/{tip.number}/packet/").content.decode()
    assert "could show who told us. Take them out" in page and "<mark" in page


def test_a_making_is_on_record_and_the_proof_names_the_copy_that_was_handed_over(casey, tip):
    saved(casey, tip)
    made = pdf(casey, tip)
    copy = PaperCopy.objects.get()
    assert copy.sha256 == digest(made) and copy.account_id == casey.account.pk
    assert Entry.objects.get(act="paper.made").detail["sha256"] == copy.sha256
    row = action_of(tip.id, "amber_alert")
    assert handed(casey, tip, row, packet=copy.sha256).status_code == 302
    row.refresh_from_db()
    event = row.events.get()
    assert (row.result, event.result) == ("handed_over", "handed_over")
    detail = words.detail(event, tip.id)
    assert detail["packet"] == copy.sha256 and detail["answered_by"] == "Sgt. Ruiz 4471"
    assert Entry.objects.get(act="paper.handed_over").detail["sha256"] == copy.sha256
    page = casey.get(f"/tip/{tip.number}/").content.decode()
    assert copy.sha256[:12] in page and "Millbrook Police" in page, "the tip's page shows the proof"


def test_the_same_version_is_the_same_bytes_and_a_later_one_another_copy(casey, tip):
    saved(casey, tip)
    first, again = pdf(casey, tip), pdf(casey, tip)
    assert digest(first) == digest(again) and PaperCopy.objects.count() == 2, "each making is on record"
    saved(casey, tip, clothing="blue coat")
    assert digest(pdf(casey, tip)) != digest(first)
    page = casey.get(f"/tip/{tip.number}/packet/").content.decode()
    assert page.count('<option value="') >= 4, "both copies are offered for both duties, the latest first"


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"packet": ""}, "Make the paper first"),
        ({"packet": "0" * 64}, "Choose one of the copies"),
        ({"answered_by": ""}, "badge number"),
    ],
)
def test_handed_over_needs_the_officer_and_a_copy_that_was_made(casey, tip, given, why):
    saved(casey, tip)
    pdf(casey, tip)
    row = action_of(tip.id, "amber_alert")
    answer = handed(casey, tip, row, **({"packet": PaperCopy.objects.get().sha256} | given))
    assert answer.status_code == 422 and why in answer.content.decode()
    row.refresh_from_db()
    assert row.done_at is None


def test_the_general_form_of_the_step_cannot_say_that_a_packet_was_handed_over(casey, tip):
    row = action_of(tip.id, "amber_alert")
    given = {"result": "handed_over", "answered_by": "Sgt. Ruiz", "packet": "0" * 64, "note": "x"}
    answer = casey.post(f"/tip/{tip.number}/actions/{row.id}/", given)
    assert answer.status_code == 422 and "Make the paper first" in answer.content.decode()


def test_a_criterion_that_is_not_met_ends_the_duty_with_its_reason_and_a_try_does_not(casey, tip):
    row = action_of(tip.id, "amber_alert")
    assert handed(casey, tip, row, result="not_met", answered_by="").status_code == 422
    handed(casey, tip, row, result="no_answer", answered_by="")
    row.refresh_from_db()
    assert row.done_at is None and row.events.count() == 1
    handed(casey, tip, row, result="not_met", note="He is 17 and not disabled, says Sgt. Ruiz")
    row.refresh_from_db()
    assert row.result == "not_met"
    assert action_of(tip.id, "endangered_missing_advisory").done_at is None, "the advisory is owed still"


def test_two_who_write_at_once_lose_nothing(casey, signed_in, tip):
    """What one has saved meanwhile is said, what the other wrote is kept, and a second press puts it after."""
    stic = signed_in("Sam Tiko", "stic_staff")
    saved(casey, tip)
    late = {**FACTS, "seen": "0", "clothing": "green coat"}
    answer = stic.post(f"/tip/{tip.number}/packet/", late)
    page = answer.content.decode()
    assert answer.status_code == 409 and "Casey Lindgren has saved version 1" in page and "green coat" in page
    assert 'name="seen" value="1"' in page
    assert stic.post(f"/tip/{tip.number}/packet/", late | {"seen": "1"}).status_code == 302
    assert newest(tip.id, "missing_person").fields["clothing"] == "green coat"


def test_who_owes_it_writes_while_the_call_taker_holds_the_tip_and_another_call_taker_does_not(
    casey, jordan, signed_in, tip
):
    casey.post(f"/tip/{tip.number}/claim/")
    assert saved(signed_in("Sam Tiko", "stic_staff"), tip).status_code == 302
    answer = saved(jordan, tip, clothing="blue")
    assert answer.status_code == 409 and "Casey Lindgren holds this tip" in answer.content.decode()
    assert pdf(jordan, tip).status_code == 409
    row = action_of(tip.id, "amber_alert")
    assert handed(jordan, tip, row, result="not_met", note="x").status_code == 409


@pytest.mark.parametrize("role", ["stic_analyst", "intelligence_command"])
def test_who_reads_tips_but_owes_nothing_here_sees_it_and_changes_nothing(casey, signed_in, tip, role):
    saved(casey, tip)
    reader = signed_in("Reading Person", role)
    page = reader.get(f"/tip/{tip.number}/packet/").content.decode()
    assert "Save</button>" not in page and "Make the PDF" not in page and 'name="result"' not in page
    assert saved(reader, tip, clothing="x").status_code == 403
    assert pdf(reader, tip).status_code == 403
    row = action_of(tip.id, "amber_alert")
    assert handed(reader, tip, row, result="not_met", note="x").status_code == 403
    assert Paper.objects.count() == 1 and not PaperCopy.objects.exists()


def test_each_look_is_a_view_on_record(casey, tip):
    saved(casey, tip)
    before = Entry.objects.filter(act="tip.viewed", object_id=str(tip.id)).count()
    casey.get(f"/tip/{tip.number}/packet/")
    casey.get(f"/tip/{tip.number}/packet/print/")
    pdf(casey, tip)
    seen = Entry.objects.filter(act="tip.viewed", object_id=str(tip.id)).order_by("id")[before:]
    assert [e.detail["part"] for e in seen] == ["packet", "missing_person_print", "missing_person_pdf"]


def test_a_row_of_another_tip_or_another_kind_is_not_here(casey, town, new_tip, judged, tip):
    other = judged(new_tip(town.other_school), casey.account, "child_abduction")
    saved(casey, tip)
    for row in (action_of(other.id, "amber_alert"), action_of(tip.id, "command_review")):
        assert handed(casey, tip, row, result="not_met", note="x").status_code == 404


def test_a_tip_of_which_nothing_of_this_is_owed_says_so(casey, town, new_tip, judged):
    tip = judged(new_tip(town.school), casey.account, "bullying")
    page = casey.get(f"/tip/{tip.number}/packet/").content.decode()
    assert "Nothing of this is owed" in page and "never activates" not in page


def test_letters_of_every_script_are_on_the_page_for_printing(casey, tip):
    saved(casey, tip, name="王小明")
    _, text = read(pdf(casey, tip))
    assert "[U+738B]" in text
    assert "王小明" in casey.get(f"/tip/{tip.number}/packet/print/").content.decode()


def test_a_second_press_of_the_same_button_records_nothing_more(casey, tip):
    row, press = action_of(tip.id, "amber_alert"), new_id()
    for _ in range(2):
        tried = handed(casey, tip, row, result="no_answer", note="rang ten times", press=press)
        assert tried.status_code == 302
    assert row.events.count() == 1
    handed(casey, tip, row, result="no_answer", note="rang ten times", press=new_id())
    assert row.events.count() == 2, "another try is another event, though it came to the same"


def test_a_second_press_hands_no_paper_over_again(casey, tip):
    saved(casey, tip, name="Zofia")
    pdf(casey, tip)
    row, press = action_of(tip.id, "amber_alert"), new_id()
    paper = PaperCopy.objects.get().sha256
    for _ in range(2):
        handed(casey, tip, row, packet=paper, press=press)
    assert row.events.count() == Entry.objects.filter(act="paper.handed_over").count() == 1


def test_the_agency_that_is_owed_word_stands_in_the_form(casey, tip):
    page = casey.get(f"/tip/{tip.number}/packet/").content.decode()
    assert page.count('value="Millbrook Police"') == 2


def test_of_a_place_that_nobody_knows_a_packet_is_made_all_the_same(casey, new_tip, judged):
    tip = judged(new_tip(None), casey.account, "child_abduction")
    page = casey.get(f"/tip/{tip.number}/packet/").content.decode()
    assert "Place not known" in page and 'class="gap"' in page, (
        "what the directory lacks is said, with what to do"
    )
    assert not re.search(r'name="agency"[^>]*value="', page)
    saved(casey, tip)
    _, text = read(pdf(casey, tip))
    assert "School: not known" in " ".join(text.split())


class TestRunaway:
    @pytest.fixture
    def runaway(self, casey, town, new_tip, judged):
        return judged(new_tip(town.school), casey.account, "runaway")

    @pytest.mark.req("D-IV.A.3.c")
    def test_the_state_police_are_asked_and_what_came_of_it_is_recorded(self, casey, runaway):
        row = action_of(runaway.id, "locate_runaway")
        page = casey.get(f"/tip/{runaway.number}/packet/").content.decode()
        assert "which investigative and technological resources are used" in page
        url = f"/tip/{runaway.number}/packet/{row.id}/"
        given = {"answered_by": "M/Sgt. Hale", "note": "cell phone pinged near Joliet"}
        assert casey.post(url, {"result": "under_way", **given}).status_code == 302
        row.refresh_from_db()
        assert row.done_at is None
        assert casey.post(url, {"result": "located", "answered_by": "", "note": "x"}).status_code == 422
        for result in ("located", "ended", "not_necessary"):
            assert f'value="{result}"' in page
        casey.post(url, {"result": "located", **given})
        row.refresh_from_db()
        assert row.result == "located"

    @pytest.mark.req("D-IV.A.3.c")
    def test_the_advisory_is_offered_and_owed_only_when_a_person_takes_it_up(self, casey, runaway):
        kinds = RequiredAction.objects.filter(tip_id=runaway.id).values_list("kind", flat=True)
        assert "endangered_missing_advisory" not in kinds
        page = casey.get(f"/tip/{runaway.number}/packet/").content.decode()
        assert "Take up: Endangered Missing Person Advisory" in page and "Checklist" not in page
        answer = casey.post(f"/tip/{runaway.number}/packet/take-up/", {"rule": "endangered_missing_advisory"})
        assert answer.status_code == 302
        row = action_of(runaway.id, "endangered_missing_advisory")
        assert row.due_at is None and row.standing == "offered"
        assert "Is the person under 21?" in casey.get(f"/tip/{runaway.number}/packet/").content.decode()

    def test_nothing_else_is_taken_up_here_nor_by_who_may_not(self, casey, signed_in, runaway, tip):
        url = f"/tip/{runaway.number}/packet/take-up/"
        assert casey.post(url, {"rule": "crisis_referral"}).status_code == 404
        assert casey.post(url, {"rule": "no_such"}).status_code == 404
        analyst = signed_in("Ana Lyst", "stic_analyst")
        assert analyst.post(url, {"rule": "endangered_missing_advisory"}).status_code == 403
        assert casey.post(url, {"rule": "amber_alert"}).status_code == 422

    def test_the_packet_for_the_state_police_is_no_alert(self, casey, runaway):
        saved(casey, runaway)
        _, text = read(pdf(casey, runaway))
        assert "facts to locate a student who ran away" in text and "AMBER" not in text
