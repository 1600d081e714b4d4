"""That somebody read a draft with marked words, as it is or as it was: on record, as of what is out (S-levels)."""

from uuid import UUID

from django.db.models import Max
from django.http import HttpRequest

from upstander.network.middleware import of
from upstander.network.seen import seen
from upstander.products.models import Paragraph


def draft_seen(request: HttpRequest, product_id: UUID, page: str, number: int | None = None) -> None:
    """Write it down for a page that is read: `page` is which, `number` the version (None: all of them)."""
    if request.method != "GET":
        return
    rows = Paragraph.objects.filter(version__product=product_id)
    rows = rows if number is None else rows.filter(version__number=number)
    level = rows.aggregate(level=Max("level"))["level"]
    seen(of(request), "product.draft_read", "product", product_id, level, page=page, version=number)
