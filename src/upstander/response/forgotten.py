"""Somebody designated at a school or agency who forgot the password, or never set one, asks for a link by mail."""

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from upstander.actions.render import moment
from upstander.config import config
from upstander.delivery import services as delivery
from upstander.delivery.services import Mail
from upstander.packs.current import current
from upstander.people import access, forgotten
from upstander.people import queries as people
from upstander.people.models import Account

PURPOSE = "forgotten"
_PRIORITY = 2


@transaction.atomic
def ask(email: str, language: str) -> UUID | None:
    """Owe the mail with the link; None where nothing is sent: unknown, without business here, staff, or asked just now."""
    found = Account.objects.filter(email=email.strip().lower(), is_active=True).first()
    if found is None or access.staff(found) or not access.designated(found):
        return None
    mail = forgotten.link(found, language)
    if mail is not None:
        delivery.send_new(PURPOSE, mail, found.actor, _PRIORITY)
    return mail


def render_mail(mail: UUID) -> Mail | None:
    """The mail with the link; None where it is used, over or void, or the account has ended."""
    link = people.mailed_link(mail)
    if link is None:
        return None
    pack = current()
    with translation.override(link.language or "en"):
        said = _("somebody, you we hope, asked for a new password for your account. Set it here, by %(until)s, once:")
        after = _("If it was not you, do nothing: your password stays. Your second factor stays in any case.")
        foot = _("%(programme)s. Questions: %(phone)s")
        values = {"until": moment(link.expires_at, pack, link.language)}
        address = f"  {config().origin('school')}/set-up/{link.token}/"
        named = {"programme": pack.programme.name, "phone": pack.programme.desk_phone}
        text = "\n\n".join([_("%(name)s,") % {"name": link.name}, said % values, address, after, foot % named])
        subject = f"{_('Set a new password')} - {pack.programme.name}"
    return Mail(to_address=link.email, to_name=link.name, subject=subject, text=text)


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Ask for the link. Whatever address is typed, the answer is the same."""
    form = forgotten.ForgottenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        ask(form.cleaned_data["email"], get_language() or "en")
        return render(request, "people/forgotten_sent.html", {"desk_phone": current().programme.desk_phone})
    said = _("If you work at the program's desk, its administrator makes the link.")
    return render(request, "people/forgotten.html", {"form": form, "elsewhere": said}, status=422 if form.errors else 200)
