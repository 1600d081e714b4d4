"""Somebody designated at a school or agency who forgot the password, or never set one, asks for a link by mail."""

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from upstander.delivery import services as delivery
from upstander.packs.current import current
from upstander.people import access, forgotten
from upstander.people.models import Account
from upstander.response.forgotten import PURPOSE

_PRIORITY = 2
ORIGIN = "school"


@transaction.atomic
def send(email: str, language: str) -> UUID | None:
    """The worker owes the mail with the link; None where nothing is sent: unknown, without business here, staff, or asked just
    now."""
    known = Account.objects.only("id", "is_active", "is_demo").filter(email=email, is_active=True)
    found = known.order_by("pk").first()
    if found is None or access.staff(found) or not access.designated(found):
        return None
    mail = forgotten.link(found, language)
    if mail is not None:
        delivery.send_new(PURPOSE, mail, found.actor, _PRIORITY)
    return mail


def turn() -> bool:
    """The worker's chore: what was asked here; True where there is more."""
    return forgotten.answer(ORIGIN, send)


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Ask for the link. Whatever address is typed, the answer is the same."""
    form = forgotten.ForgottenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        forgotten.ask(ORIGIN, form.cleaned_data["email"], get_language() or "en")
        return render(request, "people/forgotten_sent.html", {"desk_phone": current().programme.desk_phone})
    said = _("If you work at the program's desk, its administrator makes the link.")
    return render(request, "people/forgotten.html", {"form": form, "elsewhere": said}, status=422 if form.errors else 200)
