"""Hidden form fields that only we can read: drafts and opened codes live on the page, nowhere else (decisions 3).

A field is compressed, then sealed under the process's `draft` secret for one purpose, with the time at which it was made.
"""

import base64
import binascii
import zlib
from datetime import timedelta
from typing import TypeVar

import msgspec

from upstander import clock
from upstander.vault.envelope import CannotOpen, open_bytes, place, seal
from upstander.vault.keys import keyring

T = TypeVar("T")
_MOST = 400_000  # bytes that a field may unfold to


class Stale(Exception):
    """The field is from us, but older than it may be."""


class NotOurs(Exception):
    """The field is missing, damaged, altered, or made for another page."""


class _Dated(msgspec.Struct, array_like=True):
    at: float
    content: msgspec.Raw


def hide(purpose: str, content: object) -> str:
    """`content` as the value of a hidden field that `reveal` opens for the same purpose."""
    dated = _Dated(clock.now().timestamp(), msgspec.Raw(msgspec.msgpack.encode(content)))
    packed = zlib.compress(msgspec.msgpack.encode(dated), 6)
    envelope = seal(keyring().secret("draft"), packed, place("page.hidden", purpose))
    return base64.urlsafe_b64encode(envelope).decode()


def reveal(purpose: str, value: str, kind: type[T], lasts: timedelta) -> T:
    """What `hide` hid; raises Stale when that was longer ago than `lasts`, NotOurs for anything else."""
    try:
        envelope = base64.urlsafe_b64decode(value.encode())
        packed = open_bytes(keyring().secret("draft"), envelope, place("page.hidden", purpose))
        unfolded = zlib.decompressobj().decompress(packed, _MOST)
        dated = msgspec.msgpack.decode(unfolded, type=_Dated)
        content = msgspec.msgpack.decode(dated.content, type=kind)
    except (binascii.Error, ValueError, CannotOpen, zlib.error, msgspec.DecodeError, IndexError) as error:
        raise NotOurs from error
    if clock.now().timestamp() - dated.at > lasts.total_seconds():
        raise Stale
    return content
