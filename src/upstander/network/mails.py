"""What this room mails, as the relay says it at the moment of sending: in the language of whom it is for."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.dateformat import format as spoken
from django.utils.translation import gettext as _

from upstander import clock
from upstander.config import config
from upstander.delivery.services import Mail
from upstander.network import applying, asking, links, pack
from upstander.network.models import Agreement, Application, Asking, Decision, Inquiry, Member, Signature
from upstander.packs.current import current
from upstander.people import queries as people


def _address(path: str) -> str:
    return f"{config().origin('network')}{path}"


def day(at: datetime) -> str:
    """A day as the language of the moment writes it, where the programme is."""
    return spoken(at.astimezone(ZoneInfo(settings.TIME_ZONE)), _("F j, Y"))


def _mail(to: str, name: str, subject: str, *parts: str) -> Mail:
    text = "\n\n".join([greeting(name), *parts, foot()])
    return Mail(to_address=to, to_name=name, subject=subject_of(subject), text=text)


def greeting(name: str) -> str:
    """How each mail of the network begins."""
    return _("%(name)s,") % {"name": name}


def foot() -> str:
    """How it ends: the programme, and whom one may ask."""
    programme = current().programme
    return _("%(programme)s. Questions: %(phone)s") % {"programme": programme.name, "phone": programme.desk_phone}


def subject_of(subject: str) -> str:
    """A subject, and whose mail it is."""
    return f"{subject} - {current().programme.name}"


def speaking(language: str) -> translation.override:
    """In the language of whom it is for."""
    return translation.override(language if language in dict(settings.LANGUAGES) else "en")


def confirm(id: UUID) -> Mail | None:
    """To the address of an application: the link, or, where they are a member or wait already, that they need none."""
    found = Application.objects.filter(pk=id, state=Application.State.NEW, link_until__gt=clock.now()).first()
    if found is None:
        return None
    with speaking(found.language):
        subject = _("Your application to the information-sharing network")
        not_me = _("If this was not you, do nothing: without your press nothing follows.")
        if applying.is_known(found):
            said = _(
                "somebody applied with your address. You are a member already, or your application is being looked at: you "
                "need no second one. Members sign in here:"
            )
            return _mail(found.email, found.name, subject, said, f"  {_address('/')}", not_me)
        said = _("please confirm your address, and read and sign the non-disclosure agreement, by %(day)s:")
        link = f"  {_address(f'/apply/confirm/{links.token(found)}/')}"
        then = _("Then your sponsor is asked, and two people of the program look at your application.")
        return _mail(found.email, found.name, subject, said % {"day": day(found.link_until)}, link, then, not_me)


def inquiry(id: UUID) -> Mail | None:
    """To whoever is asked about an applicant; None where it is answered, over, or decided."""
    waiting = Inquiry.objects.select_related("application__organisation").filter(
        pk=id, answered_at=None, link_until__gt=clock.now(), application__state=Application.State.WAITING
    )
    found = waiting.first()
    if found is None:
        return None
    with speaking(found.application.language):
        one = found.application
        known = {"name": one.name, "position": one.position, "where": one.works_at, "day": day(found.link_until)}
        said = {
            Inquiry.Kind.SPONSOR: _("%(name)s (%(position)s, %(where)s) asks to be a member, and names you as sponsor."),
            Inquiry.Kind.EMPLOYER: _("%(name)s asks to be a member, and says: %(position)s at %(where)s."),
            Inquiry.Kind.AGENCY: _("%(name)s asks to be a member as a sworn officer of your agency: %(position)s, %(where)s."),
        }[Inquiry.Kind(found.kind)]
        ask = _(
            "Do you know this person, do they hold this position, is the address theirs? Three presses, by %(day)s. If you do "
            "not know them, say so there, please."
        )
        subject = _("Do you know this person?")
        link = f"  {_address(f'/apply/vouch/{links.token(found)}/')}"
        return _mail(found.email, found.name, subject, said % known, ask % known, link)


def invitation(id: UUID) -> Mail | None:
    """To a new member: set your account up, at the network's own origin."""
    link = people.mailed_link(id)
    if link is None:
        return None
    with speaking(link.language):
        said = _("you are a member. Set up your account, with a password and a second factor, by %(day)s:")
        address = f"  {_address(f'/set-up/{link.token}/')}"
        after = _("If the link is over, ask the program for another one.")
        return _mail(link.email, link.name, _("You are a member"), said % {"day": day(link.expires_at)}, address, after)


def forgotten(id: UUID) -> Mail | None:
    """To a member who asked for a new password; None where the link is used, over or void."""
    link = people.mailed_link(id)
    if link is None:
        return None
    with speaking(link.language):
        at = spoken(link.expires_at.astimezone(ZoneInfo(settings.TIME_ZONE)), _("F j, Y, g:i a"))
        said = _("somebody, you we hope, asked for a new password for your account. Set it here, by %(day)s, once:")
        address = f"  {_address(f'/set-up/{link.token}/')}"
        after = _("If it was not you, do nothing: your password stays. Your second factor stays in any case.")
        return _mail(link.email, link.name, _("Set a new password"), said % {"day": at}, address, after)


def refused(id: UUID) -> Mail | None:
    """To an applicant: no, why, and how to ask again; None where it was opened again meanwhile."""
    made = Decision.objects.select_related("application").filter(pk=id, kind="refused").first()
    found = made.application if made else None
    if found is None or found.state != Application.State.REFUSED or made is None:
        return None
    with speaking(found.language):
        said = _("thank you for your application. The program cannot make you a member now, for this reason:")
        ask = _("If you think that this is wrong, or something has changed, say so here; it is looked at again:")
        link = f"  {_address(f'/apply/confirm/{links.token(found)}/')}"
        return _mail(found.email, found.name, _("Your application"), said, made.reason, ask, link)


# (the relay may read no more of an account)
_COLUMNS = (
    "kind", "stage", "due_at", "member__language", "member__joined_at", "member__account__email", "member__account__name",
)  # fmt: skip


def _to_member(render: Callable[[Asking], Mail | None]) -> Callable[[UUID], Mail | None]:
    """A mail to somebody who is still a member, in their language."""

    @wraps(render)
    def of(id: UUID) -> Mail | None:
        live = Asking.objects.filter(pk=id, member__account__is_active=True, member__state=Member.State.ACTIVE)
        found = live.filter(member__left_at=None).select_related("member__account").only(*_COLUMNS).order_by("pk").first()
        if found is None:
            return None
        with speaking(found.member.language):
            return render(found)

    return of


def _write(found: Asking, subject: str, *parts: str) -> Mail:
    return _mail(found.member.account.email, found.member.account.name, subject, *parts)


@_to_member
def welcome(found: Asking) -> Mail | None:
    """To a new member who has an account already."""
    if found.stage == Asking.UNSET:
        first = _("you are a member. Your school or agency has an account for you that is not set up yet. Ask for its link here:")
        then = _("With the password and the second factor that you choose there, sign in here:")
        link = f"  {config().origin('school')}/forgotten/"
        return _write(found, _("You are a member"), first, link, then, f"  {_address('/me/')}")
    said = _("you are a member. Sign in with the account that you have, and look what you want to be told of:")
    return _write(found, _("You are a member"), said, f"  {_address('/me/')}")


@_to_member
def asked(found: Asking) -> Mail | None:
    """That something is due, or lapsed; None where it was done meanwhile."""
    if _done(found):
        return None
    link = f"  {_address('/me/attest/' if found.kind == Asking.Kind.ATTEST else '/me/agreement/')}"
    due = {"day": day(found.due_at)}
    if found.kind == Asking.Kind.ATTEST:
        what = _("once a year each member says: I still hold this position, this is my organization, I keep the agreement.")
    else:
        what = _("the non-disclosure agreement has a new version, which each member reads and signs.")
    if found.stage == "lapsed":
        until = _("Nothing reaches you since %(day)s. It takes one press, after sign-in, to have it again:")
        return _write(found, _("Your membership is suspended"), what, until % due, link)
    until = _("Please do so by %(day)s, after sign-in; from then on nothing reaches you until it is done:")
    subject = _("Please sign the new agreement") if found.kind == Asking.Kind.SIGN else _("Do you still hold this position?")
    return _write(found, subject, what, until % due, link)


def _done(found: Asking) -> bool:
    if found.kind == Asking.Kind.SIGN:
        must = Agreement.objects.order_by("-first_at").first()
        return must is None or Signature.objects.filter(member=found.member, agreement=must).exists()
    since = pack.months_before(found.due_at, pack.network().limits.attest_months)
    return found.member.attestations.filter(at__gt=since).exists() or found.member.joined_at > since


RENDERERS: dict[str, Callable[[UUID], Mail | None]] = {
    applying.PURPOSE: confirm,
    asking.PURPOSE: inquiry,
    "network_inquiry_again": inquiry,
    "network_invitation": invitation,
    "network_welcome": welcome,
    "network_forgotten": forgotten,
    "network_refused": refused,
    "network_due": asked,
}
