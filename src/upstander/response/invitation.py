"""The mail by which a designated person sets up their account, rendered by the relay at the moment of sending."""

from uuid import UUID
from zoneinfo import ZoneInfo

from upstander.config import config
from upstander.delivery.services import Mail
from upstander.packs.current import current
from upstander.people import queries as people

PURPOSE = "invitation"


def render(mail: UUID) -> Mail | None:
    """The mail with the set-up link; None where the link is used, over or void, or the account has ended."""
    link = people.mailed_link(mail)
    if link is None:
        return None
    programme = current().programme
    values = {
        "name": link.name,
        "programme": programme.name,
        "address": f"{config().origin('school')}/set-up/{link.token}/",
        "until": f"{link.expires_at.astimezone(ZoneInfo(programme.time_zone)):%A, %B %-d, %-I:%M %p %Z}",
        "desk_phone": programme.desk_phone,
    }
    return Mail(
        to_address=link.email,
        to_name=link.name,
        subject=f"Set up your account with {programme.name}",
        text=_TEXT.format(**values),
    )


_TEXT = """\
{name},

You have been designated to read tips passed on by {programme}. Set up your account here:

  {address}

The link works once, until {until}. You choose a password and set up an authenticator app. Do not pass it on: whoever opens it
holds your account.

If you expected nothing like this, do not open the link, and call {desk_phone}.
"""
