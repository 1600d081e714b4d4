"""Secrets of second factors, each sealed for one account: moved to another account's row it does not open.

allauth asks for sealing without saying whose secret it is. That is who is signed in, or, where nobody is yet (the second step of
signing in) or somebody else is, whom `secrets_of` names.
"""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from allauth.core import context

from upstander.vault.envelope import open_text, place, seal
from upstander.vault.keys import keyring

_named: ContextVar[int | None] = ContextVar("whose second factor", default=None)


@contextmanager
def secrets_of(account_id: int) -> Iterator[None]:
    """While inside, secrets are sealed for and opened as those of this account."""
    before = _named.set(account_id)
    try:
        yield
    finally:
        _named.reset(before)


def _where() -> bytes:
    account_id = _named.get()
    if account_id is None:
        account_id = context.request.user.pk if context.request else None
    if account_id is None:
        raise RuntimeError("whose secret is it? Say so with secrets_of()")
    return place("mfa_authenticator.data", "account", account_id)


def seal_secret(text: str) -> str:
    """`text` (a secret or a seed) sealed, as it stands in the database and in the session."""
    return base64.b64encode(seal(keyring().secret("totp"), text, _where())).decode()


def open_secret(sealed: str) -> str:
    """What `seal_secret` sealed; raises CannotOpen."""
    return open_text(keyring().secret("totp"), base64.b64decode(sealed), _where())
