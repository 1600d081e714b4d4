"""The codes of an authenticator app (RFC 6238): made, checked, each good for one sign-in; and what a
session must show.

allauth keeps the secrets (sealed by `adapters.MfaAdapter`) and asks for codes; the checking is here,
because a code must be refused the second time in *every* worker process, and because there is one clock.
"""

import hmac
import re

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from upstander import clock
from upstander.people import passwords
from upstander.people.models import Account
from upstander.people.sealed import open_secret, secrets_of

PERIOD = 30  # seconds
TOLERANCE = 1  # periods before and after
_MARK = "upstander_second_factor"  # in the session: which authenticator was shown when it was signed in


def _counter() -> int:
    return int(clock.now().timestamp()) // PERIOD


def current_code(secret: str) -> str:
    """The six digits that an authenticator app with this base-32 `secret` shows now."""
    return format_hotp_value(hotp_value(secret, _counter()))


def matching_counter(secret: str, code: str) -> int | None:
    """The period whose code this is, within the tolerance; None for a wrong code."""
    for counter in range(_counter() - TOLERANCE, _counter() + TOLERANCE + 1):
        if hmac.compare_digest(format_hotp_value(hotp_value(secret, counter)).encode(), code.encode()):
            return counter
    return None


def plain(code: str) -> str:
    """A code as typed, without the blanks and dashes that people put in."""
    return re.sub(r"[\s-]", "", code)


def practises(account: Account) -> bool:
    """Whether this is a demo account in the sandbox: its password and codes are public, by intention."""
    return bool(settings.UPSTANDER_SANDBOX and account.is_demo)


@transaction.atomic
def _accept_app_code(authenticator_id: int, code: str) -> bool:
    authenticator = Authenticator.objects.select_for_update().select_related("user").get(pk=authenticator_id)
    counter = matching_counter(open_secret(authenticator.data["secret"]), code)
    if counter is None:
        return False
    if counter <= authenticator.data.get("last_counter", -1) and not practises(authenticator.user):
        return False
    authenticator.data["last_counter"] = counter
    authenticator.save(update_fields=["data"])
    return True


def accept(account: Account, code: str) -> Authenticator | None:
    """The authenticator of `account` that made `code`, then used up; None for a wrong or used one."""
    typed = plain(code)
    with secrets_of(account.pk):
        for authenticator in Authenticator.objects.filter(user_id=account.pk).order_by("-type"):  # totp first
            if authenticator.type == Authenticator.Type.TOTP:
                if len(typed) == 6 and _accept_app_code(authenticator.pk, typed):
                    return authenticator
            elif RecoveryCodes(authenticator).validate_code(typed):
                return authenticator
    return None


def authenticator_of(account_id: int) -> int | None:
    """The id of the account's authenticator app; None where it is not set up yet."""
    if passwords.apart():
        return passwords.authenticator_at(account_id)
    found = Authenticator.objects.filter(user_id=account_id, type=Authenticator.Type.TOTP)
    return found.values_list("pk", flat=True).first()


def mark(request: HttpRequest, account_id: int) -> None:
    """Note in the session that the second factor was shown. A new authenticator makes every older mark
    void.
    """
    request.session[_MARK] = authenticator_of(account_id)


def shown(request: HttpRequest, authenticator_id: int) -> bool:
    """Whether this session was signed in with this authenticator (or set it up)."""
    return request.session.get(_MARK) == authenticator_id


def practice_code(account: Account) -> str:
    """What to type, for the page of a demo account in the sandbox; empty for everybody else, and in
    production.
    """
    if not practises(account):
        return ""
    found = Authenticator.objects.filter(user_id=account.pk, type=Authenticator.Type.TOTP).first()
    with secrets_of(account.pk):
        return current_code(open_secret(found.data["secret"])) if found else ""
