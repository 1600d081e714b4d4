"""A month of the network for `scripts/walk_of_a_month.py`: the house, a mail server, its members' mailboxes, and a clock
that is moved from day to day. A mail that nobody expects fails it, and so does a word for the sworn in anybody's mail.
"""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo

import psycopg

from tests.stack.harness import Stack, until
from tests.support.inbox import Inbox
from tests.support.smtp_server import SmtpServer
from upstander import clock
from upstander.people import demo

CHICAGO = ZoneInfo("America/Chicago")
OF_THE_DESK = "Is your entry still right?"  # schools' contacts are asked so every few months: no affair of the network
MEMBERS = ("dana", "chris", "jamie")  # of the demo; its others only give the measures something to count
PATIENCE = 60.0  # real seconds that a busy machine may need


class Month:
    """A house with its network, at eight on the first Monday of a month; `at(8, 9, 30)` is half past nine a week later."""

    def __init__(self, folder: Path) -> None:
        self.mail = SmtpServer(folder / "mail")
        server = {"HOST": "127.0.0.1", "PORT": str(self.mail.port), "PER_MINUTE": "100000"}
        self.house = Stack(UPSTANDER_NETWORK="1", **{f"UPSTANDER_SMTP_{name}": value for name, value in server.items()})
        self.ahead = 0.0
        self.first = _first_monday()
        self._inboxes: dict[str, Inbox] = {}

    @property
    def network(self) -> str:
        """The address of the members' pages, as mails name it."""
        return f"http://localhost:{self.house.port + 4}"

    def inbox(self, who: str) -> Inbox:
        """The mailbox of one of the demo's people (`dana`), or of an address."""
        address = who if "@" in who else f"{who}@{demo.DOMAIN}"
        return self._inboxes.setdefault(address, Inbox(self.mail, address))

    def __enter__(self) -> Self:
        self.mail.start()
        try:
            self.house.start()
            self._calm()
            self.at(1, 8)
            self._calm()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """The house ends; where nothing went wrong, nobody may have been told without being expected."""
        if error is not None:
            error.add_note(f"mails that came and were not expected: {self.unexpected()}\n{self.house.complaints()}")
        self._end()
        if error is None:
            assert not self.unexpected(), f"written to, and nobody expected it: {self.unexpected()}"

    def at(self, day: int, hour: int, minute: int = 0) -> None:
        """It is this time, `day` days into the month of the story (1 is its first Monday); never earlier than it was."""
        then = datetime.combine(self.day(day), time(hour, minute), CHICAGO)
        self.later((then - self.now()).total_seconds())

    def day(self, day: int) -> date:
        """That day of the story."""
        return self.first + timedelta(days=day - 1)

    def later(self, seconds: float) -> None:
        """So much time passes at once."""
        assert seconds >= 0, f"time does not go back by {-seconds:.0f} s"
        self.ahead += seconds
        self.house.clock(self.ahead)

    def now(self) -> datetime:
        """The house's time."""
        return clock.now() + timedelta(seconds=self.ahead)

    def quiet(self) -> None:
        """Wait until nothing that is due waits to leave."""
        until(lambda: not self._due(), PATIENCE, f"nothing that is due waits to leave, but {self._due()}")

    def unexpected(self) -> dict[str, list[str]]:
        """Who was written to, and nobody expected it: subjects by address."""
        written = {m.recipient for m in self.mail.messages()}
        found = {to: [str(m.message["Subject"]) for m in self.inbox(to).unexpected] for to in written}
        found = {to: [words for words in subjects if OF_THE_DESK not in words] for to, subjects in found.items()}
        return {to: subjects for to, subjects in found.items() if subjects}

    def nobody_else(self) -> None:
        """Nothing waits to leave, and nobody was written to beyond those who were expected."""
        self.quiet()
        assert not self.unexpected(), f"written to, and nobody expected it: {self.unexpected()}"

    def never_mailed(self, words: str) -> None:
        """No mail to anybody has ever held these words, in any part of it."""
        for mail in self.mail.messages():
            said = [str(mail.message["Subject"]), mail.raw.decode(errors="replace")]
            said += [str(part.get_content()) for part in mail.message.walk() if part.get_content_maintype() == "text"]
            assert not any(words in text for text in said), f"{words!r} was mailed to {mail.recipient}: {said[0]}"

    def _due(self) -> list[tuple[str, str]]:
        with psycopg.connect(self.house.dsn("owner")) as line:
            query = "SELECT channel, purpose FROM delivery_delivery WHERE state = 'pending' AND not_before <= %s"
            return line.execute(query, [self.now()]).fetchall()

    def _calm(self) -> None:
        """The demo's tips are closed, nobody is told of them any more, and nobody has a seat in its events to come: this month is
        the network's, and of its members those who sign in there."""
        signs_in = [f"{name}@{demo.DOMAIN}" for name in MEMBERS]
        with psycopg.connect(self.house.dsn("owner"), autocommit=True) as line:
            line.execute(
                "UPDATE network_member m SET state = 'removed' FROM people_account a"
                " WHERE a.id = m.account_id AND a.email <> ALL(%s)", [signs_in],
            )
            line.execute("UPDATE intake_tip SET closed_at = %s WHERE closed_at IS NULL", [clock.now()])
            line.execute("UPDATE gatherings_registration SET state = 'given_up' WHERE state = 'seat' AND attended_at IS NULL")

            def over() -> bool:
                free = "UPDATE delivery_delivery SET state = 'cancelled' WHERE state = 'pending'"
                line.execute(f"{free} AND coalesce(lease_until, %(now)s) <= %(now)s", {"now": self.now()})
                return line.execute("SELECT count(*) FROM delivery_delivery WHERE state = 'pending'").fetchone() == (0,)

            until(over, PATIENCE, "nobody is told of the demo's tips any more")
        for mail in self.mail.messages():
            self.inbox(mail.recipient).seen.add(mail.message_id)

    def _end(self) -> None:
        self.house.end()
        self.mail.stop()


def _first_monday() -> date:
    """The day on which the story begins: the first Monday of the next month in which no school is closed for long."""
    today = clock.now().astimezone(CHICAGO).date()
    first = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    while first.month in (6, 7, 8, 12):
        first = (first + timedelta(days=32)).replace(day=1)
    return first + timedelta(days=-first.weekday() % 7)
