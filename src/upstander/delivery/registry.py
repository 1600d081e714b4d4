"""Who renders what: upper rooms register when the process starts, the relay asks at the moment of sending."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from upstander.delivery.mail import Mail
from upstander.delivery.texting import Text
from upstander.delivery.webhook import Hook
from upstander.delivery.webpush import Push

Message = Mail | Text | Push | Hook  # by the channel of the delivery
Render = Callable[[UUID], Message | None]
RenderMany = Callable[[Sequence[UUID]], Mapping[UUID, Message]]
_renderers: dict[str, RenderMany] = {}


def register(purpose: str, render: Render) -> None:
    """Say that mail of `purpose` (up to 32 characters) is rendered by `render(subject_id)`.

    It is called in the relay, with the relay's login and keys, just before the mail leaves; None means that
    it is not owed any more. Raises ValueError where another function has the purpose already.
    """
    register_many(purpose, _OneByOne(render))


def register_many(purpose: str, render: RenderMany) -> None:
    """As `register`, for mail of which much may leave at once: `render(subject_ids)` gives the mails of those that
    are owed still, by subject. Where it raises, it is asked for each by itself.
    """
    if not 0 < len(purpose) <= 32:
        raise ValueError(f"a purpose has 1 to 32 characters: {purpose!r}")
    if _renderers.setdefault(purpose, render) != render:
        raise ValueError(f"somebody else renders {purpose!r} already")


def known(purpose: str) -> bool:
    """Whether somebody has said what messages of this purpose say."""
    return purpose in _renderers


def render(purpose: str, subject_ids: Sequence[UUID]) -> Mapping[UUID, Message]:
    """The mails as they are now, without those that are not owed any more; raises LookupError for an unknown
    purpose.
    """
    try:
        renderer = _renderers[purpose]
    except KeyError:
        raise LookupError(f"nobody renders {purpose!r}") from None
    return renderer(subject_ids)


@dataclass(frozen=True)
class _OneByOne:
    one: Render

    def __call__(self, subject_ids: Sequence[UUID]) -> dict[UUID, Message]:
        mails = ((id, self.one(id)) for id in subject_ids)
        return {id: mail for id, mail in mails if mail is not None}
