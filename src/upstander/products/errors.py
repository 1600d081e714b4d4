"""Why an act was not done, in words for the person."""

from collections.abc import Iterable


class CannotDo(ValueError):
    """What keeps an act from being done; `words` has each reason as a sentence."""

    def __init__(self, *words: str) -> None:
        self.words = words
        super().__init__(" ".join(words))

    @classmethod
    def of(cls, problems: Iterable[object]) -> "CannotDo":
        """For all of these problems."""
        return cls(*map(str, problems))


class Stale(CannotDo):
    """Somebody else saved in the meantime. `number` is the version that is now the newest."""

    def __init__(self, number: int, *words: str) -> None:
        self.number = number
        super().__init__(*words)
