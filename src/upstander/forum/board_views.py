"""Discussion by topic and the board of concerns, for members and for the staff, each behind their own wall."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from upstander.forum import board, forms, packed, queries
from upstander.forum.models import ConcernStep, Post, Thread
from upstander.forum.views import did, status_of
from upstander.network.doors import member_page
from upstander.network.middleware import of
from upstander.network.seen import seen
from upstander.network.standing import Standing

PAGE = 50


def page_number(request: HttpRequest) -> int:
    """The page that is asked for; the first where what stands in the address is none."""
    asked = request.GET.get("page", "1")
    return max(int(asked), 1) if asked.isascii() and asked.isdecimal() and len(asked) < 7 else 1


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def threads(request: HttpRequest) -> HttpResponse:
    """The discussions, of one topic or of all."""
    topics = dict(packed.topics())
    topic = (request.POST if request.method == "POST" else request.GET).get("topic", "")
    topic = topic if topic in topics else ""
    page = Paginator(queries.threads(topic), PAGE).get_page(page_number(request))
    rows = [(thread, topics.get(thread.topic, ""), packed.level(thread.level)) for thread in page]
    query = f"&{urlencode({'topic': topic})}" if topic else ""
    known = {"rows": rows, "topics": topics.items(), "topic": topic, "page": page, "query": query}
    return render(request, "forum/threads.html", known)


@require_http_methods(["GET", "POST"])
@member_page
def new_thread(request: HttpRequest) -> HttpResponse:
    """Begin a discussion."""
    who = of(request)
    form = forms.ThreadForm(request.POST or None, who=who, initial={"topic": request.GET.get("topic", "")[:40]})
    if request.method == "POST":
        made = did(
            form,
            lambda given: board.open_thread(who, given["level"], given["topic"], given["title"], given["text"], given["press"]),
        )
        if made:
            _told(request, made)
            return redirect("forum_thread", thread_id=made.thread_id)
    return render(request, "forum/new_thread.html", {"form": form}, status=status_of(request))


def _told(request: HttpRequest, made: Post) -> None:
    if not made.shown:
        messages.success(request, _("Kept. A moderator looks at it before others read it; you see it below."))


@require_http_methods(["GET", "POST"])
@member_page
def thread(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """A discussion, and a word in it."""
    who = of(request)
    found = Thread.objects.select_related("concern").filter(pk=thread_id).first()
    if found is None:
        raise Http404
    if hasattr(found, "concern"):
        return redirect("forum_concern", concern_id=found.concern.pk)
    form = forms.PostForm(request.POST or None)
    if _said(request, who, found, form):
        return redirect("forum_thread", thread_id=found.pk)
    topic = packed.topic(found.topic) if found.topic else ""
    known = discussion(request, found, who) | {"thread": found, "form": form, "topic": topic}
    return render(request, "forum/thread.html", known, status=status_of(request))


def _said(request: HttpRequest, who: Standing, found: Thread, form: forms.PostForm) -> bool:
    if request.method != "POST":
        return False
    made = did(form, lambda given: board.say(who, found.pk, given["text"], given["press"], given["kind"]))
    if made:
        _told(request, made)
    return made is not None


def discussion(request: HttpRequest, found: Thread, who: Standing) -> dict[str, Any]:
    """The posts of a thread that whoever asks may see, a page of them, each with its author and the ruling about it."""
    if request.method == "GET":
        seen(who, "forum.thread_read", "thread", found.pk, found.level)
    page = Paginator(found.posts.order_by("at", "pk"), PAGE).get_page(page_number(request))
    posts = list(page)
    names, rulings = queries.signatures(posts, who), queries.rulings(post.pk for post in posts)
    rows = [
        {"post": post, "by": names[post.pk], "ruling": rulings.get(post.pk), "mine": post.member_id == who.member_id is not None}
        for post in posts
    ]
    return {"rows": rows, "page": page, "level": packed.level(found.level), "who": who}


@require_GET
@member_page
def concerns(request: HttpRequest) -> HttpResponse:
    """The board: what warrants attention, how far each is, who owns it."""
    rows = [(concern, concern_state(concern.state), packed.level(concern.level)) for concern in queries.concerns()]
    return render(request, "forum/concerns.html", {"rows": rows, "who": of(request)})


def concern_state(state: str) -> str:
    """How far a concern is, in words."""
    return str(ConcernStep.State(state).label) if state else _("Heard")


@require_http_methods(["GET", "POST"])
@member_page
def concern(request: HttpRequest, concern_id: UUID) -> HttpResponse:
    """One concern: what belongs to it, what was done, its discussion and the solutions that were proposed."""
    who = of(request)
    found = queries.concerns().filter(pk=concern_id).select_related("thread").first()
    if found is None:
        raise Http404
    form = forms.PostForm(request.POST or None)
    if _said(request, who, found.thread, form):
        return redirect("forum_concern", concern_id=found.pk)
    known = discussion(request, found.thread, who) | {
        "concern": found, "thread": found.thread, "form": form, "state": concern_state(found.state),
        "steps": found.steps.select_related("adopted").order_by("at", "pk"), "points": found.text.splitlines(),
    }  # fmt: skip
    return render(request, "forum/concern.html", known, status=status_of(request))
