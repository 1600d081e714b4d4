"""A member who forgot the password asks for a link, and gets it by mail where this origin may set it (S-membership)."""

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from upstander.config import config
from upstander.delivery import services as delivery
from upstander.network.models import Member
from upstander.packs.current import current
from upstander.people import access, forgotten
from upstander.people.models import Account

PURPOSE = "network_forgotten"
ORIGIN = "network"
_PRIORITY = 2


@transaction.atomic
def send(email: str, _language: str) -> UUID | None:
    """The worker owes the mail with the link; None where nothing is sent: unknown, no member any more, kept elsewhere, or asked
    just now."""
    live = Member.objects.filter(account__email=email, account__is_active=True, left_at=None).order_by("pk")
    found = live.exclude(state=Member.State.REMOVED).values_list("account_id", "language").first()
    account = Account.objects.only("id").filter(pk=found[0]).order_by("pk").first() if found else None
    if found is None or account is None or access.staff(account) or access.ever_designated(account):
        return None
    mail = forgotten.link(account, found[1])
    if mail is not None:
        delivery.send_new(PURPOSE, mail, account.actor, _PRIORITY)
    return mail


def turn() -> bool:
    """The worker's chore: what was asked here; True where there is more."""
    return forgotten.answer(ORIGIN, send)


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Ask for the link. Whatever address is typed, the answer is the same."""
    form = forgotten.ForgottenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        forgotten.ask(ORIGIN, form.cleaned_data["email"], "")
        return render(request, "people/forgotten_sent.html", {"desk_phone": current().programme.desk_phone})
    known = {
        "form": form, "elsewhere": _("If you also read tips for a school or an agency, your password is set there:"),
        "elsewhere_at": f"{config().origin('school')}/forgotten/",
    }  # fmt: skip
    return render(request, "people/forgotten.html", known, status=422 if form.errors else 200)
