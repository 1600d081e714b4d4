"""What is spoken through Twilio: words that its own voices say (TwiML), kept here under names like sounds.

Words and not our own sounds: a sound would have to lie at an address that the world can reach, and what is said passes the
provider either way. So nothing of a tip is there before a key has proved a human, for the greeting holds none; and what follows
a key is handed over in the request that has it spoken, lies at no address, and is forgotten here with the call.
"""

import hashlib
import math
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from upstander.delivery.telephone.sounds import CannotSpeak, speakable

# Of a pack's language, the language tag of a voice that Twilio has.
VOICES = {
    "en": "en-US", "es": "es-MX", "fr": "fr-CA", "pt": "pt-BR", "zh": "cmn-CN", "de": "de-DE", "it": "it-IT", "pl": "pl-PL",
    "ru": "ru-RU", "ja": "ja-JP", "ko": "ko-KR", "ar": "arb", "hi": "hi-IN", "tr": "tr-TR", "nl": "nl-NL", "sv": "sv-SE",
}  # fmt: skip
LONGEST = 4000  # characters of TwiML in a request


@dataclass(frozen=True, slots=True)
class _Said:
    text: str
    voice: str
    times: int
    wait: int


class Words:
    """The words of one process, by name; made as `telephone.sounds.Sounds` makes sounds."""

    def __init__(self) -> None:
        self._said: dict[Path, _Said] = {}
        self._used: Counter[Path] = Counter()

    def greeting(self, text: str, language: str, times: int, silence_seconds: float) -> Path:
        """`text`, said `times` times, then silence for the keys: kept. Raises CannotSpeak for a language without a voice."""
        return self._named(text, language, times, max(1, math.ceil(silence_seconds)))

    def once(self, text: str, language: str) -> Path:
        """`text`, said twice, until `done` is told of it as often as it was asked for. Raises CannotSpeak."""
        name = self._named(text, language, 2, 0)
        self._used[name] += 1
        return name

    def done(self, name: Path) -> None:
        """A call that needed this is over."""
        self._used[name] -= 1
        if self._used[name] <= 0:
            del self._used[name]
            self._said.pop(name, None)

    def twiml(self, name: Path, keys_to: str) -> str:
        """What Twilio is to do: say it, and where there is time for keys send them to the address `keys_to`."""
        said = self._said[name]
        say = f'<Say language="{said.voice}" loop="{said.times}">{escape(said.text)}</Say>'
        if said.wait:
            keys = f'numDigits="1" finishOnKey="" timeout="{said.wait}" action={quoteattr(keys_to)}'
            say = f'<Gather input="dtmf" {keys} method="POST">{say}</Gather>'
        return f"<Response>{say}<Hangup/></Response>"

    def _named(self, text: str, language: str, times: int, wait: int) -> Path:
        voice = VOICES.get(language)
        if voice is None:
            raise CannotSpeak("voice")
        if len(escape(text)) > LONGEST - 500:
            raise CannotSpeak("long")
        text = speakable(text)
        mark = hashlib.sha256("\0".join((voice, str(times), str(wait), text)).encode()).hexdigest()[:32]
        self._said[Path(mark)] = _Said(text, voice, times, wait)
        return Path(mark)
