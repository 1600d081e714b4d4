"""What a member does for themselves: sign, attest, choose, leave. The database lets them write of themselves only."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.markings import Level
from upstander.network import agreements, walls
from upstander.network.errors import CannotDo
from upstander.network.models import Agreement, Attestation, Change, Member, Signature


def agreement() -> Agreement:
    """The text that is to be signed now."""
    with walls.reading(walls.STAFF):  # (it is written down when it is first asked for)
        return agreements.in_force()


def has_signed(member: Member) -> bool:
    """Whether they signed the text that is in force."""
    return Signature.objects.filter(member=member, agreement=agreement()).exists()


def sign(member: Member, press: UUID, digest: str, typed_name: str) -> None:
    """Sign the agreement that is in force. Pressed twice it is one. Raises CannotDo."""
    agreement()
    with walls.reading(Level.OPEN, member.id):
        agreements.sign(press, digest, typed_name, member.account.name, member=member)
        audit.record(member.account.actor, "network.signed", "member", member.id, agreement=digest[:16])


def attest(member: Member, press: UUID, position: str, works_at: str) -> None:
    """Say: I still hold this position, this is my organisation or agency, I keep the agreement. Pressed twice it is one. Raises
    CannotDo.

    Who says that something is different does not attest: the SIO looks at it first.
    """
    if (position.strip(), works_at.strip()) != (member.position, member.works_at):
        raise CannotDo(_("If your position or organization has changed, tell us below: it must be looked at anew."))
    with walls.reading(Level.OPEN, member.id):
        made = Attestation(id=press, member=member, position=position.strip(), works_at=works_at.strip(), at=clock.now())
        try:
            with transaction.atomic():
                made.save(force_insert=True)
        except IntegrityError:
            return  # pressed twice, it may be at the same moment
        audit.record(member.account.actor, "network.attested", "member", member.id)


def tell_change(member: Member, press: UUID, position: str, works_at: str) -> None:
    """Say that position or employer is another now, for the SIO to look at. Pressed twice it is one. Raises CannotDo."""
    if (position.strip(), works_at.strip()) == (member.position, member.works_at):
        raise CannotDo(_("This is what stands here already."))
    with walls.reading(Level.OPEN, member.id):
        if Change.objects.filter(pk=press).exists():
            return
        if waiting_change(member):
            raise CannotDo(_("You have told us of a change already; somebody looks at it."))
        Change.objects.create(id=press, member=member, position=position.strip(), works_at=works_at.strip(), at=clock.now())
        audit.record(member.account.actor, "network.change_told", "member", member.id)


def waiting_change(member: Member) -> Change | None:
    """The change that they told, while nobody has looked at it. Behind their own wall."""
    with walls.reading(Level.OPEN, member.id):
        return Change.objects.filter(member=member, decided_at=None).first()


def choose(member: Member, *, topics: list[str], regions: list[int], wishes: list[str], told: str, language: str) -> None:
    """What they want to read, of where, and how they are told."""
    with walls.reading(Level.OPEN, member.id):
        Member.objects.filter(pk=member.pk).update(topics=topics, regions=regions, wishes=wishes, told=told, language=language)
        audit.record(member.account.actor, "network.chose", "member", member.id)


def leave(member: Member) -> None:
    """Leave the network, from this moment; said twice it is once."""
    with walls.reading(Level.OPEN, member.id):
        if Member.objects.filter(pk=member.pk, left_at=None).update(left_at=clock.now()):
            audit.record(member.account.actor, "network.left", "member", member.id)
