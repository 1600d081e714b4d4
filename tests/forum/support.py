"""People of the forum with their browsers, and what they send."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.test import Client

from tests.network.support import client_for, make_member, make_second, make_sio, played
from upstander.forum import words
from upstander.forum.models import Word
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network import walls
from upstander.network.models import Member
from upstander.network.standing import Standing, standing
from upstander.people.models import Account


@dataclass
class Person:
    """Somebody, with a browser."""

    account: Account
    client: Client
    member: Member | None = None

    @property
    def who(self) -> Standing:
        return standing(self.account)

    def signs_in_again(self) -> None:
        """With another session: the one before has ended."""
        self.client = client_for(self.member or self.account)

    @contextmanager
    def acting(self) -> Iterator[Standing]:
        """Within, verbs and queries run as this person's request does, behind their wall."""
        who = self.who
        with played("network"), walls.reading(walls.STAFF if who.staff else who.level, who.member_id):
            yield who

    def get(self, address: str) -> str:
        """A page that must be there, as text."""
        answer = self.client.get(address, follow=True)
        assert answer.status_code == 200, (address, answer.status_code)
        return answer.content.decode()

    def finds(self, address: str, words: str) -> str:
        """What the page's search box finds."""
        assert words not in self.client.get(address, {"q": words}).content.decode(), "no address is searched by"
        answer = self.client.post(address, {"q": words})
        assert answer.status_code == 200, (address, answer.status_code)
        return answer.content.decode()

    def status(self, address: str) -> int:
        return self.client.get(address).status_code

    def post(self, address: str, press: Any = None, **given: Any) -> Any:
        return self.client.post(address, {"press": str(press or new_id()), **given})


@dataclass
class People:
    sio: Person
    second: Person
    ana: Person  # an educator
    ben: Person  # an educator
    cole: Person  # a sworn officer
    dana: Person  # a sworn officer


def _member(name: str, level: Level, **more: Any) -> Person:
    made = make_member(name, level, **more)
    return Person(made.account, client_for(made), made)


def _staff(account: Account) -> Person:
    return Person(account, client_for(account))


def people_of() -> People:
    return People(
        _staff(make_sio()), _staff(make_second()), _member("Ana Rivera", Level.FOUO), _member("Ben Osei", Level.FOUO),
        _member("Cole Hart", Level.LES, sworn=True), _member("Dana Wolfe", Level.LES, sworn=True),
    )  # fmt: skip


def mailed(*found: Word) -> list[str]:
    """To whom the relay sends these, as it writes them just now; nothing of those that it does not write."""
    with played("relay"):
        mails = [words.render(word.pk) for word in found]
    return [mail.to_address for mail in mails if mail]


GIFT = {"kind": "lesson", "title": "Doors", "text": "Side doors were propped open during games.", "level": 1}
ASK = {
    "kind": "information", "title": "Drills", "text": "How do others drill at lunch?", "purpose": "planning our drills",
    "legal_basis": "no personal data asked", "urgency": "routine", "level": 1,
}  # fmt: skip
ANSWER = {"text": "We drill it twice a year.", "source_kind": "own", "source": "our own drills", "level": 1}
