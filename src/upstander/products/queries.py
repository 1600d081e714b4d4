"""What members find, and how far each product is for the staff."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from upstander import clock
from upstander.markings import Level
from upstander.network import audience
from upstander.network.standing import Standing as Reader
from upstander.products.models import Paragraph, Recall, Release, Rendition, Review, Version


def readable(at: datetime | None = None) -> QuerySet[Rendition]:
    """The newest rendition of each product and level that has come to its hour, recalled ones among them.

    The database shows a member their own level's. Staff see every level's, and say which one they mean.
    """
    now = at or clock.now()
    there = Rendition.objects.filter(published_at__lte=now).exclude(ended_as=Rendition.Ended.TAKEN_BACK)
    newer = there.filter(product=OuterRef("product"), level=OuterRef("level"), ordinal__gt=OuterRef("ordinal"))
    return there.filter(~Exists(newer))


def newest(level: Level) -> QuerySet[Rendition]:
    """What is there to read at `level`, the newest first; what a correction left out is not listed."""
    found = readable().filter(level=level).exclude(ended_as=Rendition.Ended.LEFT_OUT)
    return found.order_by("-published_at", "-id")


def meant_for(reader: Reader) -> Q:
    """Renditions whose audience this member belongs to: statewide or of a region of theirs, for all or for their discipline."""
    return audience.rows(reader.regions, reader.discipline)


def rendition(product_id: UUID, level: Level) -> Rendition | None:
    """A product as `level` reads it now; None where it has nothing for this level, or not yet."""
    return readable().filter(product=product_id, level=level).first()


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a product is, from its facts. `state` is a code of `STATES`; `red`: what somebody must see to now."""

    version: Version
    title: str
    state: str
    out: Release | None = None
    scheduled: Release | None = None
    verdict: Review | None = None
    recall: Recall | None = None
    red: tuple[str, ...] = field(default=())

    @property
    def newer(self) -> bool:
        """Whether there is a draft that is newer than what is out."""
        return self.out is not None and self.version.number > self.out.version.number


def states() -> dict[str, str]:
    """The states in words, in the order in which they come."""
    return {
        "draft": _("Draft"), "asked": _("Waits for a second person"), "objected": _("A second person objected"),
        "agreed": _("A second person agreed"), "scheduled": _("Waits for its hour"), "out": _("Released"),
        "recalled": _("Recalled"),
    }  # fmt: skip


def standings(product_ids: Iterable[UUID] | None = None) -> list[Standing]:
    """How far these products (or all) are, who was saved last first. The statements do not grow with them."""
    latest = Version.objects.order_by("product", "-number").distinct("product")
    if product_ids is not None:
        latest = latest.filter(product__in=list(product_ids))
    versions = sorted(latest, key=lambda v: (v.saved_at, v.pk), reverse=True)
    products, now = [v.product_id for v in versions], clock.now()
    titles = dict(_titles([v.pk for v in versions]))
    verdicts = {r.version_id: r for r in Review.objects.filter(version__in=versions).order_by("at", "id")}
    out: dict[UUID, Release] = {}
    scheduled: dict[UUID, Release] = {}
    rows = Release.objects.filter(version__product__in=products, taken_back_at=None).select_related("version")
    for row in rows.order_by("goes_at", "at"):
        (out if row.goes_at <= now else scheduled)[row.version.product_id] = row
    recalls = {r.product_id: r for r in Recall.objects.filter(product__in=products).order_by("at")}
    red = _red(list(out.values()), now)
    return [
        _standing(v, titles, out.get(id), scheduled.get(id), verdicts.get(v.pk), recalls.get(id), red)
        for v, id in zip(versions, products, strict=True)
    ]


def standing(product_id: UUID) -> Standing | None:
    """How far one product is; None where there is none."""
    return next(iter(standings([product_id])), None)


def _titles(version_ids: list[int]) -> Iterable[tuple[int, str]]:
    """The graver title of each version: staff read it."""
    rows = Paragraph.objects.filter(version__in=version_ids, kind="title").order_by("version", "-level", "position")
    return rows.distinct("version").values_list("version_id", "text")


def _standing(
    version: Version, titles: dict[int, str], out: Release | None, scheduled: Release | None, verdict: Review | None,
    recall: Recall | None, red: dict[UUID, list[str]],
) -> Standing:  # fmt: skip
    recalled = recall if recall and (out is None or recall.at >= out.goes_at) else None
    if scheduled and scheduled.version_id == version.pk:
        state = "scheduled"
    elif out and out.version_id == version.pk:
        state = "recalled" if recalled else "out"
    else:
        state = verdict.verdict if verdict else "draft"
    mine = () if recalled else tuple(red.get(version.product_id, ()))
    return Standing(version, titles.get(version.pk, ""), state, out, scheduled, verdict, recalled, mine)


def _red(out: list[Release], now: datetime) -> dict[UUID, list[str]]:
    """What must be seen to of what is out: a second look that is overdue or says no, an originator who took a release back."""
    found: dict[UUID, list[str]] = {}
    last = {r.version_id: r for r in _answers([release.version_id for release in out if release.alone])}
    for release in (release for release in out if release.alone):
        answer = last.get(release.version_id)
        words = ""
        if answer is None and release.second_due_at and release.second_due_at <= now:
            words = _("It went out on one person's name, and the second look is overdue.")
        elif answer and answer.verdict == Review.Verdict.OBJECTED:
            words = _("It went out on one person's name, and the second person objects. Correct it, or recall it.")
        if words:
            found.setdefault(release.version.product_id, []).append(words)
    for product_id in _unreleased([release.version_id for release in out]):
        words = _("An originator took back the release of words that are out. Correct it, or recall it.")
        found.setdefault(product_id, []).append(words)
    return found


def _answers(version_ids: list[int]) -> QuerySet[Review]:
    return Review.objects.filter(version__in=version_ids).exclude(verdict=Review.Verdict.ASKED).order_by("at", "id")


def _unreleased(version_ids: list[int]) -> set[UUID]:
    """Products among whose released paragraphs one is another agency's, without a release that reaches it now."""
    rows = Paragraph.objects.filter(version__in=version_ids).exclude(source=None).exclude(source__originator="")
    covering = Q(source__releases__withdrawn_at=None, source__releases__level__lte=F("level"), source__releases__isnull=False)
    covered = Paragraph.objects.filter(covering, pk=OuterRef("pk"))
    return set(rows.filter(~Exists(covered)).values_list("version__product_id", flat=True))


def history(product_id: UUID) -> QuerySet[Version]:
    """Every version of a product, the newest first."""
    return Version.objects.filter(product=product_id).order_by("-number")
