"""What is owed, what is red, what was released: read from the ledger itself, never from a flag (decisions 14)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.translation import ngettext

from upstander import clock
from upstander.actions import addresses, clock_queries, followup, refused
from upstander.actions.addresses import Address
from upstander.actions.held import come_since
from upstander.actions.models import ActionEvent, Judgement, Notice, Referral, RequiredAction
from upstander.actions.recording import CONFIRM_CLASS
from upstander.actions.refused import Mails
from upstander.actions.yearly import help_referrals as help_referrals  # what the yearly report counts
from upstander.delivery.models import Delivery
from upstander.intake.models import Tip
from upstander.packs.current import current
from upstander.packs.model import Pack
from upstander.protocol import Facts
from upstander.protocol import RequiredAction as PlannedAction
from upstander.protocol.codec import facts_from_json

UNCLAIMED_DANGER = timedelta(seconds=60)  # a danger-now tip that nobody has taken for so long is red
UNJUDGED_DANGER = timedelta(minutes=3)  # and one that nobody has judged: whoever took it may have left
UNREAD_WORD = timedelta(seconds=60)  # what the reporter of a Critical added, and nobody has taken up


# The tips that a question is about; None: every open one.
Only = tuple[UUID, ...] | None


@dataclass(frozen=True, slots=True)
class Red:
    """One reason why a tip's row is red: a code, since when, and how many."""

    code: str
    since: datetime
    count: int = 1


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
        return addresses.of(self.notice.contact) if self.notice else None

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


def ledger(tip_id: UUID) -> list[Line]:
    """What must happen for a tip and what did, in the order in which a person does it; the queries do not grow with it."""
    rows = RequiredAction.objects.filter(tip_id=tip_id).order_by("position", "owed_since", "target_ref")
    rows = rows.prefetch_related(Prefetch("events", ActionEvent.objects.order_by("at")))
    found = Notice.objects.select_related("referral", "contact").prefetch_related("contact__points")
    notices = {str(n.contact_id): n for n in found.filter(referral__tip_id=tip_id).standing_last()}
    mails = refused.mails(list(rows), notices)
    unanswered = refused.to_act_on(tip_id, mails)
    return [
        Line(
            row,
            tuple(row.events.all()),
            notices.get(row.target_ref) if row.target_kind == "contact" else None,
            mails.get(row.id, Mails()),
            row.id in unanswered,
        )
        for row in rows
    ]


def offers(judgement: Judgement) -> list[PlannedAction]:
    """What may be done for a tip and nobody has taken up yet, as it is judged and by what is on record."""
    taken = {row.rule_id for row in RequiredAction.objects.filter(tip_id=judgement.tip_id, ended_by=None)}
    return [action for action in followup.plan_now(judgement).offers if action.rule not in taken]


def _owed() -> QuerySet[RequiredAction]:
    return RequiredAction.objects.filter(
        done_at=None, ended_by=None, tip__closed_at=None, standing=RequiredAction.Standing.OWED
    )


def red_tips(now: datetime, tip_ids: Iterable[UUID] | None = None) -> dict[UUID, list[Red]]:
    """Every open tip that somebody must act on now, with the reasons; of `tip_ids` only, where given.

    Red is: a danger unclaimed, or unjudged for long; an action past its time; a Critical that no named human has confirmed;
    a contact of a Critical who has said nothing in the pack's minutes; a narrative not released in time; a lowering undecided
    too long; a mail refused for good; a new word of a Critical's reporter that nobody takes up; a file that no agency has though
    its duty is recorded as done; and, of closed tips too, a duty of the law that the desk has not met in time.
    """
    pack, only = current(), None if tip_ids is None else tuple(tip_ids)
    red: dict[UUID, list[Red]] = defaultdict(list)
    for found in (
        _silent_dangers(now, only), _unjudged_dangers(now, only), _overdue(now, only), _unconfirmed(pack, only),
        _quiet_contacts(pack, now, only), _unreleased(pack, now, only), _undecided(pack, now, only),
        _refused_mails(only), _unread(pack, now, only), _files_held(only), _late_duties(now, only),
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
        _unheld(now), _unread_word(), _of("pk", only),
        closed_at=None, last_from_reporter_at__lt=now - UNREAD_WORD,
    )  # fmt: skip
    tips = tips.filter(_critical(pack))
    return [
        (i, Red("reporter_waiting", at)) for i, at in tips.values_list("pk", "last_from_reporter_at") if at
    ]


def _unread_word() -> Q:
    """Tips with a word of the reporter that nobody had seen who acted: `QueueRow.unread`, asked of the database."""
    return Q(words_added__gt=F("words_read"))


def _overdue(now: datetime, only: Only) -> list[tuple[UUID, Red]]:
    """What is past its time; of a class that nobody confirmed only a Critical's: the others are late on the board (0076)."""
    grouped: dict[UUID, list[datetime]] = defaultdict(list)
    calm = Q(kind=CONFIRM_CLASS, tip__klass__in=[c.code for c in current().classes if not c.critical])
    late = _owed().filter(_of("tip", only), due_at__lt=now).exclude(calm)
    for tip_id, due in late.values_list("tip_id", "due_at"):
        grouped[tip_id].append(due or now)
    return [(tip_id, Red("overdue", min(dues), len(dues))) for tip_id, dues in grouped.items()]


def _critical(pack: Pack) -> Q:
    """Tips judged to be Critical; also of a class that this version of the pack lacks, as `Pack.critical` has it."""
    return Q(klass__gt="") & ~Q(klass__in=[c.code for c in pack.classes if not c.critical])


def _unconfirmed(pack: Pack, only: Only) -> list[tuple[UUID, Red]]:
    """Criticals for which no human who can act has confirmed: not the PSAP, no officer, no contact. Who was called, or told,
    and is concerned no longer (another school, another PSAP) cannot act; nor does who only confirmed the class."""
    raised_at = Judgement.objects.filter(tip=OuterRef("tip"), state=Judgement.State.IN_FORCE).values(
        "raised_at"
    )
    answered = RequiredAction.objects.filter(
        tip=OuterRef("pk"), result="answered", ended_by=None, done_at__gte=Subquery(raised_at)
    ).exclude(kind=CONFIRM_CLASS)
    confirmed = Notice.objects.filter(
        Q(action=None) | Q(action__ended_by=None),
        referral__tip_id=OuterRef("pk"), confirmed_at__gte=F("asked_since"),
    ).exclude(referral__state=Referral.State.WITHDRAWN)  # fmt: skip
    tips = Tip.objects.filter(_of("pk", only), closed_at=None).filter(_critical(pack))
    tips = tips.filter(~Exists(answered), ~Exists(confirmed))
    return [(i, Red("unconfirmed", at)) for i, at in tips.values_list("pk", "judged_at") if at]


def _open_criticals(pack: Pack, only: Only) -> list[UUID]:
    """The open Criticals: what is asked about them is asked of their rows only, however long the past is."""
    found = Tip.objects.filter(_of("pk", only), closed_at=None).filter(_critical(pack))
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


def _late_duties(now: datetime, only: Only) -> list[tuple[UUID, Red]]:
    return [(tip, Red("duty_late", since, n)) for tip, since, n in clock_queries.late_tips(now, only)]


def pending_lowerings() -> list[Judgement]:
    """Lowerings that wait for a supervisor, oldest first."""
    return list(Judgement.objects.select_related("tip").filter(state=Judgement.State.PENDING).order_by("at"))


def why_not_close(tip_id: UUID) -> str:
    """Why a tip may not be closed yet, in words; empty where it may."""
    tip = Tip.objects.get(pk=tip_id)
    pack = current()
    if not tip.klass:
        return "Judge the tip first: nobody can tell later what it was."
    if Judgement.objects.filter(tip_id=tip_id, state=Judgement.State.PENDING).exists():
        return "A lowering waits for a supervisor's decision."
    if pack.critical(tip.klass) and _unconfirmed(pack, (tip_id,)):
        return "This tip is Critical and nobody who can act has confirmed it."
    if Tip.objects.filter(_unread_word(), pk=tip_id).exists():
        return "The reporter has written since. Answer, or leave a note, before you close it."
    if come_since([tip_id]):
        return "A file of this tip is held and no agency has it yet: a custodian hands it over."
    if refused.unanswered().filter(tip=tip_id).exists():
        return "A mail was refused. Send it again, or write down how that person was told."
    owed = list(_owed().filter(tip_id=tip_id).values_list("kind", flat=True))
    if owed and set(owed) == {CONFIRM_CLASS}:
        return "The fusion center has not confirmed the class yet."
    if owed:
        many = ngettext("%d required action is not done.", "%d required actions are not done.", len(owed))
        return many % len(owed)
    if clock_queries.late_tips(clock.now(), (tip_id,)):
        return "A duty of the law is late. Write down that it was met, or have a supervisor waive it."
    waiting = refused.on_their_way(tip_id)
    on_their_way = ngettext(
        "%d mail is still on its way: words, or a stand-down.",
        "%d mails are still on their way: words, or a stand-down.",
        waiting,
    )
    return on_their_way % waiting if waiting else ""


def referrals_for(scope_ids: Iterable[int]) -> QuerySet[Referral]:
    """What was released to these organisations and is not withdrawn: all that their end-users ever see (decisions 6)."""
    live = Referral.objects.filter(scope_id__in=list(scope_ids)).exclude(state=Referral.State.WITHDRAWN)
    return live.select_related("place", "scope").order_by("-created_at")


def referrals_of(tip_id: UUID) -> list[Referral]:
    """The referrals of a tip with their notices, for the desk."""
    notices = Prefetch("notices", Notice.objects.select_related("contact").order_by("created_at"))
    return list(Referral.objects.filter(tip_id=tip_id).select_related("scope").prefetch_related(notices))
