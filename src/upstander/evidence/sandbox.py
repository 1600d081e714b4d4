"""The process in which a file that nobody trusts is read: it computes, and can do nothing else.

Run as a script by `sandboxed`, with an empty environment: bytes on stdin, an answer on stdout. Before the first byte is read it
gives up everything: root, if it had it; opening files and sockets, starting processes, memory and time beyond its limits; and,
where the system knows how (Linux on x86-64 and ARM64), every system call but those that computing needs.

Jobs: `hash KIND` answers JSON with SHA-256, MD5 and, of a picture and where pdqhash is installed, PDQ in its eight orientations;
`show KIND` answers a picture made anew, first frame, no metadata, after a line of JSON. What cannot be done is `{"fault": code}`.
"""

import ctypes
import hashlib
import io
import json
import os
import platform
import resource
import struct
import sys
import warnings
from collections.abc import Callable
from typing import Any, BinaryIO

import numpy as np
from PIL import (
    AvifImagePlugin,
    GifImagePlugin,
    Image,
    ImageOps,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

try:
    import pdqhash
except ImportError:  # no wheel for Linux: who needs it adds it (docs/administrators/install.md)
    pdqhash = None

PIXELS = 60_000_000  # more is refused before a pixel is decoded
BYTES = 64_000_000  # of a picture that are held to decode it
MEMORY = 2_000_000_000  # address space
SECONDS = 20  # of a processor
SIDE = 1600  # of the picture that is shown
FORMATS = {"jpeg": "JPEG", "png": "PNG", "gif": "GIF", "webp": "WEBP", "avif": "AVIF"}
PLUGINS = (
    AvifImagePlugin,
    GifImagePlugin,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)
# Many phones write two pictures into one JPEG file: this way of writing is tried out as well, before anything is given up.
_TWICE: dict[str, dict[str, Any]] = {
    "jpeg": {"save_all": True, "append_images": [Image.new("RGB", (64, 64))]}
}
NOBODY = 65534

# System calls that computing needs: read write close fstat lseek mmap mprotect munmap brk signals mremap madvise yield getpid
# gettid futex affinity clocks exit getrandom readv writev rusage.
_CALLS = {
    "x86_64": (0xC000003E, (0, 1, 3, 5, 8, 9, 10, 11, 12, 13, 14, 15, 19, 20, 24, 25, 28, 39, 60, 98, 131, 186, 202, 204, 219,
                            228, 230, 231, 318)),
    "aarch64": (0xC00000B7, (63, 64, 57, 80, 62, 222, 226, 215, 214, 134, 135, 139, 65, 66, 124, 216, 233, 172, 93, 165, 132, 178,
                             98, 123, 128, 113, 115, 94, 278)),
}  # fmt: skip
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050001  # SECCOMP_RET_ALLOW; SECCOMP_RET_ERRNO with EPERM
_NO_NEW_PRIVS, _SET_SECCOMP, _FILTER = 38, 22, 2


def give_up() -> None:
    """Give up what computing does not need; raises OSError where the system refuses to take it."""
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0),
    ):  # fmt: skip
        resource.setrlimit(limit, (most, most))
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(
        resource.RLIMIT_NOFILE, (0, 0)
    )  # what is open stays open; nothing can be opened, no socket either
    if sys.platform == "linux" and platform.machine() in _CALLS:
        _filter(*_CALLS[platform.machine()])


def _filter(architecture: int, allowed: tuple[int, ...]) -> None:
    """A seccomp filter that lets these system calls pass and fails all others."""

    def line(code: int, yes: int, no: int, k: int) -> bytes:
        return struct.pack("HBBI", code, yes, no, k)

    load, equal, answer = 0x20, 0x15, 0x06
    lines = [
        line(load, 0, 0, 4),
        line(equal, 1, 0, architecture),
        line(answer, 0, 0, _REFUSE),
        line(load, 0, 0, 0),
    ]
    for n, call in enumerate(allowed):
        lines.append(line(equal, len(allowed) - n, 0, call))
    lines += [line(answer, 0, 0, _REFUSE), line(answer, 0, 0, _ALLOW)]
    program = ctypes.create_string_buffer(b"".join(lines))
    head = struct.pack("HL", len(lines), ctypes.addressof(program))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(_SET_SECCOMP, _FILTER, head, 0, 0):
        raise OSError(ctypes.get_errno(), "the system-call filter was refused")


class Cannot(Exception):
    """Why a file cannot be read as a picture: a code."""


def decoded(data: bytes, kind: str) -> Image.Image:
    """The first frame of a picture, as its kind and as nothing else; raises Cannot."""
    if len(data) > BYTES:
        raise Cannot("too_large")
    try:
        image = Image.open(io.BytesIO(data), formats=[FORMATS[kind]])
        if image.width * image.height > PIXELS:
            raise Cannot("bomb")
        image.load()
    except Cannot:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        raise Cannot("bomb") from None
    except Exception:  # noqa: BLE001 - whatever a decoder makes of what nobody trusts
        raise Cannot("damaged") from None
    return image


def hashes(stream: BinaryIO, kind: str) -> dict[str, object]:
    """The hashes of what comes, in one pass; of a picture's pixels too, where they can be read."""
    sha, md5, kept, size = hashlib.sha256(), hashlib.md5(usedforsecurity=False), bytearray(), 0
    while part := stream.read(262_144):
        sha.update(part)
        md5.update(part)
        size += len(part)
        if kind in FORMATS and size <= BYTES:
            kept += part
    found: dict[str, object] = {"size": size, "sha256": sha.hexdigest(), "md5": md5.hexdigest()}
    if kind in FORMATS:
        try:
            found |= pdq(decoded(bytes(kept) if size <= BYTES else b"", kind))
        except Cannot as error:
            found["fault"] = str(error)
    return found


def pdq(image: Image.Image) -> dict[str, object]:
    """PDQ of a picture, in its eight orientations, and how much detail it has (0 to 100); nothing without pdqhash."""
    if pdqhash is None:
        return {}
    vectors, quality = pdqhash.compute_dihedral(np.asarray(image.convert("RGB")))
    return {
        "pdq": [np.packbits(vector.astype(np.uint8)).tobytes().hex() for vector in vectors],
        "quality": int(quality),
    }


def shown(stream: BinaryIO, kind: str) -> tuple[dict[str, object], bytes]:
    """A picture made anew from the pixels of the first frame, upright, at most SIDE long, without metadata."""
    image = decoded(stream.read(BYTES + 1), kind)
    frames = int(getattr(image, "n_frames", 1))
    try:
        upright = ImageOps.exif_transpose(image).convert("RGB")
        upright.thumbnail((SIDE, SIDE))
        plain = Image.frombytes(
            "RGB", upright.size, upright.tobytes()
        )  # pixels, and nothing that came with them
        out = io.BytesIO()
        plain.save(out, "JPEG", quality=85)
    except Exception:  # noqa: BLE001
        raise Cannot("damaged") from None
    return {"width": plain.width, "height": plain.height, "frames": frames}, out.getvalue()


def main(job: str, kind: str) -> None:
    """Do one job."""
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = PIXELS
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    _warm()
    write: Callable[[bytes], int] = sys.stdout.buffer.write
    give_up()
    stream = sys.stdin.buffer
    try:
        if job == "hash":
            write(json.dumps(hashes(stream, kind)).encode())
        else:
            head, data = shown(stream, kind)
            write(json.dumps(head).encode() + b"\n" + data)
    except Cannot as error:
        write(json.dumps({"fault": str(error)}).encode() + b"\n")
    except MemoryError:
        write(json.dumps({"fault": "bomb"}).encode() + b"\n")
    sys.stdout.flush()
    os._exit(0)


def _warm() -> None:
    """Let every library load now what it would open a file for later."""
    small = Image.new("RGB", (64, 64), (7, 8, 9))
    exif = small.getexif()
    exif[274] = 6  # turned, as a phone says it
    exif.get_ifd(34853)[1] = "N"
    for kind in FORMATS:
        out = io.BytesIO()
        small.save(out, "MPO" if kind == "jpeg" else FORMATS[kind], exif=exif, **_TWICE.get(kind, {}))
        pdq(decoded(out.getvalue(), kind))
        shown(io.BytesIO(out.getvalue()), kind)
    with io.BytesIO(b"x") as stream:
        hashes(stream, "")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
