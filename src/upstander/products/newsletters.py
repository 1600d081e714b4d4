"""A newsletter, assembled from what went out in its months: its author begins with a whole draft, and changes what they like."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.markings import Kind, Level, Marking
from upstander.products import drafts, queries
from upstander.products.content import Content, Draft, Line, network, of_version, scheme
from upstander.products.errors import CannotDo
from upstander.products.models import Product, Release, Version

MONTHS = {"monthly": 1, "quarterly": 3}
MOST = 45  # items of one newsletter: with a heading and three paragraphs each fewer than `drafts.MOST`


@dataclass(frozen=True, slots=True)
class Months:
    """The months of a newsletter: from the first day of one to the first day after the last."""

    first: date
    after: date

    @property
    def words(self) -> str:
        """As a title says it: "October 2026", "July to September 2026"."""
        last = _before(self.after, 1)
        if last == self.first:
            return str(date_format(self.first, "F Y"))
        begins = date_format(self.first, "F" if last.year == self.first.year else "F Y")
        return _("%(first)s to %(last)s") % {"first": begins, "last": date_format(last, "F Y")}


def _before(day: date, months: int) -> date:
    """The first day of the month so many months earlier."""
    number = day.year * 12 + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def months(cadence: str, today: date, back: int = 0) -> Months:
    """The month (or the calendar's quarter) in which `today` lies, or one so many earlier."""
    length = MONTHS[cadence]
    begun = date(today.year, today.month - (today.month - 1) % length, 1)
    first = _before(begun, back * length)
    return Months(first, _before(first, -length))


@transaction.atomic
def begin(product_id: UUID, account_id: int, kind: str, back: int) -> Version:
    """A new draft of a newsletter of this kind, saved under an id from the form: pressed again it is the same one.

    Raises CannotDo for a kind that is no newsletter, and where nothing went out in its months.
    """
    drafts.lock(product_id)
    if before := Version.objects.filter(product=product_id, number=1).first():
        return before
    cadence = next((one.cadence for one in network().products if one.code == kind), "")
    if cadence not in MONTHS:
        raise CannotDo(_("Choose which newsletter."))
    span = months(cadence, timezone.localdate(clock.now()), back)
    items = _items(span)
    if not items:
        raise CannotDo(_("Nothing went out in these months."))
    lines = [line for item in items for line in summary(item)]
    every, fouo, les = _topics([item.version for item in items])
    title = f"{network().label('products', kind)}: {span.words}"
    lowest = min((_marking(line) for line in lines), key=lambda marking: marking.rank)
    written = (Line(Kind.TITLE, title, lowest.code), *lines)
    given = Content(kind=kind, lines=written, topics=every, topics_fouo=fouo, topics_les=les)
    made = drafts.save(product_id, account_id, 0, given)
    audit.record(f"account:{account_id}", "product.newsletter_begun", "product", product_id, items=len(items))
    return made


def _topics(items: Sequence[Version]) -> list[tuple[str, ...]]:
    """The topics of all items: of every reader, of FOUO, of LES; each at the lowest level that knows of it from one of them."""
    known, found = {one.code for one in network().topics}, []
    for name in ("topics", "topics_fouo", "topics_les"):
        here = dict.fromkeys(code for version in items for code in getattr(version, name) if code in known)
        found.append(tuple(here))
        known -= set(here)
    return found


def _items(span: Months) -> list[Draft]:
    """What went out in these months as it stands now: its newest version that is out, and not called back. No newsletters."""
    begins, ends = (timezone.make_aware(datetime.combine(day, time())) for day in (span.first, span.after))
    out = Release.objects.filter(taken_back_at=None, goes_at__gte=begins, goes_at__lt=min(ends, clock.now()))
    products = Product.objects.filter(versions__releases__in=out).distinct().values_list("pk", flat=True)
    letters = {one.code for one in network().products if one.cadence}
    in_order = [row.out for row in queries.standings(products) if not row.recall and not row.red]
    chosen = [release for release in in_order if release and release.version.kind not in letters]
    chosen.sort(key=lambda release: (release.version.topics[:1], release.goes_at))
    drafted = [of_version(release.version) for release in chosen[:MOST]]
    return [item for item in drafted if summary(item)]


def summary(item: Draft) -> Sequence[Line]:
    """A product in a newsletter: a heading, and for each level the first paragraph that it reads beyond the levels below.

    Each keeps its marking. Another agency's words are left out, titles too: their release was for that product. Where no title
    is our own, the heading says what kind of product it is. The heading is marked no lower than what follows it, so that no level
    reads a heading with nothing below.
    """
    first: dict[Level, Line] = {}
    for row, paragraph in zip(item.rows, item.paragraphs, strict=True):
        marking = scheme().get(row.marking)
        if row.kind == Kind.TEXT and marking and not marking.individuals and not paragraph.originator:
            first.setdefault(marking.level, Line(Kind.TEXT, row.text, row.marking))
    if not first:
        return ()
    titles = [
        (marking, row.text)
        for row, paragraph in zip(item.rows, item.paragraphs, strict=True)
        if row.kind == Kind.TITLE and not paragraph.originator and (marking := scheme().get(row.marking))
    ]
    texts = [first[level] for level in sorted(first)]
    untitled = (_marking(texts[0]), network().label("products", item.version.kind))
    marking, words = min(titles, key=lambda found: found[0].rank, default=untitled)
    return (Line(Kind.HEADING, words, _higher([marking, _marking(texts[0])]).code), *texts)


def _marking(line: Line) -> Marking:
    return scheme().marking(line.marking)


def _higher(found: Iterable[Marking]) -> Marking:
    return max(found, key=lambda marking: marking.rank)
