"""Why something cannot be done, in words for the person who asked."""


class CannotDo(Exception):
    """What was asked cannot be done, and why. `field` is what it is about on the form, or empty."""

    def __init__(self, words: str, field: str = "") -> None:
        super().__init__(words)
        self.field = field


class NotTheirs(Exception):
    """The place belongs to others: answered like what does not exist."""
