"""The mail by which a designated person sets up their account, rendered by the relay at the moment of sending."""

from uuid import UUID

from upstander.actions.render import moment
from upstander.config import config
from upstander.delivery.services import Mail
from upstander.packs.current import current
from upstander.people import queries as people

PURPOSE = "invitation"


def render(mail: UUID) -> Mail | None:
    """The mail with the set-up link, in the language that is listed for the person; None where the link is used, over or
    void, or the account has ended.
    """
    link = people.mailed_link(mail)
    if link is None:
        return None
    pack = current()
    values = {
        "contact": link.name,
        "link": f"{config().origin('school')}/set-up/{link.token}/",
        "until": moment(link.expires_at, pack, link.language),
    }
    return Mail(
        to_address=link.email,
        to_name=link.name,
        subject=pack.text("mail.invitation.subject", link.language, **values),
        text=pack.text("mail.invitation.body", link.language, **values),
    )
