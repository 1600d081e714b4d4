"""What is heard, however it is spelled, and what is not cried at."""

from dataclasses import replace

import pytest

from tests.signals.conftest import SENTENCES
from upstander.packs import Pack
from upstander.packs.phrases import SHORTEST_STEM
from upstander.signals import suggest
from upstander.signals.lexicon import LONGEST, lexicon

HEARD = [(text, subtype) for subtype, texts in SENTENCES["heard"].items() for text in texts]


def heard(pack: Pack, text: str) -> set[str]:
    return {g.subtype for g in suggest(pack, text).graver}


@pytest.mark.parametrize(("text", "subtype"), HEARD)
def test_it_is_heard(illinois: Pack, text: str, subtype: str) -> None:
    assert subtype in heard(illinois, text)


@pytest.mark.parametrize("text", SENTENCES["critical"])
def test_what_is_said_in_a_roundabout_way_is_called_perhaps_critical(illinois: Pack, text: str) -> None:
    assert any(illinois.critical(g.klass) for g in suggest(illinois, text).graver)


@pytest.mark.parametrize("text", SENTENCES["ordinary"])
def test_ordinary_speech_is_left_alone(illinois: Pack, text: str) -> None:
    assert heard(illinois, text) == set()


@pytest.mark.parametrize(
    "spelled",
    [
        "I want to kill myself",
        "i wanna kms",
        "i want 2 k1ll myself",
        "I wAnT tO KILL MYSELF!!!!",
        "i want to killllll myself",
        "i want to k i l l myself",
        "i want to k.i.l.l myself",
        "i want to k*ll myself",
        "i want to killmyself",
        "i want to kіll myself",  # a Cyrillic i
        "ｉ ｗａｎｔ ｔｏ ｋｉｌｌ ｍｙｓｅｌｆ",
        "i want to ki\u200bll mys\u00adelf",
        "i just want to... kill myself",
        "i literally just really want to fucking kill myself fr",
        "#killmyself",
        "want to unalive myself",
        "sucide",
        "sewerslide",
    ],
)
def test_suicide_is_heard_however_it_is_spelled(illinois: Pack, spelled: str) -> None:
    assert "self_harm" in heard(illinois, spelled)


@pytest.mark.parametrize(
    "spelled",
    [
        "he has a gun",
        "he has a g.u.n",
        "he has a 🔫",
        "he has a gunnn",
        "he's got a gl0ck",
        "hes got a glizzy",
    ],
)
def test_a_gun_is_heard_however_it_is_spelled(illinois: Pack, spelled: str) -> None:
    assert "threat_of_violence" in heard(illinois, spelled)


@pytest.mark.parametrize(
    "text",
    [
        "this homework is killing me and i want to kill myself",
        "lol jk but he has a gun",
        "we play fortnite and he said he will bring a gun to school",
        "not joking he is gonna shoot someone",
        "haha 💀💀 he said hes gonna shoot us",
        "I don't know if it is true but he has a knife",
    ],
)
def test_an_idiom_a_game_a_joke_or_a_doubt_hides_nothing_beside_it(illinois: Pack, text: str) -> None:
    assert heard(illinois, text) & {"self_harm", "threat_of_violence"}


@pytest.mark.parametrize(
    "text",
    ["he does not have a gun", "they found no weapon", "nobody threatened him", "he would never hurt anyone"],
)
def test_a_plain_denial_of_violence_is_believed(illinois: Pack, text: str) -> None:
    assert "threat_of_violence" not in heard(illinois, text)


@pytest.mark.parametrize(
    "text", ["I'm not suicidal", "she said she is not going to kill herself", "no quiero matarme"]
)
def test_a_denial_of_suicide_is_still_a_reason_to_ask(illinois: Pack, text: str) -> None:
    assert "self_harm" in heard(illinois, text)


def test_a_killing_in_a_game_is_a_game(illinois: Pack) -> None:
    assert heard(illinois, "in fortnite i killed three people") == set()
    assert heard(illinois, "I killed three people") != set()


def test_the_gravest_stands_first_with_the_words_that_fired(illinois: Pack) -> None:
    text = "They bully him. He said he'll bring his dad's glock tmrw."
    first, *_, last = suggest(illinois, text).graver
    assert first.subtype == "threat_of_violence" and last.subtype == "bullying"
    assert "glock" in " ".join(span.text for span in first.words)
    assert first.reasons[0].because.startswith("Somebody may have a weapon")


def test_a_name_with_a_title_ends_no_sentence(illinois: Pack) -> None:
    assert "staff_inappropriate_conduct" in heard(illinois, "Mr. Davis threw a chair at a student")


def test_a_word_without_end_is_tried_in_no_other_spelling(illinois: Pack) -> None:
    book = lexicon(illinois.signals)
    tried: list[str] = []

    class Watched(dict[str, str]):
        def __contains__(self, word: object) -> bool:
            tried.append(str(word))
            return super().__contains__(word)

    watched = replace(book, near=Watched(book.near))
    watched.read("k" + "x" * LONGEST)
    assert tried == []
    slip = next(w for w in sorted(illinois.signals.typos, key=len) if len(w) > SHORTEST_STEM + 2)
    watched.read("x" + slip)
    assert tried


def test_letters_that_stand_apart_without_end_are_read_like_few(illinois: Pack) -> None:
    book = lexicon(illinois.signals)
    assert book.split("killme") == ("kill", "me")
    assert book.split("killme" * 500) == ("kill", "me") * 500
    assert book.split("killmexqz") == ()
