"""Members give; the School Intelligence Officer asks back, thanks, hands on as a draft (S-roles, S-peer)."""

from uuid import UUID

import pytest

from tests.forum.support import GIFT, Person, mailed
from upstander.forum import contributions, handing, queries
from upstander.forum.acting import CannotDo
from upstander.forum.handing import Handed
from upstander.forum.models import Contribution, ContributionStep, Word
from upstander.ids import new_id
from upstander.markings import Level
from upstander.products.content import of_version
from upstander.products.models import Product

pytestmark = [pytest.mark.django_db, pytest.mark.req("S-roles"), pytest.mark.req("S-peer")]


@pytest.fixture
def gift(them) -> Contribution:
    """Ana's lesson."""
    assert them.ana.post("/forum/contribute/", **GIFT).status_code == 302
    return Contribution.objects.get()


@pytest.fixture
def drafts(monkeypatch) -> list[Handed]:
    """A room that takes drafts."""
    taken: list[Handed] = []
    monkeypatch.setattr(handing, "_products", handing._Products())

    def begin(who: object, handed: Handed) -> UUID:
        taken.append(handed)
        return new_id()

    handing.register(begin, lambda draft_id: f"/desk/drafts/{draft_id}/")
    return taken


def act(person: Person, gift: Contribution, kind: str, text: str = "", press: UUID | None = None) -> int:
    return person.post(f"/desk/forum/contributions/{gift.pk}/", press, kind=kind, text=text).status_code


def state() -> str:
    return str(queries.contributions().get().state)


def test_from_giving_to_a_draft_with_a_question_between(them, gift, drafts):
    assert "Doors" in them.sio.get("/desk/forum/")
    assert act(them.sio, gift, "asked", "At which hours?") == 302
    assert "At which hours?" in them.ana.get(f"/forum/contributions/{gift.pk}/")
    assert "Doors" not in them.sio.get("/desk/forum/")
    assert them.ana.post(f"/forum/contributions/{gift.pk}/", kind="clarified", text="Evenings.").status_code == 302
    assert "Evenings." in them.sio.get(f"/desk/forum/contributions/{gift.pk}/")
    assert act(them.sio, gift, "thanked", "This helps many.") == act(them.sio, gift, "published") == 302
    [handed] = drafts
    assert (handed.title, handed.level, handed.originator, handed.member_id) == ("Doors", Level.FOUO, "", them.ana.member.pk)
    assert "/desk/drafts/" in them.sio.get(f"/desk/forum/contributions/{gift.pk}/")
    assert "a product is being made of it" in them.ana.get("/forum/")
    assert [word.kind for word in Word.objects.order_by("at")] == ["asked", "heard", "heard"]
    assert mailed(*Word.objects.all()) == [them.ana.account.email] * 3


def test_without_a_room_that_takes_drafts_there_is_no_button_and_no_step(them, gift, monkeypatch):
    monkeypatch.setattr(handing, "_products", handing._Products())
    assert "Begin a draft" not in them.sio.get(f"/desk/forum/contributions/{gift.pk}/")
    assert act(them.sio, gift, "published") == 422 and not ContributionStep.objects.exists()


def test_the_room_of_products_begins_a_draft_that_no_member_reads_and_that_is_marked_as_proposed(them):
    text = "Side doors were propped open.\n\nWe hung alarms on them."
    them.cole.post("/forum/contribute/", **GIFT | {"level": 2, "text": text}, originator="Millbrook Police", source="A colleague")
    assert act(them.sio, Contribution.objects.get(), "published") == 302
    product = Product.objects.get()
    draft = of_version(product.versions.latest("number"))
    assert [(row.text, row.level) for row in draft.rows] == [
        ("Doors", 2), ("Side doors were propped open.", 2), ("We hung alarms on them.", 2),
    ]  # fmt: skip
    assert all(mark.originator == "Millbrook Police" and mark.released_to is None for mark in draft.paragraphs)
    page = them.sio.get(f"/desk/products/{product.pk}/")
    assert "We hung alarms on them." in page and "A colleague" not in page and "Cole Hart" not in page
    for person in (them.ana, them.cole):
        assert person.status(f"/products/{product.pk}/") == 404 and person.status(f"/desk/products/{product.pk}/") == 403


def test_whose_material_it_is_goes_over_with_it(them, drafts):
    them.ana.post("/forum/contribute/", **GIFT, originator="Millbrook Police")
    assert act(them.sio, Contribution.objects.get(), "published") == 302
    assert drafts[0].originator == "Millbrook Police" and drafts[0].may_pass_on is False


@pytest.mark.parametrize("kind", ["clarified", "nonsense", ""])
def test_the_staff_take_no_step_that_is_the_givers(them, gift, kind):
    assert act(them.sio, gift, kind, "x") == 422 and state() == "new"


def test_nobody_else_reads_it_and_no_member_decides(them, gift):
    for person in (them.ben, them.cole):
        assert person.status(f"/forum/contributions/{gift.pk}/") == 404
    for person in (them.ana, them.ben):
        assert person.status(f"/desk/forum/contributions/{gift.pk}/") == 403
        assert act(person, gift, "thanked") == 403
    with them.ana.acting() as ana, pytest.raises(CannotDo):
        contributions.step(ana, gift.pk, "thanked", "", new_id())
    with them.ben.acting() as ben, pytest.raises(CannotDo):
        contributions.step(ben, gift.pk, "clarified", "x", new_id())
    assert state() == "new"


def test_pressed_twice_it_is_one_and_other_words_are_another(them):
    press, step = new_id(), new_id()
    for _ in range(2):
        them.ana.post("/forum/contribute/", press, **GIFT)
    gift = Contribution.objects.get()
    for _ in range(2):
        assert act(them.sio, gift, "asked", "When?", step) == 302
    assert ContributionStep.objects.count() == 1 and Word.objects.count() == 1
    assert act(them.sio, gift, "asked", "Where?", step) == 302 and ContributionStep.objects.count() == 2


def test_above_ones_level_nothing_is_offered_nor_taken(them):
    assert "LES" not in them.ana.get("/forum/contribute/") and "LES" in them.cole.get("/forum/contribute/")
    assert them.ana.post("/forum/contribute/", **GIFT | {"level": 2}).status_code == 422
    with them.ana.acting() as ana, pytest.raises(CannotDo):
        contributions.contribute(ana, contributions.Given("lesson", "T", "x", 2), new_id())
    assert not Contribution.objects.exists()


def test_what_could_tell_a_child_is_shown_to_its_writer_and_marked_for_the_officer(them):
    named = GIFT | {"text": "Marcus Bellweather, 9th grade, brought it on March 3."}
    answer = them.ana.post("/forum/contribute/", **named)
    body = answer.content.decode()
    assert answer.status_code == 422 and "Marcus Bellweather, 9th grade" in body and "This may tell who somebody is" in body
    assert not Contribution.objects.exists()
    assert them.ana.post("/forum/contribute/", **named, as_it_is="on").status_code == 302
    gift = Contribution.objects.get()
    assert gift.found and "Marcus" not in str(gift.found)
    assert "“Marcus Bellweather”" in them.sio.get(f"/desk/forum/contributions/{gift.pk}/")


@pytest.mark.parametrize("missing", ["title", "text", "kind", "level"])
def test_a_form_with_a_gap_comes_back_with_what_was_typed(them, missing):
    answer = them.ana.post("/forum/contribute/", **{k: v for k, v in GIFT.items() if k != missing} | {"source": "Kept words"})
    assert answer.status_code == 422 and "Kept words" in answer.content.decode() and not Contribution.objects.exists()
