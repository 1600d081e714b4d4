"""The sandbox: every message that would have left a practice system, for who may read tips: released words are in them.

Who that is, is decided before these views, by the guard that they are mounted with (see `urls`).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from upstander.audit import services as audit
from upstander.delivery import sandbox
from upstander.delivery.models import SandboxMessage

_A_PAGE = 25


def _in_the_sandbox(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Absent from a production system; nothing here for who is not signed in; each look is recorded with
    its page.
    """

    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not settings.UPSTANDER_SANDBOX:
            raise Http404
        if not request.user.is_authenticated:
            raise PermissionDenied
        with transaction.atomic():
            answer = view(request, **kwargs)
        answer["Cache-Control"] = "no-store"
        return answer

    return require_GET(guarded)


@_in_the_sandbox
def messages(request: HttpRequest) -> HttpResponse:
    """The newest first; `?before=<id>` goes on below that message."""
    before = _uuid(request.GET.get("before", ""))
    kept = sandbox.newest(_A_PAGE + 1, before)
    shown, more = kept[:_A_PAGE], len(kept) > _A_PAGE
    audit.record(_actor(request), "sandbox.listed", "sandbox", shown[0].id if shown else "", count=len(shown))
    older = f"?before={shown[-1].id}" if more else ""
    newer = reverse("sandbox") if before else ""
    return render(request, "delivery/sandbox.html", {"messages_kept": shown, "older": older, "newer": newer})


@_in_the_sandbox
def message(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """One message as its receiver would read it; the links in it work."""
    try:
        kept = sandbox.one(message_id)
    except SandboxMessage.DoesNotExist:
        raise Http404 from None
    audit.record(_actor(request), "sandbox.read", "sandbox", message_id)
    return render(request, "delivery/sandbox_message.html", {"kept": kept})


def _actor(request: HttpRequest) -> str:
    return f"account:{request.user.pk}"


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Http404 from None
