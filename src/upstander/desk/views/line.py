"""Who may listen to the live line: asked by the server before it passes the line through, and while it does (`ops.live`)."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from upstander.desk.roles import reader


@require_GET
@reader
def allowed(request: HttpRequest) -> HttpResponse:
    """204 for who is signed in and may read tips; everybody else gets what any page of the desk answers them."""
    return HttpResponse(status=204)
