"""Why an act of this room was not done."""


class CannotDo(ValueError):
    """In words for the person. `field`: of the form, where it is about one."""

    def __init__(self, words: str, field: str = "") -> None:
        super().__init__(words)
        self.field = field
