"""Why an act was not done."""


class CannotDo(ValueError):
    """In words for the person."""
