"""The programme administrator's page about the tokens of agencies' machines: made (shown once), looked over, revoked."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from upstander import clock
from upstander.config import config
from upstander.people import tokens
from upstander.people.access import require_role
from upstander.people.adapters import account_of
from upstander.people.desk_forms import TokenForm
from upstander.people.models import AgencyToken, Role
from upstander.web.search import asked

_only_administrators = require_role(Role.PROGRAMME_ADMIN)


def _state(token: AgencyToken) -> tuple[str, str]:
    """The badge of a token, and its word."""
    if token.revoked_at:
        return "other", _("Revoked")
    return ("ok", _("Right")) if tokens.opens(token, clock.now()) else ("other", _("Expired"))


def _page(request: HttpRequest, form: TokenForm | None = None) -> HttpResponse:
    words = asked(request)
    form = form or (TokenForm(words=words) if words else None)
    shown = {
        "rows": [
            {"token": t, "state": _state(t), "right": tokens.opens(t, clock.now())} for t in tokens.listed()
        ],
        "form": form,
        "found": bool(form and form.found),
        "q": words,
    }
    return render(request, "people/tokens.html", shown, status=422 if form and form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@_only_administrators
def listed(request: HttpRequest) -> HttpResponse:
    """All tokens; by POST also the organisations that were looked for, and the form for a new one."""
    return _page(request)


@require_POST
@_only_administrators
def make(request: HttpRequest) -> HttpResponse:
    """A new token, shown once: it is the answer to the press itself, and stands at no address."""
    form = TokenForm(request.POST, words=asked(request))
    if not form.is_valid():
        return _page(request, form)
    given = form.cleaned_data
    made, token = tokens.make(
        account_of(request.user).actor, given["organisation"].pk, given["kind"], given["days"]
    )
    shown = {"token": token, "made": made, "address": f"{config().origin('public')}/api/v1/referrals"}
    return render(request, "people/token.html", shown)


@require_POST
@_only_administrators
def revoke(request: HttpRequest, token_id: UUID) -> HttpResponse:
    """End a token; a second press changes nothing."""
    try:
        tokens.revoke(account_of(request.user).actor, token_id)
    except LookupError:
        raise Http404 from None
    return redirect("people_tokens")
