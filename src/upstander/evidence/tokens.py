"""The token of an upload: the only place in which a file's key is until a tip takes the file over (docs/decisions/0077)."""

from typing import Final

from upstander.vault.envelope import place
from upstander.vault.keys import keyring
from upstander.vault.tickets import LASTS, NotOurs, Ticket, Tokens

__all__ = ["LASTS", "MARK", "NAME", "NotOurs", "Ticket", "hide", "reveal"]

NAME: Final = 200  # characters of a file's name that are kept
MARK: Final = b"upstander/evidence/mark/1"
_tokens: Final = Tokens(lambda: keyring().secret("draft"), place("evidence.token", "upload"))
hide, reveal = _tokens.hide, _tokens.reveal
