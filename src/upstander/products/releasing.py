"""Release, taking back before its hour, recall. Nothing goes out with a problem, and nothing that went out is changed."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from upstander import clock, markings
from upstander.audit import services as audit
from upstander.markings import Level, Marking
from upstander.network.standing import SIO
from upstander.people import access
from upstander.products import holding, identified, renditions, reviewing
from upstander.products.content import Draft, network, of_version, scheme, topics_at
from upstander.products.drafts import lock
from upstander.products.errors import CannotDo
from upstander.products.holding import waiting
from upstander.products.models import Product, Recall, Release, Rendition, Version

FARTHEST = timedelta(days=366)


def problems(draft: Draft) -> list[str]:
    """All that keeps a version from being released, in words."""
    found = [problem.words(_) for problem in markings.problems(draft.paragraphs, scheme())]
    readers = [edition.level for edition in markings.editions(draft.paragraphs, scheme())]
    if not draft.version.topics and (not readers or not all(topics_at(draft.version, level) for level in readers)):
        found.append(_("Choose at least one topic for everybody who gets any of it."))
    for row in draft.rows:
        marking = scheme().get(row.marking)
        if marking is not None and marking.level != row.level:
            found.append(_("What a marking means has changed since this was saved. Save it again."))
            break
    return found


@transaction.atomic
def release(
    product_id: UUID, number: int, account_id: int, press: UUID, *,
    goes_at: datetime | None = None, note: str = "", note_marking: str = "", looked: bool = False,
) -> Release:  # fmt: skip
    """Give version `number` to its members, now or at `goes_at`. `note` and its marking: of a correction, what has changed.
    `looked`: whoever releases alone has looked at what could tell who it is about.

    Raises Stale where it was changed since, and CannotDo with every problem: of markings, of releases by originators, of a second
    person's word. An urgent one goes without that word on the SIO's own name; then it is due within the pack's hours.
    """
    reviewing.must_be_staff(account_id)
    if before := Release.objects.filter(pk=press).first():
        return before
    version = reviewing.at_version(product_id, number)
    draft, now = of_version(version), clock.now()
    at = goes_at if goes_at and goes_at > now else now
    wrong = [*problems(draft), *_not_now(version, at, now)]
    alone = not reviewing.agreed(version)
    if alone:
        wrong += _not_alone(draft, account_id, at > now, looked)
    marked = scheme().get(note_marking)
    if earlier := _earlier(version):
        wrong += _no_note(note, marked)
    if wrong:
        raise CannotDo(*wrong)
    due = now + timedelta(hours=network().limits.second_person_hours) if alone else None
    made = Release.objects.create(
        id=press, version=version, at=now, by=account_id, goes_at=at, alone=alone, second_due_at=due,
        note=note.strip() if earlier else "", note_marking=marked.code if earlier and marked else "",
        note_level=marked.level if earlier and marked else Level.OPEN,
    )  # fmt: skip
    written = renditions.write(made, draft, scheme())
    if not written.new and not written.left_out:
        raise CannotDo(_("Nothing of it has changed for anybody."))
    audit.record(
        f"account:{account_id}", "product.released", "product", product_id, version=number, alone=alone, goes_at=at.isoformat(),
        new=[level.code for level in written.new], left_out=[level.code for level in written.left_out],
    )  # fmt: skip
    return made


def _earlier(version: Version) -> bool:
    """Whether members have, or had, an earlier version: then this is a correction."""
    return Release.objects.filter(version__product=version.product_id, taken_back_at=None).exists()


def _not_now(version: Version, at: datetime, now: datetime) -> list[str]:
    found = []
    if Release.objects.filter(version=version, taken_back_at=None).exists():
        found.append(_("This version was released already. Save a new one to correct it."))
    if waiting(version.product_id):
        found.append(_("An earlier version waits for its hour. Take it back first."))
    if at > now + FARTHEST:
        found.append(_("Choose an hour within a year."))
    return found


def _not_alone(draft: Draft, account_id: int, scheduled: bool, looked: bool) -> list[str]:
    """Why it cannot go without a second person's word."""
    if not draft.version.urgent:
        return [_("A second person has not agreed to this version yet.")]
    if not access.holds(account_id, *SIO):
        return [_("Without a second person only the School Intelligence Officer releases an urgent notice.")]
    if scheduled:
        return [_("What waits for an hour can wait for a second person.")]
    if not looked and identified.look(draft.rows):
        return [_("It goes out before a second person looks. Look at what could tell who it is about, and say that you did.")]
    return []


def _no_note(note: str, marked: Marking | None) -> list[str]:
    if not note.strip():
        return [_("Say what has changed: readers of the earlier version ask.")]
    return _unmarked(marked, _("Choose a marking for what you say has changed."))


def _unmarked(marked: Marking | None, otherwise: str) -> list[str]:
    """Why words of a release or a recall cannot go as they are marked."""
    if marked is None:
        return [otherwise]
    if marked.individuals:
        return [_("%(marking)s is for named persons only. Tell those persons yourself.") % {"marking": marked.label}]
    return []


@transaction.atomic
def take_back(product_id: UUID, account_id: int) -> None:
    """Before its hour: nobody has read it, and nobody will. Raises CannotDo where nothing waits."""
    reviewing.must_be_staff(account_id)
    lock(product_id)
    found = waiting(product_id)
    if found is None:
        raise CannotDo(_("Nothing of it waits for an hour any more. What is out can be recalled."))
    holding.take_back(found, account_id)


def take_back_what_may_not_go(product_id: UUID, account_id: int) -> None:
    """Where a release that waits for its hour has got a problem since, it does not go."""
    found = waiting(product_id)
    if found is not None and problems(of_version(found.version)):
        holding.take_back(found, account_id)


@transaction.atomic
def recall(product_id: UUID, account_id: int, press: UUID, reason: str, told: str, told_marking: str = "") -> Recall:
    """Call a product back from everybody. `reason` is for the staff; `told` is read by all who had it, at every level, so that
    its marking is none above the lowest of them (without one: what the pack proposes for that level).

    Raises CannotDo where nothing of it is out, words are missing, or are marked above somebody who is told them. What waits for
    its hour is taken back with it.
    """
    reviewing.must_be_staff(account_id)
    if before := Recall.objects.filter(pk=press).first():
        return before
    lock(product_id)
    if not reason.strip() or not told.strip():
        raise CannotDo(_("Write why, and what those who have it are told."))
    now = clock.now()
    if scheduled := waiting(product_id):
        holding.take_back(scheduled, account_id)
    out = Rendition.objects.filter(product=product_id, ended_as="", published_at__lte=now)
    if not out.exists():
        raise CannotDo(_("Nothing of it is out."))
    left_out = Rendition.objects.filter(product=product_id, ended_as=Rendition.Ended.LEFT_OUT, published_at__lte=now)
    lowest = Level(min((*out.values_list("level", flat=True), *left_out.values_list("level", flat=True))))
    marked = _marking_of_told(told_marking, lowest)
    made = Recall.objects.create(
        id=press, product=Product.objects.get(pk=product_id), at=now, by=account_id, reason=reason.strip(), told=told.strip(),
        told_marking=marked.code, told_level=marked.level,
    )  # fmt: skip
    words = {"ended_words": made.told, "ended_marking": marked.code}
    ended = out.update(ended_at=now, ended_as=Rendition.Ended.RECALLED, **words)
    left_out.update(**words)  # they had it once
    audit.record(f"account:{account_id}", "product.recalled", "product", product_id, renditions=ended)
    return made


def _marking_of_told(code: str, lowest: Level) -> Marking:
    """The marking of a recall's words, which readers of `lowest` get, too. Raises CannotDo where they may not read them."""
    marked = scheme().get(code or network().level(lowest).default_marking)
    wrong = _unmarked(marked, _("Choose a marking for what they are told."))
    if marked is not None and marked.level > lowest:
        known = {"level": network().level(lowest).label, "marking": marked.label}
        wrong.append(_("Readers at %(level)s had it, and are told these words, which are marked %(marking)s.") % known)
    if wrong or marked is None:
        raise CannotDo(*wrong)
    return marked
