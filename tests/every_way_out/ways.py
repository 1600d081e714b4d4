"""Every way out, as those at its other end see it: what is read there, and of which drafts."""

import base64
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from django.test import Client

from tests.every_way_out.drawn import WORD, Batch, Product, Secret
from tests.exchange.world import staff
from tests.network.support import client_for, played
from upstander import clock
from upstander.circulation import own
from upstander.circulation.models import Copy, Ping
from upstander.delivery import registry
from upstander.delivery.mail import Sender, compose
from upstander.delivery.models import Delivery
from upstander.exchange import outgoing
from upstander.exchange.models import Peer
from upstander.exchange.taxii_reading import collection_id
from upstander.gatherings import feeds
from upstander.gatherings.models import Letter, Material
from upstander.markings import Level
from upstander.network import walls
from upstander.network.models import Member
from upstander.network.standing import standing

MAILED = Level.FOUO  # up to this, words leave the house by mail, feed and calendar: whoever reads them


@dataclass
class Tally:
    """What was tried: a draft, somebody and a way, where the draft has words that are not theirs; and what was read lawfully."""

    tried: Counter[str] = field(default_factory=Counter)
    read: Counter[str] = field(default_factory=Counter)
    batches: int = 0

    @property
    def total(self) -> int:
        return self.tried.total()


class Watch:
    """Over one batch: each (draft, reader, way) counts once; a word above its reader is an error."""

    def __init__(self, secrets: Iterable[Secret], tally: Tally) -> None:
        self.levels = {word: level for secret in secrets for word, level in secret.words.items()}
        self.tally = tally
        self.tried: set[tuple[str, UUID, UUID | Level]] = set()

    def look(
        self, way: str, reader: UUID | Level, highest: Level | None, said: str, of: Iterable[Secret], typed: Iterable[str] = ()
    ) -> None:
        """`said` reached a reader of up to `highest` (None: nothing may) by `way`; it could have held words of these drafts."""
        limit = -1 if highest is None else highest
        words = set(WORD.findall(said)) - set(typed)
        above = {word: self.levels[word] for word in words if self.levels[word] > limit}
        assert not above, (way, reader, highest, above)
        self.tally.read[way] += len(words)
        self.tried |= {(way, one.id, reader) for one in of if any(level > limit for level in one.words.values())}

    def counted(self) -> None:
        self.tally.tried.update(way for way, _draft, _reader in self.tried)


def mailed(highest: Level | None) -> Level | None:
    """What may stand in a mail, feed or calendar of who reads up to `highest`."""
    return None if highest is None else min(highest, MAILED)


# what the relay writes

def wire(message: object) -> str:
    """All that leaves of a message, as it leaves."""
    if hasattr(message, "to_address"):
        who = Sender("Test", "test@upstander.example")
        made = compose(message, who, message_id="<a@b.example>", at=clock.now(), critical=False)
        parts = [part.get_payload(decode=True) or b"" for part in made.walk() if not part.is_multipart()]
        text = "".join(part.decode() for part in parts) + "".join(f"{name}: {value}\n" for name, value in made.items())
        return text.replace("\r\n ", "").replace("\n ", "")  # (long lines of calendars and headers are folded)
    return str(message)


def _subjects(batch: Batch) -> dict[UUID, list[Secret]]:
    """Of which drafts a message may speak, by its subject."""
    by = {secret.id: secret for secret in batch.secrets}
    found: dict[UUID, list[Secret]] = defaultdict(list)
    for id, digest, product in Copy.objects.values_list("id", "digest", "issue__product"):
        mine = [by[product]] if product in by else batch.products  # (of a newsletter: whatever it was put together from)
        found[id] += mine
        if digest:
            found[digest] += mine
    for id, copy in Ping.objects.values_list("id", "copy"):
        found[id] += found[copy]
    for id, gathering in Letter.objects.values_list("id", "gathering"):
        found[id].append(by[gathering])
    return found


Readers = dict[str, tuple[Member, Level | None]]


def relayed(batch: Batch, watch: Watch, readers: Readers, only: Iterable[UUID] | None = None) -> int:
    """What the relay writes of all that is or was owed, or of these deliveries; how many it wrote."""
    subjects, n = _subjects(batch), 0
    rows = Delivery.objects.all() if only is None else Delivery.objects.filter(pk__in=only)
    by: dict[str, list[Delivery]] = defaultdict(list)
    for row in rows:
        if registry.known(row.purpose):
            by[row.purpose].append(row)
    for purpose, owed in by.items():
        with played("relay"):
            made = registry.render(purpose, [row.subject_id for row in owed])
        for row in owed:
            found = readers.get(row.address_key)
            if found is None:
                continue
            member, highest = found
            message = made.get(row.subject_id)
            assert message is None or highest is not None, (purpose, member.pk, "nothing may reach them")
            watch.look(purpose, member.pk, mailed(highest), wire(message) if message else "", subjects[row.subject_id])
            n += message is not None
    return n


# what members fetch

@dataclass
class Reader:
    """A member in their browser, with what was printed for them."""

    member: Member
    highest: Level | None
    watch: Watch
    printed: list[str]
    browser: Client = field(init=False)

    def __post_init__(self) -> None:
        self.browser = client_for(self.member)

    def get(self, address: str, **sent: str) -> str:
        """A page with its headers, and what was set in type for it."""
        self.printed.clear()
        answer = self.browser.post(address, sent) if sent else self.browser.get(address)
        assert answer.status_code in (200, 302, 403, 404), (address, answer.status_code)
        return "\n".join([answer.content.decode(errors="replace"), str(answer.headers), *self.printed])

    def look(self, way: str, said: str, of: Iterable[Secret], typed: Iterable[str] = ()) -> None:
        self.watch.look(way, self.member.pk, self.highest, said, of, typed)


def fetched(batch: Batch, letter: Product | None, reader: Reader) -> None:
    """Every page, file, search, feed and calendar that a member can ask for, and some that they can only guess."""
    _pages(batch.products, letter, reader)
    _sought(batch.products, reader)
    _copies(batch, reader)
    _feeds(batch, reader)
    for event in batch.events:
        files = [f"material/{id}/" for id in Material.objects.filter(gathering=event.id).values_list("id", flat=True)]
        for page in ("", *files):
            reader.look("event", reader.get(f"/gatherings/{event.id}/{page}"), [event])
    reader.look("events", reader.get("/gatherings/"), batch.events)
    for talk in batch.talks:
        for page in (f"threads/{talk.thread_id}/", f"concerns/{talk.concern_id}/"):
            reader.look("forum", reader.get(f"/forum/{page}"), [talk])
    for page in ("", "threads/", "concerns/"):
        reader.look("forum lists", reader.get(f"/forum/{page}"), batch.talks)


def _pages(products: list[Product], letter: Product | None, reader: Reader) -> None:
    for product in products:
        said = reader.get(f"/products/{product.id}/")
        reader.look("page", said, [product])
        if product.later:
            reader.look("correction", said, [product])
        if product.recalled:
            reader.look("recall", said, [product])
        if 'id="alike"' in said:
            reader.look("similar", said.partition('id="alike"')[2], [one for one in products if one is not product])
        for file in product.files:
            reader.look("file", reader.get(f"/products/{product.id}/files/{file}/"), [product])
    if letter is not None:
        of = [one for one in products if "newsletter" not in one.kind]
        reader.look("newsletter", reader.get(f"/products/{letter.id}/"), of)
    reader.look("list", reader.get("/products/?all=1"), products)


def _sought(products: list[Product], reader: Reader) -> None:
    """By the gravest word of each, as it is and mistyped: what is found would show the words beside it."""
    limit = -1 if reader.highest is None else reader.highest
    for at in range(0, len(products), 5):  # (a search takes twelve words)
        some = products[at : at + 5]
        words = [max(one.words, key=lambda word: (one.words[word] > limit, one.words[word])) for one in some]
        reader.look("search", reader.get("/find/", words=" or ".join(words)), some, words)
        reader.look("search, mistyped", reader.get("/find/", words=" or ".join(word[:-1] for word in words)), some)
    reader.look("search", reader.get("/find/", words="threats"), products)


def _copies(batch: Batch, reader: Reader) -> None:
    by = {product.id: product for product in batch.products}
    for id, product in Copy.objects.filter(member=reader.member).values_list("id", "issue__product"):
        of = [by[product]] if product in by else batch.products
        reader.look("copy", reader.get(f"/received/{id}/"), of)
        reader.look("PDF", reader.get(f"/received/{id}/copy.pdf"), of)
    said = reader.get("/received/")
    assert reader.highest is None or "<h1" in said
    reader.look("sent to you", said, batch.products)


def _feeds(batch: Batch, reader: Reader) -> None:
    """With an address that they had when something still reached them."""
    member = reader.member
    with played("network"), walls.reading(Level.OPEN, member.pk):
        atom = own.make_feed(member)
        calendar = feeds.make(standing(member.account))
    reader.watch.look("feed", member.pk, mailed(reader.highest), reader.get(f"/feed/{atom}.atom"), batch.products)
    said = reader.get(f"/gatherings/calendar/{calendar}.ics").replace("\r\n ", "")
    reader.watch.look("calendar", member.pk, mailed(reader.highest), said, batch.events)


# what other states read

def exchanged(batch: Batch, watch: Watch, sio: int, level: Level, state: Peer, token: str) -> None:
    """A peer reads its collection in all versions, others' by guessing, and gets a package of each product."""
    passed = [product for product in batch.products if product.passed]
    for other in Level:
        said = "".join(_taxii(collection_id(other), token))
        watch.look("TAXII", level, level, said, passed)
    for product in passed:
        with staff():
            try:
                data = outgoing.pack(state.id, product.id, sio)
            except LookupError:
                continue  # nothing of it is for this level
        payload = base64.b64decode(json.loads(data)["payload"]).decode()
        watch.look("STIX package", level, level, payload, [product])


def _taxii(collection: UUID, token: str) -> Iterator[str]:
    address = f"/taxii2/exchange/collections/{collection}/objects/"
    asked = {"match[version]": "all"}
    while True:
        shown = {"HTTP_AUTHORIZATION": f"Bearer {token}", "HTTP_ACCEPT": "application/taxii+json;version=2.1"}
        answer = Client().get(address, asked, **shown)
        yield answer.content.decode()
        if answer.status_code != 200 or not answer.json().get("more"):
            return
        asked["next"] = answer.json()["next"]


