"""The second person: asked for, and answering. Nobody reviews their own words."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.network.standing import SECOND, SIO
from upstander.people import access
from upstander.products import holding
from upstander.products.drafts import lock
from upstander.products.errors import CannotDo, Stale
from upstander.products.models import Release, Review, Version

STAFF = (*SIO, *SECOND)


def must_be_staff(account_id: int, *roles: str) -> None:
    """Raises CannotDo for whoever is not of the network's staff (or does not hold one of `roles`) at this moment."""
    if not access.holds(account_id, *(roles or STAFF)):
        raise CannotDo(_("This is for the staff of the network."))


def authors(version: Version) -> frozenset[int]:
    """Who wrote what stands in a version: whoever saved since the last release before it."""
    before = Release.objects.filter(version__product=version.product_id, version__number__lt=version.number, taken_back_at=None)
    last = before.order_by("-version__number").values_list("version__number", flat=True).first() or 0
    rows = Version.objects.filter(product=version.product_id, number__gt=last, number__lte=version.number)
    return frozenset(rows.values_list("saved_by", flat=True))


def at_version(product_id: UUID, number: int) -> Version:
    """The newest version of a product, where it is `number`. Raises Stale where it is not any more."""
    lock(product_id)
    newest = Version.objects.filter(product=product_id).order_by("-number").first()
    if newest is None or newest.number != number:
        raise Stale(newest.number if newest else 0, _("It was changed since you looked. Look at it again."))
    return newest


def agreed(version: Version) -> bool:
    """Whether the second person's last word on this version is yes. A change after it wants a new one."""
    answers = version.reviews.exclude(verdict=Review.Verdict.ASKED).order_by("-at", "-id")
    last = answers.first()
    return last is not None and last.verdict == Review.Verdict.AGREED


@transaction.atomic
def ask(product_id: UUID, number: int, account_id: int, press: UUID) -> None:
    """Ask for a second person. Raises Stale, and CannotDo for whoever may not ask."""
    must_be_staff(account_id)
    if Review.objects.filter(pk=press).exists():
        return
    version = at_version(product_id, number)
    Review.objects.create(id=press, version=version, at=clock.now(), by=account_id, verdict=Review.Verdict.ASKED)
    audit.record(f"account:{account_id}", "product.review_asked", "product", product_id, version=number)


@transaction.atomic
def answer(product_id: UUID, number: int, account_id: int, press: UUID, verdict: str, words: str = "", findings: int = 0) -> None:
    """What a second person says of the version `number`: also of one that went out alone, whatever was saved since. What waits
    for its hour does not go against an objection.

    Raises CannotDo for an author of it, for an objection without words, and Stale where it is not the newest any more.
    """
    must_be_staff(account_id)
    if Review.objects.filter(pk=press).exists():
        return
    version = _of_alone(product_id, number) or at_version(product_id, number)
    if verdict not in (Review.Verdict.AGREED, Review.Verdict.OBJECTED):
        raise CannotDo(_("Say whether you agree."))
    if account_id in authors(version):
        raise CannotDo(_("You wrote on this. Another person must look at it."))
    if verdict == Review.Verdict.OBJECTED and not words.strip():
        raise CannotDo(_("Say what has to change."))
    Review.objects.create(
        id=press, version=version, at=clock.now(), by=account_id, verdict=verdict, words=words.strip(), findings=findings
    )
    audit.record(f"account:{account_id}", f"product.review_{verdict}", "product", product_id, version=number, findings=findings)
    scheduled = holding.waiting(product_id)
    if verdict == Review.Verdict.OBJECTED and scheduled and scheduled.version_id == version.pk:
        holding.take_back(scheduled, account_id)  # it would go out against the second person's word


def _of_alone(product_id: UUID, number: int) -> Version | None:
    """The version, where it is out on one person's name: it can be looked at whatever was saved since."""
    lock(product_id)
    return Version.objects.filter(product=product_id, number=number, releases__alone=True, releases__taken_back_at=None).first()
