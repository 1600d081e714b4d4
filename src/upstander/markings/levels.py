"""The levels of the network (S-levels)."""

from enum import IntEnum


class Level(IntEnum):
    """Who may read something. Each level reads what is below it, too: sworn officers get both lists."""

    OPEN = 0
    """Open source: whoever is a member, and the public where the programme wishes."""
    FOUO = 1
    """For Official Use Only: vetted educators and safety officials, and the sworn."""
    LES = 2
    """Law Enforcement Sensitive: sworn officers, nobody else."""

    @property
    def code(self) -> str:
        """The level as a pack and an address write it: `open`, `fouo`, `les`."""
        return self.name.lower()

    @classmethod
    def of(cls, code: str) -> "Level":
        """The level of a code; raises ValueError for any other word."""
        for level in cls:
            if level.code == code:
                return level
        raise ValueError(f"{code!r} is no level")
