"""Slower and slower, never locked out: wrong passwords and wrong codes make the next try wait.

Counted by what was typed (as a keyed digest), never by network address: a school is *one* address. A
stranger who keeps guessing must not keep the person out, so a browser in which that person has signed in
before carries a signed cookie and is counted apart ("device cookies"). A try is counted before it is
checked: a hundred at once are not a hundred free tries.
"""

import secrets
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from upstander import clock
from upstander.people.models import Attempt
from upstander.vault.keys import keyring

FREE_TRIES = 3
LONGEST_PASSWORD_WAIT = timedelta(seconds=60)
LONGEST_CODE_WAIT = timedelta(seconds=300)  # six digits are few; only who knows the password comes this far
FORGOTTEN_AFTER = timedelta(hours=1)
KNOWN_FOR = timedelta(days=180)
_SALT = "upstander.people.known"


def _mac(*parts: str) -> bytes:
    return keyring().mac("totp", b"attempt", *(part.encode() for part in parts))[:16]


def cookie_name() -> str:
    """The cookie of a browser in which somebody has signed in before, of this origin."""
    return f"{settings.SESSION_COOKIE_NAME}_known"


def password_bucket(request: HttpRequest, email: str) -> bytes:
    """What a try with this e-mail address from this browser is counted under."""
    email = email.strip().lower()
    try:
        known = signing.loads(request.COOKIES.get(cookie_name(), ""), salt=_SALT, max_age=KNOWN_FOR)
    except signing.BadSignature:
        known = {}
    if known.get("who") == _mac(email).hex():
        return _mac(email, known["nonce"])
    return _mac(email)


def code_bucket(account_id: int) -> bytes:
    """What a try with a second factor of this account is counted under."""
    return _mac("code", str(account_id))


@transaction.atomic
def take(bucket: bytes, longest: timedelta) -> int:
    """Count a try; returns 0 where it may be made now, or how many seconds are still to wait (it is then
    not counted).
    """
    now = clock.now()
    Attempt.objects.bulk_create(
        [Attempt(bucket=bucket, last_at=now, not_before=now)], ignore_conflicts=True
    )  # two first tries at once: one row
    attempt = Attempt.objects.select_for_update().get(bucket=bucket)
    if attempt.not_before > now:
        return int((attempt.not_before - now).total_seconds()) + 1
    before = 0 if now - attempt.last_at > FORGOTTEN_AFTER else attempt.failures
    over = before + 1 - FREE_TRIES
    wait = min(timedelta(seconds=2 ** min(over, 16)), longest) if over > 0 else timedelta(0)
    attempt.failures, attempt.last_at, attempt.not_before = before + 1, now, now + wait
    attempt.save(update_fields=["failures", "last_at", "not_before"])
    return 0


def forget(bucket: bytes) -> None:
    """The try was right: nothing is held against the next one."""
    Attempt.objects.filter(bucket=bucket).update(failures=0, not_before=clock.now())


def remember(response: HttpResponseBase, email: str) -> None:
    """Mark this browser as one in which the person with this e-mail address has signed in."""
    known = {"who": _mac(email.strip().lower()).hex(), "nonce": secrets.token_hex(12)}
    response.set_cookie(
        cookie_name(),
        signing.dumps(known, salt=_SALT),
        max_age=int(KNOWN_FOR.total_seconds()),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def clear() -> int:
    """Remove counters that count nothing any more (the worker's housekeeping); returns how many."""
    return Attempt.objects.filter(last_at__lt=clock.now() - FORGOTTEN_AFTER).delete()[0]
