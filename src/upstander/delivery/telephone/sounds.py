"""What is spoken: text by espeak-ng, as a file that the agent can play (8 kHz, one channel, 16 bits), checked before anybody is
rung.

A file's length is its call's longest: the agent hangs up at its end. What is said before a key is pressed holds nothing of a tip,
is the same for everybody, and stays; everything else is removed as soon as its call is over. Names of files say nothing.
"""

import hashlib
import os
import re
import shutil
import subprocess
import wave
from collections import Counter
from pathlib import Path

RATE = 8000
_WORDS_A_MINUTE = "150"
_PATIENCE = 8.0  # seconds for one text
# Of a language, the synthesizer's voice; of every other, its code.
_VOICES = {"en": "en-us", "es": "es-419", "pt": "pt-br", "zh": "cmn"}
# What no XML may hold, so that Twilio would say nothing at all; among it what the synthesizer takes for commands: be silent.
_UNSPEAKABLE = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def speakable(text: str) -> str:
    """`text` without characters that no voice can speak: names may hold them."""
    return _UNSPEAKABLE.sub(" ", text)


class CannotSpeak(Exception):
    """A text cannot be spoken: a program is missing, or has failed; `code` says at what."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Sounds:
    """The sounds of one process, in a folder that is emptied when it starts."""

    def __init__(self, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700, parents=True)
        self._folder = folder
        self._used: Counter[Path] = Counter()

    def greeting(self, text: str, language: str, times: int, silence_seconds: float) -> Path:
        """`text`, said `times` times, then silence for the keys: kept. Raises CannotSpeak."""
        effects = ["pad", "0.7", "2.5", "repeat", str(times - 1), "pad", "0", str(silence_seconds)]
        return self._spoken(text, language, effects)

    def ringing(self, seconds: int) -> Path:
        """What a caller hears while it rings at the other end (440 and 480 Hz, two seconds in six): kept. Raises CannotSpeak."""
        path = self._folder / f"ringing{seconds}.wav"
        if not path.exists():
            tone = ["synth", "2", "sine", "440", "sine", "480", "remix", "1-2", "gain", "-n", "-15"]
            shape = ["-r", str(RATE), "-c", "1", "-b", "16", "-e", "signed-integer"]
            _run(["sox", "-n", *shape, str(path), *tone, "pad", "0", "4", "repeat", str(max(seconds // 6, 1))], b"", "sox")
            check(path)
        return path

    def once(self, text: str, language: str) -> Path:
        """`text`, said twice, until `done` is told of it as often as it was asked for. Raises CannotSpeak."""
        path = self._spoken(text, language, ["pad", "0.4", "1.5", "repeat", "1"])
        self._used[path] += 1
        return path

    def done(self, path: Path) -> None:
        """A call that needed this is over."""
        self._used[path] -= 1
        if self._used[path] <= 0:
            del self._used[path]
            path.unlink(missing_ok=True)

    def _spoken(self, text: str, language: str, effects: list[str]) -> Path:
        text = speakable(text)
        mark = hashlib.sha256("\0".join((language, *effects, text)).encode()).hexdigest()[:32]
        path = self._folder / f"{mark}.wav"
        if not path.exists():
            spare = self._folder / f"{mark}.new.wav"
            raw = _run(
                ["espeak-ng", "-v", _VOICES.get(language, language), "-s", _WORDS_A_MINUTE, "--stdin", "--stdout"],
                text.encode(),
                "speech",
            )  # (never as an argument: those can be read by every user of the machine)
            shape = ["-r", str(RATE), "-c", "1", "-b", "16", "-e", "signed-integer"]
            _run(["sox", "-t", "wav", "-", *shape, str(spare), "gain", "-n", "-3", *effects], raw, "sox")
            check(spare)
            os.replace(spare, path)
        return path


def _run(command: list[str], given: bytes, code: str) -> bytes:
    try:
        done = subprocess.run(command, input=given, capture_output=True, timeout=_PATIENCE, check=True)
    except (OSError, subprocess.SubprocessError):
        raise CannotSpeak(code) from None
    return done.stdout


def check(path: Path) -> float:
    """The length in seconds of a sound that the agent can play; raises CannotSpeak for another: the agent would ring, and
    hang up on who answers.
    """
    try:
        with wave.open(str(path), "rb") as sound:
            fits = (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (RATE, 1, 2)
            frames = sound.getnframes()
    except (OSError, EOFError, wave.Error):
        raise CannotSpeak("sound") from None
    if not fits or frames < RATE // 2:
        raise CannotSpeak("sound")
    return frames / RATE


def silence(folder: Path, seconds: int = 2) -> Path:
    """A file of silence in `folder`."""
    path = folder / "silence.wav"
    with wave.open(str(path), "wb") as sound:
        sound.setparams((1, 2, RATE, 0, "NONE", "not compressed"))
        sound.writeframes(bytes(2 * RATE * seconds))
    return path
