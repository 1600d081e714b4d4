"""What answers without sign-in: a link in a newsletter, and a feed's address. Each token opens one thing of one member."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from upstander.circulation import feeds, own


@csrf_exempt  # a mail program presses it (RFC 8058), without our page and without a cookie; the token is the proof
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """No newsletters any more: by one POST. What only looks (a scanner of links) gets a page with the button: nothing changes."""
    member = own.letterbox(token)
    if member is None:
        raise Http404
    if request.method == "POST":
        own.unsubscribe(member)
    answer = render(request, "circulation/unsubscribe.html", {"done": request.method == "POST"})
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """A member's feed, as they may read it at this moment; whom nothing may reach has none."""
    member = own.feed_of(token)
    made = feeds.of(member) if member else None
    if made is None:
        raise Http404
    answer = HttpResponse(made, content_type="application/atom+xml; charset=utf-8")
    answer["Cache-Control"] = "private, max-age=300"
    return answer
