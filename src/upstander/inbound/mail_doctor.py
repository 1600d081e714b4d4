"""Whether mail comes in: our receiver asked as a mail server would ask it, and the mailbox opened. For `upstander doctor`."""

import smtplib
import ssl
from collections.abc import Iterator
from typing import Literal

from upstander.config import Config
from upstander.inbound.imap_pickup import TROUBLE, Mailbox, Refused
from upstander.inbound.mail_address import published

Found = tuple[Literal["ok", "warn", "fail"], str]
_WAIT = 5.0  # seconds


def checks(settings: Config, *, at_work: bool) -> Iterator[Found]:
    """What is found, each as a grade and words. `at_work`: whether the processes run, so that the receiver should answer."""
    if settings.mail_in == "off" and not settings.imap_host:
        if settings.voicemail_to or settings.voicemail_from:
            yield "fail", "voicemail is to come by mail, and none comes in: set UPSTANDER_MAIL_IN or UPSTANDER_IMAP_HOST"
        yield "ok", "nobody can write by mail: set UPSTANDER_MAIL_IN or UPSTANDER_IMAP_HOST for that"
        return
    if settings.mail_in != "off" and at_work:
        yield _receiver(settings)
    if settings.imap_host:
        yield _mailbox(settings)
        if settings.imap_tls == "none":
            yield (
                "fail",
                "the line to the mailbox is open to everybody on the way: set UPSTANDER_IMAP_TLS to tls",
            )
    if not settings.mail_checked_by:
        yield (
            "warn",
            "staff do not see whether a sender is who they say: set UPSTANDER_MAIL_CHECKED_BY (DKIM, SPF, ARC)",
        )


def _receiver(settings: Config) -> Found:
    """It takes the programme's addresses, and no other."""
    kind = smtplib.LMTP if settings.mail_in == "lmtp" else smtplib.SMTP
    ours = published(settings)
    local, _, domain = ours.rpartition("@")
    at = f"{settings.mail_in.upper()} on {settings.mail_in_host}:{settings.mail_in_port}"
    try:
        with kind(settings.mail_in_host, settings.mail_in_port, timeout=_WAIT) as line:
            line.ehlo()
            line.mail("")
            taken = [
                line.rcpt(address)[0] for address in (ours, f"{local}+0@{domain}", f"nobody-{local}@{domain}")
            ]
            line.rset()
    except (OSError, smtplib.SMTPException) as error:
        return "fail", f"{at} does not answer ({type(error).__name__}): does the process `inbound` run?"
    if taken[0] != 250 or taken[2] != 550:
        return "fail", f"{at}: it answers {taken} where 250, any, 550 were to be"
    return "ok", f"{at}: takes mail to {ours}"


def _mailbox(settings: Config) -> Found:
    """Signed in, and the folder opened; what lies there stays as it is."""
    where = f"mailbox {settings.imap_folder} at {settings.imap_host}"
    if not settings.imap_user:
        return (
            "warn",
            f"{where}: its login is known to the process `inbound` only; run doctor with that one's settings",
        )
    box = Mailbox(settings)
    try:
        waiting = len(box.unseen())
    except ssl.SSLError as error:
        return "fail", f"{where}: its certificate is not believed ({error.reason}): see UPSTANDER_IMAP_CA"
    except (*TROUBLE, Refused) as error:
        return "fail", f"{where}: cannot be opened ({type(error).__name__})"
    finally:
        box.hang_up()
    return "ok", f"{where}: {waiting} unseen"
