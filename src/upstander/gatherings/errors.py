"""Why an act of this room was not done."""


class CannotDo(ValueError):
    """Why an act was not done, in words for the person."""


class NotThere(LookupError):
    """There is no such thing for who asks: whether it exists at all is not said."""
