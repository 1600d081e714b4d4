"""What the network of the practice system has shared so far: products of eight months, their readers and what these pressed;
enough that the measures show something. Everything is invented.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from upstander import clock
from upstander.circulation.models import Copy, Feedback, Issue
from upstander.config import config
from upstander.ids import new_id
from upstander.markings import Kind, Level
from upstander.network import agreements, pack
from upstander.network.models import Entitlement, Member, Signature
from upstander.network.standing import levels
from upstander.people.demo import DOMAIN
from upstander.people.models import Account
from upstander.products import drafts, renditions, reviewing
from upstander.products.content import Content, Line, of_version, scheme
from upstander.products.models import Product, Release, Version

# days ago, kind, topics, urgent, title, paragraphs with their markings
_PRODUCTS: tuple[tuple[int, str, tuple[str, ...], bool, str, tuple[tuple[str, str], ...]], ...] = (
    (230, "bulletin", ("threats",), False, "Calls that say they come from inside the building",
     (("open", "Four schools had such calls in one week. None of the callers was there."),
      ("fouo", "Ask for the number of the room, and listen for what stands behind the voice."))),
    (170, "trend_analysis", ("trends", "violence"), False, "A year of weapons found at doors",
     (("open", "Most were told of by another student, in the hour before."), ("fouo", "Side doors were the way in."))),
    (110, "after_action", ("concerns",), False, "What the drill in Harrow Creek taught",
     (("open", "The lists for the buses were on a computer that nobody could open."),)),
    (65, "bulletin", ("cyber",), False, "Ransom software before the first day of school",
     (("open", "Keep the lists of allergies and custody on paper."), ("fouo", "The mail came under a vendor's name."))),
    (20, "notice", ("threats", "social_media_suicide"), True, "A list with names of schools goes around",
     (("open", "It names schools of nine states; the same list went around in spring."),
      ("les", "The account that began it is known to detectives."))),
)  # fmt: skip
# name, local part, discipline, sector, roles: they cannot sign in
_OTHERS = (
    ("Avery Lindqvist", "administrator", "k12", ["consumer"]), ("Blake Romero", "administrator", "k12", ["consumer"]),
    ("Corin Adeyemi", "administrator", "college", ["consumer", "collaborator"]),
    ("Devon Takahashi", "administrator", "k12", ["consumer"]),
    ("Ellis Novak", "safety_official", "k12", ["consumer", "contributor"]),
    ("Frankie Dubois", "safety_official", "college", ["consumer"]), ("Greer Haddad", "safety_official", "k12", ["contributor"]),
    ("Harper Quist", "safety_official", "k12", ["consumer"]), ("Indigo Marsh", "safety_official", "k12", ["collaborator"]),
)  # fmt: skip


def fill() -> None:
    """Make them, where this jurisdiction has a network."""
    if pack.maybe() is None or not config().network:
        return
    accounts = dict(Account.objects.filter(email__endswith=f"@{DOMAIN}").values_list("email", "pk"))
    sam, riley = accounts[f"sam@{DOMAIN}"], accounts[f"riley@{DOMAIN}"]
    known = {product.code for product in pack.network().products}
    _others(sam)
    reach = levels(list(Member.objects.values_list("pk", flat=True)))
    members = list(Member.objects.filter(pk__in=reach).order_by("joined_at", "pk"))
    for number, (days, kind, topics, urgent, title, said) in enumerate(_PRODUCTS):
        if kind in known:
            lines = (Line(Kind.TITLE, title, "open"), *(Line(Kind.TEXT, text, marking) for marking, text in said))
            content = Content(kind=kind, lines=lines, topics=_known(topics), urgent=urgent, acknowledge=urgent)
            out = _release(content, sam, riley, clock.now() - timedelta(days=days))
            _copies(out, members, reach, number)


def _known(topics: Iterable[str]) -> tuple[str, ...]:
    return tuple(code for code in topics if code in {topic.code for topic in pack.network().topics})


def _others(sam: int) -> None:
    """Members beside those of `network`, in the same region; nobody can sign in as one."""
    pattern = Member.objects.order_by("joined_at", "pk").first()
    assert pattern is not None
    disciplines, joined = {one.code for one in pack.network().disciplines}, clock.now() - timedelta(days=240)
    for name, discipline, sector, wishes in _OTHERS:
        if discipline not in disciplines:
            continue
        email = f"{name.lower().replace(' ', '.')}@{DOMAIN}"
        account = Account.objects.create_user(email, name=name, is_demo=True)
        made = Member.objects.create(
            id=new_id(), account=account, discipline=discipline, sector=sector, position="Member", wishes=wishes, topics=[],
            organisation=pattern.organisation, organisation_name=pattern.organisation_name, regions=pattern.regions,
            joined_at=joined,
        )  # fmt: skip
        Signature.objects.create(id=new_id(), agreement=agreements.in_force(), member=made, typed_name=name, at=joined)
        for level in (Level.OPEN, Level.FOUO):
            Entitlement.objects.create(member=made, level=level, granted_by=f"account:{sam}", starts_at=joined)


def _release(content: Content, sam: int, riley: int, at: datetime) -> Release:
    """A product that two persons saw, and that went out then."""
    product_id, day = new_id(), timedelta(days=1)
    version = drafts.save(product_id, sam, 0, content)
    Product.objects.filter(pk=product_id).update(created_at=at - day)
    Version.objects.filter(pk=version.pk).update(saved_at=at - day)
    reviewing.answer(product_id, 1, riley, new_id(), "agreed")
    made = Release.objects.create(id=new_id(), version=version, at=at, by=sam, goes_at=at)
    renditions.write(made, of_version(version), scheme())
    return made


def _copies(out: Release, members: list[Member], reach: dict[UUID, Level], number: int) -> None:
    """A copy each, as taken from the site, so that no mail is owed; of three members two say that they read it."""
    version, at = out.version, out.goes_at
    issue = Issue.objects.create(
        id=new_id(), what=Issue.What.RELEASE, product_id=version.product_id, release=out, kind=version.kind,
        urgent=version.urgent, asks=version.acknowledge, priority=6, topics=version.topics, goes_at=at, made_at=at, done_at=at,
        levels=sorted(set(out.renditions.values_list("level", flat=True))),
    )  # fmt: skip
    for n, member in enumerate(one for one in members if one.joined_at <= at):
        level, turn = reach[member.pk], n + number
        Copy.objects.create(
            id=new_id(), issue=issue, member=member, how=Copy.How.TAKEN, level=level, made_at=at,
            read_at=at + timedelta(minutes=7 * n + 3) if turn % 3 else None,
        )  # fmt: skip
        if turn % 3 and turn % 4:
            Feedback.objects.create(
                id=new_id(), product_id=version.product_id, member=member, level=level, discipline=member.discipline,
                regions=member.regions, relevant=("yes", "yes", "partly", "no")[turn % 4], timely="yes" if turn % 5 else "no",
                use=("aware", "shared", "plan", "acted", "nothing")[turn % 5], at=at + timedelta(hours=n + 1),
            )  # fmt: skip
