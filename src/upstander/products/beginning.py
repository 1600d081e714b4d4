"""A draft begun from a pattern of tips: its counts and its months, and nothing of any tip (S-topics, issue 5, point 9)."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from upstander.audit import services as audit
from upstander.directory.models import Organisation
from upstander.markings import Kind, Level
from upstander.network.patterns import LEAST, Trend, months_back, series, trends
from upstander.packs.current import current
from upstander.products import drafts, sources
from upstander.products.content import Content, Line, network
from upstander.products.errors import CannotDo
from upstander.products.models import Version

_KINDS = ("trend_analysis", "bulletin")
MONTHS = 6  # that a draft tells of


def kinds() -> list[tuple[str, str]]:
    """As what a draft can be begun, code and label: those of the pack."""
    return [(one.code, one.label) for one in network().products if one.code in _KINDS]


def subtype(code: str) -> str:
    """What a sub-type is called; the code itself where this version of the pack has none such."""
    return current().subtype(code).label if current().knows_subtype(code) else code


def klass(code: str) -> str:
    """What a class is called."""
    return current().klass(code).label if current().knows_class(code) else code


@transaction.atomic
def from_pattern(product_id: UUID, account_id: int, kind: str, month: date, code: str, region_id: int | None) -> Version:
    """A draft of this kind under an id from the form, FOUO, of what is published of a sub-type in a region and month: pressed
    again it is the same one. The counts are read here and never from the form. Raises CannotDo where nothing is published of it.
    """
    drafts.lock(product_id)
    if before := Version.objects.filter(product=product_id).order_by("-number").first():
        return before
    if kind not in {one for one, _label in kinds()}:
        raise CannotDo(_("Choose what kind of product it is."))
    trend = next((one for one in trends(month) if (one.subtype, one.region_id) == (code, region_id)), None)
    if trend is None:
        raise CannotDo(_("Nothing is published of this: fewer than five, or it was taken back since."))
    first = drafts.save(product_id, account_id, 0, _content(trend, kind, None))
    said = _("Published counts of tips, cells of five and more")
    source = sources.add(product_id, account_id, product_id, said, "", f"{month:%Y-%m}")
    of = {"subtype": code, "region": region_id, "month": f"{month:%Y-%m}"}
    audit.record(f"account:{account_id}", "product.pattern_begun", "product", product_id, **of)
    return drafts.save(product_id, account_id, first.number, _content(trend, kind, source.pk))


def _content(trend: Trend, kind: str, source: UUID | None) -> Content:
    marking = network().level(Level.FOUO).default_marking
    name, where = subtype(trend.subtype), region(trend.region_id)
    title = _("%(what)s, %(where)s, %(month)s") % {"what": name, "where": where, "month": _month(trend.month)}
    lines = [Line(Kind.TITLE, title, marking, source), *(Line(Kind.TEXT, words, marking, source) for words in _words(trend))]
    known = {topic.code for topic in network().topics}
    topics = tuple(topic for topic in network().topics_of(trend.subtype) if topic in known)
    regions = (trend.region_id,) if trend.region_id else ()
    return Content(kind=kind, lines=tuple(lines), topics=topics, regions=regions)


def region(region_id: int | None) -> str:
    """A region's name; words where none is known."""
    if region_id is None:
        return _("region not known")
    return Organisation.objects.filter(pk=region_id).values_list("name", flat=True).first() or _("region not known")


def _words(trend: Trend) -> list[str]:
    """The paragraphs: the month beside the one before, the months until then, and what the counts leave out."""
    counted = {"what": subtype(trend.subtype), "where": region(trend.region_id), "month": _month(trend.month)}
    told = ngettext(
        "%(what)s, %(where)s, %(month)s: at least %(n)s tip.", "%(what)s, %(where)s, %(month)s: at least %(n)s tips.", trend.tips
    ) % {**counted, "n": trend.tips}
    if trend.before:
        told += " " + _("The month before: at least %(n)s.") % {"n": trend.before}
    else:
        told += " " + _("The month before: fewer than %(n)s.") % {"n": LEAST}
    first = months_back(trend.month, MONTHS - 1)
    found = series(trend.subtype, trend.region_id, first, months_back(trend.month, -1))
    months = [months_back(trend.month, back) for back in range(MONTHS - 1, -1, -1)]
    fewer = _("fewer than %(n)s") % {"n": LEAST}
    listed = "; ".join(f"{_month(month)}: {found.get(month, fewer)}" for month in months)
    left_out = _("Counts of fewer than %(n)s in a class are not published, so each count is the least that it can have been.")
    return [told, _("By month: %(listed)s.") % {"listed": listed}, left_out % {"n": LEAST}]


def _month(month: date) -> str:
    return str(date_format(month, "F Y"))
