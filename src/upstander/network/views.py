"""The first page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from upstander.network.doors import member_page
from upstander.network.middleware import of


@member_page
def home(request: HttpRequest) -> HttpResponse:
    """What is new for who asks; the rooms above add to it."""
    return render(request, "network/home.html", {"who": of(request)})
