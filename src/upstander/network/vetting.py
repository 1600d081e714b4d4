"""Vetting: the pack's checklist, looked at by two people, and what they decide (S-membership, S-levels)."""

from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.delivery import services as delivery
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network import applying, pack
from upstander.network.errors import CannotDo
from upstander.network.models import (
    AgencyCheck,
    Application,
    Asking,
    Decision,
    Entitlement,
    Member,
    Signature,
    Tick,
)
from upstander.network.standing import SECOND, SIO
from upstander.packs.network import Check
from upstander.people import access
from upstander.people import services as people
from upstander.people.models import Account

INVITED, WELCOME, REFUSED = "network_invitation", "network_welcome", "network_refused"
_PRIORITY = 5


def one_at_a_time(id: UUID) -> None:
    """Of two acts on one thing at once one is first, to the end of its transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [id.int & (2**63 - 1)])


def checklist(application: Application) -> tuple[Check, ...]:
    """What the pack asks of this applicant."""
    return pack.network().checklist(applying.sworn(application))


def of_agency(check: Check) -> bool:
    """Whether an item is ticked by what the agency said, and not by hand."""
    return check.whom == "sworn"


def may_tick(check: Check, account: Account, application: Application) -> str:
    """Why this person may not tick this item; empty where they may. No sponsor vets, and nobody ticks for both persons."""
    held = access.roles(account)
    if account.email == application.sponsor_email or account.email == application.email:
        return _("You sponsor this applicant: others look at them.")
    of_sio, of_second = not held.isdisjoint(SIO), not held.isdisjoint(SECOND)
    if not {"sio": of_sio, "second": of_second, "either": of_sio or of_second}[check.who]:
        return _("This is for the School Intelligence Officer.") if check.who == "sio" else _("This is for a second person.")
    mine = {t.code for t in application.ticks.all() if t.account_id == account.pk}
    other = {"sio": "second", "second": "sio"}.get(check.who)
    if any(c.who == other and c.code in mine for c in checklist(application)):
        return _("You looked at it as the other of the two persons.")
    return ""


@transaction.atomic
def tick(application_id: UUID, code: str, account: Account, note: str = "") -> None:
    """Say that an item is in order. Once said it stands, under the name of who said it first. Raises CannotDo."""
    application = _open(application_id)
    check = next((c for c in checklist(application) if c.code == code), None)
    if check is None:
        raise CannotDo(_("The checklist has no such item (any more)."))
    if of_agency(check):
        raise CannotDo(_("Write down what the agency said."))
    if why := may_tick(check, account, application):
        raise CannotDo(why)
    _tick(application, code, account, note)


def _tick(application: Application, code: str, account: Account, note: str) -> None:
    made = Tick(application=application, code=code, account_id=account.pk, at=clock.now(), note=note.strip()[:400])
    before = application.ticks.filter(code=code).exists()
    Tick.objects.bulk_create([made], ignore_conflicts=True)
    if not before:
        audit.record(account.actor, "network.ticked", "application", application.id, item=code)


@transaction.atomic
def untick(application_id: UUID, code: str, account: Account) -> None:
    """Take one's own tick back. Raises CannotDo for another's."""
    application = _open(application_id)
    done, _each = application.ticks.filter(code=code, account_id=account.pk).delete()
    if not done:
        raise CannotDo(_("Only who said it can take it back."))
    audit.record(account.actor, "network.unticked", "application", application.id, item=code)


@transaction.atomic
def agency_said(application_id: UUID, account: Account, said_by: str, how: str, press: UUID) -> None:
    """The agency of a sworn applicant was asked: who answered there, and where they were reached. Raises CannotDo."""
    application = _open(application_id)
    _must_be(account, SIO)
    if not applying.sworn(application):
        raise CannotDo(_("This applicant is not sworn."))
    if not said_by.strip() or not how.strip():
        raise CannotDo(_("Write who answered, and where you reached them."), "said_by" if not said_by.strip() else "how")
    if AgencyCheck.objects.filter(pk=press).exists():
        return
    for check in _agency_items(application, "sio", "either"):
        if why := may_tick(check, account, application):
            raise CannotDo(why)
    agency = application.agency.name if application.agency else application.agency_name
    application.agency_checks.filter(ended_at=None).update(ended_at=clock.now())
    AgencyCheck.objects.create(
        id=press, application=application, discipline=application.discipline, agency=agency, said_by=said_by.strip(),
        how=how.strip(), at=clock.now(), account_id=account.pk,
    )  # fmt: skip
    application.ticks.filter(code__in=[c.code for c in checklist(application) if of_agency(c)]).delete()
    for check in _agency_items(application, "sio", "either"):
        _tick(application, check.code, account, said_by)
    audit.record(account.actor, "network.agency_said", "application", application.id, check=str(press))


@transaction.atomic
def agency_seen(application_id: UUID, account: Account) -> None:
    """The second person has seen what the agency said. Raises CannotDo."""
    application = _open(application_id)
    _must_be(account, SECOND)
    found = application.agency_checks.filter(ended_at=None).first()
    if found is None:
        raise CannotDo(_("Nobody has asked the agency yet."))
    if found.account_id == account.pk:
        raise CannotDo(_("You asked the agency yourself: another person looks at the answer."))
    for check in _agency_items(application, "second"):
        if why := may_tick(check, account, application):
            raise CannotDo(why)
        _tick(application, check.code, account, "")
    if found.second_at is None:
        found.second_account_id, found.second_at = account.pk, clock.now()
        found.save(update_fields=["second_account_id", "second_at"])
        audit.record(account.actor, "network.agency_seen", "application", application.id, check=str(found.id))


def _agency_items(application: Application, *who: str) -> list[Check]:
    return [c for c in checklist(application) if of_agency(c) and c.who in who]


def missing(application: Application) -> list[str]:
    """What must still happen before somebody can be approved, in words."""
    ticked = {t.code: t.account_id for t in application.ticks.all()}
    lacking = [c.label for c in checklist(application) if c.required and c.code not in ticked]
    if not lacking and len(set(ticked.values())) < 2:
        lacking.append(_("A second person has looked at it"))
    if applying.signature_of(application) is None:
        lacking.append(_("The agreement is signed"))
    return lacking


@transaction.atomic
def approve(application_id: UUID, account: Account, press: UUID) -> Member:
    """Make them a member, with what they may read; their account is made, or the one that they have is joined. The mail that
    follows leads to the network's own sign-in. Pressed twice it is one. Raises CannotDo."""
    before = Decision.objects.filter(pk=press, kind="approved").select_related("member").first()
    if before and before.member and before.application_id == application_id:
        return before.member
    application = _open(application_id)
    _must_be(account, SIO)
    if lacking := missing(application):
        raise CannotDo(_("Not yet: %(what)s") % {"what": "; ".join(lacking)})
    member = _member(application, account)
    _entitle(member, application, account)
    application.state, application.decided_at, application.member = Application.State.APPROVED, clock.now(), member
    application.save(update_fields=["state", "decided_at", "member"])
    Signature.objects.filter(application=application, member=None).update(member=member)
    decided(press, "approved", account, application=application, member=member)
    return member


def _member(application: Application, by: Account) -> Member:
    """The membership on the applicant's account; of somebody who left or was removed it is the same one again."""
    try:
        person = people.prepare_account(by.actor, application.email, application.name)
    except people.AccountExists as known:
        person = known.account
        if not person.is_active:
            raise CannotDo(_("The account with this address was ended. Ask the program administrator first.")) from None
    fields = {
        "discipline": application.discipline, "sworn": applying.sworn(application), "sector": application.sector,
        "position": application.position, "telephone": application.telephone, "organisation_id": application.organisation_id,
        "organisation_name": application.organisation_name, "regions": application.regions, "wishes": application.wishes,
        "topics": application.topics, "language": application.language, "state": Member.State.ACTIVE,
        "joined_at": clock.now(), "left_at": None,
    }  # fmt: skip
    again = Member.objects.select_for_update().filter(account=person).first()
    if again is None:
        member = Member.objects.create(id=new_id(), account=person, **fields)
    else:
        _end_all(again)
        Member.objects.filter(pk=again.pk).update(**fields)
        member = Member.objects.get(pk=again.pk)
    let_in(member, by)
    return member


def let_in(member: Member, by: Account) -> None:
    """Owe the mail that lets a new member in: with a link to set their account up, or to sign in with the one that they have."""
    person = member.account
    if person.last_login is None and not person.has_usable_password() and not access.kept_elsewhere(person):
        mail = people.invite_by_mail(by.actor, person.pk, member.language)
        delivery.send_new(INVITED, mail, person.actor, _PRIORITY)
    else:
        delivery.send_new(WELCOME, _welcome(member), person.actor, _PRIORITY)


def _welcome(member: Member) -> UUID:
    """What the outbox calls the mail that says "sign in with what you have"."""
    now = clock.now()
    person = member.account
    unset = person.last_login is None and not person.has_usable_password() and not access.staff(person)
    stage = Asking.UNSET if unset else "once"
    return Asking.objects.create(id=new_id(), member=member, kind=Asking.Kind.WELCOME, stage=stage, due_at=now, at=now).id


def _end_all(member: Member) -> None:
    now = clock.now()
    Entitlement.objects.filter(access.live(), member=member).update(ends_at=now)
    AgencyCheck.objects.filter(member=member, ended_at=None).update(ended_at=now)


def _entitle(member: Member, application: Application, by: Account) -> None:
    """Open, FOUO where the discipline may have it; LES for the sworn whose agency was asked, which the database makes sure of."""
    most = pack.network().discipline(application.discipline).highest
    AgencyCheck.objects.filter(application=application, ended_at=None).update(member=member)
    for level in Level:
        if level <= most:
            Entitlement.objects.create(member=member, level=level, granted_by=by.actor, starts_at=clock.now())
            audit.record(by.actor, "network.entitled", "member", member.id, level=level.name)


@transaction.atomic
def refuse(application_id: UUID, account: Account, reason: str, press: UUID) -> None:
    """Say no, with a reason that the applicant reads. Pressed twice it is one. Raises CannotDo."""
    if Decision.objects.filter(pk=press).exists():
        return
    application = _open(application_id)
    _must_be(account, SIO)
    if not reason.strip():
        raise CannotDo(_("Write the reason. The applicant reads it."), "reason")
    application.state, application.decided_at, application.reason = Application.State.REFUSED, clock.now(), reason.strip()
    application.save(update_fields=["state", "decided_at", "reason"])
    decided(press, "refused", account, application=application, reason=reason.strip())
    delivery.send_new(REFUSED, press, applying.address_key(application.id), _PRIORITY)


@transaction.atomic
def reopen(application_id: UUID, account: Account, press: UUID) -> None:
    """Look again at an application that was refused. Raises CannotDo."""
    _must_be(account, SIO)
    one_at_a_time(application_id)
    found = Application.objects.select_for_update(of=("self",)).get(pk=application_id)
    if found.state != Application.State.REFUSED:
        raise CannotDo(_("Only what was refused can be opened again."))
    applying.one_of_an_address(found.email)
    if applying.is_known(found):
        raise CannotDo(_("Somebody with this address is a member, or another application of theirs is being looked at."))
    found.state, found.decided_at = Application.State.WAITING, None
    found.save(update_fields=["state", "decided_at"])
    decided(press, "reopened", account, application=found)


def decided(press: UUID, kind: str, account: Account, *, reason: str = "", **about: Application | Member) -> None:
    """Write a decision down, here and in the record."""
    Decision.objects.create(id=press, kind=kind, account_id=account.pk, at=clock.now(), reason=reason, **about)
    for what, one in about.items():
        audit.record(account.actor, f"network.{kind}", what, one.pk)


def _open(application_id: UUID) -> Application:
    one_at_a_time(application_id)
    found = Application.objects.select_for_update(of=("self",)).filter(pk=application_id).first()
    if found is None or found.state != Application.State.WAITING:
        raise CannotDo(_("This application has been decided, or is not there."))
    return found


def _must_be(account: Account, roles: tuple[str, ...]) -> None:
    if access.roles(account).isdisjoint(roles):
        raise CannotDo(_("This is for the School Intelligence Officer.") if roles == SIO else _("This is for a second person."))
