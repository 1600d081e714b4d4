"""Whatever the text: nothing that is suggested lowers, and nothing that is said takes a suggestion back."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.signals.conftest import ILLINOIS, SENTENCES
from upstander.packs import load
from upstander.signals import suggest

PACK = load(ILLINOIS)
CLASSES = [c.code for c in PACK.classes]
KEYS = [s.key for s in PACK.subtypes]

said = [t for texts in SENTENCES["heard"].values() for t in texts] + SENTENCES["ordinary"]
words = sorted({word for text in said for word in text.split()})
marks = st.sampled_from([" ", "  ", ". ", "... ", "\n", "! ", ", ", "? ", " 🔫 ", "-", "", "'", "@", "*"])
spoken = st.lists(st.tuples(st.sampled_from(words), marks), max_size=25).map(
    lambda parts: "".join(word + mark for word, mark in parts)
)
texts = st.one_of(st.text(max_size=200), spoken, st.sampled_from(said))
subtypes = st.lists(st.sampled_from(KEYS), max_size=4, unique=True)


def ranks(text: str, judged: str | None, of: list[str]) -> list[int]:
    return [PACK.rank(g.klass) for g in suggest(PACK, text, judged, of).graver]


@settings(max_examples=400, deadline=None)
@given(texts, st.sampled_from([None, *CLASSES]), subtypes)
def test_no_text_ever_raises_an_error_or_suggests_less_than_what_is_judged(
    text: str, judged: str | None, of: list[str]
) -> None:
    found = suggest(PACK, text, judged, of)
    bound = min(
        [PACK.rank(PACK.subtype(s).klass) for s in of] + ([PACK.rank(judged)] if judged else [len(CLASSES)])
    )
    assert all(PACK.rank(g.klass) <= bound and g.subtype not in of for g in found.graver)
    assert [PACK.rank(g.klass) for g in found.graver] == sorted(PACK.rank(g.klass) for g in found.graver)


@settings(max_examples=150, deadline=None)
@given(texts)
def test_the_graver_the_judgement_the_fewer_the_suggestions(text: str) -> None:
    by_class = [{g.subtype for g in suggest(PACK, text, judged).graver} for judged in CLASSES]
    for graver, less in zip(by_class, by_class[1:], strict=False):
        assert graver <= less
    assert by_class[-1] <= {g.subtype for g in suggest(PACK, text).graver}


@settings(max_examples=300, deadline=None)
@given(texts, texts)
def test_another_sentence_takes_no_suggestion_away(one: str, other: str) -> None:
    alone = {g.subtype for text in (one, other) for g in suggest(PACK, text).graver}
    assert alone <= {g.subtype for g in suggest(PACK, f"{one}\n{other}").graver}


@settings(max_examples=300, deadline=None)
@given(texts)
def test_the_reason_is_exactly_the_words_of_the_text(text: str) -> None:
    found = suggest(PACK, text)
    spans = [s for g in found.graver for s in g.words] + [r.span for r in found.reveals]
    spans += [s for m in found.missing for s in m.words] + list(found.language.words)
    assert all(span.text and text[span.start : span.end] == span.text for span in spans)
    assert all(g.words and all(r.because and r.words for r in g.reasons) for g in found.graver)


@settings(max_examples=100, deadline=None)
@given(texts, subtypes)
def test_the_same_text_gives_the_same_answer_and_nothing_is_kept(text: str, of: list[str]) -> None:
    assert suggest(PACK, text, None, of) == suggest(PACK, text, None, of)


@settings(max_examples=100, deadline=None)
@given(texts, st.sets(st.sampled_from([f.code for f in PACK.signals.facts])))
def test_what_is_told_elsewhere_is_not_asked(text: str, told: set[str]) -> None:
    missing = {m.code for m in suggest(PACK, text, told=told).missing}
    assert missing == {m.code for m in suggest(PACK, text).missing} - told
