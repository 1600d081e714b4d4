"""No paragraph is read below its level, no banner is lower than what is under it; what keeps a draft back is said in words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import ATTACK
from tests.markings.scheme import SCHEME, marking
from upstander.markings import (
    Fault,
    Kind,
    Level,
    Paragraph,
    Scheme,
    UnknownMarking,
    banner,
    edition,
    editions,
    problems,
    tear_line,
    title,
)
from upstander.markings.scheme import flaws

CODES = [m.code for m in SCHEME]

pytestmark = pytest.mark.req("S-levels")


def head(text: str, code: str) -> Paragraph:
    return Paragraph(text, code, Kind.TITLE)


BULLETIN = (
    head("Threats by e-mail", "open"),
    head("Threats by e-mail, with a suspect", "les"),
    Paragraph("Three schools were threatened.", "open"),
    Paragraph("The sender names a staff meeting.", "fouo"),
    Paragraph("The account is known to us.", "les"),
    Paragraph("A partner saw the same address.", "tlp_amber"),
)


def said(draft: tuple[Paragraph, ...] | list[Paragraph]) -> set[Fault]:
    return {problem.fault for problem in problems(draft, SCHEME)}


class TestTearLines:
    def test_each_level_gets_what_is_at_it_or_below_in_the_drafts_order(self) -> None:
        assert [len(tear_line(BULLETIN, level, SCHEME)) for level in Level] == [2, 4, 6]
        texts = [p.text for p in edition(BULLETIN, Level.FOUO, SCHEME).body]
        assert texts == [BULLETIN[2].text, BULLETIN[3].text, BULLETIN[5].text]

    def test_the_highest_title_that_a_level_may_read_is_its_title(self) -> None:
        assert title(BULLETIN, Level.FOUO, SCHEME).text == "Threats by e-mail"
        assert title(BULLETIN, Level.LES, SCHEME).text == "Threats by e-mail, with a suspect"

    def test_a_level_of_which_only_titles_and_headings_are_left_never_hears_of_it(self) -> None:
        draft = (head("Raid", "open"), Paragraph("What we know", "fouo", Kind.HEADING), Paragraph("At six.", "les"))
        assert [e.level for e in editions(draft, SCHEME)] == [Level.LES]

    def test_what_has_no_marking_that_is_known_is_read_nowhere(self) -> None:
        for code in ("", "secret"):
            assert tear_line([Paragraph("Words", code)], Level.LES, SCHEME) == ()
            with pytest.raises(UnknownMarking):
                banner([Paragraph("Words", code)], SCHEME)


class TestBanner:
    @pytest.mark.parametrize(
        ("codes", "reads"),
        [
            (["open"], "OPEN SOURCE"),
            (["fouo", "open"], "FOUO"),
            (["tlp_amber", "fouo", "tlp_green"], "TLP:AMBER // FOUO"),  # what TLP asks is asked beside FOUO
            (["les", "tlp_amber"], "LES"),  # the portion mark still says AMBER; LES asks for more
            (["les", "fouo_les"], "FOUO-LES"),
            (["tlp_clear", "les"], "LES"),  # never "CLEAR" over what is not
            (["tlp_red", "les"], "TLP:RED // LES"),
        ],
    )
    def test_the_highest_wins(self, codes: list[str], reads: str) -> None:
        found = banner([Paragraph("Words", code) for code in codes], SCHEME)
        assert found.text == reads and len(found.handling) == len(found.markings)


class TestProblems:
    def test_a_whole_draft_has_none(self) -> None:
        assert problems(BULLETIN, SCHEME) == ()

    @pytest.mark.parametrize(
        ("paragraph", "fault", "words"),
        [
            (Paragraph("Words", ""), Fault.NO_MARKING, "Paragraph 7 has no marking"),
            (Paragraph("Words", "secret"), Fault.UNKNOWN_MARKING, "secret, is not known here"),
            (Paragraph(" \n", "fouo"), Fault.EMPTY, "Paragraph 7 is empty"),
            (Paragraph("Map", "open", Kind.PICTURE), Fault.NO_ALTERNATIVE, "Write what it shows"),
            (Paragraph("Words", "les", originator="FBI"), Fault.NOT_RELEASED, "is FBI's, who has not released it"),
            (
                Paragraph("Words", "fouo", originator="FBI", released_to=Level.LES),
                Fault.RELEASED_HIGHER,
                "FBI has released paragraph 7 at LES and above, and it is marked for FOUO",
            ),
            (Paragraph("Words", "tlp_red"), Fault.INDIVIDUALS, "TLP:RED is for named persons only"),
        ],
    )
    def test_what_keeps_a_draft_back_is_said_with_its_place_and_what_to_do(self, paragraph, fault, words) -> None:
        (problem,) = problems((*BULLETIN, paragraph), SCHEME)
        assert problem.fault is fault and problem.position == 6
        assert words in str(problem) and str(problem).endswith(".")

    def test_a_release_reaches_the_levels_above_it(self) -> None:
        released = Paragraph("Words", "les", originator="FBI", released_to=Level.FOUO)
        assert problems((*BULLETIN, released), SCHEME) == ()

    def test_named_persons_may_get_what_no_list_may(self) -> None:
        assert problems((*BULLETIN, Paragraph("Words", "tlp_red")), SCHEME, to_list=False) == ()

    def test_text_for_a_level_needs_a_title_that_this_level_may_read(self) -> None:
        draft = (head("A suspect", "les"), Paragraph("Three schools.", "open"))
        assert [str(p) for p in problems(draft, SCHEME)] == [
            f"Readers at {level} would get text without a title. Write a title that they may read." for level in ("OPEN", "FOUO")
        ]

    def test_two_titles_for_one_level_leave_open_which_it_is(self) -> None:
        assert said([*BULLETIN, head("Another", "tlp_amber"), head("A third", "fouo")]) == {Fault.TWO_TITLES}

    def test_nothing_at_all_is_no_product(self) -> None:
        assert said([]) == {Fault.NOTHING}
        assert Fault.NOTHING in said([head("Only a title", "fouo")])

    def test_each_can_be_put_into_the_readers_language(self) -> None:
        (problem,) = problems((*BULLETIN, Paragraph("Words", "")), SCHEME)
        assert problem.words(lambda text: text.replace("Paragraph", "Párrafo")).startswith("Párrafo 7 ")


class TestScheme:
    def test_this_one_contradicts_itself_nowhere(self) -> None:
        assert list(flaws(SCHEME.markings)) == []

    @pytest.mark.parametrize("label", ["TLP AMBER", "tlp:amber", "TLP: AMBER", "TLP:AMBAR", "TLP:WHITE", "TLP:AMBER STRICT"])
    def test_a_label_of_tlp_is_written_as_first_writes_it(self, label: str) -> None:
        (flaw, *_) = flaws([marking("tlp_x", "tlp", Level.FOUO, 1, label)])
        assert "is no label of TLP 2.0" in flaw.message and "TLP:" in flaw.hint

    def test_what_fewer_may_read_never_ranks_below(self) -> None:
        wrong = [marking("les", "caveat", Level.LES, 1, "LES"), marking("fouo", "caveat", Level.FOUO, 2, "FOUO")]
        assert [(f.index, f.key) for f in flaws(wrong)] == [(1, "rank")]

    def test_tlp_keeps_its_order_and_red_is_for_persons(self) -> None:
        wrong = [marking("red", "tlp", Level.LES, 1, "TLP:RED"), marking("amber", "tlp", Level.LES, 2, "TLP:AMBER")]
        assert {f.key for f in flaws(wrong)} == {"rank", "individuals"}

    def test_nothing_stands_twice(self) -> None:
        one = marking("les", "caveat", Level.LES, 1, "LES")
        assert {f.key for f in flaws([one, one])} == {"code", "rank", "portion"}


TEXTS = st.text(max_size=3)
PARAGRAPHS = st.builds(
    Paragraph,
    text=TEXTS,
    marking=st.sampled_from([*CODES, *CODES, "", "secret"]),
    kind=st.sampled_from(Kind),
    originator=st.sampled_from(["", "", "FBI"]),
    released_to=st.none() | st.sampled_from(Level),
    alt=TEXTS,
)
DRAFTS = st.lists(PARAGRAPHS, max_size=7)
SCHEMES = st.just(SCHEME) | st.lists(
    st.builds(
        marking,
        code=st.sampled_from(CODES),
        scheme=st.sampled_from(["caveat", "tlp", "cui"]),
        level=st.sampled_from(Level),
        rank=st.integers(0, 3),  # also schemes that contradict themselves: the rule needs no rank
        banner=st.sampled_from("ABCD"),
    ),
    max_size=6,
    unique_by=lambda m: m.code,
).map(lambda found: Scheme(tuple(found)))


@settings(max_examples=100_000 if ATTACK else 4000)
@given(DRAFTS, SCHEMES)
def test_no_paragraph_is_ever_read_below_its_level_and_no_banner_is_lower_than_what_stands_under_it(
    draft: list[Paragraph], scheme: Scheme
) -> None:
    for level in Level:
        seen = tear_line(draft, level, scheme)
        assert all(scheme.marking(p.marking).level <= level for p in seen)
        left = [p for p in draft if p not in seen]
        assert all(scheme.get(p.marking) is None or scheme.marking(p.marking).level > level for p in left)
        if found := edition(draft, level, scheme):
            shown = [*found.body, *([found.title] if found.title else [])]
            assert all(p in seen for p in shown) and found.banner.level <= level
            for paragraph in shown:
                own = scheme.marking(paragraph.marking)
                assert found.banner.level >= own.level
                assert any((m.level, m.rank) >= (own.level, own.rank) for m in found.banner.markings)


@settings(max_examples=1000)
@given(DRAFTS)
def test_a_draft_without_problems_has_a_title_for_each_level_and_every_release_it_needs(draft: list[Paragraph]) -> None:
    found = list(editions(draft, SCHEME))
    if any(e.title is None for e in found):
        assert Fault.NO_TITLE in said(draft)
    if not problems(draft, SCHEME):
        assert found and found[-1].level is Level.LES  # whoever may read most always gets it
        for e in found:
            assert all(not p.originator or p.released_to <= e.level for p in (*e.body, e.title))
