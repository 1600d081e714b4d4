"""What was judged, what is owed, what was released: read from the ledger itself, never from a flag (decisions 14). What is red
stands in `red`, what hinders closing in `closing`; other rooms ask here for all of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from upstander.actions import addresses, exclusion, followup, refused
from upstander.actions.addresses import Address
from upstander.actions.closing import why_not_close as why_not_close
from upstander.actions.models import ActionEvent, Judgement, Notice, Referral, RequiredAction
from upstander.actions.red import Red as Red
from upstander.actions.red import red_tips as red_tips
from upstander.actions.refused import Mails
from upstander.delivery.models import Delivery
from upstander.protocol import Facts
from upstander.protocol import RequiredAction as PlannedAction
from upstander.protocol.codec import facts_from_json


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the ledger as the desk shows it: the action, its events, its contact's notice, its mails.

    `unanswered`: a mail of it was refused, and nobody at the desk has acted on that yet.
    """

    action: RequiredAction
    events: tuple[ActionEvent, ...]
    notice: Notice | None
    mails: Mails
    unanswered: bool

    @property
    def delivery(self) -> Delivery | None:
        """The first mail."""
        return self.mails.first

    @property
    def address(self) -> Address | None:
        """Where a mail to the contact would go now, as the directory has it; None for no contact, or no address."""
        return addresses.of(self.notice.contact, exclusion.of_tip(self.action.tip_id)) if self.notice else None

    def overdue(self, now: datetime) -> bool:
        """Whether it is owed and past its time."""
        open_ = self.action.done_at is None and self.action.ended_by_id is None
        return open_ and self.action.due_at is not None and self.action.due_at < now


def judgements(tip_id: UUID) -> list[Judgement]:
    """Every judgement of a tip, newest first."""
    return list(Judgement.objects.filter(tip_id=tip_id).order_by("-n"))


def in_force(tip_id: UUID) -> Judgement | None:
    """The judgement that holds; None before the first."""
    return Judgement.objects.filter(tip_id=tip_id, state=Judgement.State.IN_FORCE).first()


def judged(since: datetime | None, until: datetime | None) -> tuple[int, Iterator[tuple[str, Facts]]]:
    """How many tips stand judged since one moment and before another (None: no limit), and the number of each with the facts
    that it was judged on: to ask another version of the pack about them. No word of a tip."""
    limits = {"at__gte": since, "at__lt": until}
    found = Judgement.objects.filter(state=Judgement.State.IN_FORCE, **{k: v for k, v in limits.items() if v})
    rows = found.order_by("at").values_list("tip__number", "facts").iterator(chunk_size=2000)
    return found.count(), ((number, facts_from_json(facts)) for number, facts in rows)


def notices(tip_id: UUID) -> dict[str, Notice]:
    """The notice that counts of each person who was told of a tip, by the contact's id."""
    found = Notice.objects.select_related("referral", "contact").prefetch_related("contact__points")
    return {str(n.contact_id): n for n in found.filter(referral__tip_id=tip_id).standing_last()}


def ledger(tip_id: UUID) -> list[Line]:
    """What must happen for a tip and what did, in the order in which a person does it; the queries do not grow with it."""
    rows = RequiredAction.objects.filter(tip_id=tip_id).order_by("position", "owed_since", "target_ref")
    rows = rows.prefetch_related(Prefetch("events", ActionEvent.objects.order_by("at")))
    told = notices(tip_id)
    mails = refused.mails(list(rows), told)
    unanswered = refused.to_act_on(tip_id, mails)
    return [
        Line(
            row,
            tuple(row.events.all()),
            told.get(row.target_ref) if row.target_kind == "contact" else None,
            mails.get(row.id, Mails()),
            row.id in unanswered,
        )
        for row in rows
    ]


def offers(judgement: Judgement) -> list[PlannedAction]:
    """What may be done for a tip and nobody has taken up yet, as it is judged and by what is on record."""
    taken = {row.rule_id for row in RequiredAction.objects.filter(tip_id=judgement.tip_id, ended_by=None)}
    return [action for action in followup.plan_now(judgement).offers if action.rule not in taken]


def pending_lowerings() -> list[Judgement]:
    """Lowerings that wait for a supervisor, oldest first."""
    return list(Judgement.objects.select_related("tip").filter(state=Judgement.State.PENDING).order_by("at"))


def referrals_for(scope_ids: Iterable[int]) -> QuerySet[Referral]:
    """What was released to these organisations and is not withdrawn: all that their end-users ever see (decisions 6)."""
    live = Referral.objects.filter(scope_id__in=list(scope_ids)).exclude(state=Referral.State.WITHDRAWN)
    return live.select_related("place", "scope").order_by("-created_at")


def referrals_of(tip_id: UUID) -> list[Referral]:
    """The referrals of a tip with their notices, for the desk."""
    notices = Prefetch("notices", Notice.objects.select_related("contact").order_by("created_at"))
    return list(Referral.objects.filter(tip_id=tip_id).select_related("scope").prefetch_related(notices))
