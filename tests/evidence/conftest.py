"""Files that are harmless, ways to bring them, and the logins of the processes."""

import io
import random
import secrets
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec

import pytest
from PIL import Image, ImageDraw, ImageFilter

from tests.desk.conftest import casey, desk, jordan, morgan, new_tip, person, signed_in, town  # noqa: F401
from tests.intake.conftest import app, key, public, school, tell, web  # noqa: F401
from tests.people.conftest import as_login  # noqa: F401
from upstander.evidence import receiving, tokens
from upstander.evidence.models import CHUNK, File
from upstander.intake.services import Receipt, Submission, receive

PDQ = find_spec("pdqhash") is not None
needs_pdq = pytest.mark.skipif(not PDQ, reason="pdqhash is not installed: make pdq")


def picture(kind: str = "JPEG", size: tuple[int, int] = (320, 240), **more) -> bytes:
    """A picture of coloured shapes, as soft and uneven as a photograph: harmless, and good for a perceptual hash."""
    out = io.BytesIO()
    scene().resize(size).save(out, kind, **more)
    return out.getvalue()


@cache
def scene() -> Image.Image:
    """The shapes, large."""
    image, chance = Image.new("RGB", (1200, 900), (90, 120, 150)), random.Random(7)
    draw = ImageDraw.Draw(image)
    for _ in range(60):
        x, y, r = chance.randrange(1200), chance.randrange(900), chance.randrange(20, 160)
        colour = tuple(chance.randrange(256) for _ in range(3))
        draw.ellipse((x - r, y - r * 0.7, x + r, y + r * 0.7), fill=colour)
    return image.filter(ImageFilter.GaussianBlur(6))


def video(size: int = 700_000) -> bytes:
    """Bytes that begin as a video does."""
    return b"\x00\x00\x00\x18ftypmp42" + secrets.token_bytes(size - 12)


def brought(data: bytes, name: str = "photo.jpg") -> str:
    """The token of a file that has arrived whole."""
    ticket = receiving.begin(len(data), name)
    for n in range(receiving.chunks_of(len(data))):
        receiving.take(ticket, n, data[n * CHUNK : (n + 1) * CHUNK])
    return tokens.hide(ticket)


@pytest.fixture
def with_files(db) -> Callable[..., Receipt]:
    """`with_files(data, data)` is a tip with these files; its receipt."""

    def make(*files: bytes, name: str = "photo.jpg", **more) -> Receipt:
        tickets = tuple(tokens.reveal(brought(data, name)) for data in files)
        given = {"channel": "web", "text": "Somebody sent this around."} | more
        return receive(Submission(files=tickets, **given), secrets.token_urlsafe(16))

    return make


@pytest.fixture
def file(with_files) -> File:
    """A picture in quarantine."""
    return File.objects.get(tip_id=with_files(picture()).tip_id)
