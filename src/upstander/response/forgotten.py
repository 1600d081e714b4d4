"""The mail with a link to a new password, for somebody designated at a school or agency; the page is in `forgotten_views`."""

from datetime import timedelta
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from upstander.actions.render import moment
from upstander.config import config
from upstander.delivery.services import Mail
from upstander.packs.current import current
from upstander.people import queries as people

PURPOSE = "forgotten"
EVERY = timedelta(seconds=3)  # somebody sits and waits for the mail


def turn() -> bool:
    """The worker's chore; what it does is loaded with it, for not every process has the tables of accounts."""
    from upstander.response.forgotten_views import turn as answer

    return answer()


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
