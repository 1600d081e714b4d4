"""Mail servers and a gateway that bring words in a burst: what they were told is kept they forget, the rest they bring again."""

import json
import os
import subprocess
import sys
import threading
from collections import Counter

import psycopg

from tests.stack import carried
from tests.stack.harness import ROOT, Stack, until

LINES = 3  # at once, of each kind


class Carriers:
    """Until stopped, each line brings a new text or mail, from somebody new; what is not taken it brings again, as it was."""

    def __init__(self, stack: Stack, seed: int) -> None:
        self.stack, self.seed = stack, seed
        self.kept: list[str] = []  # the words of each that the house has said yes to
        self.stopping = threading.Event()
        self.threads = [
            threading.Thread(target=self._bring, args=(n, way))
            for n in range(LINES)
            for way in ("sms", "email")
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
            words = f"by {way} {self.seed}-{n}-{number}"
            while not self.stopping.is_set():
                if self._text(words, n, number) if way == "sms" else self._mail(words):
                    self.kept.append(words)
                    break
                self.stopping.wait(0.2)
            self.stopping.wait(0.5)

    def _text(self, words: str, n: int, number: int) -> bool:
        somebody = f"+1{self.seed % 700 + 200}{n + 2}{self.seed // 1000 % 1000:03d}{number:03d}"
        status = carried.text(self.stack, somebody, words, f"SM-{words}")
        assert status in (0, 200, 503), status
        return status == 200

    def _mail(self, words: str) -> bool:
        sender = f"{words.replace(' ', '-')}@family.example"
        return carried.mail(self.stack, carried.letter(words, From=sender, Message_ID=f"<{sender}>"), sender)


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
    return [words.strip().splitlines()[-1] for words in json.loads(said.stdout)]
