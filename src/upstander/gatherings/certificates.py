"""Certificates of attendance: issued once, with a number and a hash, and the same file ever after."""

import hashlib
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.gatherings import dates, letters, seats
from upstander.gatherings.errors import CannotDo, NotThere
from upstander.gatherings.models import Certificate, Gathering, Kind, Registration
from upstander.network import walls
from upstander.network.standing import Standing
from upstander.packs.current import current
from upstander.people.models import Account
from upstander.web import paper
from upstander.web.paper import Block, Document


@transaction.atomic
def issue(gathering_id: UUID, who: Standing) -> Certificate:
    """The certificate of who asks; asked for again it is the same. Raises NotThere; CannotDo for who did not attend, or before
    it is over;
    paper.CannotPrint."""
    gathering = seats.seen(gathering_id)
    mine = Registration.objects.filter(gathering=gathering, member=who.member_id).first()
    if mine is None or mine.attended_at is None:
        raise CannotDo(_("Nobody has marked yet that you attended."))
    if gathering.cancelled_at or gathering.ends_at > clock.now():
        raise CannotDo(_("There is a certificate when it is over."))
    with walls.reading(walls.STAFF):
        seats.alone(gathering.id)
        return Certificate.objects.filter(registration=mine).first() or _made(gathering, mine, who)


def _made(gathering: Gathering, row: Registration, who: Standing) -> Certificate:
    now, number = clock.now(), _next_number()
    pdf = paper.pdf(_document(gathering, number, now, Account.objects.get(pk=who.account_id).name), now)
    made = Certificate.objects.create(
        number=number, registration=row, member_id=row.member_id, issued_at=now,
        sha256=hashlib.sha256(pdf).hexdigest(), pdf=pdf,
    )  # fmt: skip
    audit.record(
        f"account:{who.account_id}", "gatherings.certificate", "gathering", gathering.id,
        number=made.number, sha256=made.sha256,
    )  # fmt: skip
    return made


def _next_number() -> int:
    """Known before the file is made, which holds it; one that is not used in the end is missing from the row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('gatherings_certificate', 'number'))")
        return int(cursor.fetchone()[0])


def _document(gathering: Gathering, number: int, issued_at: datetime, name: str) -> Document:
    programme, marked = current().name, letters.marking(gathering.level)
    length = gathering.ends_at - gathering.starts_at
    hours = f"{length.total_seconds() / 3600:.2f}".rstrip("0").rstrip(".")
    return Document(
        title=_("Certificate of attendance"),
        language="en",
        blocks=(
            Block("text", _("%(name)s attended:") % {"name": name}),
            Block("heading", gathering.title),
            Block(
                "facts",
                pairs=(
                    (_("Kind"), str(Kind(gathering.kind).label)),
                    (_("When"), dates.spoken(gathering.starts_at, gathering.ends_at, gathering.zone)),
                    (_("Length"), _("%(hours)s hours") % {"hours": hours}),
                    (_("Held by"), programme),
                    (_("Certificate"), numbered(number)),
                    (_("Issued"), dates.spoken_day(issued_at, gathering.zone)),
                ),
            ),
            Block(
                "text",
                _(
                    "Whoever wants to know whether this is real asks for its number: the programme keeps this very file."
                ),
            ),
        ),
        head=marked,
        foot=" - ".join(part for part in (marked, programme, numbered(number)) if part),
        unprintable=_("A character in brackets, as [U+4E2D], is one that this page cannot print."),
    )


def numbered(number: int) -> str:
    """A certificate's number as people read it."""
    return f"C-{number:06}"


def of(gathering_id: UUID, who: Standing) -> Certificate:
    """The certificate that was issued to who asks. Raises NotThere."""
    found = Certificate.objects.filter(registration__gathering=gathering_id, member=who.member_id).first()
    if found is None:
        raise NotThere(gathering_id)
    return found
