"""Applying: what is sent in, the link that confirms the address, and the agreement that is signed behind it (S-membership).

Nobody who applies can see who is a member: whatever address is given, the same happens here. What is written to it is decided by
the relay when it writes (`mails.confirm`).

No network address is looked at. A flood is bounded by what came within the hour and was not confirmed (`crowded`): who confirms
does not count, nor does a list of the officer's, and whoever writes from a school's own domain is counted with that domain alone.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.delivery import services as delivery
from upstander.directory import queries as directory
from upstander.network import agreements, asking, links, pack, walls
from upstander.network.errors import CannotDo
from upstander.network.models import Application, Inquiry, Member, Signature

ACTOR = "system:network"
LINK_LASTS = timedelta(days=7)
MAILS_A_DAY = 3  # to one address: nobody's mailbox is filled from here
HOUR = timedelta(hours=1)
MOST_NEW = 500  # applications of the last hour whose address nobody confirmed yet ...
MOST_OF_A_DOMAIN = 100  # ... and of one mail domain at which the directory lists somebody
BY_LIST = "list"  # with whom those of the officer's lists are counted: with nobody who applies
PURPOSE = "network_confirm"
_PRIORITY = 5


@dataclass(frozen=True, slots=True)
class Given:
    """What the form says."""

    name: str
    email: str
    telephone: str
    position: str
    organisation_id: int | None
    organisation_name: str
    sector: str
    discipline: str
    agency_id: int | None
    agency_name: str
    regions: list[int]
    wishes: list[str]
    topics: list[str]
    sponsor_name: str
    sponsor_email: str
    purpose: str


def apply(press: UUID, given: Given, language: str) -> None:
    """Take an application and owe the mail with the link; pressed twice it is one. Raises CannotDo when too many wait."""
    with walls.reading(walls.STAFF):
        if Application.objects.filter(pk=press).exists():
            return
        now = clock.now()
        if _mailed(given.email, now) >= MAILS_A_DAY:
            return  # said as if it were sent: so nobody learns what was asked for from here
        with_whom = _counted_with(given.email)
        if crowded(with_whom, now):
            raise CannotDo(_("Very many applications came in at once. Please try again in an hour; nothing was kept."))
        fields = {name: getattr(given, name) for name in Given.__dataclass_fields__}
        fields |= {"made_at": now, "link_until": now + LINK_LASTS, "language": language, "counted_with": with_whom}
        made = Application(id=press, **links.mint(press), **fields)
        made.save(force_insert=True)
        audit.record(ACTOR, "network.applied", "application", press)
        delivery.send_new(PURPOSE, press, address_key(press), _PRIORITY)


def crowded(with_whom: str, now: datetime) -> bool:
    """Whether so many applications of the last hour, counted together, are not confirmed that no other one is taken now."""
    new = Application.objects.filter(state=Application.State.NEW, counted_with=with_whom, made_at__gt=now - HOUR)
    return new.count() >= (MOST_OF_A_DOMAIN if with_whom else MOST_NEW)


def _counted_with(email: str) -> str:
    """With which others: those of its own mail domain, where the directory lists somebody at it; else all others together."""
    domain = email.rpartition("@")[2].lower()
    return domain if directory.lists_somebody_at(domain) else ""


def _mailed(email: str, now: datetime) -> int:
    """How often somebody wrote this address down within a day; what stands behind a plus sign makes no other mailbox."""
    name, _at, domain = email.rpartition("@")
    mailbox = name.split("+")[0]
    same = Q(email=email) | Q(email=f"{mailbox}@{domain}") | Q(email__startswith=f"{mailbox}+", email__endswith=f"@{domain}")
    return Application.objects.filter(same, made_at__gt=now - timedelta(days=1)).count()


def address_key(id: UUID) -> str:
    """What the throttle counts mails by for somebody without an account."""
    return f"applicant:{id.hex[-16:]}"


def opened(token: str) -> Application | None:
    """The application whose link this is; None where it is unknown or over. To be called behind the staff's wall."""
    found = Application.objects.select_related("organisation", "agency").filter(digest=links.digest(token)).first()
    if found is None or (found.state == Application.State.NEW and found.link_until <= clock.now()):
        return None
    return found


@transaction.atomic
def confirm(token: str, press: UUID, digest: str, typed_name: str) -> Application | None:
    """The address is theirs, and they sign: the application waits from now on, and the sponsor is asked. None: no such link.

    A second press changes nothing. Raises CannotDo, also where the name is not that of the application.
    """
    with walls.reading(walls.STAFF):
        found = opened(token)
        if found is None:
            return None
        with connection.cursor() as cursor:  # of two applications with one address that are confirmed at once one is first
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"network.confirm:{found.email}"])
        found = Application.objects.select_for_update(of=("self",)).get(pk=found.pk)
        if found.state != Application.State.NEW or is_known(found):
            return found
        agreements.sign(press, digest, typed_name, found.name, application=found)
        found.state, found.confirmed_at = Application.State.WAITING, clock.now()
        found.save(update_fields=["state", "confirmed_at"])
        audit.record(f"applicant:{found.id}", "network.confirmed", "application", found.id, agreement=digest[:16])
        asking.ask(found, Inquiry.Kind.SPONSOR, found.sponsor_name, found.sponsor_email, by=ACTOR)
        return found


def is_known(application: Application) -> bool:
    """Whether somebody with this address is a member, or waits to be one: then nothing new follows."""
    waiting = Application.objects.filter(email=application.email, state=Application.State.WAITING)
    members = Member.objects.filter(account__email=application.email).exclude(state=Member.State.REMOVED)
    return waiting.exclude(pk=application.pk).exists() or members.filter(left_at=None).exists()


@transaction.atomic
def appeal(token: str, words: str) -> bool:
    """Note that somebody who was refused asks to be looked at again; False where there is nothing to appeal. Raises CannotDo."""
    if not words.strip():
        raise CannotDo(_("Write why you ask."), "words")
    with walls.reading(walls.STAFF):
        found = opened(token)
        if found is None or found.state != Application.State.REFUSED or found.appealed_at is not None:
            return False
        found.appealed_at, found.appeal = clock.now(), words.strip()
        found.save(update_fields=["appealed_at", "appeal"])
        audit.record(f"applicant:{found.id}", "network.appealed", "application", found.id)
        return True


def signature_of(application: Application) -> Signature | None:
    """The applicant's signature, with the text that they signed."""
    return application.signatures.select_related("agreement").order_by("-at").first()


def sworn(application: Application) -> bool:
    """Whether the pack says that this discipline is sworn; False for one that it does not know any more."""
    return any(one.code == application.discipline and one.sworn for one in pack.network().disciplines)
