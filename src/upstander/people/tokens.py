"""Tokens of agencies' machines: made and revoked by an administrator, and looked at when a machine shows one (decision 0110)."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from upstander import clock
from upstander.audit import services as audit
from upstander.config import config
from upstander.directory import queries as directory
from upstander.directory.models import Organisation
from upstander.ids import new_id
from upstander.people.models import AgencyToken

MARK = "upsa_"  # so that whoever looks for secrets in a repository finds one
SEND = "referrals:send"
SCOPES = (SEND,)
DAYS = (90, 365, 730)  # for how long one may be made; the middle one is offered first
_AGAIN = timedelta(hours=1)  # how often it is recorded that a token was shown after its end


class NoSuchToken(Exception):
    """Nobody was given such a token."""


class TokenOver(Exception):
    """It was one, and is revoked or expired."""


class NotForThis(Exception):
    """The token is right, and does not open this."""


class TooOften(Exception):
    """It was used as often as it may be in a minute; the next begins in `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Holder:
    """Who showed a token: the organisation, and as what it passes reports on (AgencyToken.As)."""

    token_id: UUID
    organisation_id: int
    name: str
    kind: str
    scopes: tuple[str, ...]
    expires_at: datetime

    @property
    def actor(self) -> str:
        """How the audit record names it."""
        return f"agency_token:{self.token_id}"


@transaction.atomic
def make(actor: str, organisation_id: int, kind: str, days: int) -> tuple[AgencyToken, str]:
    """A new token for an organisation of the directory, valid for `days`; the token itself is nowhere kept.

    Raises LookupError where there is no such organisation (or no more), ValueError for a kind that is none.
    """
    try:
        organisation = Organisation.objects.get(pk=organisation_id, retired_on=None)
    except Organisation.DoesNotExist:
        raise LookupError(f"no organisation {organisation_id}") from None
    token, now = MARK + secrets.token_urlsafe(32), clock.now()
    made = AgencyToken.objects.create(
        id=new_id(), organisation=organisation, kind=AgencyToken.As(kind).value, digest=_digest(token), ends=token[-4:],
        scopes=list(SCOPES), made_by=actor, made_at=now, expires_at=now + timedelta(days=days),
    )  # fmt: skip
    audit.record(actor, "agency_token.made", "agency_token", made.id, organisation=organisation_id, days=days)
    return made, token


@transaction.atomic
def revoke(actor: str, token_id: UUID) -> bool:
    """End a token now and for ever; False where that was done before. Raises LookupError where there is none."""
    ended = AgencyToken.objects.filter(pk=token_id, revoked_at=None).update(
        revoked_at=clock.now(), revoked_by=actor
    )
    if ended:
        audit.record(actor, "agency_token.revoked", "agency_token", token_id)
    elif not AgencyToken.objects.filter(pk=token_id).exists():
        raise LookupError(f"no token {token_id}")
    return bool(ended)


def _digest(token: str) -> bytes:
    """A plain hash suffices: the token has 256 random bits."""
    return hashlib.sha256(token.encode()).digest()


def holder(token: str, scope: str | None = None) -> Holder:
    """Who showed this token, which must open `scope`, if one is named; it counts as a use.

    Raises NoSuchToken, TokenOver, NotForThis, TooOften.
    """
    columns = ("id", "organisation_id", "kind", "scopes", "expires_at", "revoked_at")
    found = AgencyToken.objects.only(*columns).filter(digest=_digest(token)).first()
    if found is None:
        raise NoSuchToken
    now = clock.now()
    if found.revoked_at is not None or found.expires_at <= now:
        _shown_too_late(found.id, now)
        raise TokenOver
    if scope is not None and scope not in found.scopes:
        raise NotForThis
    _counted(found.id, now)
    name = directory.place_card(found.organisation_id).name
    return Holder(found.id, found.organisation_id, name, found.kind, tuple(found.scopes), found.expires_at)


def _counted(token_id: UUID, now: datetime) -> None:
    """One use more, in one statement: two of them at once count as two. Raises TooOften."""
    minute = now.replace(second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE people_agency_token SET last_used_at = %(now)s, minute = %(minute)s,"
            " in_minute = CASE WHEN minute = %(minute)s THEN in_minute + 1 ELSE 1 END"
            " WHERE id = %(id)s AND (minute IS DISTINCT FROM %(minute)s OR in_minute < %(most)s) RETURNING in_minute",
            {"id": token_id, "now": now, "minute": minute, "most": config().agency_per_minute},
        )
        if cursor.fetchone() is None:
            raise TooOften(60 - now.second)


@transaction.atomic
def _shown_too_late(token_id: UUID, now: datetime) -> None:
    """On record, once an hour: a machine that was forgotten, or somebody who found the token."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE people_agency_token SET refused_at = %s WHERE id = %s AND (refused_at IS NULL OR refused_at < %s)"
            " RETURNING id",
            [now, token_id, now - _AGAIN],
        )
        if cursor.fetchone() is not None:
            audit.record(f"agency_token:{token_id}", "agency_token.refused", "agency_token", token_id)


def listed() -> list[AgencyToken]:
    """Every token there ever was, those that open something first, then by organisation."""
    tokens = AgencyToken.objects.select_related("organisation").defer("digest")
    now = clock.now()
    return sorted(tokens, key=lambda t: (not opens(t, now), t.organisation.name, -t.made_at.timestamp()))


def opens(token: AgencyToken, now: datetime) -> bool:
    """Whether it opens anything now."""
    return token.revoked_at is None and token.expires_at > now
