"""Saving a draft: each save is a version, nothing is overwritten, and nobody's words are lost to somebody else's."""

from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.ids import new_id
from upstander.markings import Kind, UnknownMarking
from upstander.markings.problems import WORDS, Fault
from upstander.products import files
from upstander.products.content import Content, Line, network
from upstander.products.errors import CannotDo, Stale
from upstander.products.models import Paragraph, Product, Source, Version

LONGEST = 20_000  # characters of one paragraph
MOST = 200  # paragraphs of one product


@transaction.atomic
def save(product_id: UUID, account_id: int, based_on: int, given: Content) -> Version:
    """Save `given` as the next version of a product, which begins with its first one (`based_on` 0, under an id from the form).

    The same words saved again are the same version, so that a form counts once. Raises Stale where somebody else has saved since
    version `based_on`, and CannotDo for a paragraph without a marking, an unknown code, or a source of another product.
    """
    lock(product_id)
    _checked(product_id, given)
    latest = Version.objects.filter(product=product_id).order_by("-number").first()
    newest = latest.number if latest else 0
    if latest and latest.digest == given.digest:
        return latest
    if newest != based_on:
        raise Stale(newest, _("Somebody else saved while you wrote. Your words are below, nothing of them is saved yet."))
    if latest is None:
        Product.objects.create(id=product_id, created_at=clock.now(), created_by=account_id)
    version = Version.objects.create(
        product_id=product_id, number=newest + 1, saved_at=clock.now(), saved_by=account_id, kind=given.kind,
        topics=list(given.topics), topics_fouo=list(given.topics_fouo), topics_les=list(given.topics_les),
        regions=list(given.regions), disciplines=list(given.disciplines), urgent=given.urgent,
        acknowledge=given.acknowledge, digest=given.digest,
    )  # fmt: skip
    scheme = network().scheme
    Paragraph.objects.bulk_create(
        Paragraph(
            id=new_id(), version=version, position=n, kind=line.kind, text=line.text, alt=line.alt, marking=line.marking,
            level=scheme.marking(line.marking).level, source_id=line.source, file_id=line.file,
        )
        for n, line in enumerate(given.lines)
    )  # fmt: skip
    said = {"version": version.number, "paragraphs": len(given.lines)}
    audit.record(f"account:{account_id}", "product.saved", "product", product_id, **said)
    return version


def lock(product_id: UUID) -> None:
    """Of two acts on one product one is first, to the end of its transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [product_id.int & (2**63 - 1)])


def _checked(product_id: UUID, given: Content) -> None:
    """Raises CannotDo for what cannot be saved at all. What only keeps a draft from being released may be saved."""
    found, wrong = network(), []
    if given.kind not in {product.code for product in found.products}:
        wrong.append(_("Choose what kind of product it is."))
    wrong += _wrong_topics(given)
    if not set(given.disciplines) <= {discipline.code for discipline in found.disciplines}:
        wrong.append(_("A discipline is not known here. Choose again."))
    if given.urgent and given.kind and not any(p.urgent for p in found.products if p.code == given.kind):
        wrong.append(_("A product of this kind is never urgent."))
    if not given.lines:
        wrong.append(_("Write a title or a paragraph first."))
    if len(given.lines) > MOST:
        wrong.append(_("These are too many paragraphs: at most %(most)s.") % {"most": MOST})
    for n, line in enumerate(given.lines, start=1):
        wrong += _wrong(n, line)
    wrong += files.wrong(product_id, given.lines)
    ids = {line.source for line in given.lines if line.source}
    if ids and Source.objects.filter(pk__in=ids, product=product_id).count() < len(ids):
        wrong.append(_("A paragraph names a source that this product does not have."))
    if wrong:
        raise CannotDo(*wrong)


def _wrong_topics(given: Content) -> list[str]:
    groups = (given.topics, given.topics_fouo, given.topics_les)
    every = [code for group in groups for code in set(group)]
    if not set(every) <= {topic.code for topic in network().topics}:
        return [_("A topic is not known here. Choose the topics again.")]
    if len(every) > len(set(every)):  # whether it may be known is then anybody's guess
        return [_("A topic is chosen twice: for all readers, and for some of them only. Choose one of the two.")]
    return []


def _wrong(number: int, line: Line) -> list[str]:
    try:
        network().scheme.marking(line.marking)
    except UnknownMarking:
        fault = Fault.UNKNOWN_MARKING if line.marking else Fault.NO_MARKING
        return [_(WORDS[fault]).format(number=number, marking=line.marking)]
    if not line.text.strip() and line.kind is not Kind.PICTURE:
        return [_(WORDS[Fault.EMPTY]).format(number=number)]
    if max(len(line.text), len(line.alt)) > LONGEST:
        return [_("Paragraph %(number)s is too long: at most %(most)s letters.") % {"number": number, "most": LONGEST}]
    return []
