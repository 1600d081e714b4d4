"""A paragraph of a draft: the smallest thing that has a marking."""

from dataclasses import dataclass
from enum import StrEnum

from upstander.markings.levels import Level


class Kind(StrEnum):
    """What a paragraph is."""

    TITLE = "title"
    HEADING = "heading"
    TEXT = "text"
    PICTURE = "picture"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph with its marking. `originator` is the other agency it comes from (empty: our own), and `released_to` the lowest
    level whose readers that agency has agreed to, on the record; None where it has not. `text` of a picture is its caption, of a
    file what it is."""

    text: str
    marking: str
    kind: Kind = Kind.TEXT
    originator: str = ""
    released_to: Level | None = None
    alt: str = ""
    key: str = ""  # whatever the caller knows it by

    @property
    def has_content(self) -> bool:
        """Whether a reader would see anything of it; a picture is seen without a word."""
        return self.kind is Kind.PICTURE or bool(self.text.strip())
