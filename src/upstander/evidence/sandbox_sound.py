"""The process in which a sound that nobody trusts is read (see `sandbox`, whose limits it takes over): bytes on stdin, an
answer on stdout, which is the same sound made anew: PCM samples with a header of ours, and nothing that came with them.

`KIND` is the kind of the file by its first bytes; it is opened as that and as nothing else.
"""

import io
import json
import os
import struct
import sys
from typing import cast

import av

from upstander.evidence.sandbox import BYTES, Cannot, give_up

RATE = 16_000  # samples a second of what is played: more than any telephone carries
SECONDS = 600  # that are played; what is longer is told
DEMUXERS = {"wav": "wav", "mp3": "mp3", "m4a": "mov", "ogg": "ogg"}
_WARM = {"wav": "pcm_s16le", "mp3": "libmp3lame", "ipod": "aac", "ogg": "libopus"}


def played(data: bytes, kind: str) -> tuple[dict[str, object], bytes]:
    """The first stream of sound, as one channel of RATE samples of 16 bits in a WAV file; raises Cannot."""
    if len(data) > BYTES:
        raise Cannot("too_large")
    samples, most = bytearray(), SECONDS * RATE * 2
    try:
        with av.open(io.BytesIO(data), "r", format=DEMUXERS[kind]) as file:
            stream = file.streams.audio[0]
            stream.codec_context.thread_count = 1
            again = av.AudioResampler(format="s16", layout="mono", rate=RATE)
            for frame in file.decode(stream):
                frame.pts = None
                for part in again.resample(frame):
                    samples += bytes(part.planes[0])[: part.samples * 2]
                if len(samples) > most:
                    break
            for part in again.resample(None):
                samples += bytes(part.planes[0])[: part.samples * 2]
    except MemoryError:
        raise Cannot("bomb") from None
    except Exception:  # noqa: BLE001 - whatever a decoder makes of what nobody trusts: what came out until then is played
        if not samples:
            raise Cannot("damaged") from None
    if not samples:
        raise Cannot("damaged")
    cut = len(samples) > most
    del samples[most:]
    return {"seconds": len(samples) // (RATE * 2), "cut": int(cut)}, _wav(bytes(samples))


def _wav(samples: bytes) -> bytes:
    """A WAV file of these samples."""
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, RATE, RATE * 2, 2, 16)
    head = struct.pack("<4sI4s", b"RIFF", 36 + len(samples), b"WAVE") + form
    return head + struct.pack("<4sI", b"data", len(samples)) + samples


def _warm() -> None:
    """Let the library load now what it would open a file for later: each kind once, from a moment of silence."""
    for container, codec in _WARM.items():
        out = io.BytesIO()
        with av.open(out, "w", format=container) as file:
            stream = cast(av.AudioStream, file.add_stream(codec, rate=48_000))
            frame = av.AudioFrame(format="s16", layout="mono", samples=960)
            frame.sample_rate = 48_000
            for plane in frame.planes:
                plane.update(bytes(plane.buffer_size))
            fitting = av.AudioResampler(
                format=stream.codec_context.format, layout="mono", rate=48_000, frame_size=0
            )
            for part in fitting.resample(frame):
                file.mux(stream.encode(part))
            file.mux(stream.encode(None))
        kind = {"ipod": "m4a"}.get(container, container)
        played(out.getvalue(), kind)


def main(kind: str) -> None:
    """Make one sound anew."""
    av.logging.set_level(av.logging.PANIC)
    _warm()
    write = sys.stdout.buffer.write
    give_up()
    try:
        head, data = played(sys.stdin.buffer.read(BYTES + 1), kind)
        write(json.dumps(head).encode() + b"\n" + data)
    except Cannot as error:
        write(json.dumps({"fault": str(error)}).encode() + b"\n")
    except MemoryError:
        write(json.dumps({"fault": "bomb"}).encode() + b"\n")
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
