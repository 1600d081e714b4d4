"""The parts of the bench, each with a house of its own."""

import tempfile
from pathlib import Path

from tests.stack import carried
from tests.stack.harness import Stack, free_ports
from tests.support.sip import SipTrunk
from tests.support.smtp_server import SmtpServer
from tests.support.twilio import Twilio

from bench import calls, dispatch, growth, intake, memory, open_lines, replay, texts
from bench.desk_session import Desk
from bench.table import show
from upstander.ops import processes

# The clock that tests can move is a file that is read for each look at the time: no product has one.
_REAL_CLOCK = {"UPSTANDER_CLOCK_FILE": ""}


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


def texts_part(quick: bool) -> None:
    """From a text at the end-point to an open queue."""
    with Twilio() as twilio, carried.house(twilio, **_REAL_CLOCK) as stack:
        show("texts", texts.measure(stack, 20 if quick else 150))


def calls_part(quick: bool) -> None:
    """From judging to the telephones."""
    with SipTrunk(forgiving=True) as trunk:
        trunk.otherwise = calls.presses_1
        listen = free_ports()
        with Stack(UPSTANDER_CALLS="sip", UPSTANDER_SIP_TRUNK=f"127.0.0.1:{trunk.port}", UPSTANDER_SIP_DOMAIN="trunk.example",
                   UPSTANDER_SIP_NUMBER="+12175550100", UPSTANDER_SIP_LINES=str(calls.LINES), UPSTANDER_SIP_LISTEN=str(listen),
                   **_REAL_CLOCK) as stack:  # fmt: skip
            house = calls.House(stack, trunk, Desk(stack.desk))
            many, single, crowded = (12, 10, 3) if quick else (100, 100, 20)
            figures = calls.measure(house, _key(stack, "admin"), many=many, single=single, crowded=crowded)
            show("calls", figures)


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
