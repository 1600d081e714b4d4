"""What members read: the newest, and a product as their level gets it."""
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from upstander.network.doors import member_page


@member_page
def newest(request: HttpRequest) -> HttpResponse:
    """The newest."""
    return HttpResponse()


@member_page
def one(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """One."""
    raise Http404
