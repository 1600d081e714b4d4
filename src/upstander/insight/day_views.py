"""The School Intelligence Officer's one page: what waits, what is due, who has nobody (S-sio)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from upstander.network.doors import staff_page


@require_GET
@staff_page
def day(request: HttpRequest) -> HttpResponse:
    """Today."""
    return render(request, "insight/day.html", {})
