"""What the pack of Illinois says."""

import re

import pytest

from tests.packs.conftest import ILLINOIS
from upstander.packs import Pack, UnknownCode
from upstander.packs.vocabulary import KINDS, MEASURES, OWNERS, PLACEHOLDERS, STATUSES

CRITICAL = ["imminent_harm", "emergency", "crime_against_person"]
SUBTYPES = {
    "imminent_harm": "threat_of_violence planned_school_attack self_harm",
    "emergency": "medical_emergency fire crime_in_progress trauma potential_injury",
    "crime_against_person": """assault fight domestic_violence dating_violence sexual_assault
        sexual_abuse sexual_misconduct human_trafficking kidnapping child_abduction child_abuse child_neglect
        internet_crime sexual_images_of_children""",
    "standard": """bullying cyber_bullying discrimination harassment hazing runaway smoking vaping
        substance_abuse staff_inappropriate_conduct""",
    "other": """truancy complaint_against_personnel complaint_about_school general_complaint false_report
        prank request_for_information incomplete_information misapplication""",
}


@pytest.mark.req("D-III.B")
def test_the_classes_stand_in_order_of_gravity(illinois: Pack) -> None:
    assert [c.code for c in illinois.classes] == [*CRITICAL, "standard", "other"]
    assert [c.code for c in illinois.classes if c.critical] == CRITICAL
    assert illinois.rank("imminent_harm") == 0


@pytest.mark.req("D-III.B.1.a")
@pytest.mark.req("D-III.B.1.b")
@pytest.mark.req("D-III.B.1.c")
@pytest.mark.req("D-IV.A.2.b.2")
@pytest.mark.req("D-IV.A.2.c")
@pytest.mark.req("D-IV.A.2.c.2")
@pytest.mark.req("D-IV.A.3.b")
@pytest.mark.req("D-IV.A.4.b")
@pytest.mark.parametrize("klass", SUBTYPES)
def test_every_subtype_that_the_directive_names_is_there_and_no_other_unless_marked(
    illinois: Pack, klass: str
) -> None:
    named = {s.code for s in illinois.subtypes_of(klass) if not s.added}
    assert named == {*SUBTYPES[klass].split(), "unspecified"}


def test_the_only_addition_is_a_concern_that_no_harm_is_imminent(illinois: Pack) -> None:
    assert [s.key for s in illinois.subtypes if s.added] == ["wellbeing_concern"]


def test_unspecified_needs_its_class(illinois: Pack) -> None:
    assert illinois.subtype("unspecified", "other").key == "other.unspecified"
    assert illinois.subtype("standard.unspecified").klass == "standard"
    with pytest.raises(UnknownCode):
        illinois.subtype("unspecified")


@pytest.mark.req("D-III.B")
def test_the_gravest_subtype_gives_the_class(illinois: Pack) -> None:
    assert illinois.gravest(["truancy", "bullying"]) == "standard"
    assert illinois.gravest(["bullying", "fight", "self_harm"]) == "imminent_harm"
    with pytest.raises(UnknownCode, match="'bullying'"):
        illinois.gravest(["bulying"])


@pytest.mark.req("D-IV.A.3.b")
@pytest.mark.req("D-IV.A.2.c")
@pytest.mark.parametrize("code", ["staff_inappropriate_conduct", "complaint_against_personnel"])
def test_staff_conduct_asks_whether_it_is_sexual(illinois: Pack, code: str) -> None:
    yes = {ask.question: ask.yes_subtype for ask in illinois.subtype(code).asks}
    assert yes["Is it sexual?"] == "sexual_misconduct"


def test_a_yes_to_a_question_never_leads_from_critical_to_less(illinois: Pack) -> None:
    for subtype in illinois.subtypes:
        for ask in subtype.asks:
            if ask.yes_subtype:
                klass = illinois.subtype(ask.yes_subtype).klass
                assert illinois.critical(klass) or illinois.rank(klass) <= illinois.rank(subtype.klass)


@pytest.mark.req("D-V")
@pytest.mark.req("D-II.E")
@pytest.mark.req("D-II.G")
def test_every_way_in_is_published_and_fictional(illinois: Pack) -> None:
    ways = {w.kind: w.value for w in illinois.ways_in}
    assert set(ways) == {"phone", "text", "email", "website", "app"}
    assert re.fullmatch(r"800-555-01\d\d", ways["phone"]) and re.fullmatch(r"800-555-01\d\d", ways["text"])
    assert ways["email"].endswith(".example")


@pytest.mark.req("D-II.A")
def test_end_users_are_of_the_directives_four_kinds(illinois: Pack) -> None:
    assert {e.code for e in illinois.end_users} == {"school", "district", "mental_health", "law_enforcement"}


def test_what_a_reporter_may_choose_has_plain_words_in_every_language(illinois: Pack) -> None:
    offered = [s for _, members in illinois.for_reporters() for s in members]
    assert len(offered) > 25
    for subtype in offered:
        words = {illinois.plain(subtype.key, language) for language in illinois.languages}
        assert len(words) == len(illinois.languages) or subtype.code == "bullying"
        assert subtype.plain == illinois.plain(subtype.key)


@pytest.mark.parametrize("status", STATUSES)
def test_a_status_is_a_sentence_in_every_language(illinois: Pack, status: str) -> None:
    for language in illinois.languages:
        text = illinois.text(f"reporter.status.{status}", language)
        assert text.endswith((".", "!")) and not illinois.placeholders(f"reporter.status.{status}", language)


def test_no_mail_can_name_the_reporter(illinois: Pack) -> None:
    assert not [word for word in PLACEHOLDERS if "reporter" in word or "name" in word.split("_")]
    for key in illinois.texts_under("mail"):
        assert not illinois.placeholders(f"mail.{key}") & {"reporter", "address", "email", "phone"}


@pytest.mark.req("D-IV.A.2.a.1")
def test_the_first_mail_of_a_critical_has_no_narrative_and_the_second_has(illinois: Pack) -> None:
    assert "narrative" not in illinois.placeholders("mail.critical.body")
    assert "narrative" in illinois.placeholders("mail.release.body")
    assert "narrative" in illinois.placeholders("mail.standard.body")
    assert "narrative" in illinois.placeholders("mail.other.body")


def test_no_subject_carries_the_narrative_or_a_name(illinois: Pack) -> None:
    for key in illinois.texts_under("mail"):
        if key.endswith("subject"):
            of_a_tip = not key.startswith(("invitation", "reverify"))
            named = {"school", "tip_number"} if of_a_tip else {"programme"}
            found = illinois.placeholders(f"mail.{key}")
            assert named <= found <= named | ({"class"} if key.startswith("release") else set())


@pytest.mark.req("D-IV.A.5.c")
def test_what_outreach_is_told_has_no_narrative(illinois: Pack) -> None:
    assert "narrative" not in illinois.placeholders("outreach.notify")


def test_a_text_says_what_is_not_known_rather_than_failing(illinois: Pack) -> None:
    text = illinois.text("mail.standard.subject", school="Lincoln {narrative} ES")
    assert text == "Tip for your attention - Lincoln {narrative} ES - not known"
    with pytest.raises(UnknownCode, match="mail.standard.subject"):
        illinois.text("mail.standard.subjekt")


def test_reporters_read_plain_words(illinois: Pack) -> None:
    """Flesch-Kincaid over all that a reporter reads in sentences: grade 6 or below."""
    texts = [
        t
        for k, t in illinois.texts["en"].items()
        if re.match(r"reporter\.(danger|trust|receipt|ack|status|phrase)", k)
    ]
    text = " ".join(texts).replace("988lifeline.org", "our site")
    sentences = len(re.findall(r"[.!?]+(?:\s|$)", text))
    words = re.findall(r"[A-Za-z']+", text)
    syllables = sum(max(1, len(re.findall(r"[aeiouy]+", w.lower().removesuffix("e")))) for w in words)
    assert 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59 <= 6


def test_all_reporters_texts_speak_of_confidential_never_of_anonymous(illinois: Pack) -> None:
    for texts in illinois.texts.values():
        assert not [key for key, text in texts.items() if re.search("an[oó]nim|anonym", text, re.IGNORECASE)]


def test_the_document_speaks_of_every_paragraph_and_rule(illinois: Pack) -> None:
    document = (ILLINOIS.parents[1] / "docs" / "directive.md").read_text()
    ranges = {"D-II.K", "D-II.M"}  # within "D-II.J to D-II.N"
    assert not [p.id for p in illinois.paragraphs if p.id not in document and p.id not in ranges]
    assert not [r.id for r in illinois.rules if f"`{r.id}`" not in document]


@pytest.mark.req("D-IV.A.2.review")
def test_there_are_eleven_troops_and_eight_zones_and_no_county_is_guessed(illinois: Pack) -> None:
    areas = illinois.areas
    assert len(areas.troops) == 11 and len(areas.zones) == 8
    troop, zone = areas.troop("Effingham"), areas.zone("Saint Clair County")
    assert troop and troop.code == "9" and zone and zone.code == "6"
    assert areas.troop("Fulton") is None and areas.zone("Cook") is None
    for area in (*areas.troops, *areas.zones):
        assert area.source and len(set(area.counties)) == len(area.counties)


def test_the_service_levels_name_what_is_measured_and_where_the_number_is_from(illinois: Pack) -> None:
    goals = {level.code: [(g.percent, g.seconds) for g in level.goals] for level in illinois.levels}
    assert goals["first_answer"] == [(90, 15), (95, 20)] and goals["psap_call"] == [(90, 60)]
    assert set(goals) == set(MEASURES) and all(level.source for level in illinois.levels)


def test_every_kind_that_can_be_owed_has_a_rule(illinois: Pack) -> None:
    assert {rule.kind for rule in illinois.rules} == set(KINDS)


def test_every_owner_of_the_directive_owes_something(illinois: Pack) -> None:
    assert {rule.owed_by for rule in illinois.rules} == set(OWNERS) - {"outreach"}


def test_a_new_statute_says_whether_somebody_compared_it_with_the_law(illinois: Pack) -> None:
    statutes = [p for p in illinois.paragraphs if p.statute]
    assert statutes and all(p.read and p.source for p in statutes)
    assert not [p.id for p in statutes if p.checked]  # nobody has yet: the desk says so


def test_the_promise_about_the_texts_of_a_screen_is_kept(illinois: Pack) -> None:
    """What a person at the desk reads about a duty is not empty in any of its parts."""
    for rule in illinois.rules:
        assert illinois.text(f"kind.{rule.kind}") and illinois.text(f"proof.{rule.proof}")
        for field in illinois.proof(rule.proof).fields:
            assert field.label
