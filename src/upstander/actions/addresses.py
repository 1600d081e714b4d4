"""The e-mail address to which a contact's mail goes: found when it leaves, so that a corrected one counts at once.

`out` is who is left out of the tip that the mail is about: it goes to no address of theirs.
"""

from dataclasses import dataclass

from upstander.actions.exclusion import NOBODY, LeftOut, key
from upstander.audit import services as audit
from upstander.directory.models import Contact, ContactPoint


@dataclass(frozen=True, slots=True)
class Address:
    """An e-mail address of a contact. `refused`: a mail server has refused it for good, and there is no better one."""

    value: str
    refused: bool


def of(contact: Contact, out: LeftOut = NOBODY) -> Address | None:
    """The contact's first address that has not been refused, else the first there is; None for none at all."""
    own = (p for p in contact.points.all() if p.kind == "email" and key(p) not in out.addresses)
    mails = sorted(own, key=lambda p: (p.position, p.pk))
    best = next((p for p in mails if p.bounced_at is None), mails[0] if mails else None)
    return Address(best.value, best.bounced_at is not None) if best else None


def live(contact: Contact, out: LeftOut = NOBODY) -> str:
    """The address to which a mail would go now; empty where there is none, or each was refused."""
    found = of(contact, out)
    return found.value if found and not found.refused else ""


def trust(contact: Contact, actor: str) -> None:
    """Let the contact's addresses count again although they were refused: a person says that the cause is gone."""
    ContactPoint.objects.filter(contact=contact, kind="email").update(bounced_at=None)
    audit.record(actor, "contact.addresses_trusted", "contact", contact.pk)
