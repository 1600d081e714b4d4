"""What waits for its hour, and taking it back before that: nobody has read it, and nobody will."""

from uuid import UUID

from upstander import clock
from upstander.audit import services as audit
from upstander.products.models import Release, Rendition


def waiting(product_id: UUID) -> Release | None:
    """The release of a product that waits for its hour; None where there is none."""
    rows = Release.objects.filter(version__product=product_id, taken_back_at=None, goes_at__gt=clock.now())
    return rows.order_by("-at").first()


def take_back(found: Release, account_id: int) -> None:
    """Before its hour."""
    now = clock.now()
    Release.objects.filter(pk=found.pk).update(taken_back_at=now, taken_back_by=account_id)
    Rendition.objects.filter(release=found).update(ended_at=now, ended_as=Rendition.Ended.TAKEN_BACK)
    audit.record(f"account:{account_id}", "product.taken_back", "product", found.version.product_id, version=found.version.number)
