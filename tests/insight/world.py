"""A small world whose figures can be worked out by hand; what is in it stands in `World`."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from tests.circulation.conftest import work
from tests.network.support import make_member
from tests.products.conftest import BULLETIN, HEAD_LES, agree, bulletin, product_of, text, title
from tests.register.conftest import entry
from upstander import clock
from upstander.circulation.models import Copy, Feedback
from upstander.directory.models import Organisation
from upstander.forum.models import Contribution, ContributionStep, Post, Request, Thread
from upstander.ids import new_id
from upstander.insight.measures import span
from upstander.insight.measures.span import Span
from upstander.markings import Level
from upstander.network.models import Member
from upstander.products import drafts, releasing
from upstander.products.models import Paragraph, Release, Source, Version
from upstander.register import services as register
from upstander.register.entry import When
from upstander.register.models import Citation

SECRET = "A suspect in Harrow Creek"


@dataclass
class World:
    """Six administrators of the south, five sworn officers of the north, a clinician; one administrator who has left.

    Out went: A, an urgent bulletin that asks for the press; B, a notice for officers alone; C, a bulletin, and its correction;
    D, an after-action summary that was called back. East has nobody.
    """

    south: Organisation
    north: Organisation
    east: Organisation
    six: list[Member]
    five: list[Member]
    one: Member
    a: Release
    b: Release
    c: Release
    d: Release

    @property
    def all(self) -> list[Member]:
        return [*self.six, *self.five, self.one]

    @property
    def span(self) -> Span:
        return span.last_year()


def build(out, sio, second) -> World:
    """Make it: copies by the worker, presses as if they had been made, under no wall."""
    names, now = ("ROE South", "ROE North", "ROE East"), clock.now()
    south, north, east = (Organisation.objects.create(kind="region", name=name, updated_at=now) for name in names)
    six = [make_member(regions=[south.pk], wishes=["consumer"]) for _ in range(6)]
    five = [make_member(level=Level.LES, regions=[north.pk], wishes=["consumer", "contributor"]) for _ in range(5)]
    one = make_member(discipline="mental_health", regions=[south.pk])
    gone = make_member(regions=[south.pk], wishes=["consumer"])
    Member.objects.filter(pk=gone.pk).update(left_at=clock.now())
    a = out(bulletin(*BULLETIN, urgent=True, acknowledge=True))
    b = out(bulletin(title(SECRET, "les"), text("The account is known.", "les"), kind="notice", topics=("cyber",)))
    c = out(bulletin(title("Ransom software"), text("Keep paper lists.", "open"), topics=("threats", "cyber")))
    d = out(bulletin(title("The drill of May"), text("What was learned.", "open"), kind="after_action"))
    corrected(c, sio, second)
    releasing.recall(product_of(d), sio.pk, new_id(), "Wrong", "Destroy it.")
    work()
    made = World(south, north, east, six, five, one, a, b, c, d)
    _read(made)
    _said(made)
    _gave(made)
    return made


def corrected(release: Release, sio, second) -> None:
    lines = (title("Ransom software"), text("Keep paper lists, and test them.", "open"))
    version = drafts.save(
        product_of(release), sio.pk, release.version.number, bulletin(*lines, topics=("threats", "cyber"))
    )
    agree(version, second)
    releasing.release(version.product_id, version.number, sio.pk, new_id(), note="One word more.", note_marking="open")
    work()


def read(release: Release, member: Member, after: timedelta) -> None:
    Copy.objects.filter(issue__release=release, member=member).update(read_at=release.goes_at + after)


def _read(w: World) -> None:
    """Of A four administrators (after 1 to 4 minutes) and all officers (5 to 9); of B two officers after an hour."""
    for minutes, member in enumerate([*w.six[:4], *w.five], 1):
        read(w.a, member, timedelta(minutes=minutes))
    for member in w.five[:2]:
        read(w.b, member, timedelta(hours=1))


def press(release: Release, member: Member, level: Level, **said: str) -> None:
    Feedback.objects.create(
        id=new_id(), product_id=product_of(release), member=member, level=level, discipline=member.discipline,
        regions=member.regions, at=clock.now(), **said,
    )  # fmt: skip


def _said(w: World) -> None:
    """Of A the six: relevant to three, partly to two, not to one; four passed it on. Of B the five, to all of them."""
    for member, relevant in zip(w.six, ["yes"] * 3 + ["partly"] * 2 + ["no"], strict=True):
        press(w.a, member, Level.FOUO, relevant=relevant, timely="yes", use="shared" if relevant != "partly" else "nothing")
    for member in w.five:
        press(w.b, member, Level.LES, relevant="yes", use="acted")


def _gave(w: World) -> None:
    """The sixth administrator speaks in a discussion and asks something; two officers contribute, one for what became B."""
    now = clock.now()
    by = {"at": now, "level": 1, "member": w.six[5]}
    thread = Thread.objects.create(id=new_id(), title="Doors", shown=True, **by)
    Post.objects.create(id=new_id(), thread=thread, kind="word", text="Ours stand open.", shown=True, **by)
    for member, at in ((w.five[0], w.b.goes_at - timedelta(hours=1)), (w.five[1], now)):
        gift = Contribution.objects.create(
            id=new_id(), kind="lesson", title="Keys", text="Count them.", level=2, member=member, at=at
        )
        if member == w.five[0]:
            ContributionStep.objects.create(
                id=new_id(), contribution=gift, kind="published", draft_id=product_of(w.b), level=2, at=at, staff_id=1
            )
    Request.objects.create(
        id=new_id(), kind="information", title="Drills at lunch", text="How?", purpose="a plan", legal_basis="none needed",
        urgency="routine", due_at=now + timedelta(days=14), regions=[w.south.pk], **by,
    )  # fmt: skip


def happened(w: World, days_ago: int) -> datetime:
    """An incident of that day, entered now, which A names; when its day began."""
    day = span.today() - timedelta(days=days_ago)
    made = register.enter(entry(when=When(day.year, day.month, day.day)), 1, new_id())
    Citation.objects.create(
        id=new_id(), incident=made, product_id=product_of(w.a), marking="open", level=0, at=clock.now(), account_id=1
    )
    return Span(day, day).since


def title_is_of(release: Release, source: Source) -> None:
    """The title's words, in each version, are another agency's: as no process of ours could change it."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE products_paragraph DISABLE TRIGGER USER")
        Paragraph.objects.filter(version__product=product_of(release), kind="title").update(source=source)
        cursor.execute("ALTER TABLE products_paragraph ENABLE TRIGGER USER")


def only_version(product_id: object) -> Version | None:
    """The one version of a product; None where there is no such product."""
    versions = list(Version.objects.filter(product=product_id))
    assert len(versions) < 2
    return versions[0] if versions else None


__all__ = ["HEAD_LES", "SECRET", "World", "build", "corrected", "happened", "new_id", "press", "product_of", "read"]
