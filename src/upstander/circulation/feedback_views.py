"""Where the three presses are made: below a copy, and below a product that somebody found on the site."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from upstander.circulation import feedback
from upstander.circulation.errors import CannotDo
from upstander.circulation.models import Copy
from upstander.network import walls
from upstander.network.doors import own_page
from upstander.network.middleware import of
from upstander.network.standing import Standing
from upstander.products.models import Rendition
from upstander.products.slots import Part
from upstander.web import errors


@require_POST
@own_page
def say(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """One press: the pressed button's name is the question. Back to the copy that was read, else to the product."""
    who = of(request)
    assert who.level is not None
    with walls.reading(who.level, who.member_id):  # as the reader that they are: also who is staff besides
        return _said(request, product_id, who)


def _said(request: HttpRequest, product_id: UUID, who: Standing) -> HttpResponse:
    field = next((name for name in feedback.ANSWERS if name in request.POST), "")
    try:
        feedback.say(product_id, who, field, request.POST.get(field, "").replace("\x00", ""))
    except LookupError:
        raise Http404 from None
    except CannotDo:
        return errors.page(request, 400)
    copy = Copy.objects.filter(issue__product=product_id, member=who.member_id).order_by("-made_at").first()
    on_site = copy is None or request.POST.get("at") == "product"
    there = reverse("product", args=[product_id]) if on_site or copy is None else reverse("circulation_one", args=[copy.id])
    return redirect(f"{there}#feedback")


def part(request: HttpRequest, row: Rendition) -> Part | None:
    """The three questions below a product on the site, for a member who reads it; nothing for the staff."""
    who = of(request)
    if who.staff or who.member_id is None or row.ended_as:
        return None
    known = {"product_id": row.product_id, "questions": feedback.questions(row.product_id, who.member_id), "at": "product"}
    return Part("circulation/_feedback.html", known)
