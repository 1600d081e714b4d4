"""People of the network, and their browsers. Wants the fixture `network` (tests/network/conftest.py)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt
from django.conf import settings
from django.db import connection
from django.test import Client
from psycopg import sql

from upstander import clock
from upstander.audit import services as audit
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network import agreements
from upstander.network.models import AgencyCheck, Entitlement, Member, Signature
from upstander.ops import grants
from upstander.people.models import Account, RoleGrant
from upstander.people.sealed import secrets_of
from upstander.people.second_factor import authenticator_of
from upstander.vault.keys import keyring

_numbers = count(1)


def account(name: str = "", *roles: str) -> Account:
    """Somebody with an authenticator, holding these roles of the programme."""
    name = name or f"Member {next(_numbers)}"
    made = Account.objects.create_user(f"{name.lower().replace(' ', '.')}@example.com", name=name)
    for role in roles:
        RoleGrant.objects.create(account=made, role=role, granted_by="test", starts_at=clock.now())
    with secrets_of(made.pk):
        Authenticator.objects.create(user=made, type="totp", data={"secret": encrypt("A" * 32)})
    return made


def make_member(
    name: str = "", level: Level | None = Level.FOUO, *, sworn: bool = False, signed: bool = True, **more: object
) -> Member:
    """A member who reads up to `level` (None: nothing at all) and has signed the agreement; `more` are fields of Member. Whoever
    reads LES is sworn, and their agency was asked."""
    sworn = sworn or level == Level.LES
    fields = {"discipline": "sworn_officer" if sworn else "administrator", "sector": "k12", "joined_at": clock.now()} | more
    made = Member.objects.create(id=new_id(), account=account(name), sworn=sworn, **fields)
    if signed:
        Signature.objects.create(
            id=new_id(), agreement=agreements.in_force(), member=made, typed_name=made.account.name, at=clock.now()
        )
    if level is not None:
        entitle(made, level)
    return made


def vouch(member: Member) -> AgencyCheck:
    """Their agency was asked by one person, and its answer seen by another."""
    return AgencyCheck.objects.create(
        id=new_id(), member=member, discipline=member.discipline, agency="Harrow Creek Police Department", said_by="Sgt. Ortiz",
        how="by telephone", at=clock.now(), account_id=1, second_account_id=2, second_at=clock.now(),
    )  # fmt: skip


def entitle(member: Member, level: Level, days: float | None = None) -> Entitlement:
    """From now on they read up to `level`, for so many days or for good; for LES their agency is asked first."""
    now = clock.now()
    if level == Level.LES and member.sworn and not AgencyCheck.objects.filter(member=member, ended_at=None).exists():
        vouch(member)
    ends = None if days is None else now + timedelta(days=days)
    return Entitlement.objects.create(member=member, level=level, granted_by="test", starts_at=now, ends_at=ends)


def make_sio(name: str = "Sam Whitaker") -> Account:
    """The School Intelligence Officer."""
    return account(name, "sio")


def make_second(name: str = "Ada Okonkwo") -> Account:
    """A second person for what wants two."""
    return account(name, "stic_analyst")


def client_for(who: Account | Member) -> Client:
    """A browser in which this person is signed in at the network's origin, with a second factor."""
    signed = who.account if isinstance(who, Member) else who
    client = Client()
    client.force_login(signed, backend=settings.AUTHENTICATION_BACKENDS[0])
    session = client.session
    session["upstander_second_factor"] = authenticator_of(signed.pk)
    session.save()
    return client


@contextmanager
def played(login: str) -> Iterator[None]:
    """Within, this process is `login` ("network", "relay", "worker") to the database and in the record: what it may not do is
    refused."""
    before, process = dict(audit._state), settings.PROCESS
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        whoever = cursor.fetchone()[0]
        cursor.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(grants.role(login))).as_string(None))
        settings.PROCESS = login
        audit.use(login, keyring().secret(f"mac.{login}"))
        try:
            yield
        finally:
            settings.PROCESS = process
            audit._state.update(before)
            if not connection.needs_rollback:
                cursor.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(whoever)).as_string(None))
