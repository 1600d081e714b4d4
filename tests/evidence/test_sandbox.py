"""What nobody trusts is read in a process that computes and can do nothing else, whatever it is made to try."""

import hashlib
import io
import os
import struct
import subprocess
import sys
import zlib

import pytest
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from tests.evidence.conftest import needs_pdq, picture, video
from upstander.evidence import sandboxed
from upstander.evidence.sandboxed import SCRIPT, Failed


def bits(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()


def with_gps() -> bytes:
    """A harmless picture that says where and with what it was taken."""
    image = Image.open(io.BytesIO(picture()))
    exif = image.getexif()
    exif[Base.Make], exif[Base.Model] = "NeedlePhone", "Needle 15"
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (39.0, 47.0, 33.0)
    exif.get_ifd(IFD.GPSInfo)[
        GPS.GPSImageDescription if hasattr(GPS, "GPSImageDescription") else GPS.GPSMapDatum
    ] = "needle-datum"
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, comment=b"needle-comment")
    return out.getvalue()


@needs_pdq
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "AVIF"])
def test_a_picture_has_its_three_hashes(kind):
    data = picture(kind)
    found = sandboxed.hashes(kind.lower(), [data[:100], data[100:]])
    assert found["sha256"] == hashlib.sha256(data).hexdigest() and found["size"] == len(data)
    assert found["md5"] == hashlib.md5(data).hexdigest()
    assert len(found["pdq"]) == 8 and found["quality"] > 50


@needs_pdq
def test_pdq_knows_a_picture_again_smaller_recompressed_and_turned_and_no_other():
    original = Image.open(io.BytesIO(picture(size=(1024, 768))))
    first = sandboxed.hashes("jpeg", [picture(size=(1024, 768))])["pdq"]
    out = io.BytesIO()
    original.resize((400, 300)).save(out, "JPEG", quality=40)
    assert bits(first[0], sandboxed.hashes("jpeg", [out.getvalue()])["pdq"][0]) <= 31
    image = original.transpose(Image.Transpose.ROTATE_90)
    out = io.BytesIO()
    image.save(out, "PNG")
    turned = sandboxed.hashes("png", [out.getvalue()])["pdq"][0]
    assert bits(first[0], turned) > 60 and min(bits(one, turned) for one in first) <= 31
    out = io.BytesIO()
    Image.radial_gradient("L").convert("RGB").save(out, "PNG")
    assert min(bits(one, sandboxed.hashes("png", [out.getvalue()])["pdq"][0]) for one in first) > 60


@pytest.mark.parametrize("kind", ["pdf", "mp4", "heic", "mp3"])
def test_what_is_no_picture_is_hashed_and_never_decoded(kind):
    data = video(3_000_000)
    found = sandboxed.hashes(kind, [data[at : at + 262_144] for at in range(0, len(data), 262_144)])
    assert found == {
        "size": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "md5": hashlib.md5(data).hexdigest(),
    }


def test_the_picture_that_is_shown_is_made_anew_and_says_nothing_of_place_or_device():
    data = with_gps()
    assert b"NeedlePhone" in data and b"needle" in data
    told, shown = sandboxed.picture("jpeg", [data])
    assert (told["width"], told["height"], told["frames"]) == (320, 240, 1)
    again = Image.open(io.BytesIO(shown))
    assert not again.getexif() and "comment" not in again.info and "icc_profile" not in again.info
    assert b"eedle" not in shown and b"Exif" not in shown
    assert abs(again.getpixel((160, 120))[0] - Image.open(io.BytesIO(data)).getpixel((160, 120))[0]) < 12


def test_a_large_picture_is_shown_small_an_animation_by_its_first_frame_and_upright():
    assert sandboxed.picture("jpeg", [picture(size=(4000, 1000))])[0]["width"] == 1600
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue", "green")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    told, shown = sandboxed.picture("gif", [out.getvalue()])
    assert told["frames"] == 3 and Image.open(io.BytesIO(shown)).getpixel((20, 20))[0] > 200
    image = Image.new("RGB", (60, 30))
    exif = image.getexif()
    exif[Base.Orientation] = 6
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    assert sandboxed.picture("jpeg", [out.getvalue()])[0]["width"] == 30


def test_two_pictures_in_one_file_as_phones_write_them_are_the_first_one():
    out = io.BytesIO()
    Image.new("RGB", (50, 40), "red").save(
        out, "MPO", save_all=True, append_images=[Image.new("RGB", (50, 40), "blue")]
    )
    assert out.getvalue()[:3] == b"\xff\xd8\xff"
    told, shown = sandboxed.picture("jpeg", [out.getvalue()])
    assert told["width"] == 50 and Image.open(io.BytesIO(shown)).getpixel((9, 9))[0] > 200


def bomb() -> bytes:
    """A PNG of 50,000 x 50,000 black pixels in a few kilobytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 50_000, 50_000, 1, 0, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + head
        + chunk(b"IDAT", zlib.compress(b"\x00" * 6251 * 2000))
        + chunk(b"IEND", b"")
    )


HOSTILE = {
    "bomb": ("png", bomb()),
    "truncated": ("jpeg", picture(size=(900, 700))[:9000]),
    "only a head": ("png", picture("PNG")[:20]),
    "empty": ("jpeg", b""),
    "a page in a picture's coat": ("gif", b"GIF89a/*" + b"<html><script>alert(1)</script>" * 50),
    "another kind than it says": ("jpeg", picture("PNG")),
    "a zip behind a picture's mark": ("png", b"\x89PNG\r\n\x1a\n" + b"PK\x03\x04" * 500),
    "noise": ("webp", b"RIFF\x00\x00\x00\x00WEBPVP8 " + os.urandom(5000)),
    "a broken frame": ("avif", picture("AVIF")[:-200]),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pictures_give_their_plain_hashes_and_a_reason_and_no_view(name):
    kind, data = HOSTILE[name]
    found = sandboxed.hashes(kind, [data] if data else [])
    assert found["sha256"] == hashlib.sha256(data).hexdigest()
    assert "pdq" not in found and found["fault"] in ("bomb", "damaged")
    with pytest.raises(Failed) as failed:
        sandboxed.picture(kind, [data])
    assert failed.value.code in ("bomb", "damaged")


def test_a_polyglot_is_shown_as_pixels_only():
    data = picture() + b"<script>needle</script>PK\x03\x04"
    assert b"needle" not in sandboxed.picture("jpeg", [data])[1]


@pytest.mark.parametrize("seed", range(12))
def test_a_picture_with_flipped_bytes_never_hangs_or_breaks_anything(seed):
    import random

    noise, data = random.Random(seed), bytearray(picture(["PNG", "GIF", "WEBP", "JPEG"][seed % 4]))
    kind = ["png", "gif", "webp", "jpeg"][seed % 4]
    for _ in range(30):
        data[noise.randrange(30, len(data))] = noise.randrange(256)
    assert sandboxed.hashes(kind, [bytes(data)])["size"] == len(data)


ESCAPES = {
    "read a file": "open('/etc/passwd').read()",
    "write a file": "open('/tmp/out', 'w')",
    "open a socket": "__import__('socket').socket()",
    "look up a host": "__import__('socket').getaddrinfo('localhost', 80)",
    "start a process": "__import__('subprocess').run(['/bin/true'])",
    "fork": "os.fork()",
    "become another program": "os.execv('/bin/true', ['/bin/true'])",
    "signal whoever started it": "os.kill(os.getppid(), 0)",
    "open its memory": "os.open(f'/proc/{os.getppid()}/mem', os.O_RDONLY)",
    "raise its limits": "resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100))",
    "become root again": "os.setuid(0)",
    "list a folder": "os.listdir('/')",
    "remove a file": "os.unlink('/tmp/nothing')",
    "take all memory": "bytearray(3_000_000_000)",
    "trace a process": "__import__('ctypes').CDLL(None).ptrace(16, os.getppid(), 0, 0) and 1/0",
}


@pytest.mark.parametrize("what", ESCAPES)
def test_whoever_takes_the_process_over_can_do_nothing_with_it(what):
    code = f"""
import os, resource, runpy, socket, subprocess, ctypes
libc = ctypes.CDLL(None)
own = runpy.run_path({str(SCRIPT)!r})
own["_warm"](); own["give_up"]()
try:
    {ESCAPES[what]}
except BaseException:
    os.write(1, b"refused")
else:
    os.write(1, b"DONE")
os._exit(0)
"""
    ran = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, timeout=60, env=sandboxed._ENVIRONMENT
    )
    assert ran.stdout == b"refused", ran


def test_the_process_gets_nothing_of_its_parents_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("UPSTANDER_DSN", "postgresql://secret@db")
    told = tmp_path / "told.py"
    told.write_text("import os, sys; sys.stdin.buffer.read(); sys.stdout.write(repr(dict(os.environ)))")
    monkeypatch.setattr(sandboxed, "SCRIPT", told)
    assert b"secret" not in sandboxed._run("hash", "", [b"x"])


def test_a_process_that_hangs_or_says_too_much_is_ended(monkeypatch, tmp_path):
    script = tmp_path / "hangs.py"
    script.write_text("import time\nwhile True: time.sleep(1)")
    monkeypatch.setattr(sandboxed, "SCRIPT", script)
    monkeypatch.setattr(sandboxed, "SECONDS", 1.0)
    with pytest.raises(Failed):
        sandboxed.hashes("jpeg", [b"x" * 10])
    script.write_text("import sys\nsys.stdout.write('x' * 5_000_000)")
    monkeypatch.setattr(sandboxed, "SECONDS", 20.0)
    with pytest.raises(Failed):
        sandboxed.hashes("jpeg", [b"x" * 10])
