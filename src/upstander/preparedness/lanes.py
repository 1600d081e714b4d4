"""The way by which plans and floor maps come into the school's process: larger than words, few at a time."""

from upstander.ops.lanes import Lane
from upstander.ops.shim import Limits

PREFIX = "/preparedness/files/"
BODY = 5_500_000  # a file of 5 MB, with the words beside it
SECONDS = 60.0  # in which it must have arrived


def lanes() -> list[Lane]:
    """The one way."""
    return [Lane(PREFIX, Limits(body=BODY, deadline=SECONDS), places=10)]
