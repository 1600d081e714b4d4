"""The labelled texts, what the room is told to know when it reads them, and how what it finds is compared with the labels."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from upstander.identifying import Finding, Kind, Known, Sure, findings

KNOWN = Known.of(
    schools=[
        "Oak Grove High School",
        "Lincoln Elem School",
        "Ridgeway CUSD 12",
        "Whitfield Middle School",
        "Sycamore Bend Elementary School",
    ],
    places=["Ridgeway", "Oak Grove", "Whitfield County"],
    ordinary=["Safe2Tell SaferWatch"],
    ours=["800-555-0142", "tips@upstander.example"],
)


@dataclass(frozen=True)
class Score:
    """Of `labels` places that identify `found` were found; of `clean` paragraphs `accused` hold more than a "perhaps"."""

    labels: int
    found: int
    clean: int
    accused: int
    texts: int

    @property
    def recall(self) -> float:
        return self.found / self.labels

    @property
    def quiet(self) -> float:
        """How many of the clean paragraphs are left alone."""
        return 1 - self.accused / self.clean


def score(name: str) -> Score:
    """Of the labelled texts in `name`.toml."""
    read = tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text("utf-8"))
    labels = [(one["text"], kind, words) for one in read["identifying"] for kind, words in one["find"]]
    found = sum(hit(text, kind, words) for text, kind, words in labels)
    accused = sum(any(f.sure > Sure.PERHAPS for f in findings(text, KNOWN)) for text in read["clean"])
    return Score(len(labels), found, len(read["clean"]), accused, len(read["identifying"]))


def hit(text: str, kind: str, words: str) -> bool:
    """Whether these words are found, half of them at least, as what they are, and as more than "perhaps"."""
    start = text.index(words)
    end = start + len(words)
    return any(
        f.kind == kind
        and f.sure > Sure.PERHAPS
        and 2 * (min(f.end, end) - max(f.start, start)) >= end - start
        for f in findings(text, KNOWN)
    )


def shown(text: str, known: Known = KNOWN, sure: Sure = Sure.LIKELY) -> list[tuple[Kind, str]]:
    """What is found in a text: the kind and the words."""
    return [(f.kind, text[f.start : f.end]) for f in findings(text, known) if f.sure >= sure]


def kinds(found: tuple[Finding, ...]) -> set[Kind]:
    return {f.kind for f in found}
