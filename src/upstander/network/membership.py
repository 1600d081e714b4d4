"""What the staff decide about a member: suspend, let in again, remove; LES; an address that works again (S-membership)."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.directory.models import Organisation
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network import pack
from upstander.network.errors import CannotDo
from upstander.network.models import AgencyCheck, Change, Decision, Entitlement, Member
from upstander.network.standing import SECOND, SIO
from upstander.network.vetting import decided, let_in, one_at_a_time
from upstander.people import access
from upstander.people.models import Account

# What can be decided, from which state, to which.
_STEPS = {
    "suspended": (Member.State.ACTIVE, Member.State.SUSPENDED),
    "left": (Member.State.ACTIVE, Member.State.REMOVED),
    "lifted": (Member.State.SUSPENDED, Member.State.ACTIVE),
    "removed": (None, Member.State.REMOVED),
}


@transaction.atomic
def decide(member_id: UUID, kind: str, account: Account, reason: str, press: UUID) -> None:
    """`suspended`, `lifted`, `left` (the organisation says that they left), `removed`: at once, with the reason.

    Pressed twice it is one. Raises CannotDo.
    """
    if Decision.objects.filter(pk=press).exists():
        return
    member = _locked(member_id, account)
    before, after = _STEPS[kind]
    if member.state == Member.State.REMOVED or (before is not None and member.state != before):
        raise CannotDo(_("Somebody was faster: look at what stands here now."))
    if not reason.strip():
        raise CannotDo(_("Write why."), "reason")
    Member.objects.filter(pk=member.pk).update(state=after)
    if after == Member.State.REMOVED:
        Entitlement.objects.filter(access.live(), member=member).update(ends_at=clock.now())
    decided(press, kind, account, member=member, reason=reason.strip())


@transaction.atomic
def address_works(member_id: UUID, account: Account, reason: str, press: UUID) -> None:
    """Somebody made sure that the member's address takes mail again. Raises CannotDo."""
    if Decision.objects.filter(pk=press).exists():
        return
    member = _locked(member_id, account)
    if not reason.strip():
        raise CannotDo(_("Write how you made sure."), "reason")
    if not member.bounces.filter(cleared_at=None).update(cleared_at=clock.now()):
        raise CannotDo(_("No mail to this address has come back."))
    decided(press, "address_works", account, member=member, reason=reason.strip())


@transaction.atomic
def agency_said(member_id: UUID, account: Account, said_by: str, how: str, press: UUID) -> None:
    """The agency of a sworn member was asked (again); a second person sees it before LES reaches them. Raises CannotDo."""
    if AgencyCheck.objects.filter(pk=press).exists():
        return
    member = _locked(member_id, account)
    if not said_by.strip() or not how.strip():
        raise CannotDo(_("Write who answered, and where you reached them."), "said_by" if not said_by.strip() else "how")
    if not _sworn(member):
        raise CannotDo(_("LES is for the sworn, and this member's discipline is not."))
    member.agency_checks.filter(ended_at=None, second_at=None).update(ended_at=clock.now())
    AgencyCheck.objects.create(
        id=press, member=member, discipline=member.discipline, agency=member.works_at, said_by=said_by.strip(), how=how.strip(),
        at=clock.now(), account_id=account.pk,
    )  # fmt: skip
    audit.record(account.actor, "network.agency_said", "member", member.id, check=str(press))


@transaction.atomic
def agency_seen(member_id: UUID, account: Account, press: UUID) -> None:
    """A second person saw what the agency said: LES reaches the member from now on. Raises CannotDo."""
    one_at_a_time(member_id)
    member = Member.objects.select_for_update(of=("self",)).get(pk=member_id)
    found = member.agency_checks.filter(ended_at=None).order_by("-at").first()
    if Decision.objects.filter(pk=press).exists():
        return
    if access.roles(account).isdisjoint(SECOND):
        raise CannotDo(_("This is for a second person."))
    if member.account_id == account.pk:
        raise CannotDo(_("Nobody decides about their own membership."))
    if found is None or found.second_at is not None:
        raise CannotDo(_("There is no answer of the agency that waits for a second person."))
    if found.account_id == account.pk:
        raise CannotDo(_("You asked the agency yourself: another person looks at the answer."))
    if not _sworn(member):
        raise CannotDo(_("LES is for the sworn, and this member's discipline is not."))
    found.second_account_id, found.second_at = account.pk, clock.now()
    found.save(update_fields=["second_account_id", "second_at"])
    Member.objects.filter(pk=member.pk).update(sworn=True)
    if not Entitlement.objects.filter(access.live(), member=member, level=Level.LES).exists():
        Entitlement.objects.create(member=member, level=Level.LES, granted_by=account.actor, starts_at=clock.now())
    decided(press, "les", account, member=member, reason=found.said_by)


@transaction.atomic
def end_les(member_id: UUID, account: Account, reason: str, press: UUID) -> None:
    """LES reaches this member no more, from this moment. Raises CannotDo."""
    if Decision.objects.filter(pk=press).exists():
        return
    member = _locked(member_id, account)
    if not reason.strip():
        raise CannotDo(_("Write why."), "reason")
    now = clock.now()
    live = Entitlement.objects.filter(access.live(), member=member, level=Level.LES)
    if not live.update(ends_at=now):
        raise CannotDo(_("This member does not have LES."))
    member.agency_checks.filter(ended_at=None).update(ended_at=now)
    decided(press, "les_ended", account, member=member, reason=reason.strip())


@transaction.atomic
def let_in_again(member_id: UUID, account: Account) -> None:
    """Mail another set-up link to a member who has not signed in yet: the one of before is void. Raises CannotDo."""
    member = _locked(member_id, account)
    if member.state != Member.State.ACTIVE or member.account.last_login is not None:
        raise CannotDo(_("They have signed in already, or are no member now."))
    let_in(member, account)
    audit.record(account.actor, "network.let_in_again", "member", member.id)


@transaction.atomic
def take_change(member_id: UUID, account: Account, reason: str, press: UUID) -> None:
    """Take over what the member said has changed. Whoever works for another agency has LES again when that one has spoken.

    Raises CannotDo.
    """
    change = _change(member_id, account, reason, press)
    if change is None:
        return
    member, now = change.member, clock.now()
    if change.works_at != member.works_at:
        known = Organisation.objects.filter(name__iexact=change.works_at)[:2]
        place = known[0] if len(known) == 1 else None
        name = "" if place else change.works_at
        if Entitlement.objects.filter(access.live(), member=member, level=Level.LES).update(ends_at=now):
            decided(new_id(), "les_ended", account, member=member, reason=_("Another employer"))
        member.agency_checks.filter(ended_at=None).update(ended_at=now)
        Member.objects.filter(pk=member.pk).update(organisation=place, organisation_name=name)
    Member.objects.filter(pk=member.pk).update(position=change.position)
    _close(change, True)
    decided(press, "changed", account, member=member, reason=reason.strip())


@transaction.atomic
def refuse_change(member_id: UUID, account: Account, reason: str, press: UUID) -> None:
    """What the member said is not so: everything stays. Raises CannotDo."""
    change = _change(member_id, account, reason, press)
    if change is not None:
        _close(change, False)
        decided(press, "not_changed", account, member=change.member, reason=reason.strip())


def _change(member_id: UUID, account: Account, reason: str, press: UUID) -> Change | None:
    """The change that waits; None where this press was answered already. Raises CannotDo."""
    if Decision.objects.filter(pk=press).exists():
        return None
    member = _locked(member_id, account)
    if not reason.strip():
        raise CannotDo(_("Write how you made sure."), "reason")
    found = Change.objects.filter(member=member, decided_at=None).first()
    if found is None:
        raise CannotDo(_("Somebody was faster: look at what stands here now."))
    found.member = member
    return found


def _close(change: Change, taken: bool) -> None:
    change.decided_at, change.taken = clock.now(), taken
    change.save(update_fields=["decided_at", "taken"])


def _sworn(member: Member) -> bool:
    return any(d.code == member.discipline and d.sworn for d in pack.network().disciplines)


def _locked(member_id: UUID, account: Account) -> Member:
    """The member, for the SIO to decide about; nobody decides about themselves. Raises CannotDo."""
    one_at_a_time(member_id)
    if access.roles(account).isdisjoint(SIO):
        raise CannotDo(_("This is for the School Intelligence Officer."))
    member = Member.objects.select_for_update(of=("self",)).get(pk=member_id)
    if member.account_id == account.pk:
        raise CannotDo(_("Nobody decides about their own membership."))
    return member
