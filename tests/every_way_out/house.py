"""What the house does with a batch: released, circulated, corrected, called back, announced, discussed, passed on."""

from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.circulation.conftest import work
from tests.every_way_out.drawn import GONE, LEVELS, LOWERED, RAISED, Batch, Event, Fate, Product, Talk
from tests.exchange.world import peer, staff
from tests.gatherings.conftest import MEET, behind, plan
from tests.network.support import entitle, played
from tests.products.conftest import bulletin, text, title
from upstander import clock
from upstander.exchange import passing, peers
from upstander.exchange.models import Peer
from upstander.forum import board
from upstander.gatherings import chores, seats, services
from upstander.ids import new_id
from upstander.markings import Kind, Level
from upstander.network.models import Agreement, Bounce, Entitlement, Member, Signature
from upstander.network.standing import Standing, level_of
from upstander.people.models import Account
from upstander.products import drafts, files, newsletters, releasing, reviewing
from upstander.products.content import Line
from upstander.products.errors import CannotDo
from upstander.products.models import Version

Staff = tuple[Account, Account]


# products

def _lines(product: Product, drawn: list[tuple[str, str]], sio: int) -> list[Line]:
    found = []
    for what, marking in drawn:
        level = LEVELS[marking]
        words = f"Threats of {product.word(level)}."
        if what == "file":
            name, held = product.word(level), product.word(level)
            made = files.add(product.id, sio, new_id(), f"{name}.pdf", f"%PDF-1.4 {held}".encode())
            product.files.append(made.id)
            found.append(Line(Kind.FILE, words, marking, file=made.id))
        else:
            found.append((title if what == "title" else text)(words, marking))
        if what != "title":
            product.lowest = min(product.lowest, level)
    return found


def release(product: Product, who: Staff) -> None:
    """Saved, agreed to and out."""
    sio, second = who
    begun = drafts.save(product.id, sio.pk, 0, bulletin(title("Begun"), text("Begun.", "les")))  # (for files)
    version = _saved(product, begun.number, _lines(product, product.lines, sio.pk), sio)
    reviewing.answer(product.id, version.number, second.pk, new_id(), "agreed")
    releasing.release(product.id, version.number, sio.pk, new_id())
    if product.passed:
        with staff():
            passing.pass_on(product.id, sio.pk)


def _saved(product: Product, based_on: int, found: list[Line], sio: Account) -> Version:
    given = bulletin(*found, urgent=product.urgent, acknowledge=product.asks, kind=product.kind)
    return drafts.save(product.id, sio.pk, based_on, given)


def correct(product: Product, who: Staff) -> None:
    """Other lines, and what has changed: a paragraph with a marking of its own."""
    assert product.later is not None
    sio, second = who
    drawn, marking = product.later
    version = _saved(product, 2, _lines(product, drawn, sio.pk), sio)
    reviewing.answer(product.id, version.number, second.pk, new_id(), "agreed")
    note = f"Now {product.word(LEVELS[marking])}."
    releasing.release(product.id, version.number, sio.pk, new_id(), note=note, note_marking=marking)


def recall(product: Product, who: Staff) -> None:
    """Called back, in words of the lowest level that had it."""
    releasing.recall(product.id, who[0].pk, new_id(), "Why.", f"Destroy {product.word(product.lowest)}.")


def newsletter(who: Staff) -> Product | None:
    """Of what went out this month or the one before; None where nothing did."""
    sio, second = who
    made = Product(kind="newsletter_monthly")
    for back in (0, 1):
        try:
            version = newsletters.begin(made.id, sio.pk, made.kind, back)
        except CannotDo:
            continue
        reviewing.answer(made.id, version.number, second.pk, new_id(), "agreed")
        releasing.release(made.id, version.number, sio.pk, new_id())
        return made
    return None


# events and discussions

def announce(event: Event, members: list[Member]) -> None:
    """Published, everybody is invited who may be; every other one of them takes a seat."""
    level = LEVELS[event.marking]
    words = {name: f"Meeting {event.word(level)}" for name in ("title", "text", "place")}
    with staff():
        services.create(plan(level=level, join_address=f"{MEET}/{event.word(level).split()[0]}", **words), 1, event.id)
        slides = f"%PDF {event.word(level)}".encode()
        item = services.Item(f"Slides {event.word(level)}", level, file_name="slides.pdf", file=slides)
        services.add_material(event.id, item, 1, new_id())
        services.publish(event.id, 1)
        services.invite(event.id, 1)
    for member in members[::2]:
        own = level_of(member.pk)
        if own is not None and own >= level:
            with played("network"), behind(member) as who:
                seats.register(event.id, who)
    with played("worker"):
        while chores.invitations():
            pass


def alter(event: Event) -> None:
    """What becomes of an event in the middle of it."""
    level = LEVELS[event.marking]
    with staff():
        if event.then == "changed":
            row = services.Gathering.objects.get(pk=event.id)
            words = {name: f"Other {event.word(level)}" for name in ("title", "text", "place")}
            starts = row.starts_at + timedelta(hours=1)
            services.change(event.id, plan(level=level, join_address=row.join_address, starts_at=starts, **words), 1)
        elif event.then == "cancelled":
            services.cancel(event.id, f"Because {event.word(level)}.", 1)


def discuss(talk: Talk, sio: Account) -> None:
    """A discussion with an answer, and a concern on the board."""
    level, who = LEVELS[talk.marking], Standing(sio.pk, staff=True, sio=True)
    with staff():
        post = board.open_thread(who, level, "threats", f"On {talk.word(level)}", f"Seen {talk.word(level)}.", new_id())
        talk.thread_id = post.thread_id
        board.say(who, post.thread_id, f"Also {talk.word(level)}.", new_id())
        name, what, source = (f"{how} {talk.word(level)}" for how in ("Of", "So", "By"))
        made = board.open_concern(who, level, name, what, source, new_id())
        talk.concern_id = made.pk


# people

def begin(members: list[Member], fates: list[Fate]) -> None:
    """The members as they are when things are released."""
    for member, fate in zip(members, fates, strict=True):
        _only(member, fate.before(sworn=member.sworn))
        Member.objects.filter(pk=member.pk).update(told=fate.told)
    now = clock.now()
    another = Agreement.objects.create(
        digest=new_id().hex * 2, version="another", title="Another", text="More.", first_at=now, sign_by=now + timedelta(hours=13)
    )
    Signature.objects.bulk_create(
        Signature(id=new_id(), agreement=another, member=member, typed_name="x", at=now)
        for member, fate in zip(members, fates, strict=True) if fate.then != "lapsed"
    )  # fmt: skip


def _only(member: Member, level: Level | None) -> None:
    Entitlement.objects.filter(member=member, ends_at=None).update(ends_at=clock.now())
    if level is not None:
        entitle(member, level)


def befall(member: Member, fate: Fate) -> None:
    """In the middle of a distribution (an agreement that was not signed lapses by the clock alone)."""
    mine = Member.objects.filter(pk=member.pk)
    if fate.then == "suspended":
        mine.update(state=Member.State.SUSPENDED)
    elif fate.then == "removed":
        mine.update(state=Member.State.REMOVED)
    elif fate.then == "silent":
        mine.update(joined_at=clock.now() - timedelta(days=800))
    elif fate.then == "bounced":
        Bounce.objects.bulk_create(Bounce(delivery_id=new_id(), member=member, at=clock.now(), code="smtp-550") for _ in range(9))
    elif fate.then == "ended":
        _only(member, None)
    elif fate.then in (RAISED, LOWERED):
        _only(member, fate.after(sworn=member.sworn))
    else:
        assert fate.then not in GONE or fate.then == "lapsed"


def states(sio: int) -> dict[Level, tuple[Peer, str]]:
    """Another state's programme at each level, with its token."""
    with staff():
        keys = {level: Ed25519PrivateKey.from_private_bytes(bytes([40 + level]) * 32) for level in Level}
        made = {level: peer(sio, level, keys[level], f"State {level.name}") for level in Level}
        return {level: (one, peers.give_token(one.id, sio)) for level, one in made.items()}


def first_half(batch: Batch, who: Staff, members: list[Member]) -> None:
    """All that is released, and the copies of it."""
    begin(members, batch.fates)
    for product in batch.products:
        release(product, who)
    for event in batch.events:
        announce(event, members)
    for talk in batch.talks:
        discuss(talk, who[0])
    work()


def second_half(batch: Batch, who: Staff, members: list[Member]) -> Product | None:
    """What becomes of it and of them; the digests are due."""
    for member, fate in zip(members, batch.fates, strict=True):
        befall(member, fate)
    letter = newsletter(who)
    for product in batch.products:
        if product.later:
            correct(product, who)
        if product.recalled:
            recall(product, who)
    for event in batch.events:
        alter(event)
    with staff():
        passing.follow()
    work()
    return letter
