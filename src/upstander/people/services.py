"""The verbs of this room, each in a transaction with its audit entry. `actor` is as in
`audit.services.record`.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import QuerySet

from upstander import clock
from upstander.audit import services as audit
from upstander.ids import new_id
from upstander.people import access, throttle
from upstander.people.adapters import end_sessions
from upstander.people.models import Account, Designation, Invitation, Role, RoleGrant
from upstander.people.queries import token_place
from upstander.people.sessions.desk import SessionStore as DeskSessions
from upstander.people.sessions.network import SessionStore as NetworkSessions
from upstander.people.sessions.school import SessionStore as SchoolSessions
from upstander.vault.keys import keyring

INVITATION_LASTS = timedelta(days=3)


class NotAllowed(Exception):
    """Why this cannot be done, in words for the person who asked."""


class AccountExists(NotAllowed):
    """There is an account with this e-mail address already."""

    def __init__(self, account: Account) -> None:
        super().__init__(f"There is an account with this e-mail address already: {account.name}.")
        self.account = account


# ---- accounts ------------------------------------------------------------------------------------
@transaction.atomic
def create_account(actor: str, email: str, name: str) -> tuple[Account, str]:
    """A new account without a password, and the token of its set-up link (see `invite`).

    Raises AccountExists.
    """
    account = prepare_account(actor, email, name)
    return account, invite(actor, account.pk)


@transaction.atomic
def prepare_account(actor: str, email: str, name: str) -> Account:
    """A new account without a password and without a link. Raises AccountExists."""
    known = Account.objects.filter(email=email.strip().lower()).first()
    if known:
        raise AccountExists(known)
    account = Account.objects.create_user(email, None, name=name.strip())
    audit.record(actor, "account.created", "account", account.pk)
    return account


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


@transaction.atomic
def invite(actor: str, account_id: int, *, new_second_factor: bool = False) -> str:
    """The token of a link by which the person sets a (new) password: good once, for three days; older links
    are void.

    `new_second_factor` also removes the authenticator and recovery codes, for who has lost the phone, and
    signs out. The token is given to the caller only; here stands its digest.
    """
    token = secrets.token_urlsafe(24)
    _new_link(actor, account_id, token)
    if new_second_factor:
        Authenticator.objects.filter(user_id=account_id).delete()
        end_sessions(account_id)
    audit.record(actor, "account.invited", "account", account_id, new_second_factor=new_second_factor)
    return token


@transaction.atomic
def invite_by_mail(
    actor: str, account_id: int, language: str, *, lasts: timedelta = INVITATION_LASTS, asked: bool = False
) -> UUID:
    """A link as `invite` makes one, for the account's own address and for nobody here to read: older links are void.

    `language`: of the mail; `lasts`: how long it is good; `asked`: anybody may have asked for it by typing the address, so it
    voids none that `actor` did not make. Returns what the outbox calls it; `queries.mailed_link` opens it where it is sent.
    """
    token, mail = secrets.token_urlsafe(24), new_id()
    version, sealed = keyring().wrap("relay", token.encode(), token_place(mail))
    _new_link(
        actor, account_id, token, mail=mail, sealed_token=sealed, key_version=version, language=language,
        lasts=lasts, asked=asked,
    )  # fmt: skip
    audit.record(actor, "account.invited", "account", account_id, by_mail=True)
    return mail


def _new_link(
    actor: str, account_id: int, token: str, *, lasts: timedelta = INVITATION_LASTS, asked: bool = False, **mailed: object
) -> None:
    now = clock.now()
    older = _open_links(account_id, now)
    (older.filter(made_by=actor) if asked else older).update(expires_at=now)
    Invitation.objects.create(
        account_id=account_id,
        digest=_digest(token),
        made_by=actor,
        made_at=now,
        expires_at=now + lasts,
        **mailed,
    )


def _open_links(account_id: int, at: datetime) -> QuerySet[Invitation]:
    return Invitation.objects.filter(account_id=account_id, used_at=None, expires_at__gt=at)


def invitation_for(token: str) -> Invitation | None:
    """The invitation that a link's token opens; None where it is unknown, used, over, or its account is not
    active.
    """
    live = Invitation.objects.select_related("account").filter(used_at=None, expires_at__gt=clock.now())
    found = live.filter(digest=_digest(token), account__is_active=True).first()
    if found and access.kept_elsewhere(found.account):
        return None  # staff set their passwords at the desk
    return found


@transaction.atomic
def accept_invitation(token: str, password: str) -> bool:
    """Set the password behind the link; False where somebody was faster, or the link is void."""
    now = clock.now()
    found = invitation_for(token)
    if not found or not Invitation.objects.filter(pk=found.pk, used_at=None).update(used_at=now):
        return False
    _open_links(found.account_id, now).update(expires_at=now)
    found.account.set_password(password)
    found.account.save(update_fields=["password"])
    end_sessions(found.account_id)
    audit.record(found.account.actor, "account.set_up", "account", found.account_id, invitation=found.pk)
    return True


@transaction.atomic
def second_factor_set_up(account: Account, counter: int | None) -> None:
    """Note that `account` has set up its authenticator with the code of period `counter`, now used up."""
    found = Authenticator.objects.select_for_update().get(user=account, type=Authenticator.Type.TOTP)
    found.data["last_counter"] = counter
    found.save(update_fields=["data"])
    audit.record(account.actor, "account.second_factor", "account", account.pk)


@transaction.atomic
def deactivate(actor: str, account_id: int) -> None:
    """End an account: it cannot sign in, its sessions end now. Its roles stay on record; `reactivate`
    brings them back.

    Raises NotAllowed for the last program administrator.
    """
    _keep_one_administrator(account_id)
    Account.objects.filter(pk=account_id).update(is_active=False)
    end_sessions(account_id)
    audit.record(actor, "account.deactivated", "account", account_id)


@transaction.atomic
def reactivate(actor: str, account_id: int) -> None:
    """Let an account sign in again."""
    Account.objects.filter(pk=account_id).update(is_active=True)
    audit.record(actor, "account.reactivated", "account", account_id)


# ---- roles ---------------------------------------------------------------------------------------
def _keep_one_administrator(account_id: int) -> None:
    """A programme without an administrator could never again have one: refuse."""
    holders = (
        RoleGrant.objects.select_for_update(of=("self",))
        .filter(access.live(), role=Role.PROGRAMME_ADMIN, account__is_active=True)
        .values_list("account_id", flat=True)
    )
    if set(holders) == {account_id}:
        raise NotAllowed("This is the last program administrator. Give somebody else the role first.")


@transaction.atomic
def grant_role(actor: str, account_id: int, role: str, *, ends_at: datetime | None = None) -> RoleGrant:
    """Give a role from now (until `ends_at`); who holds it keeps what they have. Raises ValueError."""
    if role not in Role.values:
        raise ValueError(role)
    Account.objects.select_for_update().get(pk=account_id)
    held = RoleGrant.objects.filter(access.live(), account_id=account_id, role=role).first()
    if held:
        return held
    grant = RoleGrant.objects.create(
        account_id=account_id, role=role, granted_by=actor, starts_at=clock.now(), ends_at=ends_at
    )
    audit.record(actor, "role.granted", "account", account_id, role=role)
    return grant


@transaction.atomic
def end_role(actor: str, grant_id: int) -> None:
    """End a grant now; raises NotAllowed for the last program administrator's."""
    grant = RoleGrant.objects.select_for_update().filter(access.live()).get(pk=grant_id)
    if grant.role == Role.PROGRAMME_ADMIN:
        _keep_one_administrator(grant.account_id)
    grant.ends_at = clock.now()
    grant.save(update_fields=["ends_at"])
    audit.record(actor, "role.ended", "account", grant.account_id, role=grant.role)


# ---- designations --------------------------------------------------------------------------------
@transaction.atomic
def designate(
    actor: str,
    account_id: int,
    organisation_id: int,
    kind: str = Designation.Kind.END_USER,
    *,
    within_id: int | None = None,
    contact_id: int | None = None,
    ends_at: datetime | None = None,
) -> Designation:
    """D-II.I: let a person open the dashboard for one organisation, or administer it; an existing one stands.

    `within_id` narrows it to what is about that place and its schools: so a district designates its police
    officers without opening the neighbour's tips to them. Whether `actor` may do so is the caller's to check
    (`access.administers`). Raises ValueError for an unknown kind.
    """
    if kind not in Designation.Kind.values:
        raise ValueError(kind)
    Account.objects.select_for_update().get(pk=account_id)
    held = Designation.objects.filter(
        access.live(), account_id=account_id, organisation_id=organisation_id, kind=kind, within_id=within_id
    ).first()
    if held:
        return held
    made = Designation.objects.create(
        account_id=account_id, organisation_id=organisation_id, kind=kind, within_id=within_id,
        contact_id=contact_id,
        designated_by=actor, starts_at=clock.now(), ends_at=ends_at,
    )  # fmt: skip
    audit.record(actor, "designation.made", "account", account_id, organisation=organisation_id, as_what=kind)
    return made


@transaction.atomic
def end_designation(actor: str, designation_id: int) -> None:
    """End a designation now: from the next press of a key its referrals are closed to this person."""
    found = Designation.objects.select_for_update().filter(access.live()).get(pk=designation_id)
    found.ends_at = clock.now()
    found.save(update_fields=["ends_at"])
    audit.record(
        actor,
        "designation.ended",
        "account",
        found.account_id,
        organisation=found.organisation_id,
        as_what=found.kind,
    )


# ---- housekeeping --------------------------------------------------------------------------------
def tidy() -> None:
    """Remove sessions that are over and counters that count nothing any more; the worker does, every hour."""
    DeskSessions.clear_expired()
    SchoolSessions.clear_expired()
    NetworkSessions.clear_expired()
    throttle.clear()
