"""The words of signals: how a phrase is read, and how a slip in it is explained."""

from pathlib import Path

import pytest

from tests.packs.test_broken import change, problems
from upstander.packs import Pack, load
from upstander.packs.phrases import BadPhrase, fold, parse


def test_a_phrase_is_words_stems_alternatives_groups_gaps_and_what_may_be_left_out() -> None:
    (phrase,) = parse("{i} [really] want|wish to die|end* ..5 life")
    i, really, want, to, end, life = phrase.pieces
    assert i.groups == ("i",) and really.optional and not want.optional
    assert want.words == {"want", "wish"} and to.words == {"to"}
    assert end.words == {"die"} and end.stems == ("end",) and life.gap == 5


def test_round_brackets_hold_alternatives_of_several_words() -> None:
    texts = {
        p.text for p in parse("want to (die|end|be gone|leave this (world))".replace("(world)", "world"))
    }
    assert texts == {"want to die|end", "want to be gone", "want to leave this world"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "nothing that must be said"),
        ("[maybe]", "nothing that must be said"),
        (".. gun", "a gap stands at the start"),
        ("gun ..", "a gap at the end"),
        ("gun .. .. school", "beside another"),
        ("gun ..99 school", "a gap of 99 words"),
        ("a .. b .. c .. d .. e .. f", "too many gaps"),
        ("don't go", "is not as texts are compared|is no word"),
        ("mañana", "'manana'"),
        ("go*", "too short"),
        ("bring (a gun", "is no word"),
        ("(a b|c d) (e f|g h) (i j|k l) (m n|o p) (q r|s t) (u v|w x) (y z|a b)", "128 ways to read it"),
    ],
)
def test_what_is_no_phrase_is_explained(text: str, says: str) -> None:
    with pytest.raises(BadPhrase) as caught:
        parse(text)
    assert any(part in str(caught.value) for part in says.split("|"))


def test_texts_are_compared_in_small_letters_without_accents_and_apostrophes() -> None:
    assert [fold(t) for t in ("Don’t", "MAÑANA", "ﬁght", "ｇｕｎ")] == ["dont", "manana", "fight", "gun"]


@pytest.mark.parametrize(
    ("file", "old", "new", "says", "tries"),
    [
        (
            "signals.toml",
            'subtype = "self_harm"',
            'subtype = "selfharm"',
            "sub-type 'selfharm'",
            "'self_harm'",
        ),
        ("signals.toml", 'unless = ["game"', 'unless = ["gaem"', "context 'gaem'", "'game'"),
        ("signals.toml", 'phrase = "where"', 'phrase = "wher"', "no text reporter.phrase.wher", "'where'"),
        ("signals.toml", 'reach = "beside"', 'reach = "besides"', "'besides' is not known", "'beside'"),
        ("signals.toml", 'shape = "email"', 'shape = "mail"', "'mail' is not known", "email"),
        ("signals.toml", 'id = "farewell"', 'id = "suicide"', "stands twice", "once"),
        ("signals.en.toml", '"{weapon}", ', '"{wepon}", ', "group 'wepon'", "'weapon'"),
        ("signals.en.toml", '"armed"', '"armed .."', "a gap at the end", "must be there"),
        ("signals.en.toml", '"armed"', '"tmrw armed"', "'tmrw' is read as 'tomorrow'", "write it so"),
        ("signals.en.toml", "\nfarewell = [", "\nfarewel = [", "has no 'farewel'", "'farewell'"),
        (
            "signals.en.toml",
            "\nfarewell = [",
            "\nfarewel = [",
            "nothing is said for the signal 'farewell'",
            "add",
        ),
        ("signals.es.toml", "\ngun = [", '\ngun = ["{weapon}", ', "is made of itself", "circle"),
    ],
)
def test_a_slip_is_explained_where_it_stands(
    copy: Path, file: str, old: str, new: str, says: str, tries: str
) -> None:
    change(copy, file, old, new)
    found = [p for p in problems(copy) if p.file == str(copy / file) and says in p.message]
    assert found, problems(copy)
    assert tries in found[0].hint and found[0].line > 1


def test_a_pack_without_signals_suggests_nothing(copy: Path) -> None:
    for file in copy.glob("signals*.toml"):
        file.unlink()
    assert load(copy).signals.signals == ()


def test_every_critical_subtype_but_those_that_only_a_person_can_tell_has_a_signal(illinois: Pack) -> None:
    heard = {s.subtype for s in illinois.signals.signals}
    critical = {s.key for s in illinois.subtypes if illinois.critical(s.klass) and s.reporter}
    assert critical <= heard
