"""A real house beside a real mail server, both of which get into trouble; and the eyes of the desk on it."""

import os
import signal
import time
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress

import psycopg

from tests.stack.acts import bar, judge, place, signed_in, tell
from tests.stack.harness import Stack, until
from tests.support.smtp_server import Received, SmtpServer
from tests.support.visitor import Visitor
from upstander.desk.board import CARRIER, SILENT

PATIENCE = 120.0  # real seconds that a busy machine may need for what takes two


class Troubled:
    """The house and its mail server. The product's clock only ever goes forward, by `pass_time`."""

    def __init__(self, stack: Stack, mail: SmtpServer) -> None:
        self.stack, self.mail = stack, mail
        self.ahead = 0.0
        self._desk: Visitor | None = None
        self.school = place(stack)

    @property
    def desk(self) -> Visitor:
        """A call-taker who is signed in."""
        if self._desk is None:
            self._desk = signed_in(self.stack.desk, "casey")
        return self._desk

    def pass_time(self, seconds: float) -> None:
        """Let so much of the product's time pass at once."""
        self.ahead += seconds
        self.stack.clock(self.ahead)

    def faults(self) -> list[str]:
        """What the desk's header says of the house, in words; empty when all is well."""
        said = bar(self.desk)
        known = {str(words) for words in SILENT.values()} | {str(w).split("%")[0] for w in CARRIER.values()}
        return sorted(words for words in known if words in said)

    def calm(self) -> None:
        """Wait until nothing of the house is red."""
        try:
            until(lambda: not self.faults(), PATIENCE, "the desk is calm again")
        except AssertionError as error:
            said = f"{error}; it said {self.faults()}; on its way: {self._on_their_way()}"
            raise AssertionError(f"{said}\n{self.stack.complaints()}") from None

    def _on_their_way(self) -> list[tuple[object, ...]]:
        """What is owed and has not left, by channel and by what became of it so far."""
        query = """SELECT channel, state, last_error, max(attempts), count(*), min(not_before)::text, max(lease_until)::text
            FROM delivery_delivery WHERE state NOT IN ('sent', 'failed', 'cancelled') GROUP BY 1, 2, 3"""
        with psycopg.connect(self.stack.dsn("owner")) as line:
            return line.execute(query).fetchall()

    @contextmanager
    def frozen(self, part: str) -> Iterator[None]:
        """Every process of `part` stands still, as on a machine that swaps; it is not dead, so nobody starts it again."""
        pids = until(lambda: self.stack.pids(part), PATIENCE, f"{part} runs")
        with _stopped(pids):
            yield

    @contextmanager
    def half_open(self, part: str) -> Iterator[None]:
        """The database no longer answers `part` on the lines it has, and does not close them either.

        Each of them waits for its client: one that stands still in the middle of a transaction, or while it tidies up after it,
        holds locks that nobody's time limit ends (`logins.TIMEOUTS`; those of the server's own memory have none at all).
        """
        with until(lambda: self._idle(part), PATIENCE, f"{part} is between two transactions"):
            yield

    def _idle(self, part: str) -> ExitStack | None:
        """The server's processes of `part`, stopped while none of them does anything; None where one does."""
        query = """SELECT pid, EXISTS (SELECT FROM pg_locks l WHERE l.pid = a.pid AND l.locktype = 'virtualxid')
            OR state IS DISTINCT FROM 'idle' OR wait_event IS DISTINCT FROM 'ClientRead'
            FROM pg_stat_activity a WHERE usename = %s"""
        with psycopg.connect(self.stack.superuser(), autocommit=True) as line, ExitStack() as stopped:
            lines = line.execute(query, [f"upstander_{part}"]).fetchall()
            assert lines, f"{part} has no line to the database"
            stopped.enter_context(_stopped([pid for pid, _ in lines]))
            after = line.execute(query, [f"upstander_{part}"]).fetchall()
            if {pid for pid, _ in after} != {pid for pid, _ in lines} or any(works for _, works in after):
                return None
            return stopped.pop_all()

    def misbehave(self, **fault: str) -> None:
        """The mail server comes back with this fault, so that no line is left that was opened before."""
        self.mail.stop()
        self.mail.behave(**fault)
        self.mail.start()

    def critical(self, text: str = "He has a list.") -> str:
        """A Critical, judged; its number."""
        number = tell(self.stack, text, school_id=self.school)["tip_number"]
        judge(self.desk, number)
        return number

    def owed(self, number: str) -> dict[str, str]:
        """The mails that are owed for a tip: Message-ID to state. (Where time passes, texts and calls come to be owed, too.)"""
        query = """SELECT d.message_id, d.state FROM delivery_delivery d JOIN actions_notice n ON n.id = d.subject_id
            JOIN actions_referral r ON r.id = n.referral_id WHERE r.tip_number = %s AND d.channel = 'email'"""
        with psycopg.connect(self.stack.dsn("owner")) as line:
            return dict(line.execute(query, [number]).fetchall())

    def arrived(self, owed: Collection[str]) -> list[Received]:
        """The mails of these Message-IDs that reached the mail server, also those whose arrival it never confirmed."""
        return [mail for mail in self.mail.messages() if mail.message_id in owed]

    def all_sent(self, number: str) -> set[str]:
        """Wait until every mail that is owed for a tip now is sent; their Message-IDs. What waits for its next try is tried soon:
        time passes faster, yet not so fast that each look finds something more that came to be owed meanwhile."""
        owed = set(self.owed(number))
        last = time.monotonic()

        def sent() -> bool:
            nonlocal last
            states = self.owed(number)
            if all(states[one] == "sent" for one in owed):
                return True
            if time.monotonic() - last > 1:
                last = time.monotonic()
                self.pass_time(5)
            return False

        until(sent, PATIENCE, f"everything that is owed for {number} is sent")
        return owed


@contextmanager
def _stopped(pids: list[int]) -> Iterator[None]:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
