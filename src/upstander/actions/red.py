"""Every open tip that somebody must act on now, and why: computed at the moment of reading, never stored (decisions 14)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest, Least

from upstander.actions import clock_queries, exclusion, refused
from upstander.actions.held import come_since
from upstander.actions.models import ActionEvent, Judgement, Notice, Referral, RequiredAction
from upstander.actions.recording import CONFIRM_CLASS
from upstander.intake.models import Message, Tip
from upstander.packs.current import current
from upstander.packs.model import Pack

UNCLAIMED_DANGER = timedelta(seconds=60)  # a danger-now tip that nobody has taken for so long is red
UNJUDGED_DANGER = timedelta(minutes=3)  # and one that nobody has judged: whoever took it may have left
UNREAD_WORD = timedelta(seconds=60)  # what the reporter of a Critical added, and nobody has taken up

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # when nobody had answered yet

# The tips that a question is about; None: every open one.
Only = tuple[UUID, ...] | None


@dataclass(frozen=True, slots=True)
class Red:
    """One reason why a tip's row is red: a code, since when, and how many."""

    code: str
    since: datetime
    count: int = 1


def owed() -> QuerySet[RequiredAction]:
    """What is owed of open tips and not done: red where it is late, and in the way of closing."""
    return RequiredAction.objects.filter(
        done_at=None, ended_by=None, tip__closed_at=None, standing=RequiredAction.Standing.OWED
    )


def red_tips(now: datetime, tip_ids: Iterable[UUID] | None = None) -> dict[UUID, list[Red]]:
    """Every open tip that somebody must act on now, with the reasons; of `tip_ids` only, where given.

    Red is: a danger unclaimed, or unjudged for long; an action past its time; a Critical that no named human has confirmed;
    a contact of a Critical who has said nothing in the pack's minutes; a narrative not released in time; a lowering undecided
    too long; a mail refused for good; a new word of a Critical's reporter that nobody takes up, or of a reporter in crisis that
    nobody has answered within the pack's seconds, whoever holds the tip; a file that no agency has though
    its duty is recorded as done; a contact who has no address but those of somebody left out; and, of closed tips too, a duty
    of the law that the desk has not met in time.
    """
    pack, only = current(), None if tip_ids is None else tuple(tip_ids)
    red: dict[UUID, list[Red]] = defaultdict(list)
    for found in (
        _silent_dangers(now, only), _unjudged_dangers(now, only), _overdue(now, only), unconfirmed(pack, only),
        _quiet_contacts(pack, now, only), _unreleased(pack, now, only), _undecided(pack, now, only),
        _refused_mails(only), _unread(pack, now, only), _crisis(pack, now, only), _files_held(only), _late_duties(now, only),
        _cut_off(only),
    ):  # fmt: skip
        for tip_id, reason in found:
            red[tip_id].append(reason)
    return dict(red)


def _of(path: str, only: Only) -> Q:
    """Rows whose tip, found at `path`, is one of `only`; every row where nothing was named."""
    return Q() if only is None else Q(**{f"{path}__in": only})


def _unheld(now: datetime) -> Q:
    """Tips that nobody holds; a claim that expired is nobody's."""
    return Q(claim=None) | Q(claim__until__lte=now)


def _silent_dangers(now: datetime, only: Only) -> list[tuple[UUID, Red]]:
    tips = Tip.objects.filter(
        _unheld(now), _of("pk", only),
        closed_at=None, judged_at=None, danger_now=True, received_at__lt=now - UNCLAIMED_DANGER,
    )  # fmt: skip
    return [(i, Red("danger_unclaimed", at)) for i, at in tips.values_list("pk", "received_at")]


def _unjudged_dangers(now: datetime, only: Only) -> list[tuple[UUID, Red]]:
    """Dangers that somebody holds and has not judged: a person may have been called away."""
    tips = Tip.objects.filter(
        _of("pk", only), closed_at=None, judged_at=None, danger_now=True, claim__until__gt=now,
        claim__claimed_at__lt=now - UNJUDGED_DANGER,
    )  # fmt: skip
    return [(i, Red("held_unjudged", at)) for i, at in tips.values_list("pk", "claim__claimed_at")]


def _unread(pack: Pack, now: datetime, only: Only) -> list[tuple[UUID, Red]]:
    """Criticals with a word of their reporter that nobody had seen who acted on them."""
    tips = Tip.objects.filter(
        _unheld(now), unread_word(), _of("pk", only),
        closed_at=None, unread_since__lt=now - UNREAD_WORD,
    )  # fmt: skip
    tips = tips.filter(critical(pack))
    return [(i, Red("reporter_waiting", at)) for i, at in tips.values_list("pk", "unread_since") if at]


def waiting_in_crisis(only: Only) -> QuerySet[Any, Any]:
    """Open tips whose reporter is in danger, or writes about themselves, and to whose word nobody has answered, with `since`:
    also where somebody holds the tip, has read the word, or has judged. Only an answer ends it, or a reason why none is owed
    (decision 0126)."""
    heard = Coalesce(Greatest("answered_at", "answer_waived_at"), Value(_NEVER))  # (of what is NULL PostgreSQL takes the other)
    said = Message.objects.filter(tip=OuterRef("pk"), sender=Message.From.REPORTER, field="", at__gt=OuterRef("heard"))
    since = Least(Subquery(said.order_by("at").values("at")[:1]), "unread_since")
    tips = Tip.objects.annotate(heard=heard).filter(
        Q(about_self=True) | Q(danger_now=True), Q(last_from_reporter_at__gt=F("heard")) | unread_word(), _of("pk", only),
        closed_at=None, words_added__gt=0,
    )  # fmt: skip
    return tips.annotate(since=since)


def _crisis(pack: Pack, now: datetime, only: Only) -> list[tuple[UUID, Red]]:
    """Of those the ones who wait for too long, and of whose very word `_unread` does not speak."""
    said = _unheld(now) & unread_word() & critical(pack) & Q(since=F("unread_since"), unread_since__lt=now - UNREAD_WORD)
    late = now - timedelta(seconds=pack.limits.crisis_answer_seconds)
    waiting = waiting_in_crisis(only).filter(since__lt=late).exclude(said).values_list("pk", "since")
    return [(tip_id, Red("crisis_waiting", at)) for tip_id, at in waiting]


def unread_word() -> Q:
    """Tips with a word of the reporter that nobody had seen who acted: `QueueRow.unread`, asked of the database."""
    return Q(words_added__gt=F("words_read"))


def _overdue(now: datetime, only: Only) -> list[tuple[UUID, Red]]:
    """What is past its time; of a class that nobody confirmed only a Critical's: the others are late on the board (0076)."""
    grouped: dict[UUID, list[datetime]] = defaultdict(list)
    calm = Q(kind=CONFIRM_CLASS, tip__klass__in=[c.code for c in current().classes if not c.critical])
    late = owed().filter(_of("tip", only), due_at__lt=now).exclude(calm)
    for tip_id, due in late.values_list("tip_id", "due_at"):
        grouped[tip_id].append(due or now)
    return [(tip_id, Red("overdue", min(dues), len(dues))) for tip_id, dues in grouped.items()]


def critical(pack: Pack) -> Q:
    """Tips judged to be Critical; also of a class that this version of the pack lacks, as `Pack.critical` has it."""
    return Q(klass__gt="") & ~Q(klass__in=[c.code for c in pack.classes if not c.critical])


def unconfirmed(pack: Pack, only: Only) -> list[tuple[UUID, Red]]:
    """Criticals for which no human who can act has confirmed: not the PSAP, no officer, no contact. Who was called, or told,
    and is concerned no longer (another school, another PSAP) cannot act; nor does who only confirmed the class."""
    def raised_of(tip: str) -> QuerySet[Judgement, Any]:
        return Judgement.objects.filter(tip=OuterRef(tip), state=Judgement.State.IN_FORCE).values("raised_at")

    answered = RequiredAction.objects.filter(
        tip=OuterRef("pk"), result="answered", ended_by=None, done_at__gte=Subquery(raised_of("tip"))
    ).exclude(kind=CONFIRM_CLASS)
    # entered from paper: it was before anybody could judge, and never before the tip was raised (`entered`)
    on_paper = ActionEvent.objects.filter(
        action__tip=OuterRef("pk"), action__ended_by=None, result="answered", happened_at__isnull=False,
        at__gte=Subquery(raised_of("action__tip")),
    ).exclude(action__kind=CONFIRM_CLASS)  # fmt: skip
    confirmed = Notice.objects.filter(
        Q(action=None) | Q(action__ended_by=None),
        referral__tip_id=OuterRef("pk"), confirmed_at__gte=F("asked_since"),
    ).exclude(referral__state=Referral.State.WITHDRAWN)  # fmt: skip
    tips = Tip.objects.filter(_of("pk", only), closed_at=None).filter(critical(pack))
    tips = tips.filter(~Exists(answered), ~Exists(on_paper), ~Exists(confirmed))
    return [(i, Red("unconfirmed", at)) for i, at in tips.values_list("pk", "judged_at") if at]


def _open_criticals(pack: Pack, only: Only) -> list[UUID]:
    """The open Criticals: what is asked about them is asked of their rows only, however long the past is."""
    found = Tip.objects.filter(_of("pk", only), closed_at=None).filter(critical(pack))
    return list(found.values_list("pk", flat=True))


def _quiet_contacts(pack: Pack, now: datetime, only: Only) -> list[tuple[UUID, Red]]:
    """Contacts whom a call is owed and who have said nothing; whom a person has set aside with a note is quiet by decision."""
    tips = _open_criticals(pack, only)
    limit = now - timedelta(minutes=pack.limits.contact_confirmation_minutes)
    quiet = Notice.objects.filter(
        Q(confirmed_at=None) | Q(confirmed_at__lt=F("asked_since")),
        referral__tip_id__in=tips, asked_since__lt=limit,
    )  # fmt: skip
    owed = RequiredAction.objects.filter(tip_id__in=tips, kind="call_contacts", ended_by=None)
    asked = set(owed.exclude(result="not_possible").values_list("tip_id", "target_ref"))
    grouped: dict[UUID, list[datetime]] = defaultdict(list)
    for tip_id, contact_id, at in quiet.values_list("referral__tip_id", "contact_id", "asked_since"):
        if (tip_id, str(contact_id)) in asked:
            grouped[tip_id].append(at)
    return [(tip_id, Red("contact_silent", min(times), len(times))) for tip_id, times in grouped.items()]


def _unreleased(pack: Pack, now: datetime, only: Only) -> list[tuple[UUID, Red]]:
    limit = now - timedelta(minutes=pack.limits.release_minutes)
    waiting = Referral.objects.filter(
        tip_id__in=_open_criticals(pack, only),
        released_at=None,
        created_at__lt=limit,
        state="open",
        stood_down_at=None,
    ).values_list("tip_id", "created_at")
    first: dict[UUID, datetime] = {}
    for tip_id, at in waiting:
        first[tip_id] = min(at, first.get(tip_id, at))
    return [(tip_id, Red("narrative_waiting", at)) for tip_id, at in first.items()]


def _undecided(pack: Pack, now: datetime, only: Only) -> list[tuple[UUID, Red]]:
    limit = now - timedelta(minutes=pack.limits.lowering_minutes)
    waiting = Judgement.objects.filter(
        _of("tip", only), state=Judgement.State.PENDING, at__lt=limit, tip__closed_at=None
    )
    return [(tip_id, Red("lowering_undecided", at)) for tip_id, at in waiting.values_list("tip_id", "at")]


def _refused_mails(only: Only) -> list[tuple[UUID, Red]]:
    """Mails refused for good on which nobody has acted, of each tip one a person."""
    events = refused.unanswered().filter(tip__in=Tip.objects.filter(_of("pk", only), closed_at=None))
    grouped: dict[UUID, dict[str, datetime]] = defaultdict(dict)
    for tip_id, ref, at in events.order_by("-at").values_list("tip_id", "action__target_ref", "at"):
        grouped[tip_id][ref] = at
    return [(tip_id, Red("mail_refused", min(ats.values()), len(ats))) for tip_id, ats in grouped.items()]


def _files_held(only: Only) -> list[tuple[UUID, Red]]:
    """Files that no agency has, of tips whose duty to hold evidence was recorded as done: they came after it, say."""
    tips = Tip.objects.filter(_of("pk", only), closed_at=None, actions__kind="evidence_hold").values_list("pk", flat=True)
    return [(tip_id, Red("files_held", since, n)) for tip_id, (since, n) in come_since(tips).items()]


def _cut_off(only: Only) -> list[tuple[UUID, Red]]:
    """Contacts whom nobody has left out and who are told nothing all the same, of each tip one a person."""
    grouped: dict[UUID, dict[str, datetime]] = defaultdict(dict)
    for row in exclusion.cut_off(only):
        grouped[row.tip_id].setdefault(row.target_ref, row.owed_since)
    return [(tip_id, Red("cut_off", min(ats.values()), len(ats))) for tip_id, ats in grouped.items()]


def _late_duties(now: datetime, only: Only) -> list[tuple[UUID, Red]]:
    return [(tip, Red("duty_late", since, n)) for tip, since, n in clock_queries.late_tips(now, only)]
