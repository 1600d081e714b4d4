"""Below a product on its page: a member's word that they have read it, and their own copy of it, by one press each."""

from django.http import HttpRequest

from upstander.circulation import content, keeping, kept_products
from upstander.circulation.models import Copy, Issue
from upstander.network.middleware import of
from upstander.products.models import Rendition
from upstander.products.slots import Part


def part(request: HttpRequest, row: Rendition) -> Part | None:
    """For members, once the product has gone to anybody: also who found it on the site says that they read it, and takes a copy,
    to which a recall goes as to any other (S-products). None for the staff, whose page is no copy of anybody."""
    who = of(request)
    if who.staff or who.member_id is None or row.ended_as:
        return None
    issue = Issue.objects.filter(release=row.release_id).first()
    if issue is None:
        return None
    mine = Copy.objects.filter(issue=issue, member=who.member_id).first()
    keep = keeping.offer(kept_products.KIND, row.product_id, content.highest(row))
    return Part("circulation/beside.html", {"issue": issue, "mine": mine, "product_id": row.product_id, "keep": keep})
