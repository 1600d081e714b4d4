"""Where words come from, and the originator's release: without it another agency's words go nowhere (third-agency rule)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.markings import Level
from upstander.products import releasing
from upstander.products.drafts import lock
from upstander.products.errors import CannotDo
from upstander.products.models import Product, Source, SourceRelease


@dataclass(frozen=True, slots=True)
class Said:
    """What an originator said: down to which level its words may go, who said so, on which day, and how."""

    level: Level
    released_by: str
    released_on: date
    how: str


@transaction.atomic
def add(product_id: UUID, account_id: int, press: UUID, title: str, originator: str = "", reference: str = "") -> Source:
    """Write down a source of a product; `press` marks one shown form. Raises CannotDo without a title, or without the product."""
    if before := Source.objects.filter(pk=press, product=product_id).first():
        return before
    if not title.strip():
        raise CannotDo(_("Write what the source is."))
    if not Product.objects.filter(pk=product_id).exists():
        raise CannotDo(_("Save the draft first."))
    made = Source.objects.create(
        id=press, product_id=product_id, title=title.strip(), originator=originator.strip(), reference=reference.strip(),
        added_at=clock.now(), added_by=account_id,
    )  # fmt: skip
    said = {"source": str(made.id), "third": bool(made.originator)}
    audit.record(f"account:{account_id}", "product.source_added", "product", product_id, **said)
    return made


@transaction.atomic
def record_release(source: Source, account_id: int, press: UUID, said: Said) -> SourceRelease:
    """Write down that the originator let its words go. Raises CannotDo where who, when or how is missing, where the words are our
    own, and for a day that is yet to come."""
    if before := SourceRelease.objects.filter(pk=press, source=source).first():
        return before
    if not source.originator:
        raise CannotDo(_("This source is our own: nobody else needs to release it."))
    if not said.released_by.strip() or not said.how.strip():
        raise CannotDo(_("Write who released it, and how they said so."))
    if said.released_on > clock.now().date():
        raise CannotDo(_("A release on a day that is yet to come is none. Record it when it is given."))
    made = SourceRelease.objects.create(
        id=press, source=source, level=said.level, released_by=said.released_by.strip(), released_on=said.released_on,
        how=said.how.strip(), recorded_at=clock.now(), recorded_by=account_id,
    )  # fmt: skip
    detail = {"source": str(source.id), "level": said.level.code}
    audit.record(f"account:{account_id}", "product.source_released", "product", source.product_id, **detail)
    return made


@transaction.atomic
def withdraw(release: SourceRelease, account_id: int) -> None:
    """The originator takes its release back. What waits for its hour and needs it is taken back with it; what is out already
    stands red until somebody recalls or corrects it (`queries.standing`)."""
    product_id = release.source.product_id
    lock(product_id)
    changed = SourceRelease.objects.filter(pk=release.pk, withdrawn_at=None).update(
        withdrawn_at=clock.now(), withdrawn_by=account_id
    )
    if not changed:
        return
    audit.record(f"account:{account_id}", "product.source_withdrawn", "product", product_id, source=str(release.source_id))
    releasing.take_back_what_may_not_go(product_id, account_id)


