"""What is found, kind by kind, beyond the labelled texts: forms, tricks, the programme's own, and what is left alone."""

import pytest

from tests.identifying.support import KNOWN, shown
from upstander.identifying import WORDS, Kind, Known, Sure, counts, findings
from upstander.ids import tip_number

HIDDEN = [
    "Ma\u200brcus",
    "\uff2d\uff41\uff52\uff43\uff55\uff53",
    "M\u0430rcus",
    "M\u0301a\u0300rcus",
    "M.a.r.c.u.s",
    "m a r c u s",
    "MARCUS",
    "Mar-cus",
    "Mar-\ncus",
    "m4rcus",
    "MarcusHill",
    "marcus_hill",
    "\U0001d40c\U0001d41a\U0001d42b\U0001d41c\U0001d42e\U0001d42c",
    "Mar\u00adcus",
    "M\u202earcus",
]


@pytest.mark.req("S-repository")
@pytest.mark.parametrize("written", HIDDEN, ids=ascii)
def test_a_name_is_found_however_it_is_hidden(written: str) -> None:
    text = f"We heard that {written} has it."
    found = [words for kind, words in shown(text) if kind is Kind.NAME]
    assert found, text
    assert found[0] in written or written in found[0]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("217-555-0142", Kind.PHONE),
        ("+1 (217) 555-0142", Kind.PHONE),
        ("\uff12\uff11\uff17\uff15\uff15\uff15\uff10\uff11\uff14\uff12", Kind.PHONE),
        ("\u0662\u0661\u0667 \u0665\u0665\u0665 \u0660\u0661\u0664\u0662", Kind.PHONE),
        ("2 1 7 - 5 5 5 - 0 1 4 2", Kind.PHONE),
        ("217\n555\n0142", Kind.PHONE),
        ("two one seven five five five zero one four two", Kind.PHONE),
        ("555-0142", Kind.PHONE),
        ("j.doe@school.example", Kind.EMAIL),
        ("j.doe @ school . example", Kind.EMAIL),
        ("jdoe (at) school (dot) example", Kind.EMAIL),
        ("discord.gg/abc123", Kind.LINK),
        ("@shadow_fox", Kind.HANDLE),
        ("512-44-0199", Kind.NUMBER),
        ("39.7817, -89.6501", Kind.NUMBER),
        ("10.20.30.40", Kind.NUMBER),
        ("1408 Sycamore Avenue", Kind.ADDRESS),
        ("IL 62360", Kind.ADDRESS),
        ("oak grove hs", Kind.SCHOOL),
        ("Lincoln Elementary School", Kind.SCHOOL),
        ("Escuela Primaria Roble Alto", Kind.SCHOOL),
        ("District 204", Kind.SCHOOL),
    ],
)
def test_each_kind_is_found(words: str, kind: Kind) -> None:
    assert kind in [k for k, _ in shown(f"It was {words} again.")]


@pytest.mark.req("D-IV.A.3.a")
def test_a_tips_own_number_is_found_in_any_spelling() -> None:
    for _ in range(50):
        number = tip_number()
        for written in (number, number.lower(), number.replace("-", " ")):
            assert any(k is Kind.TIP_NUMBER for k, _ in shown(f"as in tip {written}, which")), written


def test_what_the_programme_itself_publishes_is_left_alone() -> None:
    text = "Call 800-555-0142 or write to tips@upstander.example."
    assert shown(text) == []
    assert {k for k, _ in shown(text, Known())} == {Kind.PHONE, Kind.EMAIL}


def test_a_place_counts_where_one_person_is_spoken_of() -> None:
    assert (Kind.PLACE, "Ridgeway") in shown("A boy in Ridgeway brought it.")
    assert shown("Training will be held in Ridgeway for all members.") == []


def test_a_day_in_an_invitation_is_only_perhaps_and_beside_a_person_more() -> None:
    assert shown("The webinar is on March 4 at 10:00 a.m.") == []
    assert (Kind.DATE, "March 4") in shown("The webinar is on March 4 at 10:00 a.m.", sure=Sure.PERHAPS)
    assert (Kind.DATE, "March 4") in shown("On March 4 she came back.")


def test_traits_that_are_harmless_alone_are_narrow_together() -> None:
    assert shown("The student is deaf.") == []
    assert [k for k, _ in shown("The student is deaf and plays on the soccer team.")] == [
        Kind.NARROW,
        Kind.NARROW,
    ]


def test_a_known_school_is_not_taken_for_a_person_nor_a_law_for_a_victim() -> None:
    assert shown("Marsy's Law and the Jeanne Clery Act apply.") == []
    assert shown("Lincoln Elementary School") == [(Kind.SCHOOL, "Lincoln Elementary School")]


def test_a_schools_name_of_ordinary_words_in_small_letters_counts_where_somebody_is_at_it() -> None:
    known = Known.of(schools=["Hope High School", "Safe School Program"])
    assert shown("Every safe school program and each hope center took part.", known) == []
    assert (Kind.SCHOOL, "hope high") in shown("She goes to hope high now.", known)
    assert (Kind.SCHOOL, "Hope High") in shown("Training at Hope High for all.", known)


def test_findings_stand_in_their_order_and_say_nothing_of_the_words() -> None:
    found = findings("She told Marcus Delgado and Ana Ruiz on March 4.", KNOWN)
    assert [f.start for f in found] == sorted(f.start for f in found)
    assert "Marcus" not in repr(found)
    assert counts(found)[Kind.NAME] == 2


def test_every_reason_has_words() -> None:
    assert all(words.endswith((".", "?")) for words in WORDS.values())
