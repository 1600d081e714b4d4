"""The worker goes through the members of an issue, a page at a time: each page is one transaction, which also moves the cursor.
A kill -9 between two pages loses nothing and repeats nothing; that there is one copy a member is the database's.
"""

import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from upstander import clock
from upstander.circulation import issuing, limits, numbers
from upstander.circulation.models import NO_DEVICE, Choice, Copy, Device, Issue, Ping
from upstander.delivery import queries as delivered
from upstander.delivery import services as delivery
from upstander.delivery.services import Owed
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network import audience, links, pack, standing
from upstander.network.models import Member
from upstander.products.models import Rendition

MAIL, DIGEST, TEXT, PUSH, REMIND = "product_mail", "product_digest", "product_text", "product_push", "product_remind"
PAGE = 500  # members
_SECONDS = 1.0  # of one turn: tips' words and reminders of Criticals wait in the same process
_CHANNEL = {Ping.Kind.TEXT: ("sms", TEXT), Ping.Kind.PUSH: ("push", PUSH), Ping.Kind.REMINDER: ("email", REMIND)}


def turn() -> bool:
    """The worker's chore: issues of what is new, and pages of those that are not done; True where there is more."""
    if pack.maybe() is None:
        return False
    begun = time.monotonic()
    issuing.look()
    while page():
        if time.monotonic() - begun > _SECONDS:
            return True
    return False


@transaction.atomic
def page() -> bool:
    """Copies for the next page of the issue that is the most urgent and the oldest; False where every issue is done."""
    waiting = Issue.objects.filter(done_at=None).order_by("priority", "made_at", "pk")
    issue = waiting.select_for_update(skip_locked=True).first()
    if issue is None:
        return False
    members = list(_members(issue)[:PAGE])
    _give(issue, members)
    if members:
        issue.cursor = members[-1].pk
    if len(members) < PAGE:
        issue.done_at = clock.now()
    issue.save(update_fields=["cursor", "done_at"])
    return True


def _members(issue: Issue) -> QuerySet[Member]:
    """Who may be meant, behind the cursor; `had`: whether they have a copy of an earlier version."""
    had = Copy.objects.filter(member=OuterRef("pk"), issue__product=issue.product_id, issue__made_at__lt=issue.made_at)
    rows = Member.objects.filter(state=Member.State.ACTIVE, left_at=None).annotate(had=Exists(had)).order_by("pk")
    if issue.cursor:
        rows = rows.filter(pk__gt=issue.cursor)
    if issue.what == Issue.What.RECALL:
        return rows.filter(had=True)
    return rows.filter(_meant(issue) | Q(had=True)) if issue.what == Issue.What.CORRECTION else rows.filter(_meant(issue))


def _meant(issue: Issue) -> Q:
    """Members for whom it is: none of an office, a discipline, a topic is all of them, of a member's own choice, too."""
    meant = audience.members(issue.regions, issue.disciplines)
    topics = _topics(issue)
    if topics and all(topics.values()) and not issue.urgent:
        meant &= Q(topics=[]) | Q(topics__overlap=sorted({code for codes in topics.values() for code in codes}))
    if issue.newsletter:
        meant &= Q(choice=None) | Q(choice__newsletters_off_at=None)
    return meant


def _topics(issue: Issue) -> dict[int, list[str]]:
    """The topics of which each level that gets something of it may know, with those that they are part of."""
    rows = Rendition.objects.filter(release=issue.release_id).exclude(ended_as=Rendition.Ended.LEFT_OUT)
    return {level: issuing.with_above(topics) for level, topics in rows.values_list("level", "topics")}


@dataclass(frozen=True, slots=True)
class Ways:
    """How members are reached beside mail."""

    text: dict[UUID, bool]
    devices: dict[UUID, list[UUID]]

    @classmethod
    def of(cls, members: list[UUID]) -> "Ways":
        text = dict.fromkeys(numbers.texted(members), True) if delivered.offers("sms") else {}
        devices: dict[UUID, list[UUID]] = {}
        if delivered.offers("push"):
            for member_id, id in Device.objects.filter(member__in=members).values_list("member", "id"):
                devices.setdefault(member_id, []).append(id)
        return cls(text, devices)

    def only(self, by: Collection[str]) -> "Ways":
        """Those that a step of the pack names."""
        return Ways(self.text if "sms" in by else {}, self.devices if "push" in by else {})

    def some(self, member_id: UUID) -> bool:
        """Whether this member has any of them."""
        return member_id in self.text or bool(self.devices.get(member_id))


def _give(issue: Issue, members: list[Member]) -> None:
    levels = standing.levels([member.pk for member in members])
    topics = _topics(issue)
    mine = [member for member in members if _gets(issue, member, levels.get(member.pk), topics)]
    if issue.what == Issue.What.RECALL:
        _call_back(issue, mine, levels)
        return
    now = clock.now()
    copies = []
    for member in mine:
        at_once = issue.urgent or issue.newsletter or member.had or member.told == Member.Told.AT_ONCE  # type: ignore[attr-defined]
        copies.append(
            Copy(
                id=new_id(), issue=issue, member=member, level=levels[member.pk], made_at=now,
                again=member.had, how=Copy.How.MAIL if at_once else Copy.How.DIGEST,  # type: ignore[attr-defined]
                due_at=None if at_once else limits.next_digest(member.told, now),
            )  # fmt: skip
        )
    Copy.objects.bulk_create(copies)
    if issue.newsletter:
        _with_links([member.pk for member in mine])
    delivery.send_all_new(owed(MAIL, copy, issue.priority) for copy in copies if copy.how == Copy.How.MAIL)
    if issue.urgent:
        ways = Ways.of([member.pk for member in mine])
        ping(copies, 0, ways.only(pack.network().confirming.steps[0].by) if issue.asks else ways, issue.priority)


def _gets(issue: Issue, member: Member, level: Level | None, topics: dict[int, list[str]]) -> bool:
    """Whether this member, at the level of this moment, is sent something; of a topic that they may not know of they are not."""
    had: bool = member.had  # type: ignore[attr-defined]
    if level is None or issue.what == Issue.What.RECALL:
        return level is not None
    if had or issue.urgent or not member.topics or not topics.get(level):
        return level in issue.levels or (had and level in issue.left_out)
    return level in issue.levels and bool(set(member.topics) & set(topics[level]))


def owed(purpose: str, copy: Copy, priority: int) -> Owed:
    """The mail of a copy."""
    return Owed(purpose, copy.id, f"account:{copy.member.account_id}", priority)


def ping(copies: Iterable[Copy], stage: int, ways: Ways, priority: int, *, mail: bool = False) -> None:
    """Tell of copies by texts and pushes; of a later stage by another mail, too (`mail`), or where its member has none
    of these."""
    rows = list(_pings(copies, stage, ways, mail=mail))
    Ping.objects.bulk_create(row for row, _account in rows)
    delivery.send_all_new(
        Owed(_CHANNEL[Ping.Kind(row.kind)][1], row.id, f"account:{account}", priority, _CHANNEL[Ping.Kind(row.kind)][0])
        for row, account in rows
    )


def _pings(copies: Iterable[Copy], stage: int, ways: Ways, *, mail: bool) -> Iterator[tuple[Ping, int]]:
    now = clock.now()
    for copy in copies:
        written = mail or (stage > 0 and not ways.some(copy.member_id))
        told = [(Ping.Kind.REMINDER, NO_DEVICE)] if written else []
        told += [(Ping.Kind.TEXT, NO_DEVICE)] if copy.member_id in ways.text else []
        told += [(Ping.Kind.PUSH, device) for device in ways.devices.get(copy.member_id, ())]
        for kind, device in told:
            yield Ping(id=new_id(), copy=copy, kind=kind, stage=stage, device_id=device, at=now), copy.member.account_id


def _with_links(members: list[UUID]) -> None:
    """The link in a newsletter opens a member's choice: whoever has none yet gets one."""
    known = set(Choice.objects.filter(member__in=members).values_list("member", flat=True))
    ids = [(new_id(), member) for member in members if member not in known]
    Choice.objects.bulk_create((Choice(id=id, member_id=member, **links.mint(id)) for id, member in ids), ignore_conflicts=True)


def _call_back(issue: Issue, members: list[Member], levels: dict[UUID, Level]) -> None:
    """A recall reaches everybody to whom a copy went, by every way by which they were told; who has none yet never gets one."""
    reached, ways = _told(issue, [member.pk for member in members])
    now = clock.now()
    copies = [
        Copy(id=new_id(), issue=issue, member=one, level=levels[one.pk], how=Copy.How.MAIL, again=True, made_at=now)
        for one in members if one.pk in reached
    ]  # fmt: skip
    Copy.objects.bulk_create(copies)
    delivery.send_all_new(owed(MAIL, copy, issue.priority) for copy in copies)
    ping(copies, 0, ways, issue.priority)


def _told(issue: Issue, members: list[UUID]) -> tuple[set[UUID], Ways]:
    """To whom of `members` something of the product has gone, or is in the relay's hands; and the other ways that were used."""
    before = Copy.objects.filter(member__in=members, issue__product=issue.product_id, issue__made_at__lt=issue.made_at)
    copies = list(before.exclude(issue__what=Issue.What.RECALL).values_list("id", "member", "digest", "how"))
    rows = Ping.objects.filter(copy__in=[id for id, *_rest in copies]).values_list("id", "copy__member", "kind", "device_id")
    pings = list(rows)
    subjects = {id for row in copies for id in (row[0], row[2]) if id} | {row[0] for row in pings}
    left = delivery.gone((MAIL, DIGEST, TEXT, PUSH, REMIND), subjects)
    reached = {member for id, member, digest, how in copies if how == Copy.How.TAKEN or id in left or digest in left}
    known = set(Device.objects.filter(member__in=members).values_list("id", flat=True))
    ways = Ways({}, defaultdict(list))
    for id, member, kind, device in pings:
        if id in left:
            reached.add(member)
            if kind == Ping.Kind.TEXT:
                ways.text[member] = True
            elif kind == Ping.Kind.PUSH and device in known and device not in ways.devices[member]:
                ways.devices[member].append(device)
    return reached, ways
