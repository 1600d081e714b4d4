"""Asking somebody else about an applicant: the sponsor, the employer, the agency of the sworn (S-membership)."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.delivery import services as delivery
from upstander.ids import new_id
from upstander.network import links, walls
from upstander.network.errors import CannotDo
from upstander.network.models import Application, Inquiry

PURPOSE = "network_inquiry"
LASTS = timedelta(days=21)
MOST = 6  # about one applicant
_PRIORITY = 5


def ask(
    application: Application, kind: str, name: str, email: str, *, by: str, found_in: str = "", id: UUID | None = None
) -> Inquiry:
    """Owe somebody the question; asked again under the same `id` it is the same. Raises CannotDo."""
    known = application.inquiries.filter(pk=id).first() if id else None
    if known:
        return known
    if email.strip().lower() == application.email:
        raise CannotDo(_("This is the applicant's own address. Ask somebody else."), "email")
    if application.inquiries.count() >= MOST:
        raise CannotDo(_("Enough people were asked by mail. Please call."), "email")
    now, id = clock.now(), id or new_id()
    made = Inquiry(
        id=id, application=application, kind=kind, name=name, email=email.strip().lower(), found_in=found_in,
        asked_at=now, asked_by=by, link_until=now + LASTS, **links.mint(id),
    )  # fmt: skip
    made.save(force_insert=True)
    audit.record(by, "network.asked", "application", application.id, as_what=str(kind), inquiry=str(id))
    delivery.send_new(PURPOSE, id, f"inquiry:{id.hex[-16:]}", _PRIORITY)
    return made


def opened(token: str) -> Inquiry | None:
    """The question that this link opens; None where it is unknown, answered, over, or the application is decided.

    To be called behind the staff's wall.
    """
    live = Inquiry.objects.select_related("application__organisation")
    return live.filter(
        digest=links.digest(token), answered_at=None, link_until__gt=clock.now(), application__state=Application.State.WAITING
    ).first()


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody says of an applicant, and their name."""

    by: str
    knows: bool
    holds: bool
    address: bool
    note: str = ""


def answer(token: str, given: Answer) -> bool:
    """Write the answer down; the first one counts. False where the link opens nothing (any more)."""
    with walls.reading(walls.STAFF):
        found = opened(token)
        if found is None:
            return False
        first = Inquiry.objects.filter(pk=found.pk, answered_at=None)
        done = first.update(
            answered_at=clock.now(), answered_by=given.by, knows=given.knows, holds=given.holds, address=given.address,
            note=given.note,
        )  # fmt: skip
        if done:
            yes = given.knows and given.holds and given.address
            audit.record(f"inquiry:{found.id}", "network.answered", "application", found.application_id, vouched=yes)
        return bool(done)
