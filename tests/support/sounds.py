"""Sounds as voicemail boxes export them, made here: three seconds of a tone, with something written beside it."""

import io
from functools import cache
from typing import cast

import av
import numpy as np

# kind: container, codec, samples a second
KINDS = {
    "wav": ("wav", "pcm_s16le", 8_000), "mulaw": ("wav", "pcm_mulaw", 8_000), "mp3": ("mp3", "libmp3lame", 16_000),
    "m4a": ("ipod", "aac", 16_000), "ogg": ("ogg", "libopus", 48_000),
}  # fmt: skip


@cache
def speech(kind: str = "wav", seconds: int = 3) -> bytes:
    """A file of this kind; all but `mulaw` carry "Needle" in their metadata."""
    container, codec, rate = KINDS[kind]
    wave = (np.sin(np.arange(rate * seconds) * 2 * np.pi * 440 / rate) * 8_000).astype(np.int16)
    out = io.BytesIO()
    with av.open(out, "w", format=container) as file:
        if kind != "mulaw":
            file.metadata["title"] = "Needle"
        stream = cast(av.AudioStream, file.add_stream(codec, rate=rate))
        stream.codec_context.layout = "mono"  # type: ignore[assignment]
        frame = av.AudioFrame.from_ndarray(wave.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = rate
        stream.codec_context.open()
        fitting = av.AudioResampler(
            format=stream.codec_context.format,
            layout="mono",
            rate=rate,
            frame_size=stream.codec_context.frame_size or 0,
        )
        for part in (*fitting.resample(frame), *fitting.resample(None)):
            file.mux(stream.encode(part))
        file.mux(stream.encode(None))
    return out.getvalue()
