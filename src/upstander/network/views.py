"""The first page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from upstander.network import pages
from upstander.network.doors import member_page
from upstander.network.middleware import of


@member_page
def home(request: HttpRequest) -> HttpResponse:
    """What waits for who asks, and what there is; the staff begin with the page that a room above has for them."""
    who = of(request)
    if who.staff and pages.first():
        return redirect(pages.first())
    return render(request, "network/home.html", {"who": who, "waiting": pages.waiting(who) if who.member_id else []})
