"""The editor's pages."""
from django.http import HttpRequest, HttpResponse

from upstander.network.doors import staff_page


@staff_page
def everything(request: HttpRequest) -> HttpResponse:
    """All drafts."""
    return HttpResponse()
