"""What travels between programmes: one version of one product, as readers of one level get it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from upstander.markings import Level

State = Literal["published", "corrected", "recalled"]
MOST_VERSIONS = 10_000
MOST_PARAGRAPHS, PARAGRAPH, TITLE, NAME, REMARK = 500, 20_000, 300, 200, 1_000  # how many, and characters
MOST_TOPICS = 50


@dataclass(frozen=True, slots=True)
class Bulletin:
    """A rendition. `markings`: the banner's labels, as they are written; `remark`: why it was corrected or recalled."""

    id: UUID  # of the product, where it was made
    version: int
    level: Level
    title: str
    paragraphs: tuple[str, ...]  # none in what was recalled
    topics: tuple[str, ...]
    published: datetime
    modified: datetime  # when this version was made
    markings: tuple[str, ...]
    state: State
    originator: str  # the programme's name
    remark: str = ""
