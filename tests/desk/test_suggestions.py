"""Suggestions stand beside the tip and the judging form; judging stays a person's act (design, principle 9)."""

import pytest

from upstander.actions.models import Judgement
from upstander.audit.models import Entry
from upstander.desk.models import Claim
from upstander.desk.suggestions import READ, all_read, said_by_reporter
from upstander.desk.tipview import words
from upstander.intake.models import Message
from upstander.intake.services import say

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}
GLOCK = "he says hes gonna bring his dads glock tmrw"


def page(client, tip) -> str:
    return client.get(f"/tip/{tip.number}/").content.decode()


def part(text: str, id: str) -> str:
    """From this element on, as far as the next heading or form."""
    return text.split(f'id="{id}"')[1].split("</section>")[0].split("</form>")[0]


def test_a_graver_subtype_is_suggested_with_the_words_that_fired(casey, town, new_tip):
    shown = part(page(casey, new_tip(town.school, text=GLOCK)), "signals")
    assert "Threat of violence" in shown and "glock</q>" in shown
    assert "Somebody may have a weapon with them" in shown and "a person judges" in shown


def test_an_ordinary_tip_shows_no_panel(casey, town, new_tip):
    shown = page(casey, new_tip(town.school, text="this homework is killing me"))
    assert 'id="signals"' not in shown and 'id="suggested"' not in shown


def test_what_is_judged_is_not_suggested_nor_anything_less(casey, town, new_tip, judged):
    tip = judged(
        new_tip(town.school, text=f"They bully him and {GLOCK}"), casey.account, "threat_of_violence"
    )
    shown = page(casey, tip)
    assert 'id="signals"' not in shown, "bullying would be less grave"
    lesser = judged(new_tip(town.school, text=f"They bully him and {GLOCK}"), casey.account, "bullying")
    assert "Perhaps graver" in page(casey, lesser) and "glock</q>" in part(page(casey, lesser), "signals")


def test_what_the_desk_wrote_is_not_read_for_suggestions(casey, town, new_tip):
    tip = new_tip(town.school, text="the lockers are broken")
    say(tip.id, "note", "has he a gun?", casey.account.pk)
    say(tip.id, "desk", "Is there a gun?", casey.account.pk)
    assert 'id="signals"' not in page(casey, tip)
    say(tip.id, "reporter", "yes he has a gun")
    assert "gun</q>" in part(page(casey, tip), "signals")


def test_of_very_much_the_beginning_and_the_newest_words_are_read_and_the_page_says_so(casey, town, new_tip):
    tip = new_tip(town.school, text=GLOCK)
    for n in range(4):
        say(tip.id, "reporter", f"{n} " + "the lockers are broken " * 800)
    assert 'id="signals-part"' in page(casey, tip) and "glock</q>" in part(page(casey, tip), "signals")
    say(tip.id, "reporter", "i want to kill myself")
    assert "myself</q>" in part(page(casey, tip), "signals")
    read = words(tip.id)
    assert len(said_by_reporter(read)) <= READ + 2 and not all_read(read)


class TestOnePress:
    def press(self, client, tip, headers=None, **more):
        given = {"suggested": "threat_of_violence", "narrative": "Kept words"} | more
        return client.post(f"/tip/{tip.number}/preview/", given, headers=headers or {})

    def test_puts_the_subtype_into_the_form_and_keeps_what_was_there(self, casey, town, new_tip):
        tip = new_tip(town.school, text=GLOCK)
        for headers in ({}, HX):
            answer = self.press(casey, tip, headers, subtypes=["bullying"])
            text = answer.content.decode()
            assert answer.status_code == 200 and "Kept words" in text
            for key in ("threat_of_violence", "bullying"):
                assert f'id="id_judge_{key}" checked' in text
            assert "This would demand" in text and "is put in" in text

    def test_judges_nothing_takes_nothing_and_is_on_record_as_a_view(self, casey, town, new_tip):
        tip = new_tip(town.school, text=GLOCK)
        self.press(casey, tip, HX)
        assert not Judgement.objects.exists() and not Claim.objects.exists()
        assert Entry.objects.filter(act="tip.viewed", object_id=str(tip.id)).count() == 1

    def test_a_code_that_somebody_made_up_puts_in_nothing(self, casey, town, new_tip):
        tip = new_tip(town.school, text=GLOCK)
        text = self.press(casey, tip, suggested="drop_everything").content.decode()
        assert "drop_everything" not in text and "This would demand" not in text

    def test_who_may_not_work_tips_may_not_press(self, signed_in, town, new_tip):
        auditor = signed_in("Avery", "auditor")
        tip = new_tip(town.school, text=GLOCK)
        assert self.press(auditor, tip).status_code == 403
        assert auditor.post(f"/tip/{tip.number}/reveals/", {"text": "my son"}).status_code == 403


class TestWhatIsMissing:
    def test_stands_at_the_reply_and_one_press_writes_the_question(self, casey, town, new_tip):
        tip = new_tip(town.school, text="something is wrong with my friend")
        assert 'name="insert" value="where"' in part(page(casey, tip), "missing")
        answer = casey.post(
            f"/tip/{tip.number}/reply/", {"insert": "where", "text": "Thank you."}, headers=HX
        )
        typed = answer.content.decode().split("<textarea")[1].split("</textarea>")[0]
        assert "Thank you.\nWhere is this happening?" in typed
        assert not Message.objects.filter(tip_id=tip.id, sender="desk").exists(), "nothing is sent"

    def test_is_asked_in_the_reporters_language(self, casey, town, new_tip):
        tip = new_tip(town.school, text="mi amigo se quiere matar", language="es")
        answer = casey.post(f"/tip/{tip.number}/reply/", {"insert": "alone", "text": ""}, headers=HX)
        assert "¿Hay alguien con esa persona ahora mismo?" in answer.content.decode()

    def test_is_not_asked_where_the_form_had_it_or_the_desk_has_asked(self, casey, town, new_tip):
        tip = new_tip(town.school, text="something is wrong", who="Tom B.", when="yesterday")
        shown = part(page(casey, tip), "missing")
        assert 'value="who"' not in shown and 'value="when"' not in shown and 'value="where"' in shown
        asked = "Where is this happening? A school, a room or a street helps."
        say(tip.id, "desk", asked, casey.account.pk)
        assert 'id="missing"' not in page(casey, tip)

    def test_the_taxonomys_questions_are_there_too(self, casey, town, new_tip):
        tip = new_tip(town.school, text="my friend wants to die")
        assert "Has the person already been hurt, or taken something?" in page(casey, tip)
        answer = casey.post(
            f"/tip/{tip.number}/reply/", {"insert": "ask.self_harm.0", "text": ""}, headers=HX
        )
        assert "Has the person already been hurt" in answer.content.decode().split("<textarea")[1]
        for nonsense in ("ask.self_harm.99", "ask.nothing.0", "ask.", "no_such"):
            answer = casey.post(f"/tip/{tip.number}/reply/", {"insert": nonsense, "text": "Kept"}, headers=HX)
            assert answer.content.decode().split("<textarea")[1].split(">")[1].startswith("\nKept")


class TestReleasing:
    @pytest.fixture
    def critical(self, casey, town, new_tip, judged):
        tip = new_tip(town.school, text="my daughter sat behind him: he has a gun <b>")
        return judged(tip, casey.account, "threat_of_violence", narrative="")

    def test_words_that_show_who_told_us_are_marked_and_never_taken_out(self, casey, critical):
        shown = page(casey, critical).split('id="release"')[1]
        assert ">my daughter</mark>" in shown and "how the reporter is related to somebody" in shown
        assert "my daughter sat behind him" in shown.split("<textarea")[1].split("</textarea>")[0]
        assert "&lt;b&gt;" in shown and "<b>\n" not in shown.split("</textarea>")[1].split("</form>")[0]

    def test_they_are_marked_anew_while_somebody_writes(self, casey, critical):
        address = f"/tip/{critical.number}/reveals/"
        answer = casey.post(address, {"text": "A student has a gun."}, headers=HX)
        assert answer.status_code == 200 and "<mark" not in answer.content.decode()
        assert (
            "<mark"
            in casey.post(address, {"narrative": "as his teacher I know"}, headers=HX).content.decode()
        )

    def test_without_scripts_a_button_looks_again_and_keeps_every_word(self, casey, critical):
        text = casey.post(f"/tip/{critical.number}/reveals/", {"text": "my brother told me"}).content.decode()
        shown = text.split('id="release"')[1]
        assert ">my brother</mark>" in shown and "my brother told me</textarea>" in shown.replace("\n", "")

    def test_the_judging_form_marks_them_too(self, casey, town, new_tip):
        tip = new_tip(town.school, text="my son told me that they push him")
        assert ">my son</mark>" in page(casey, tip).split('id="judge"')[1]


def test_another_language_than_the_channel_said_is_shown_with_its_words(casey, town, new_tip):
    shown = part(
        page(casey, new_tip(town.school, text="mi hermano no quiere ir a la escuela porque le pegan")),
        "signals",
    )
    assert "It seems to be written in Spanish" in shown and "<q>mi</q>" in shown
    assert 'id="signals-language"' not in page(
        casey, new_tip(town.school, text="no quiero vivir", language="es")
    )


def test_destroyed_words_suggest_nothing(casey, town, new_tip):
    from upstander.vault.models import WrappedKey

    tip = new_tip(town.school, text=GLOCK)
    WrappedKey.objects.filter(holder=tip.id).delete()
    shown = page(casey, tip)
    assert "were destroyed" in shown and 'id="signals"' not in shown
