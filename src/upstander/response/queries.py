"""Reads: what an end-user may see (and nothing else), and what the desk sees of their work."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Prefetch, Q, QuerySet, Value, When

from upstander import clock
from upstander.actions import exclusion
from upstander.actions import queries as actions
from upstander.actions.models import Exclusion, Notice, Referral
from upstander.directory.models import ContactPoint
from upstander.packs.current import current
from upstander.people import access
from upstander.people import queries as people
from upstander.people.models import Account
from upstander.response import words
from upstander.response.models import Entry, Outcome
from upstander.vault import services as vault

OPEN, CLOSED = Referral.State.OPEN, Referral.State.CLOSED


# ---- the end-user's side -------------------------------------------------------------------------
def _about(place_id: int) -> Q:
    return Q(place=place_id) | Q(place__parent=place_id)


def visible(account: Account) -> QuerySet[Referral]:
    """The referrals that `account` may read now (decisions 6): of the organisations that it is designated for, within
    each designation's bounds, neither withdrawn nor over their time; none of a tip that is about them, if that is why they
    are left out of it. Somebody who is designated for an organisation and stands in no list of contacts, by name or address,
    sees no tip either of which a contact of that organisation is left out: whoever decided had them not before their eyes
    (docs/decisions/0072).
    """
    reaches = access.reaches(account)
    bounds = Q(pk__in=[])
    listed = ContactPoint.objects.filter(kind="email", value__iexact=account.email).exists()
    for reach in reaches:
        theirs = Q(scope=reach.organisation_id) & (_about(reach.within_id) if reach.within_id else Q())
        bounds |= theirs if reach.contact_id or listed else theirs & ~_colleague_left_out(reach.organisation_id)
    live = Q(until=None) | Q(until__gt=clock.now())
    about_them = exclusion.hidden_from((r.contact_id for r in reaches if r.contact_id), account.email)
    found = actions.referrals_for({r.organisation_id for r in reaches}).filter(bounds, live)
    return found.exclude(tip_id__in=about_them)


def _colleague_left_out(organisation_id: int) -> Q:
    live = Exclusion.objects.filter(ended_at=None, contact__organisation=organisation_id)
    return Q(tip_id__in=live.values("tip_id"))


def _confirmed() -> Exists:
    """Whether somebody has it; the word of who was left out since is nobody's."""
    out = Exclusion.objects.filter(
        tip_id=OuterRef("referral__tip_id"), contact_id=OuterRef("contact_id"), ended_at=None
    )
    said = Notice.objects.filter(~Exists(out), referral=OuterRef("pk"), confirmed_at__gte=F("asked_since"))
    return Exists(said)


def inbox(account: Account, *, closed: bool = False) -> QuerySet[Referral]:
    """What the dashboard lists: unconfirmed first, then by gravity, then the newest; or what is closed, newest first.

    Each row carries `somebody_has` (a named person confirmed) and `rank` (0 is the gravest class).
    """
    ranks = [When(klass=c.code, then=Value(c.rank)) for c in current().classes]
    rows = visible(account).annotate(
        somebody_has=_confirmed(), rank=Case(*ranks, default=Value(99), output_field=IntegerField())
    )
    if closed:
        return rows.filter(state=CLOSED).order_by("-closed_at", "-created_at")
    return rows.filter(state=OPEN).order_by("somebody_has", "rank", "-created_at")


def own_notices(account: Account, referral: Referral) -> tuple[list[Notice], Notice | None]:
    """The notices of a referral with their contacts, in order; and the one that is addressed to `account` itself.

    That is the contact whom the designation names, or whose e-mail address is the account's. Who is left out of the tip by
    now stands in no list.
    """
    told = list(
        Notice.objects.filter(referral=referral)
        .select_related("contact")
        .prefetch_related("contact__points")
        .order_by("created_at", "contact__name")
    )
    out = exclusion.of_tip(referral.tip_id)
    notices = [notice for notice in told if not out.holds(notice.contact)]
    mine = {r.contact_id for r in access.reaches(account) if r.contact_id}
    for notice in notices:
        addresses = {p.value.lower() for p in notice.contact.points.all() if p.kind == "email"}
        if notice.contact_id in mine or account.email in addresses:
            return notices, notice
    return notices, None


# ---- both sides ----------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Line:
    """One thing on a referral's timeline, opened."""

    id: UUID
    kind: str
    at: datetime
    account_id: int
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Reported:
    """What came of it, opened. `outcomes` are the pack's codes; the three answers are None where not given."""

    at: datetime
    who: str
    outcomes: tuple[str, ...]
    sufficient: bool | None
    aware_before: bool | None
    useful: bool | None
    text: str
    closes: bool


def lines(referral_id: UUID, audience: str) -> list[Line]:
    """What was written on a referral, in order, as `audience` ("school" or "desk") may open it."""
    found = list(Entry.objects.filter(referral_id=referral_id).order_by("at", "id"))
    names = people.names(e.account_id for e in found)
    keys = vault.content_keys([referral_id], audience)
    return [_line(e, names, audience, keys) for e in found]


def _line(entry: Entry, names: dict[int, str], audience: str, keys: words.Keys) -> Line:
    who = names.get(entry.account_id, "")
    return Line(entry.id, entry.kind, entry.at, entry.account_id, who, words.entry(entry, audience, keys))


def reported(referral_id: UUID, audience: str) -> Reported | None:
    """The outcome of a referral; None before the first report."""
    found = Outcome.objects.filter(referral_id=referral_id).first()
    if found is None:
        return None
    return _reported(
        found, people.names([found.account_id]), audience, vault.content_keys([referral_id], audience)
    )


def _reported(found: Outcome, names: dict[int, str], audience: str, keys: words.Keys) -> Reported:
    return Reported(
        found.at, names.get(found.account_id, ""), tuple(found.outcomes), found.sufficient, found.aware_before,
        found.useful, words.outcome(found, audience, keys), found.closes,
    )  # fmt: skip


# ---- the desk's side -----------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Work:
    """What the people of one recipient organisation did with a tip, as the desk reads it."""

    referral: Referral
    lines: tuple[Line, ...]
    outcome: Reported | None


def of_tip(tip_id: UUID) -> list[Work]:
    """The work on every referral of a tip, in a number of queries that does not grow with it."""
    referrals = actions.referrals_of(tip_id)
    ids = [r.id for r in referrals]
    entries = list(Entry.objects.filter(referral__in=ids).order_by("at", "id"))
    outcomes = {o.referral_id: o for o in Outcome.objects.filter(referral__in=ids)}
    names = people.names([*(e.account_id for e in entries), *(o.account_id for o in outcomes.values())])
    keys = vault.content_keys(ids, "desk")
    return [
        Work(
            referral,
            tuple(_line(e, names, "desk", keys) for e in entries if e.referral_id == referral.id),
            _reported(outcomes[referral.id], names, "desk", keys) if referral.id in outcomes else None,
        )
        for referral in referrals
    ]


def unclosed(now: datetime | None = None) -> QuerySet[Referral]:
    """Open referrals without an outcome after the pack's days (`limits.outcome_days`), oldest first: to be asked after."""
    limit = (now or clock.now()) - timedelta(days=current().limits.outcome_days)
    waiting = Referral.objects.filter(state=OPEN, stood_down_at=None, created_at__lt=limit)
    waiting = waiting.exclude(Exists(Outcome.objects.filter(referral=OuterRef("pk"))))
    return waiting.select_related("scope", "place").order_by("created_at")


def unconfirmed() -> QuerySet[Referral]:
    """Open referrals that no named person has confirmed, oldest first, whatever their class."""
    waiting = Referral.objects.filter(~_confirmed(), state=OPEN, stood_down_at=None)
    return waiting.select_related("scope", "place").order_by("created_at")


def open_questions(tip_ids: Iterable[UUID] | None = None) -> QuerySet[Referral]:
    """Referrals on which somebody asked the desk and got no answer since, the longest waiting first.

    Each row carries its unanswered questions as `asked` (sealed; `words.entry` opens them).
    """
    answered = Entry.objects.filter(
        referral=OuterRef("referral"), kind=Entry.Kind.ANSWER, at__gte=OuterRef("at")
    )
    asked = Entry.objects.filter(~Exists(answered), kind=Entry.Kind.QUESTION)
    rows = Referral.objects.filter(Exists(asked.filter(referral=OuterRef("pk")))).exclude(state="withdrawn")
    if tip_ids is not None:
        rows = rows.filter(tip_id__in=list(tip_ids))
    first = asked.filter(referral=OuterRef("pk")).order_by("at").values("at")[:1]
    rows = rows.annotate(asked_at=first).order_by("asked_at")
    return rows.select_related("scope", "place").prefetch_related(
        Prefetch("entries", asked.order_by("at"), "asked")
    )
