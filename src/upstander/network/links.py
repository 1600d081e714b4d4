"""Links that are mailed: whoever holds one has shown that the address is theirs. Here stands a digest, never the token."""

import hashlib
import secrets
from typing import Any
from uuid import UUID

from upstander.network.application_models import Linked
from upstander.vault.keys import keyring


def digest(token: str) -> bytes:
    """What stands in the database for `token`."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def mint(id: UUID) -> dict[str, Any]:
    """The columns of a row (`Linked`) that a new link opens; only the relay can read its token."""
    token = secrets.token_urlsafe(24)
    version, sealed = keyring().wrap("relay", token.encode(), _place(id))
    return {"digest": digest(token), "sealed_token": sealed, "key_version": version}


def token(row: Linked) -> str:
    """The token of a row's link, for the relay, which mails it. Raises CannotOpen anywhere else."""
    return keyring().unwrap("relay", row.key_version, row.sealed_token, _place(row.id)).decode()


def _place(id: UUID) -> bytes:
    return f"upstander/network-link/1|{id}".encode()
