"""From a draft to what each level reads: two persons, releases by originators, corrections, recall."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from tests.network.support import make_second
from tests.products.conftest import (
    BULLETIN,
    FOUO,
    HEAD,
    HEAD_LES,
    LES,
    OPEN,
    agree,
    bulletin,
    product_of,
    text,
    title,
)
from upstander import clock as the_clock
from upstander.ids import new_id
from upstander.markings import Level
from upstander.products import content, drafts, queries, releasing, reviewing, shown, sources
from upstander.products.errors import CannotDo, Stale
from upstander.products.models import Release, Rendition, Version
from upstander.products.sources import Said

pytestmark = pytest.mark.req("S-products")
LES_NOTE = "An informant said so."


def read(product_id, level: Level) -> list[str]:
    """The words of a product at a level; its title first."""
    row = queries.rendition(product_id, level)
    return [] if row is None or row.ended_as else [row.title, *(line["text"] for line in row.body)]


class TestDrafts:
    def test_a_paragraph_without_a_marking_is_not_saved(self, saved):
        with pytest.raises(CannotDo, match="Paragraph 2 has no marking"):
            saved(bulletin(title(), text("Words", "")))
        with pytest.raises(CannotDo, match="secret, is not known here"):
            saved(bulletin(title(), text("Words", "secret")))
        assert not Version.objects.exists()

    def test_each_save_is_a_version_and_the_same_form_pressed_twice_is_one(self, saved):
        first = saved()
        assert saved(of=None) != first
        again = drafts.save(first.product_id, first.saved_by, 0, bulletin())
        second = saved(bulletin(*BULLETIN, text("More", "open")), of=first)
        assert again == first and second.number == 2
        assert first.paragraphs.count() == len(BULLETIN)

    def test_who_saves_over_somebody_elses_words_is_told_and_nothing_is_lost(self, saved, second):
        first = saved()
        saved(bulletin(*BULLETIN, text("Theirs", "open")), of=first)
        with pytest.raises(Stale) as why:
            drafts.save(first.product_id, second.pk, 1, bulletin(*BULLETIN, text("Mine", "open")))
        assert why.value.number == 2 and Version.objects.count() == 2

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"kind": "poem"}, "what kind of product"),
            ({"topics": ("astrology",)}, "topic is not known"),
            ({"kind": "webinar", "urgent": True}, "never urgent"),
            ({"lines": (text("Words", "open", source=new_id()),)}, "a source that this product does not have"),
            ({"lines": (text("x" * 20_001, "open"),)}, "too long"),
        ],
    )
    def test_what_no_form_offers_is_refused_in_words(self, saved, wrong, words):
        with pytest.raises(CannotDo, match=words):
            saved(bulletin(**wrong))


@pytest.mark.req("S-levels")
class TestTearLines:
    def test_each_level_gets_its_own_title_and_what_it_may_read(self, released):
        product = product_of(released())
        assert read(product, Level.OPEN) == [HEAD, OPEN]
        assert read(product, Level.FOUO) == [HEAD, OPEN, FOUO]
        assert read(product, Level.LES) == [HEAD_LES, OPEN, FOUO, LES]
        banners = [queries.rendition(product, level).banner for level in Level]
        assert banners == ["OPEN SOURCE", "FOR OFFICIAL USE ONLY", "LAW ENFORCEMENT SENSITIVE"]

    def test_what_is_all_les_is_nothing_for_anybody_else(self, released):
        product = product_of(released(bulletin(title(HEAD_LES, "les"), text(LES, "les"))))
        assert read(product, Level.OPEN) == read(product, Level.FOUO) == []
        assert [row.level for row in Rendition.objects.all()] == [Level.LES]


class TestTwoPersons:
    def test_nothing_goes_before_a_second_person_has_agreed_to_this_very_version(self, saved, sio, second):
        version = saved()
        with pytest.raises(CannotDo, match="second person has not agreed"):
            releasing.release(version.product_id, 1, sio.pk, new_id())
        agree(version, second)
        changed = saved(bulletin(*BULLETIN, text("More", "open")), of=version)
        with pytest.raises(CannotDo, match="second person has not agreed"):
            releasing.release(version.product_id, 2, sio.pk, new_id())
        agree(changed, second)
        assert releasing.release(version.product_id, 2, sio.pk, new_id()).alone is False

    def test_no_author_reviews_also_not_of_an_earlier_draft(self, saved, sio, second):
        version = drafts.save(new_id(), second.pk, 0, bulletin())
        later = saved(bulletin(*BULLETIN, text("More", "open")), of=version)
        for author in (sio, second):
            with pytest.raises(CannotDo, match="Another person must look"):
                reviewing.answer(later.product_id, 2, author.pk, new_id(), "agreed")
        agree(later, make_second("Third Person"))

    def test_an_objection_says_what_has_to_change_and_holds(self, saved, sio, second):
        version = saved()
        with pytest.raises(CannotDo, match="what has to change"):
            reviewing.answer(version.product_id, 1, second.pk, new_id(), "objected")
        agree(version, second)
        reviewing.answer(version.product_id, 1, second.pk, new_id(), "objected", "Names a child")
        with pytest.raises(CannotDo, match="second person has not agreed"):
            releasing.release(version.product_id, 1, sio.pk, new_id())
        assert queries.standing(version.product_id).state == "objected"

    def test_what_was_changed_since_it_was_looked_at_is_neither_reviewed_nor_released(self, saved, sio, second):
        version = saved()
        saved(bulletin(*BULLETIN, text("More", "open")), of=version)
        with pytest.raises(Stale):
            agree(version, second)
        with pytest.raises(Stale):
            releasing.release(version.product_id, 1, sio.pk, new_id())

    def test_an_urgent_notice_goes_on_the_sios_name_and_a_late_second_look_is_red(self, saved, sio, second, clock):
        version = saved(bulletin(urgent=True))
        assert releasing.release(version.product_id, 1, sio.pk, new_id()).alone
        assert queries.standing(version.product_id).red == ()
        clock(4 * 3600 + 1)
        (late,) = queries.standing(version.product_id).red
        assert "second look is overdue" in late
        agree(version, second)
        assert queries.standing(version.product_id).red == ()

    def test_what_is_out_alone_is_looked_at_also_when_a_newer_draft_was_saved(self, saved, sio, second, clock):
        version = saved(bulletin(urgent=True))
        releasing.release(version.product_id, 1, sio.pk, new_id())
        saved(bulletin(*BULLETIN, text("More", "open"), urgent=True), of=version)
        clock(5 * 3600)
        assert queries.standing(version.product_id).red
        agree(version, second)
        assert not queries.standing(version.product_id).red

    def test_what_waits_for_its_hour_does_not_go_against_an_objection(self, released, second):
        out = released(goes_at=the_clock.now() + timedelta(hours=1))
        reviewing.answer(product_of(out), 1, second.pk, new_id(), "objected", "Wrong school")
        assert releasing.waiting(product_of(out)) is None

    def test_nobody_else_and_no_hour_goes_without_a_second_person(self, saved, sio, second):
        version = saved(bulletin(urgent=True))
        with pytest.raises(CannotDo, match="only the School Intelligence Officer"):
            releasing.release(version.product_id, 1, second.pk, new_id())
        with pytest.raises(CannotDo, match="can wait for a second person"):
            releasing.release(version.product_id, 1, sio.pk, new_id(), goes_at=the_clock.now() + timedelta(hours=1))
        assert not Release.objects.exists()

    def test_urgent_or_not_every_check_of_markings_is_made(self, saved, sio):
        version = saved(bulletin(text(OPEN, "open"), urgent=True, topics=()))
        with pytest.raises(CannotDo) as why:
            releasing.release(version.product_id, 1, sio.pk, new_id())
        assert len(why.value.words) == 4  # three levels without a title, and no topic

    def test_pressed_twice_it_is_released_once(self, saved, sio, second):
        version, press = saved(), new_id()
        agree(version, second)
        for _ in range(2):
            releasing.release(version.product_id, 1, sio.pk, press)
        assert Release.objects.count() == 1 and Rendition.objects.count() == 3
        with pytest.raises(CannotDo, match="released already"):
            releasing.release(version.product_id, 1, sio.pk, new_id())


class TestThirdAgency:
    @pytest.fixture
    def theirs(self, saved, sio):
        """A draft with a paragraph of another agency's at LES, and its source."""
        first = saved()
        source = sources.add(first.product_id, sio.pk, new_id(), "Intelligence note 7", originator="Federal partner")
        line = text("What they saw.", "les", source=source.id)
        return saved(bulletin(*BULLETIN, line), of=first), source

    def said(self, level: Level) -> Said:
        return Said(level, "Duty officer", the_clock.now().date(), "By telephone")

    def test_another_agencys_words_wait_for_its_recorded_release_at_that_level(self, theirs, sio, second):
        version, source = theirs
        agree(version, second)
        with pytest.raises(CannotDo, match="is Federal partner's, who has not released it"):
            releasing.release(version.product_id, 2, sio.pk, new_id())
        sources.record_release(source, sio.pk, new_id(), self.said(Level.LES))
        releasing.release(version.product_id, 2, sio.pk, new_id())
        assert "What they saw." in read(version.product_id, Level.LES)
        assert "What they saw." not in read(version.product_id, Level.FOUO)

    def test_a_release_to_the_sworn_is_none_to_others(self, theirs, saved, sio):
        version, source = theirs
        sources.record_release(source, sio.pk, new_id(), self.said(Level.LES))
        lower = saved(bulletin(*BULLETIN, text("What they saw.", "fouo", source=source.id)), of=version)
        (problem,) = releasing.problems(releasing.of_version(lower))
        assert "released paragraph 6 at LES and above, and it is marked for FOUO" in problem

    def test_withdrawn_before_the_hour_it_does_not_go_and_after_it_stands_red(self, theirs, sio, second, clock):
        version, source = theirs
        given = sources.record_release(source, sio.pk, new_id(), self.said(Level.LES))
        agree(version, second)
        releasing.release(version.product_id, 2, sio.pk, new_id(), goes_at=the_clock.now() + timedelta(hours=1))
        sources.withdraw(given, sio.pk)
        assert queries.standing(version.product_id).state == "agreed" and not releasing.waiting(version.product_id)
        clock(2 * 3600)
        assert read(version.product_id, Level.LES) == []
        again = sources.record_release(source, sio.pk, new_id(), self.said(Level.FOUO))
        releasing.release(version.product_id, 2, sio.pk, new_id())
        assert queries.standing(version.product_id).red == ()
        sources.withdraw(again, sio.pk)
        assert "took back the release" in queries.standing(version.product_id).red[0]


class TestHours:
    def test_before_its_hour_nobody_reads_it_and_then_everybody(self, released, clock):
        product = product_of(released(goes_at=the_clock.now() + timedelta(hours=3)))
        assert read(product, Level.LES) == [] and queries.standing(product).state == "scheduled"
        clock(3 * 3600 + 5)
        assert read(product, Level.LES)[0] == HEAD_LES and queries.standing(product).state == "out"

    def test_taken_back_it_never_goes_and_can_go_later(self, released, sio, clock):
        product = product_of(released(goes_at=the_clock.now() + timedelta(hours=3)))
        releasing.take_back(product, sio.pk)
        clock(4 * 3600)
        assert read(product, Level.LES) == []
        with pytest.raises(CannotDo, match="Nothing of it waits"):
            releasing.take_back(product, sio.pk)
        releasing.release(product, 1, sio.pk, new_id())
        assert read(product, Level.LES)[0] == HEAD_LES


class TestCorrection:
    def test_it_says_what_has_changed_to_those_who_may_read_that(self, released):
        first = released()
        lines = (*BULLETIN[:3], text("The caller names a parade.", "fouo"), BULLETIN[4])
        with pytest.raises(CannotDo, match="Say what has changed"):
            released(bulletin(*lines), of=first.version)
        version = Version.objects.get(product=product_of(first), number=2)
        releasing.release(version.product_id, 2, first.by, new_id(), note="It is a parade.", note_marking="fouo")
        assert [queries.rendition(product_of(first), level).note for level in Level] == ["", "It is a parade.", "It is a parade."]
        assert "The caller names a parade." in read(product_of(first), Level.FOUO)

    @pytest.mark.req("S-levels")
    def test_what_changes_for_officers_alone_changes_nothing_for_others(self, released):
        first = released()
        lines = (*BULLETIN[:4], text("The account is somebody else's.", "les"))
        second = released(bulletin(*lines), of=first.version, note="Another account.", note_marking="les")
        assert [row.level for row in Rendition.objects.filter(release=second)] == [Level.LES]
        assert [queries.rendition(product_of(first), level).ordinal for level in Level] == [1, 1, 2]

    @pytest.mark.req("S-levels")
    def test_what_it_says_has_changed_is_a_paragraph_of_the_banner_and_of_how_it_is_handled(self, released):
        first = released(bulletin(title(), text(OPEN, "open"), text(FOUO, "fouo")))
        lines = (title(), text("Two schools had calls.", "open"), text(FOUO, "fouo"))
        released(bulletin(*lines), of=first.version, note="An informant said so.", note_marking="les")
        rows = {level: queries.rendition(product_of(first), level) for level in Level}
        assert [(rows[level].note, rows[level].note_portion) for level in Level] == [("", ""), ("", ""), (LES_NOTE, "LES")]
        assert [row.banner for row in rows.values()] == ["OPEN SOURCE", "FOR OFFICIAL USE ONLY", "LAW ENFORCEMENT SENSITIVE"]
        les = content.scheme().marking("les")
        assert rows[Level.LES].handling == [les.handling] and les.handling not in rows[Level.FOUO].handling

    @pytest.mark.req("S-levels")
    def test_the_banner_of_a_note_alone_changes_nothing_for_a_level_whose_words_stay(self, released):
        first = released(bulletin(title(), text(OPEN, "open"), text(LES, "les")))
        lines = (title(), text(OPEN, "open"), text("The account is somebody else's.", "les"))
        second = released(bulletin(*lines), of=first.version, note="Vetted ones need not read it.", note_marking="fouo")
        assert [row.level for row in Rendition.objects.filter(release=second)] == [Level.LES]

    @pytest.mark.req("S-levels")
    def test_what_is_for_named_persons_goes_to_no_list_as_a_note_or_as_a_recall(self, released, sio):
        first = released()
        with pytest.raises(CannotDo, match="for named persons only"):
            other = bulletin(title(), text("Other.", "open"))
            released(other, of=first.version, note="For three of you.", note_marking="tlp_red")
        with pytest.raises(CannotDo, match="for named persons only"):
            releasing.recall(product_of(first), sio.pk, new_id(), "Wrong", "For three of you.", "tlp_red")

    def test_a_level_to_which_nothing_is_left_reads_that_it_is_gone(self, released):
        first = released()
        released(bulletin(title("A suspect", "fouo"), text(LES, "fouo")), of=first.version, note="Graver.", note_marking="fouo")
        gone = queries.rendition(product_of(first), Level.OPEN)
        assert gone.ended_as == "left_out" and gone.body == [] and gone.title == "" and gone.note == ""
        assert not queries.newest(Level.OPEN).exists() and queries.newest(Level.FOUO).count() == 1


class TestRecall:
    def test_it_reaches_every_level_with_the_same_words_and_no_line_of_it_is_read_again(self, released, sio):
        product = product_of(released())
        with pytest.raises(CannotDo, match="Write why"):
            releasing.recall(product, sio.pk, new_id(), "Wrong person", " ")
        releasing.recall(product, sio.pk, new_id(), "Wrong person", "Destroy every copy.")
        for level in Level:
            assert read(product, level) == []
            assert queries.rendition(product, level).ended_words == "Destroy every copy."
        assert queries.standing(product).state == "recalled"

    @pytest.mark.req("S-levels")
    def test_its_words_are_marked_and_never_above_the_lowest_level_that_gets_them(self, released, sio):
        product = product_of(released())
        with pytest.raises(CannotDo, match="had it, and are told these words"):
            releasing.recall(product, sio.pk, new_id(), "Wrong", "The informant lied.", "les")
        assert read(product, Level.LES)
        vetted = product_of(released(bulletin(title("Vetted", "fouo"), text(FOUO, "fouo"))))
        releasing.recall(vetted, sio.pk, new_id(), "Wrong", "It was a drill.", "tlp_amber")
        told = [shown.told(queries.rendition(vetted, level)) for level in (Level.FOUO, Level.LES)]
        assert [(one.marked, one.banner, one.level) for one in told] == [("(TLP:AMBER) It was a drill.", "TLP:AMBER", 1)] * 2
        with pytest.raises(DatabaseError, match="not for this level"), transaction.atomic():
            Rendition.objects.filter(product=product, level=Level.OPEN).update(ended_words="Other words.")

    def test_what_is_not_out_cannot_be_recalled(self, saved, sio):
        version = saved()
        with pytest.raises(CannotDo, match="Nothing of it is out"):
            releasing.recall(version.product_id, sio.pk, new_id(), "Why", "Words")

    def test_corrected_after_a_recall_it_is_read_again(self, released, sio):
        first = released()
        releasing.recall(product_of(first), sio.pk, new_id(), "Wrong", "Destroy it.")
        released(bulletin(*BULLETIN, text("Now right.", "open")), of=first.version, note="Right now.", note_marking="open")
        assert "Now right." in read(product_of(first), Level.OPEN)
        assert queries.standing(product_of(first)).state == "out"
