"""Why a verb of the directory was refused, in words for the person at the form."""


class Invalid(Exception):
    """What was typed is not right: `errors` names each field and what to do about it."""

    def __init__(self, **errors: str) -> None:
        super().__init__("; ".join(f"{name}: {text}" for name, text in errors.items()))
        self.errors = errors


class NotNow(Exception):
    """The thing is not in a state in which this can be done (somebody else was quicker, most often)."""
