"""The worker finds what was released or called back, and has gone to nobody yet. It reads for whom it is, and no word of it."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from upstander import clock
from upstander.audit import services as audit
from upstander.circulation import limits
from upstander.circulation.models import Issue
from upstander.ids import new_id
from upstander.network import pack
from upstander.products.models import Recall, Release, Rendition, Version

PART = 20
_VERSION = ("id", "product_id", "number", "kind", "topics", "regions", "disciplines", "urgent", "acknowledge")


@transaction.atomic
def look() -> int:
    """Make the issues of what has come to its hour since; how many. Two workers make each once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('upstander.circulation'))")
        if not (cursor.fetchone() or (False,))[0]:
            return 0
    made = [*_of_releases(), *_of_recalls()]
    Issue.objects.bulk_create(made)
    audit.record_all(
        audit.row("system:worker", f"circulation.{issue.what}", "product", issue.product_id, issue=issue.id) for issue in made
    )
    return len(made)


def _of_releases() -> Iterable[Issue]:
    issued = Issue.objects.filter(release=OuterRef("pk"))
    due = Release.objects.filter(~Exists(issued), goes_at__lte=clock.now(), taken_back_at=None)
    rows = list(due.order_by("goes_at").values_list("id", "version_id", "goes_at")[:PART])
    versions = {version.pk: version for version in _versions([version for _id, version, _at in rows])}
    new, left_out = _levels([id for id, _version, _at in rows])
    for id, version_id, goes_at in rows:
        version = versions[version_id]
        earlier = _earlier(version.product_id, version_id)
        what = Issue.What.CORRECTION if earlier else Issue.What.RELEASE
        yield _issue(what, version, release_id=id, goes_at=goes_at, levels=new[id], left_out=left_out[id])


def _versions(ids: list[int]) -> Iterable[Version]:
    return Version.objects.only(*_VERSION).filter(pk__in=ids)


def _levels(release_ids: list[UUID]) -> tuple[dict[UUID, list[int]], dict[UUID, list[int]]]:
    """Which levels get something new of each release, and to which nothing is left. What has ended meanwhile goes to nobody."""
    new: dict[UUID, list[int]] = defaultdict(list)
    left_out: dict[UUID, list[int]] = defaultdict(list)
    rows = Rendition.objects.filter(release__in=release_ids).order_by("level").values_list("release", "level", "ended_as")
    for release_id, level, ended_as in rows:
        if not ended_as:
            new[release_id].append(level)
        elif ended_as == Rendition.Ended.LEFT_OUT:
            left_out[release_id].append(level)
    return new, left_out


def _earlier(product_id: UUID, version_id: int) -> bool:
    """Whether something of the product has come to its hour before."""
    rows = Release.objects.filter(version__product=product_id, taken_back_at=None, goes_at__lte=clock.now())
    return rows.exclude(version=version_id).exists()


def _of_recalls() -> Iterable[Issue]:
    issued = Issue.objects.filter(recall=OuterRef("pk"))
    rows = Recall.objects.filter(~Exists(issued)).order_by("at").values_list("id", "product_id", "at")[:PART]
    for id, product_id, at in rows:
        out = {"releases__goes_at__lte": at, "releases__taken_back_at": None}
        latest = Version.objects.only(*_VERSION).filter(product=product_id, **out)
        levels = Rendition.objects.filter(product=product_id).order_by().values_list("level", flat=True).distinct()
        version = latest.order_by("-number").first()
        if version is not None:
            yield _issue(Issue.What.RECALL, version, recall_id=id, goes_at=at, levels=sorted(levels), left_out=[])


def _issue(what: Issue.What, version: Version, **more: object) -> Issue:
    kind = next((kind for kind in pack.network().products if kind.code == version.kind), None)
    newsletter = bool(kind and kind.cadence)
    recall = what == Issue.What.RECALL
    if recall:
        priority = limits.RECALLED
    elif version.urgent:
        priority = limits.URGENT
    else:
        priority = limits.NEWSLETTER if newsletter else limits.ORDINARY
    return Issue(
        id=new_id(), what=what, product_id=version.product_id, kind=version.kind, newsletter=newsletter and not recall,
        urgent=version.urgent, asks=version.acknowledge and not recall, priority=priority, regions=version.regions,
        disciplines=version.disciplines, topics=with_above(version.topics), made_at=clock.now(), **more,
    )  # fmt: skip


def with_above(topics: Iterable[str]) -> list[str]:
    """Topics, and those that they are part of: who chose the whole gets the part."""
    above = {topic.code: topic.above for topic in pack.network().topics}
    given = set(topics)
    return sorted(given | {above[code] for code in given if above.get(code)})
