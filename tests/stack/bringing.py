"""Mail servers and a gateway that bring words in a burst: what they were told is kept they forget, the rest they bring again."""

import itertools
import json
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from email.message import EmailMessage

import psycopg

from tests.stack import carried
from tests.stack.harness import ROOT, Stack, until
from tests.support import sounds

LINES = 3  # at once, of each kind
WAYS = ("sms", "email", "voicemail")
_SIZES = itertools.count(1)  # by the size of its sound each voicemail is known
_SOUND = sounds.speech(seconds=1)


class Carriers:
    """Until stopped, each line brings a new text or mail, from somebody new; what is not taken it brings again, as it was."""

    def __init__(self, stack: Stack, seed: int) -> None:
        self.stack, self.seed = stack, seed
        self.kept: list[str] = []  # the words of each that the house has said yes to
        self.stopping = threading.Event()
        self.threads = [
            threading.Thread(target=self._bring, args=(n, way))
            for n in range(LINES)
            for way in WAYS
        ]

    def __enter__(self) -> "Carriers":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        for thread in self.threads:
            thread.join()

    def _bring(self, n: int, way: str) -> None:
        number = 0
        while not self.stopping.is_set():
            number += 1
            words = str(next(_SIZES)) if way == "voicemail" else f"by {way} {self.seed}-{n}-{number}"
            again = self._bringing(way, words, n, number)
            while not self.stopping.is_set():
                if again():
                    self.kept.append(words)
                    break
                self.stopping.wait(0.2)
            self.stopping.wait(0.5)

    def _bringing(self, way: str, words: str, n: int, number: int) -> Callable[[], bool]:
        """Brings it, at each call the same bytes: a mail is written once (the boundary of its parts is drawn by lot)."""
        if way == "sms":
            return lambda: self._text(words, n, number)
        message, sender, to = self._mail(words) if way == "email" else self._voicemail(words)
        return lambda: carried.mail(self.stack, message, sender, to=to)

    def _text(self, words: str, n: int, number: int) -> bool:
        somebody = f"+1{self.seed % 700 + 200}{n + 2}{self.seed // 1000 % 1000:03d}{number:03d}"
        status = carried.text(self.stack, somebody, words, f"SM-{words}")
        assert status in (0, 200, 503), status
        return status == 200

    def _mail(self, words: str) -> tuple[EmailMessage, str, str]:
        sender = f"{words.replace(' ', '-')}@family.example"
        return carried.letter(words, From=sender, Message_ID=f"<{sender}>"), sender, carried.TIPS

    def _voicemail(self, longer: str) -> tuple[EmailMessage, str, str]:
        message = carried.voicemail(_SOUND + b"\0" * int(longer), Message_ID=f"<{self.seed}-{longer}@phones.example>")
        return message, carried.PBX, carried.BOX


def everything_is_a_tip_once(carriers: Carriers) -> None:
    """What the carriers were told is kept is a tip, and one only; so is what was kept and whose answer was lost."""
    stack = carriers.stack
    with psycopg.connect(stack.dsn("owner"), autocommit=True) as line:
        left = "SELECT count(*) FROM inbound_arrival WHERE state = 'new'"
        until(lambda: line.execute(left).fetchone() == (0,), 60, "everything that came is routed")
        assert line.execute("SELECT code FROM inbound_arrival WHERE state = 'refused'").fetchall() == []
    counted = Counter(_tips(stack))
    missing = [words for words in carriers.kept if words not in counted]
    assert not missing, f"{len(missing)} of {len(carriers.kept)} are lost: {missing[:5]}"
    assert not [words for words, times in counted.items() if times > 1]


def _tips(stack: Stack) -> list[str]:
    """The first words of each tip that came by a carrier, as the desk reads them."""
    env = os.environ | {
        "UPSTANDER_PROCESS": "desk",
        "UPSTANDER_DSN": stack.dsn("desk"),
        "UPSTANDER_KEYS": str(stack.data / "keys" / "desk.json"),
    }
    command = [sys.executable, "-m", "tests.support.told", "sms", "email"]
    said = subprocess.run(command, env=env, cwd=ROOT, check=True, capture_output=True)
    return [words.strip().splitlines()[-1] for words in json.loads(said.stdout)] + _voicemails(stack)


def _voicemails(stack: Stack) -> list[str]:
    """Of each tip by voicemail by how much its sound is longer, or that it has none."""
    query = """SELECT f.size FROM intake_tip t LEFT JOIN evidence_file f ON f.tip_id = t.id
        WHERE t.channel = 'voicemail'"""
    with psycopg.connect(stack.dsn("owner"), autocommit=True) as line:
        sizes = [size for (size,) in line.execute(query).fetchall()]
    assert None not in sizes, "a voicemail without its sound"
    return [str(size - len(_SOUND)) for size in sizes]
