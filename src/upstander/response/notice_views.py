"""The page behind a notice's personal link: one press says "I have this", without signing in (decisions 10).

Looking (GET, HEAD: a person, a mail scanner, a preview) changes nothing. Only a press confirms, and only the one notice.
Who reads a mailbox could press as well, so a link does not suffice for the police: their page says to sign in or to call.
What stands here may be read over a shoulder: the class, the place, the time, what we ask; never a word of the tip.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from upstander.actions import links, services
from upstander.actions.confirm import link_suffices
from upstander.actions.models import Notice, Referral
from upstander.audit import services as audit
from upstander.packs.current import current
from upstander.response import spoken
from upstander.response.forms import NameForm, asked_of


def _void(request: HttpRequest) -> HttpResponse:
    """One page for a forged link, an unknown one and one whose time is over."""
    values = {"desk_phone": current().programme.desk_phone, "languages": spoken.others()}
    return render(request, "response/notice_void.html", values, status=404)


def _page(
    request: HttpRequest, notice: Notice, form: NameForm | None = None, changed: str = "", status: int = 200
) -> HttpResponse:
    pack, referral = current(), notice.referral
    values = {
        "notice": notice,
        "referral": referral,
        "klass": pack.class_name(referral.klass, translation.get_language() or ""),
        "critical": pack.critical(referral.klass),
        "place": referral.place.name if referral.place else "",
        "desk_phone": pack.programme.desk_phone,
        "by_link": link_suffices(notice.contact),
        "form": form or NameForm(),
        "stands_in": bool(form and form.errors),
        "changed": changed,
        "languages": spoken.others(),
    }
    status = 409 if changed else 422 if form and form.errors else status
    return render(request, "response/notice.html", values, status=status)


def _press(request: HttpRequest, notice: Notice) -> HttpResponse:
    if not link_suffices(notice.contact):
        return _page(request, notice, status=403)
    if "self" in request.POST:
        form, name = None, ""
    else:
        form = NameForm(request.POST)
        if not form.is_valid():
            return _page(request, notice, form)
        name = form.cleaned_data["name"]
    try:
        services.confirm(
            notice.id,
            as_self=form is None,
            name=name,
            strength="link",
            asked=asked_of(request.POST.get("asked", "")),
        )
    except services.NotAsked:
        return _void(request)
    except services.AskedAnew as why:
        return _page(request, links.notice_for(links.token_for(notice.id)) or notice, changed=str(why))
    except services.CannotConfirm as why:
        assert form is not None
        form.add_error("name", str(why))
        return _page(request, notice, form)
    again = links.notice_for(links.token_for(notice.id))
    return _page(request, again or notice)


# The token is the authority, not a cookie: a page elsewhere that could forge the press would have to know the token. And a
# phone at 3 a.m. that keeps no cookies must still be able to confirm.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: HttpRequest, token: str) -> HttpResponse:
    """Show what it is about; on a press, confirm."""
    found = links.notice_for(token)
    if found is None or found.referral.state == Referral.State.WITHDRAWN:
        return spoken.answer_in(request, "", lambda: _void(request))
    told = found
    if request.method == "POST":
        return spoken.answer_in(request, told.contact.language, lambda: _press(request, told))
    audit.record(f"system:{settings.PROCESS}", "notice.link_seen", "referral", told.referral_id, notice=str(told.id))
    return spoken.answer_in(request, told.contact.language, lambda: _page(request, told))
