"""What is still to be asked, which words would reveal who wrote, and the language."""

import pytest

from upstander.packs import Pack
from upstander.signals import suggest


def missing(pack: Pack, text: str, subtypes: tuple[str, ...] = ()) -> set[str]:
    return {m.code for m in suggest(pack, text, None, subtypes).missing if m.phrase}


def test_who_where_and_when_are_always_asked_where_they_are_missing(illinois: Pack) -> None:
    assert {"who", "where", "when"} <= missing(illinois, "something is wrong")
    told = missing(illinois, "yesterday my brother Jake did it in the cafeteria")
    assert not {"who", "where", "when"} & told


def test_a_threat_asks_for_weapon_access_and_plan(illinois: Pack) -> None:
    assert {"weapon", "access", "plan"} <= missing(illinois, "he said he is going to kill them")
    assert not {"weapon", "access"} & missing(
        illinois, "his dads gun is in his backpack and he will shoot them"
    )


def test_self_harm_asks_whether_anybody_is_with_the_person(illinois: Pack) -> None:
    assert "alone" in missing(illinois, "she wants to die")
    assert "alone" not in missing(illinois, "she wants to die, her mom is with her")
    assert "alone" not in missing(illinois, "the lockers are broken")


def test_each_question_has_a_phrase_in_every_language_of_the_pack(illinois: Pack) -> None:
    for fact in illinois.signals.facts:
        english, spanish = (illinois.text(f"reporter.phrase.{fact.phrase}", code) for code in ("en", "es"))
        assert english.endswith((".", "?")) and english != spanish


def test_a_suggested_subtype_brings_the_questions_of_the_taxonomy(illinois: Pack) -> None:
    questions = {m.question: m for m in suggest(illinois, "she runs away tonight").missing}
    asked = questions["Could somebody have taken or lured the child away?"]
    assert asked.about == ("runaway",) and asked.words[0].text.startswith("runs away")
    judged = suggest(illinois, "she runs away tonight", "standard", ("runaway",)).missing
    assert asked.question not in {m.question for m in judged}, "the judging form asks it then"


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("my daughter told me", "relation", "my daughter"),
        ("I sat behind him on the bus", "position", "I sat behind him"),
        ("he showed me the knife", "told_me", "showed me"),
        ("My name is Dana Whitfield", "own_name", "My name is Dana Whitfield"),
        ("this is Jake from room 4", "own_name", "this is Jake"),
        ("as a teacher I worry", "role", "as a teacher"),
        ("I live next to them", "home", "I live next"),
        ("write to dana.w@example.org please", "email", "dana.w@example.org"),
        ("call me (217) 555-0101", "phone", "(217) 555-0101"),
        ("my snap: jake_b09", "handle", "snap: jake_b09"),
        ("mi hija me dijo", "relation", "mi hija"),
        ("me llamo Ana", "own_name", "me llamo Ana"),
        ("yo me siento atrás de él", "position", "me siento atrás"),
    ],
)
def test_words_that_reveal_who_wrote_are_marked(illinois: Pack, text: str, code: str, words: str) -> None:
    found = {r.code: r.span.text for r in suggest(illinois, text).reveals}
    assert found.get(code) == words
    assert next(r.label for r in suggest(illinois, text).reveals if r.code == code)


def test_a_report_that_shows_nobody_has_no_marks(illinois: Pack) -> None:
    assert suggest(illinois, "A student carries a knife in the hallway on Monday.").reveals == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("he said that he is going to bring it to school", "en"),
        ("mi hermano dijo que no quiere ir a la escuela", "es"),
        ("Mój kolega ma nóż w szkole i boję się", "pl"),
        ("هناك شخص في المدرسة معه سكين", "ar"),
        ("میرے اسکول میں ایک لڑکا ہے", "ur"),
        ("у него в школе есть нож", "ru"),
        ("у нього в школі є ніж", "uk"),
        ("他说要带枪来学校", "zh"),
        ("학교에 칼을 가져왔어요", "ko"),
        ("il a dit qu'il est dans la cour avec un couteau", "fr"),
        ("có một bạn mang dao đến trường", "vi"),
        ("may dala siyang patalim sa paaralan", "tl"),
    ],
)
def test_the_language_is_known_by_its_own_words(illinois: Pack, text: str, code: str) -> None:
    found = suggest(illinois, text).language
    assert (found.code, found.sure) == (code, True)
    assert found.words and all(span.text in text for span in found.words)


@pytest.mark.parametrize("text", ["", "ok", "🔫", "lol", "12345"])
def test_where_a_text_does_not_say_the_language_stays_what_the_channel_said(
    illinois: Pack, text: str
) -> None:
    found = suggest(illinois, text, language="es").language
    assert (found.code, found.sure, found.words) == ("es", False, ())
