"""Who renders what: upper rooms register when the process starts, the relay asks at the moment of sending."""

from collections.abc import Callable
from uuid import UUID

from upstander.delivery.mail import Mail

Render = Callable[[UUID], Mail | None]
_renderers: dict[str, Render] = {}


def register(purpose: str, render: Render) -> None:
    """Say that mail of `purpose` (up to 32 characters) is rendered by `render(subject_id)`.

    It is called in the relay, with the relay's login and keys, just before the mail leaves; None means that
    it is not owed any more. Raises ValueError where another function has the purpose already.
    """
    if not 0 < len(purpose) <= 32:
        raise ValueError(f"a purpose has 1 to 32 characters: {purpose!r}")
    if _renderers.setdefault(purpose, render) is not render:
        raise ValueError(f"somebody else renders {purpose!r} already")


def render(purpose: str, subject_id: UUID) -> Mail | None:
    """The mail as it is now, or None where it is not owed any more; raises LookupError for an unknown
    purpose.
    """
    try:
        renderer = _renderers[purpose]
    except KeyError:
        raise LookupError(f"nobody renders {purpose!r}") from None
    return renderer(subject_id)
