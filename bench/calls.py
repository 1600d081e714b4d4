"""The contact ladder with real agents, a real Kannel and telephones on loopback: from the press of a Critical to the first INVITE
and to the first text at the fake centre; 500 contacts by 30 lines.

The telephones answer at once, press 1 as soon as they hear a voice, and hang up when they hear what follows: a call takes about
two seconds, a tenth of what people need, so that the figures are those of the house and not of the people.
"""

import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from urllib.parse import urljoin

import psycopg
from tests.stack.harness import Stack, until
from tests.support.kannel import Kannel
from tests.support.sip import Expected, SipTrunk

from bench.callees import PEOPLE
from bench.desk_session import Desk
from bench.dispatch import held
from bench.http_load import post
from bench.intake import http
from bench.table import Figure, spread, tail
from upstander import clock

LINES = 30
RINGS = 10  # seconds that a telephone rings which nobody picks up
_PAUSE = 0.5  # seconds between two presses
_FIELD = re.compile(r'name="(csrfmiddlewaretoken|after|heard)" value="([^"]*)"')
_WAITING = """
SELECT number, place_id FROM intake_tip WHERE judged_at IS NULL AND place_id = ANY(%s) ORDER BY running
"""
_CONFIRMED = """
SELECT count(*), extract(epoch FROM max(n.confirmed_at)) FROM actions_notice n
JOIN actions_referral r ON r.id = n.referral_id WHERE n.strength = 'key' AND r.place_id = ANY(%s)
"""


@dataclass(frozen=True)
class School:
    """A school of the bench, with its five contacts' numbers."""

    id: int
    numbers: tuple[str, ...]


@dataclass
class House:
    """The running house, its desk, and the telephones of the contacts."""

    stack: Stack
    trunk: SipTrunk
    desk: Desk
    texts: Kannel | None = None

    def filled(self, key_file: str, count: int) -> list[School]:
        """Add `count` schools."""
        env = {
            "UPSTANDER_PROCESS": "admin",
            "UPSTANDER_KEYS": key_file,
            "UPSTANDER_DSN": self.stack.dsn("owner"),
        }
        argv = [sys.executable, "-m", "bench.callees", str(count)]
        said = subprocess.run(argv, env=os.environ | env, capture_output=True, text=True, check=True).stdout
        return [School(row["id"], tuple(row["numbers"])) for row in map(json.loads, said.splitlines())]

    def tips(self, schools: list[School]) -> list[tuple[str, School]]:
        """A tip about each of these schools, by its number, unjudged."""
        port, bodies = (
            self.stack.port,
            [json.dumps({"text": "bench: a plan", "school_id": s.id}).encode() for s in schools],
        )
        keys = [{"Idempotency-Key": os.urandom(18).hex()} for _ in schools]
        http(
            port,
            [post(f"localhost:{port}", "/api/v1/tips", b, k) for b, k in zip(bodies, keys, strict=True)],
            4,
        )
        of = {s.id: s for s in schools}
        with psycopg.connect(self.stack.dsn("owner")) as line:
            found = line.execute(_WAITING, [list(of)]).fetchall()
        assert len(found) == len(schools), (len(found), len(schools))
        return [(number, of[place]) for number, place in found]

    def press(self, number: str) -> float:
        """Open a tip's page as a call-taker does, tick what it is, press; the moment of the press (monotonic)."""
        _, page = self.desk.get(f"/tip/{number}/")
        fields = dict(_FIELD.findall(page)) | {"subtypes": "planned_school_attack"}
        token = fields.pop("csrfmiddlewaretoken")
        pressed = time.monotonic()
        self.desk.post(
            urljoin(self.desk.base, f"/tip/{number}/judge/"),
            fields,
            f'name="csrfmiddlewaretoken" value="{token}"',
        )
        return pressed

    def first_ring(self, school: School, since: float) -> float:
        """When the first of a school's contacts was rung after `since`."""

        def rung() -> list[float]:
            return [c.at for n in school.numbers for c in self.trunk.phone(n).calls if c.at >= since]

        return float(min(until(rung, 120, "a first ring")))

    def first_text(self, school: School, since: float) -> float:
        """When the first text for one of a school's contacts was at the centre after `since`."""
        assert self.texts is not None
        arrived, known = self.texts.arrived, [0]  # looked through once: there are thousands by and by

        def texted() -> list[float]:
            begin, known[0] = known[0], len(arrived)
            return [t.at for t in arrived[begin : known[0]] if t.receiver in school.numbers and t.at >= since]

        return float(min(until(texted, 120, "a first text")))

    def all_hung_up(self, school: School) -> bool:
        """Whether every contact of a school was rung, and no line is taken by them any more."""
        calls = [self.trunk.phone(n).calls for n in school.numbers]
        return all(of and of[-1].over_at for of in calls)

    def until_all_texted(self, schools: list[School], times: int = 1) -> None:
        """Wait until everybody of these schools has so many texts: what follows stands beside them, not in their queue."""
        if self.texts is None:
            return
        wanted, arrived = {n for s in schools for n in s.numbers}, self.texts.arrived

        def texted() -> bool:
            had = Counter(t.receiver for t in list(arrived))
            return all(had[n] >= times for n in wanted)

        until(texted, 300, "everybody texted")

    def confirmed(self, schools: list[School]) -> tuple[int, float]:
        """How many contacts of these schools have confirmed by a key, and when the last did (of the wall's clock)."""
        with psycopg.connect(self.stack.dsn("owner")) as line:
            count, last = line.execute(_CONFIRMED, [[s.id for s in schools]]).fetchone() or (0, None)
        return int(count), float(last or 0)


def presses_1(number: str) -> Expected:
    """What every telephone does that is told nothing else."""
    return Expected().presses("1")


def measure(
    house: House, key_file: str, *, many: int = 100, single: int = 100, crowded: int = 20
) -> list[Figure]:
    """`many` Criticals at once; then one after the other beside them; then while as many contacts are rung in vain."""
    schools = house.filled(key_file, 1 + many + single + crowded)
    alone, schools = schools[:1], schools[1:]
    crowd, ones, late = schools[:many], schools[many : many + single], schools[many + single :]
    length = _one_alone(house, alone)
    return [
        _all(house, crowd, length),
        *_first(house, ones, f"{many} Criticals open"),
        *_in_vain(house, crowd, late),
    ]


def _one_alone(house: House, schools: list[School]) -> float:
    """How long a call takes when nothing else happens, in seconds from its INVITE to its end: the median of five."""
    until(
        lambda: house.trunk.talking == 0, 60, "the demo's own Criticals, which are rung when the house starts"
    )
    house.press(house.tips(schools)[0][0])
    until(lambda: house.confirmed(schools)[0] == PEOPLE, 60, "five confirmed")
    until(lambda: house.trunk.talking == 0, 60, "five calls over")
    return statistics.median(c.over_at - c.at for n in schools[0].numbers for c in house.trunk.phone(n).calls)


def _all(house: House, schools: list[School], length: float) -> Figure:
    """All contacts of these schools, from the moment when the caller is let go to the last key that is written down."""
    waiting, owed = house.tips(schools), PEOPLE * len(schools)
    with held(house.stack.pids("caller")[0]) as let_go:
        for number, _ in waiting:
            house.press(number)
        let_go()
        begun = clock.now().timestamp()
    until(lambda: house.confirmed(schools)[0] == owed, 30 + 20 * length * owed / LINES, "everybody confirmed")
    house.until_all_texted(schools)
    took, ideal = house.confirmed(schools)[1] - begun, length * owed / LINES
    rung = sum(len(house.trunk.phone(n).calls) for s in schools for n in s.numbers)
    return Figure(
        "calls", f"{owed} contacts of {len(schools)} Criticals rung by {LINES} lines until all have confirmed",
        f"{took:.1f} s", f"{ideal:.1f} s: {owed} / {LINES} calls of {length:.2f} s, as one takes alone", f"{ideal / took:.0%}",
        f"{rung} calls; 1 agent; the telephones share the machine",
    )  # fmt: skip


def _first(
    house: House, schools: list[School], beside: str, over: Callable[[School], bool] = lambda _: True
) -> list[Figure]:
    """From the press, over HTTP, to the first INVITE and the first text; the next Critical when one is `over`."""
    rings, texts = [], []
    for number, school in house.tips(schools):
        pressed = house.press(number)
        rings.append((house.first_ring(school, pressed) - pressed) * 1000)
        if house.texts is not None:
            texts.append((house.first_text(school, pressed) - pressed) * 1000)
        until(partial(over, school), 120, "a Critical's calls over")
        time.sleep(_PAUSE)
    found = [("first INVITE", rings), ("first text at the SMSC", texts)]
    return [_waits(f"press of the judging -> {what}, {beside}", waits) for what, waits in found if waits]


def _waits(what: str, waits: list[float]) -> Figure:
    """Median and p99 beside the one second that is aimed at."""
    note = f"{len(waits)} presses; aim: below 1"
    return Figure("calls", what, spread(waits), "1000 ms", f"{tail(waits)[1] / 1000:.2f}", note)


def _in_vain(house: House, crowd: list[School], late: list[School]) -> list[Figure]:
    """The same while everybody of the crowd is rung and nobody there picks up."""
    deaf = {n for s in crowd for n in s.numbers}
    house.trunk.otherwise = _unless(deaf)
    rung = {n: len(house.trunk.phone(n).calls) for n in deaf}
    for number, _ in house.tips(crowd):
        house.press(number)
    # whom nobody has rung yet comes first, a crowd as well: what is measured is who comes to lines that ring again and again
    once, rounds = lambda: all(len(house.trunk.phone(n).calls) > before for n, before in rung.items()), len(deaf) / LINES
    until(once, 60 + 3 * RINGS * rounds, "each of the crowd rung once")
    house.until_all_texted(crowd, times=2)
    beside = f"{len(deaf)} contacts of {len(crowd)} other Criticals rung again and again in vain, {RINGS} s each time"
    return _first(house, late, beside, house.all_hung_up)


def _unless(deaf: set[str]) -> Callable[[str], Expected]:
    return lambda number: Expected() if number in deaf else presses_1(number)
