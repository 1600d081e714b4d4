"""Mails that did not reach their person: which of them a person must act on, and which could be sent again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest

from upstander.actions.models import ActionEvent, Notice, Release, RequiredAction
from upstander.delivery.models import Delivery

REFUSED, SENT_AGAIN, TOLD_OTHERWISE = "refused", "sent_again", "told_otherwise"
# Calls by which nobody learned anything.
_IN_VAIN = ("no_answer", "busy", "wrong_number")

Key = tuple[str, UUID]  # a delivery's purpose and subject


def unanswered() -> QuerySet[ActionEvent]:
    """Refusals on which somebody must act, of every tip; to be narrowed by `tip`, or there are as many as there ever were.

    A first mail's counts until its action is done, or the mail was sent again. One of words or of a stand-down, which come
    after the action was done or ended, counts until a person at the desk has reached that contact, written down how they
    were told, or sent it again.
    """
    later = ActionEvent.objects.filter(actor__startswith="account:", at__gte=OuterRef("at"))
    sent_again = later.filter(action=OuterRef("action"), result=SENT_AGAIN)
    reached = later.filter(
        action__tip=OuterRef("tip"), action__target_kind="contact",
        action__target_ref=OuterRef("action__target_ref"),
    ).exclude(result__in=_IN_VAIN)  # fmt: skip
    ended = Coalesce("action__ended_by__decided_at", "action__ended_by__at")
    owed = Q(action__done_at=None, action__ended_by=None)
    return ActionEvent.objects.filter(
        owed & ~Exists(sent_again) | Q(at__gt=Greatest("action__done_at", ended)) & ~Exists(reached),
        result=REFUSED,
    )


def on_their_way(tip_id: UUID) -> int:
    """How many mails of a tip still wait that no row of the ledger waits for: words, and stand-downs."""
    releases = Release.objects.filter(notice__referral__tip_id=tip_id).values("id")
    actions = RequiredAction.objects.filter(tip_id=tip_id).values("id")
    return Delivery.objects.filter(
        Q(purpose="narrative", subject_id__in=releases) | Q(purpose="stand_down", subject_id__in=actions),
        state=Delivery.State.PENDING,
    ).count()


@dataclass(frozen=True, slots=True)
class Mails:
    """The mails that belong to a row of the ledger: the first, and those after it (the newest words, a stand-down)."""

    first: Delivery | None = None
    later: tuple[Delivery, ...] = ()

    @property
    def refused(self) -> list[Delivery]:
        """Those that a mail server has refused for good and that are owed still."""
        every = (self.first, *self.later)
        return [d for d in every if d is not None and d.state == Delivery.State.FAILED]

    @property
    def waiting(self) -> list[Delivery]:
        """Those after the first that are on their way."""
        return [d for d in self.later if d.state == Delivery.State.PENDING]


def first_mail(action: RequiredAction, notice: Notice) -> Key:
    """The first mail of an `email_contacts` action: a raised tip's own, else the notice's."""
    return ("raised", action.id) if "#" in action.rule else ("notice", notice.id)


def mails(rows: Sequence[RequiredAction], notices: Mapping[str, Notice]) -> dict[UUID, Mails]:
    """The mails of each `email_contacts` row, by its id; `notices` of the same tip by contact. Two queries.

    Of a row that has ended only a stand-down is owed still.
    """
    newest = _newest_releases(notices)
    wanted: dict[UUID, tuple[Key | None, list[Key]]] = {}
    for row in rows:
        notice = notices.get(row.target_ref)
        if row.kind != "email_contacts" or notice is None:
            continue
        later: list[Key] = [("stand_down", row.id)]
        if row.ended_by_id is None and notice.action_id == row.id and notice.id in newest:
            later.insert(0, ("narrative", newest[notice.id]))
        wanted[row.id] = (None if row.ended_by_id else first_mail(row, notice), later)
    subjects = {key[1] for first, later in wanted.values() for key in (first, *later) if key}
    found = {(d.purpose, d.subject_id): d for d in Delivery.objects.filter(subject_id__in=subjects)}
    return {
        id: Mails(found.get(first) if first else None, tuple(found[key] for key in later if key in found))
        for id, (first, later) in wanted.items()
    }


def _newest_releases(notices: Mapping[str, Notice]) -> dict[UUID, UUID]:
    """The newest release of each notice that has one."""
    rows = Release.objects.filter(notice__in=[n.id for n in notices.values()]).order_by("at", "id")
    return dict(rows.values_list("notice_id", "id"))
