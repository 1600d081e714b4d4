"""The parts of the bench, each with a house of its own."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from tests.stack import carried
from tests.stack.harness import Stack, free_ports
from tests.support import kannel
from tests.support.sip import SipTrunk
from tests.support.smtp_server import SmtpServer
from tests.support.twilio import Twilio

from bench import (
    calls,
    circulation,
    dispatch,
    growth,
    intake,
    memory,
    officer,
    open_lines,
    preparedness,
    replay,
    search,
    texts,
)
from bench.desk_session import Desk
from bench.table import show
from upstander.ops import processes

# The clock that tests can move is a file that is read for each look at the time: no product has one.
_REAL_CLOCK = {"UPSTANDER_CLOCK_FILE": ""}
_NOWHERE = "http://127.0.0.1:9"


def _key(stack: Stack, process: str) -> str:
    return str(stack.data / "keys" / f"{process}.json")


def _memory(stack: Stack) -> dict[str, list[int]]:
    from tests.stack.harness import children

    pids = {name: stack.pids(name) for name in processes.ALL}
    main = stack.pids("postgres")
    return pids | {"postgres": main + children(main[0])}


def intake_part(quick: bool) -> None:
    """Intake, and the memory of every process after it."""
    with Stack(UPSTANDER_WEB_WORKERS="2", **_REAL_CLOCK) as stack:
        count, rounds = (600, 1) if quick else (6000, 3)
        figures = intake.measure(
            stack.port,
            stack.dsn("public"),
            _key(stack, "public"),
            stack.dsn("owner"),
            count=count,
            rounds=rounds,
        )
        show("intake", figures)
        show("memory", memory.measure(_memory(stack)))
        show("open lines", open_lines.measure(stack, chats=50 if quick else 500, desks=20 if quick else 200))


def dispatch_part(quick: bool) -> None:
    """From judging to a real mail server."""
    folder = Path(tempfile.mkdtemp(prefix="upstander-bench-"))
    with SmtpServer(folder) as server:
        with Stack(UPSTANDER_SMTP_HOST="127.0.0.1", UPSTANDER_SMTP_PORT=str(server.port),
                   UPSTANDER_SMTP_PER_MINUTE="1000000", **_REAL_CLOCK) as stack:  # fmt: skip
            env = {
                "UPSTANDER_PROCESS": "desk",
                "UPSTANDER_DSN": stack.dsn("desk"),
                "UPSTANDER_KEYS": _key(stack, "desk"),
            }
            single, burst = (20, 60) if quick else (120, 1000)
            show("dispatch", dispatch.measure(stack, env, server, single=single, burst=burst))


def circulation_part(quick: bool) -> None:
    """A newsletter to 50,000 members, and Criticals in the middle of it."""
    folder = Path(tempfile.mkdtemp(prefix="upstander-bench-"))
    with SmtpServer(folder) as server:
        with Stack(UPSTANDER_NETWORK="1", UPSTANDER_SMTP_HOST="127.0.0.1", UPSTANDER_SMTP_PORT=str(server.port),
                   UPSTANDER_SMTP_PER_MINUTE="1000000", **_REAL_CLOCK) as stack:  # fmt: skip
            played = {
                name: {"UPSTANDER_PROCESS": name, "UPSTANDER_DSN": stack.dsn(name), "UPSTANDER_KEYS": _key(stack, name)}
                for name in ("desk", "network")
            }
            members, criticals = (2_000, 5) if quick else (50_000, 60)
            figures = circulation.measure(
                stack, server, played["desk"], played["network"], members=members, criticals=criticals
            )
            show("circulation", figures)


def officer_part(quick: bool) -> None:
    """The School Intelligence Officer's page with a state of schools and 10,000 members."""
    with Stack(UPSTANDER_NETWORK="1", **_REAL_CLOCK) as stack:
        name = "network"
        network = {"UPSTANDER_PROCESS": name, "UPSTANDER_DSN": stack.dsn(name), "UPSTANDER_KEYS": _key(stack, name)}
        network["UPSTANDER_DATA"] = str(stack.data)  # (its pages name the static files of the house)
        show("officer", officer.measure(stack, network, members=2_000 if quick else 10_000, rounds=20 if quick else 200))


def preparedness_part(quick: bool) -> None:
    """A district's page with 120 buildings and ten years of drills; the state's counts."""
    with Stack(**_REAL_CLOCK) as stack:
        school, owner = (
            {"UPSTANDER_PROCESS": process, "UPSTANDER_DSN": stack.dsn(login), "UPSTANDER_KEYS": _key(stack, process)}
            for process, login in (("school", "school"), ("admin", "owner"))
        )
        data = {"UPSTANDER_DATA": str(stack.data)}  # (its pages name the static files of the house)
        show("preparedness", preparedness.measure(stack, school | data, owner | data, rounds=20 if quick else 200))


def search_part(quick: bool) -> None:
    """One search of the network's repository, over 100,000 products."""
    with Stack(UPSTANDER_NETWORK="1", UPSTANDER_WEB_WORKERS="2", **_REAL_CLOCK) as stack:
        admin, network = (
            {"UPSTANDER_PROCESS": process, "UPSTANDER_DSN": stack.dsn(login), "UPSTANDER_KEYS": _key(stack, process)}
            for process, login in (("admin", "owner"), ("network", "network"))
        )
        show("search", search.measure(stack, admin, network, 5_000 if quick else 100_000))


def texts_part(quick: bool) -> None:
    """From a text at the end-point to an open queue."""
    with Twilio() as twilio, carried.house(twilio, **_REAL_CLOCK) as stack:
        show("texts", texts.measure(stack, 20 if quick else 150))


def calls_part(quick: bool) -> None:
    """From judging to the telephones, by call and, where there is a Kannel, by text message."""
    with SipTrunk(forgiving=True) as trunk, _gateway() as texts:
        trunk.otherwise = calls.presses_1
        listen = free_ports()
        with Stack(UPSTANDER_CALLS="sip", UPSTANDER_SIP_TRUNK=f"127.0.0.1:{trunk.port}", UPSTANDER_SIP_DOMAIN="trunk.example",
                   UPSTANDER_SIP_NUMBER="+12175550100", UPSTANDER_SIP_LINES=str(calls.LINES), UPSTANDER_SIP_LISTEN=str(listen),
                   UPSTANDER_CALLS_RING_SECONDS=str(calls.RINGS), **_texting(texts), **_REAL_CLOCK) as stack:  # fmt: skip
            house = calls.House(stack, trunk, Desk(stack.desk), texts)
            many, single, crowded = (12, 10, 3) if quick else (100, 100, 20)
            figures = calls.measure(house, _key(stack, "admin"), many=many, single=single, crowded=crowded)
            show("calls", figures)


@contextmanager
def _gateway() -> Iterator[kannel.Kannel | None]:
    """A Kannel that only sends (what it would bring goes nowhere); None where this machine has none."""
    if kannel.MISSING:
        click.echo(f"calls: without text messages, {kannel.MISSING}.")
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="upstander-bench-") as folder, kannel.Kannel(Path(folder), _NOWHERE) as texts:
        yield texts


def _texting(texts: kannel.Kannel | None) -> dict[str, str]:
    """The settings by which a house sends through it, as fast as it can."""
    if texts is None:
        return {}
    found = {
        "SMS": "kannel", "SMS_URL": texts.send_url, "SMS_USER": kannel.USER, "SMS_PASSWORD": kannel.PASSWORD,
        "SMS_TOKEN": kannel.TOKEN, "SMS_NUMBER": "+12175550100", "SMS_PER_MINUTE": "1000000",
    }  # fmt: skip
    return {f"UPSTANDER_{name}": value for name, value in found.items()}


def growth_part(million: int) -> None:
    """The desk's pages at 10,000 tips and at a million."""
    with Stack() as stack:
        key, owner = _key(stack, "admin"), stack.dsn("owner")
        small = 10_000
        growth.fill(owner, key, small, growth.OPEN)
        growth.settle(owner)
        desk = Desk(stack.desk)
        before = growth.at_size(stack.port + 1, desk, small)
        growth.fill(owner, key, million - small, 0)
        growth.settle(owner)
        after = growth.at_size(stack.port + 1, desk, million - small)
        figures = growth.compare(before, after, (small, million))
        show("growth", [*figures, replay.measure(owner, stack.data, min(replay.YEAR, million // 2))])
