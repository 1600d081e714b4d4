"""Why something cannot be done, in words for the person who asked."""


class CannotDo(Exception):
    """What was asked cannot be done, and why. `field` is what it is about on the form, or empty."""

    def __init__(self, words: str, field: str = "") -> None:
        super().__init__(words)
        self.field = field


class NotTheirs(LookupError):
    """It belongs to others, or is not there: both are answered alike."""
