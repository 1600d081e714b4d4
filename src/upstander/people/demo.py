"""Fictional people for the practice system: one for each part, with passwords and codes that are public by
intention.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from upstander.people import services
from upstander.people.models import Account, Designation, Role
from upstander.people.sealed import open_secret, seal_secret, secrets_of
from upstander.vault.envelope import CannotOpen

# Base 32 of an authenticator's secret. Whoever reads this can make every demo account's codes: that is what
# it is for.
SECRET = "UPSTANDERPRACTICESECRETNOTREAL22"  # noqa: S105
PASSWORD = "practice makes it safe"  # noqa: S105
ACTOR = "system:demo"

_STAFF = (
    ("Call-taker", "Casey Lindgren", "casey", Role.CALL_TAKER),
    ("Call-taker", "Jordan Okafor", "jordan", Role.CALL_TAKER),
    ("Supervisor", "Morgan Reyes", "morgan", Role.SUPERVISOR),
    ("STIC staff", "Taylor Nowak", "taylor", Role.STIC_STAFF),
    ("STIC analyst", "Riley Haddad", "riley", Role.STIC_ANALYST),
    ("Intelligence Command", "Quinn Abernathy", "quinn", Role.INTELLIGENCE_COMMAND),
    ("School Intelligence Officer", "Sam Whitfield", "sam", Role.SIO),
    ("Marketing and outreach", "Robin Castellano", "robin", Role.OUTREACH),
    ("Program administrator", "Alex Brandt", "alex", Role.PROGRAMME_ADMIN),
    ("Auditor", "Drew Kowalczyk", "drew", Role.AUDITOR),
    ("Evidence custodian", "Avery Lindholm", "avery", Role.CUSTODIAN),
    ("Evidence custodian", "Blake Moreno", "blake", Role.CUSTODIAN),
)
# title, name, local part, which of the four organisations, what for
_END_USERS = (
    ("District administrator", "Dana Whitlock", "dana", "district", tuple(Designation.Kind)),
    ("Principal", "Ana Rivera", "ana", "school", (Designation.Kind.END_USER,)),
    ("School resource officer", "Chris Delgado", "chris", "police", (Designation.Kind.END_USER,)),
    ("Mental-health professional", "Jamie Osei", "jamie", "mental_health", (Designation.Kind.END_USER,)),
)
DOMAIN = "demo.example"


def roster() -> list[tuple[str, str, str]]:
    """Everybody who can sign in to the practice system: title, origin (desk or school), e-mail address."""
    staff = [(title, "desk", f"{local}@{DOMAIN}") for title, _, local, _ in _STAFF]
    return staff + [(title, "school", f"{local}@{DOMAIN}") for title, _, local, _, _ in _END_USERS]


@dataclass(frozen=True)
class DemoAccount:
    """How to sign in as somebody."""

    role: str
    origin: str  # desk, school
    name: str
    email: str
    password: str
    account_id: int


def _account(name: str, email: str, hashed: str) -> Account:
    account = Account.objects.filter(email=email).first()
    if account is None:
        account = Account.objects.create(email=email, password=hashed, name=name, is_demo=True)
    elif not account.is_demo:
        raise services.NotAllowed(f"{email} belongs to a real account.")
    elif not account.check_password(PASSWORD):
        account.set_password(PASSWORD)
        account.save(update_fields=["password"])
    _authenticator(account)
    return account


def _authenticator(account: Account) -> None:
    """Its authenticator, made anew where an earlier version sealed the secret for no account in particular."""
    with secrets_of(account.pk):
        made, new = Authenticator.objects.get_or_create(
            user=account, type=Authenticator.Type.TOTP, defaults={"data": {"secret": seal_secret(SECRET)}}
        )
        if not new and not _opens(made.data["secret"]):
            made.data = {"secret": seal_secret(SECRET)}
            made.save(update_fields=["data"])


def _opens(sealed: str) -> bool:
    try:
        return open_secret(sealed) == SECRET
    except CannotOpen:
        return False


@transaction.atomic
def demo_accounts(
    *,
    district: int,
    school: int,
    police: int,
    mental_health: int,
    contacts: Mapping[str, int] | None = None,
    domain: str = DOMAIN,
) -> list[DemoAccount]:
    """Make the demo accounts, or find them as they are; returns one row an account, in the order to print
    them.

    The four organisations (ids) are designated for: the district's administrator (who is an end-user too),
    the school's principal, a school resource officer, a clinician; `contacts` are the ids of who is listed by that
    name. Raises NotAllowed outside the sandbox.
    """
    if not settings.UPSTANDER_SANDBOX:
        raise services.NotAllowed("Demo accounts have public passwords: they exist in the sandbox only.")
    rows, hashed = [], make_password(PASSWORD)  # once: it is slow by intention, and here nothing is hidden by a salt for each
    for title, name, local, role in _STAFF:
        account = _account(name, f"{local}@{domain}", hashed)
        services.grant_role(ACTOR, account.pk, role)
        rows.append(DemoAccount(title, "desk", name, account.email, PASSWORD, account.pk))
    where = {"district": district, "school": school, "police": police, "mental_health": mental_health}
    for title, name, local, which, kinds in _END_USERS:
        account = _account(name, f"{local}@{domain}", hashed)
        for kind in kinds:
            services.designate(ACTOR, account.pk, where[which], kind, contact_id=(contacts or {}).get(name))
        rows.append(DemoAccount(title, "school", name, account.email, PASSWORD, account.pk))
    return rows
