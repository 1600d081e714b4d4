"""What is suggested, each with the words that fired."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Words of the text: `text == whole[start:end]`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is suggested: the pack's sentence for the signal, and the words."""

    signal: str
    because: str
    words: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Graver:
    """A sub-type (its key) that the tip may also be; its class is at least as grave as what was judged."""

    subtype: str
    klass: str
    reasons: tuple[Reason, ...]

    @property
    def words(self) -> tuple[Span, ...]:
        """All the words that speak for it, in their order."""
        return tuple(sorted({span for reason in self.reasons for span in reason.words}))


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that was not told and matters: a word for it, and the question as the desk reads it.

    `phrase` is the code of `reporter.phrase.<code>`, which asks it in the reporter's language, None for a question
    that the taxonomy has for a sub-type. `about` are the sub-types (keys) for which it matters, none where it always
    does; `words` are those that made a suggested sub-type of these.
    """

    code: str
    label: str
    question: str
    phrase: str | None
    about: tuple[str, ...]
    words: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Revealing:
    """Words by which others could tell who wrote it: of which kind (a code and its label), and where."""

    code: str
    label: str
    span: Span


@dataclass(frozen=True, slots=True)
class Guess:
    """The language that a text seems to be in; not `sure` means: too few words, so what was said before holds."""

    code: str
    name: str
    sure: bool
    words: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Suggestions:
    """All that a text suggests; the gravest first."""

    graver: tuple[Graver, ...]
    missing: tuple[Missing, ...]
    reveals: tuple[Revealing, ...]
    language: Guess
