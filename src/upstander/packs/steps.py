"""What escalation.toml says, as values."""

from dataclasses import dataclass
from typing import Final

ACTS: Final = ("channel", "deputy", "next", "district", "region", "programme")
"""What a step does; see `packs.escalation`."""

CHANNELS: Final = ("email", "sms", "call", "push")
"""By what a person can be asked."""

BESIDE: Final = ("sms", "call")
"""By what, beside e-mail, who is on call can be told."""

ON_CALL: Final = ("district", "region", "programme")
"""The acts that tell who is on call."""

WHILES: Final = ("silent", "nobody")
"""As long as what a step is due: as this person says nothing, or as nobody who was told of the tip has confirmed."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step: so many minutes after a person was asked, and then, where it has `every_minutes`, again and again.

    `also`: by which channels beside e-mail whoever is on call is told. `cites` are paragraphs where the directive says something
    of it; `source` says whose number it is otherwise.
    """

    code: str
    label: str
    classes: frozenset[str]
    after_minutes: int
    act: str
    channel: str = ""
    while_: str = "silent"
    every_minutes: int | None = None
    also: frozenset[str] = frozenset()
    cites: tuple[str, ...] = ()
    source: str = ""

    @property
    def needs(self) -> str:
        """What must be there for it: the channel, or whoever it tells."""
        return self.channel or self.act


@dataclass(frozen=True, slots=True)
class Escalation:
    """The steps of a pack, in its order."""

    steps: tuple[Step, ...] = ()

    def of(self, klass: str) -> tuple[Step, ...]:
        """The steps for a class, by the clock."""
        return tuple(sorted((s for s in self.steps if klass in s.classes), key=lambda s: s.after_minutes))

    def step(self, code: str) -> Step | None:
        """The step of this code; None where this version has none."""
        return next((s for s in self.steps if s.code == code), None)
