"""Mails that did not reach their person: which of them a person must act on, and which could be sent again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from upstander.actions.models import ActionEvent, Notice, Release, RequiredAction
from upstander.delivery.models import Delivery

REFUSED, SENT_AGAIN, TOLD_OTHERWISE, SET_ASIDE = "refused", "sent_again", "told_otherwise", "not_possible"
FIRST = ("notice", "raised")  # the purposes of first mails
CORRECTIONS = ("stand_down", "stand_down_sms", "stand_down_call")  # of a mail, a text message, a call
# By these somebody has learned what a refused mail says, or a person has written down that they cannot.
_REACHED = Q(result__in=("answered", "voicemail", TOLD_OTHERWISE)) | Q(
    result=SET_ASIDE, action__kind="email_contacts"
)

Key = tuple[str, UUID]  # a delivery's purpose and subject


def unanswered() -> QuerySet[ActionEvent]:
    """Refusals on which somebody must act, of every tip; to be narrowed by `tip`, or there are as many as there ever were.

    Each mail counts by itself. One that was sent again, or is owed no more, is refused no more: its delivery says so, and no
    other mail's. One that is refused still counts until a person at the desk has reached that contact, written down how
    they were told, or set the mail aside. A first mail that its action owes is only set aside: no call takes its place.
    """
    reached = ActionEvent.objects.filter(
        _REACHED, actor__startswith="account:", at__gte=OuterRef("at"),
        action__tip=OuterRef("tip"), action__target_kind="contact", action__target_ref=OuterRef("action__target_ref"),
    )  # fmt: skip
    owed_first = Q(delivery__purpose__in=FIRST, action__done_at=None, action__ended_by=None)
    # (one without a delivery was written before refusals named their mail)
    refused = Q(delivery__state=Delivery.State.FAILED) | Q(delivery=None)
    return ActionEvent.objects.filter(refused, owed_first | ~Exists(reached), result=REFUSED)


def to_act_on(tip_id: UUID, mails: Mapping[UUID, "Mails"]) -> set[UUID]:
    """The rows of a tip at which a person must act on a refusal: that which shows the mail, by the `mails` of each row; where
    none does any more, that on which the refusal was written."""
    shown = {mail.id: row_id for row_id, of in mails.items() for mail in of.refused}
    written = unanswered().filter(tip=tip_id).values_list("delivery_id", "action_id")
    return {shown.get(delivery_id, row_id) for delivery_id, row_id in written}


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
