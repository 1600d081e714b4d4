"""The seam to the room of products: what a member contributed becomes the beginning of a draft, and never a product by itself.

Who begins drafts says so at start (`register`; see `drafting`): `begin(who, handed)` makes a draft in the caller's transaction,
behind the staff's wall, and returns the product's id; `address(draft_id)` is where the staff find it. Nothing else passes between
the two rooms. A draft is checked for markings and for what could identify a child at saving, and reviewed by a second person,
whoever wrote its words.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from upstander.forum.acting import CannotDo
from upstander.forum.models import Contribution
from upstander.markings import Level
from upstander.network.models import StoredFile
from upstander.network.standing import Standing


@dataclass(frozen=True, slots=True)
class Handed:
    """What goes over: the words and files, the level that its giver proposed, and whose material it is.

    `originator` is empty for the giver's own; else a paragraph made of it wants that agency's recorded release, which
    `may_pass_on` claims and does not replace.
    """

    kind: str
    title: str
    text: str
    level: Level
    topic: str
    source: str
    originator: str
    may_pass_on: bool
    contribution_id: UUID
    member_id: UUID | None
    files: tuple[tuple[str, StoredFile], ...] = ()


Begin = Callable[[Standing, Handed], UUID]
Address = Callable[[UUID], str]


@dataclass(slots=True)
class _Products:
    begin: Begin | None = None
    address: Address = field(default=lambda draft_id: "")


_products = _Products()


def register(begin: Begin, address: Address = lambda draft_id: "") -> None:
    """Say who begins a draft, and where the staff find one."""
    _products.begin, _products.address = begin, address


def ready() -> bool:
    """Whether there is a room that takes drafts."""
    return _products.begin is not None


def address(draft_id: UUID | None) -> str:
    """Where the staff find a draft; empty where nobody says."""
    return _products.address(draft_id) if draft_id else ""


def hand_over(who: Standing, given: Contribution) -> UUID:
    """Begin a draft with a contribution, in the caller's transaction; its id. Raises CannotDo where nobody takes drafts."""
    if _products.begin is None:
        raise CannotDo(_("Drafts are not taken here yet: thank them, and write the product yourself."))
    handed = Handed(
        given.kind, given.title, given.text, Level(given.level), given.topic, given.source, given.originator, given.may_pass_on,
        given.pk, given.member_id, tuple((one.name, one.stored) for one in given.files.select_related("stored").order_by("pk")),
    )  # fmt: skip
    return _products.begin(who, handed)
