"""Reads of this room for others and for its own pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from upstander import clock
from upstander.directory import queries as directory
from upstander.people import access
from upstander.people.models import Account, Designation, Invitation, Role, RoleGrant
from upstander.vault.keys import keyring


def names(ids: Iterable[int | None]) -> dict[int, str]:
    """The names of these accounts by id, for "who did this"."""
    wanted = {i for i in ids if i is not None}
    return dict(Account.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}


def people(words: str = "") -> QuerySet[Account]:
    """Accounts by name, with what they hold now as `live_roles` and `live_designations`; `words`: of name
    or address.
    """
    found = Account.objects.order_by("-is_active", "name", "pk")
    for word in words.split():
        found = found.filter(Q(name__icontains=word) | Q(email__icontains=word))
    return found.prefetch_related(
        Prefetch("role_grants", RoleGrant.objects.filter(access.live()).order_by("role"), "live_roles"),
        Prefetch(
            "designations",
            Designation.objects.filter(access.live())
            .select_related("organisation")
            .order_by("organisation__name"),
            "live_designations",
        ),
    )


def holders(role: str) -> list[Account]:
    """Who holds this role now and can sign in, by name."""
    held = RoleGrant.objects.filter(access.live(), role=role).values("account_id")
    return list(Account.objects.filter(pk__in=held, is_active=True).order_by("name"))


def supervisors_on_call() -> list[Account]:
    """Who supervises now, as the calendar says, who took over last first; while it names nobody, everybody who holds the role."""
    rows = RoleGrant.objects.filter(access.live(), role=Role.SUPERVISOR).values("account_id")
    found = Account.objects.filter(pk__in=rows, is_active=True).order_by("name", "pk")
    held = {account.pk: account for account in found.only("id", "name", "email", "is_active")}  # the worker reads no more
    named = [held[pk] for pk in directory.accounts_on_call(clock.now()) if pk in held]
    return named or list(held.values())


def designated_at(organisation_ids: Iterable[int]) -> QuerySet[Designation]:
    """The live designations of these organisations, with account and organisation, in reading order."""
    found = Designation.objects.filter(access.live(), organisation_id__in=list(organisation_ids))
    return found.select_related("account", "organisation").order_by(
        "organisation__name", "account__name", "kind"
    )


@dataclass(frozen=True, slots=True)
class SignsIn:
    """An account by its address, and as which contacts it was designated."""

    email: str
    contact_ids: tuple[int, ...]


def sign_in_for(organisation_ids: Iterable[int], *accounts: int) -> list[SignsIn]:
    """Who may sign in for one of these organisations now, and these accounts; by columns that the relay may read."""
    rows = Designation.objects.filter(access.live(), organisation_id__in=list(organisation_ids))
    contacts: dict[int, set[int]] = {id: set() for id in accounts}
    for account_id, contact_id in rows.values_list("account_id", "contact_id"):
        contacts.setdefault(account_id, set()).update([contact_id] if contact_id else [])
    known = Account.objects.filter(pk__in=contacts).values_list("pk", "email")
    return [SignsIn(email, tuple(sorted(contacts[id]))) for id, email in known]


def token_place(mail: UUID) -> bytes:
    """Where the sealed token of a mailed set-up link belongs: moved to another mail it does not open."""
    return f"upstander/invitation/1|{mail}".encode()


@dataclass(frozen=True, slots=True)
class MailedLink:
    """A set-up link on its way to the account's own address."""

    email: str
    name: str
    token: str
    expires_at: datetime
    language: str


def mailed_link(mail: UUID) -> MailedLink | None:
    """The link that this mail carries, for the relay, which alone can open it; None where it is used, void or over, or the
    account has ended.
    """
    live = Invitation.objects.filter(used_at=None, expires_at__gt=clock.now(), account__is_active=True)
    columns = ("account__email", "account__name", "sealed_token", "key_version", "expires_at", "language")
    row = (
        live.filter(mail=mail).order_by("mail").values_list(*columns).first()
    )  # the relay's login may read no other column
    if row is None:
        return None
    email, name, sealed, version, expires_at, language = row
    assert sealed is not None and version is not None  # people_invitation_mailed_whole
    token = keyring().unwrap("relay", version, sealed, token_place(mail)).decode()
    return MailedLink(email, name, token, expires_at, language)


def designated_within(organisation_ids: Iterable[int]) -> QuerySet[Designation]:
    """The live designations of agencies' people that are bounded by these places."""
    found = Designation.objects.filter(access.live(), within_id__in=list(organisation_ids))
    return found.select_related("account", "organisation").order_by("organisation__name", "account__name")
