"""Why an act of this room was not done."""


class CannotDo(ValueError):
    """Why an act was not done, in words for the person."""
