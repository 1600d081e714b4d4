"""The queue and the header bar: what is open, what is red, whether the house works. No word of a tip is opened here."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from upstander.actions import callsheet
from upstander.actions import queries as actions
from upstander.actions.queries import Red
from upstander.config import config
from upstander.delivery import queries as delivery
from upstander.delivery.queries import CarrierState
from upstander.desk import phone
from upstander.desk.models import Claim
from upstander.directory import queries as directory
from upstander.directory.queries import PlaceCard
from upstander.inbound import queries as inbound
from upstander.intake import queries as intake
from upstander.intake import voicemail
from upstander.intake.models import Channel, Tip
from upstander.intake.queries import QueueRow
from upstander.ops import pulse
from upstander.packs.current import current
from upstander.people import queries as people
from upstander.web.templatetags.ui import span

PAGE, MOST = 100, 1000
MAIL_MAY_WAIT = timedelta(seconds=120)
MAY_COME_LATE = timedelta(seconds=30)

# What it means for people at the desk that a process says nothing.
SILENT: dict[str, str | Promise] = {
    "public": gettext_lazy("The public website is silent: tips may not get in"),
    "desk": gettext_lazy("The desk's server is silent"),
    "school": gettext_lazy("The schools' pages are silent: nobody there can confirm"),
    "events": gettext_lazy("The live line is silent: reload by hand"),
    "relay": gettext_lazy("The relay is silent: no mail leaves"),
    "worker": gettext_lazy("The worker is silent: new tips are not searchable"),
    "sealer": gettext_lazy("The sealer is silent: the audit record is not sealed"),
    "custody": gettext_lazy("Custody is silent: no evidence is packed for an agency"),
    "inbound": gettext_lazy("The end-point of the carriers is silent: texts may not get in"),
    "router": gettext_lazy("The router is silent: texts that came in do not reach the queue"),
    "caller": gettext_lazy("The caller is silent: no contact is rung by it, call them"),
}
CARRIER = {
    "failing": gettext_lazy("Carrier %(name)s refuses: mail does not leave (%(error)s)"),
    "critical_waiting": gettext_lazy("A critical message waits at carrier %(name)s"),
}
# The same of what carries something else, and where another carrier stands in.
STOPPED: dict[str, str | Promise] = {
    "sms": gettext_lazy("Carrier %(name)s refuses: text messages do not leave (%(error)s)"),
    "call": gettext_lazy("Carrier %(name)s refuses: nobody is rung by it, call them (%(error)s)"),
}
MAILBOX = {
    "line": gettext_lazy("The mailbox cannot be reached for %(t)s: tips by e-mail do not come in"),
    "refused": gettext_lazy("The mailbox refuses our login or its folder for %(t)s: tips by e-mail do not come in"),
    "not_kept": gettext_lazy("What lies in the mailbox cannot be kept for %(t)s: tips by e-mail do not come in"),
}
STANDS_IN = gettext_lazy("Carrier %(name)s is dead (%(error)s): %(instead)s carries instead")


@dataclass(frozen=True, slots=True)
class Item:
    """One row of the queue."""

    tip: QueueRow
    place: PlaceCard | None
    reds: tuple[str, ...]
    holder: str
    mine: bool
    now: datetime
    unheard: bool = False  # a voicemail of which nobody has written down what is said

    @property
    def grade(self) -> str:
        """The badge: danger until judged, then the class's gravity; `waiting` for what nobody has judged."""
        if self.tip.klass:
            return "critical" if current().critical(self.tip.klass) else self.tip.klass
        return "danger" if self.tip.danger_now else "waiting"

    @property
    def label(self) -> str:
        """The badge's word: the class of a judged tip that is not a Critical, else the badge's own."""
        if self.tip.klass:
            said = self.grade in ("critical", "standard", "other") and current().knows_class(self.tip.klass)
            return "" if said else current().class_name(self.tip.klass)
        return "" if self.tip.danger_now else _("New")

    @property
    def unread(self) -> bool:
        """Whether the reporter has written again and nobody has taken it up."""
        return self.tip.unread

    @property
    def channel(self) -> str:
        """How it came, in a word."""
        return Channel(self.tip.channel).label


@dataclass(frozen=True, slots=True)
class Board:
    """The queue as it is shown: items, and how many there are in all."""

    items: list[Item]
    open: int
    red: int

    @property
    def more(self) -> bool:
        """Whether there are open tips beyond those shown."""
        return self.open > len(self.items)

    @property
    def next(self) -> int:
        """How many are shown after a press of *Show more*: the queue stands on several pages, and none of them need know."""
        return len(self.items) + PAGE


Reds = dict[UUID, list[Red]]


def red_now(now: datetime, only: tuple[UUID, ...] | None = None) -> Reds:
    """Every tip that somebody must act on at this moment: red by absence (decisions 14), and each danger not yet taken.

    Of the tips `only`, where they are named. Dear to ask: a request asks once (`views.page.red`) and hands the answer on.
    """
    red = actions.red_tips(now, only)
    nobody = Q(claim=None) | Q(claim__until__lte=now)
    waiting = Tip.objects.filter(nobody, closed_at=None, judged_at=None, danger_now=True)
    if only is not None:
        waiting = waiting.filter(pk__in=only)
    for tip_id, at in waiting.values_list("pk", "received_at"):
        if not any(r.code == "danger_unclaimed" for r in red.setdefault(tip_id, [])):
            red[tip_id].append(Red("danger_waiting", at))
    for tip_id, at in voicemail.unheard(only).items():
        if at <= now - timedelta(minutes=config().voicemail_minutes):
            red.setdefault(tip_id, []).append(Red("voicemail_unheard", at))
    return red


def red_of(tip_id: UUID, now: datetime) -> list[Red]:
    """Why one tip is red; empty where it is not."""
    return red_now(now, (tip_id,)).get(tip_id, [])


def words_for(red: Red, now: datetime) -> str:
    """One reason in words, with how long."""
    said = {
        "danger_waiting": _("nobody has taken it"),
        "danger_unclaimed": _("nobody has taken it for %(t)s"),
        "held_unjudged": _("taken, and not judged for %(t)s"),
        "reporter_waiting": _("the reporter has written, and nobody has taken it up for %(t)s"),
        "crisis_waiting": _("a reporter in crisis has written, and waits for an answer for %(t)s"),
        "voicemail_unheard": _("a voicemail of which nobody has written down what is said, for %(t)s"),
        "overdue": ngettext("%(n)d step overdue, %(t)s", "%(n)d steps overdue, %(t)s", red.count),
        "unconfirmed": _("nobody who can act has confirmed, %(t)s"),
        "contact_silent": ngettext(
            "%(n)d contact silent for %(t)s", "%(n)d contacts silent for %(t)s", red.count
        ),
        "narrative_waiting": _("its words not released for %(t)s"),
        "lowering_undecided": _("a lowering undecided for %(t)s"),
        "files_held": ngettext(
            "%(n)d file held that no agency has", "%(n)d files held that no agency has", red.count
        ),
        "duty_late": ngettext(
            "a duty of the law is late, %(t)s", "%(n)d duties of the law are late, %(t)s", red.count
        ),
        "cut_off": ngettext(
            "%(n)d contact hears nothing: each address of theirs is of somebody left out; decide about them",
            "%(n)d contacts hear nothing: each address of theirs is of somebody left out; decide about them",
            red.count,
        ),
        "mail_refused": ngettext("a mail was refused", "mails to %(n)d people were refused", red.count),
    }.get(red.code, red.code)
    return said % {"n": red.count, "t": span(now - red.since)} if "%(" in said else said


def _holders(ids: list[UUID], now: datetime) -> dict[UUID, tuple[int, str]]:
    live = Claim.objects.filter(tip_id__in=ids, until__gt=now)
    return {tip: (pk, name) for tip, pk, name in live.values_list("tip_id", "account_id", "account__name")}


def items(rows: list[QueueRow], red: dict[UUID, list[Red]], now: datetime, account_id: int) -> list[Item]:
    """Rows with what people need to choose among them, in two queries."""
    places = directory.place_cards({r.place_id for r in rows if r.place_id})
    held = _holders([r.id for r in rows], now)
    spoken = [r.id for r in rows if r.channel == Channel.VOICEMAIL]
    unheard = voicemail.unheard(spoken) if spoken else {}
    return [
        Item(
            tip=row,
            place=places.get(row.place_id) if row.place_id else None,
            reds=tuple(words_for(r, now) for r in red.get(row.id, ())),
            holder=held.get(row.id, (0, ""))[1],
            mine=held.get(row.id, (0, ""))[0] == account_id,
            now=now,
            unheard=row.id in unheard,
        )
        for row in rows
    ]


def board(
    now: datetime, account_id: int, limit: int = PAGE, only_red: bool = False, red: Reds | None = None
) -> Board:
    """The first `limit` tips: red ones first, whatever their rank, then the gravest, then the oldest.

    `red`: what is red, where it is known already. The number of queries does not depend on how many tips there are.
    """
    limit = max(PAGE, min(limit, MOST))
    red = red_now(now) if red is None else red
    rows = [] if only_red else intake.open_queue(limit)
    seen = {r.id for r in rows}
    rows += intake.tips([i for i in red if i not in seen], limit)
    rows.sort(key=lambda r: (r.id not in red, r.standing, r.received_at))
    total = len(red) if only_red else intake.open_count()
    return Board(items(rows[:limit], red, now, account_id), total, len(red))


@dataclass(frozen=True, slots=True)
class Bar:
    """The header: how many are red, what of the house is, who supervises. `marks` names each red thing, shortly."""

    now: datetime
    red: int
    open: int
    house: list[str]
    carriers: int
    supervisors: list[str]
    marks: str = ""
    lowerings: int = 0
    new: list[str] = field(default_factory=list)

    @property
    def alarms(self) -> int:
        """What the tab's title counts."""
        return self.red + len(self.house)


def _house(now: datetime) -> dict[str, str]:
    """What of the house does not work, in words, by a short code (decisions 14)."""
    found = {name: str(SILENT[name]) for name in pulse.silent(now)} | phone.faults(now)
    for carrier in delivery.carriers():
        if carrier.red:
            found[f"carrier-{carrier.name}"] = _of_carrier(carrier)
    for name, n in delivery.unreported().items():
        found[f"unreported-{name}"] = ngettext(
            "%(name)s has taken %(n)d text of a Critical and not said that it arrived: call",
            "%(name)s has taken %(n)d texts of Criticals and not said that they arrived: call", n,
        ) % {"name": name, "n": n}  # fmt: skip
    for one in delivery.used_up():
        said = {"name": one.carrier, "used": one.used, "most": one.most, "t": span(one.span)}
        words = _("The budget of carrier %(name)s is used up (%(used)d of %(most)d in %(t)s): only Criticals leave")
        found[f"budget-{one.carrier}"] = words % said
    waits = delivery.backlog().oldest_seconds
    if waits > MAIL_MAY_WAIT.total_seconds():
        found["backlog"] = _("Mail has waited for %(t)s") % {"t": span(timedelta(seconds=waits))}
    if (sheet := callsheet.state().late) is not None:
        found["call-sheet"] = _("The call sheet is %(t)s old: print one from its page") % {"t": span(sheet)}
    return found | _came_in(now)


def _of_carrier(carrier: CarrierState) -> str:
    """What is wrong with a carrier, and whom it concerns."""
    failing = carrier.reason == "failing"
    stopped = STOPPED.get(carrier.channel, CARRIER["failing"])
    words = STANDS_IN if carrier.instead else stopped if failing else CARRIER[carrier.reason]
    said = str(words) % {"name": carrier.name, "error": carrier.error or "-", "instead": carrier.instead}
    if carrier.instead or not carrier.waiting:
        return said
    n = carrier.waiting
    return f"{said}. " + ngettext(
        "%(n)d message of a Critical waits for it", "%(n)d messages of Criticals wait for it", n
    ) % {"n": n}  # fmt: skip


def _came_in(now: datetime) -> dict[str, str]:
    """What came in by a carrier and does not get on."""
    found, waiting = {}, inbound.waiting(now)
    if waiting.late > MAY_COME_LATE:
        found["came-in-late"] = _("What came in has waited for %(t)s") % {"t": span(waiting.late)}
    if waiting.refused:
        found["came-in-refused"] = ngettext(
            "%(n)d message that came in could not be routed", "%(n)d messages that came in could not be routed", waiting.refused
        ) % {"n": waiting.refused}
    if (box := inbound.mailbox()) is not None:
        found["mailbox"] = str(MAILBOX[box.trouble]) % {"t": span(box.late)}
    return found


def _marks(red: dict[UUID, list[Red]], house: dict[str, str]) -> list[str]:
    """Each red thing as a few letters that say nothing: by them a page knows what is new since it last looked."""
    marks = sorted(
        {f"{tip.hex[-6:]}{r.code[:1]}{r.code[-1:]}" for tip, reasons in red.items() for r in reasons}
    )
    if len(marks) > 150:
        marks = [*marks[:150], f"more{len(marks) // 50}"]
    return [*marks, *sorted(house)]


def bar(now: datetime, seen: str | None = None, red: Reds | None = None) -> Bar:
    """The header now. `seen`: the marks that the page knew already; what is not among them is new."""
    red, house = red_now(now) if red is None else red, _house(now)
    marks = _marks(red, house)
    known = set(marks) if seen is None else set(seen.split("."))
    return Bar(
        now=now,
        red=len(red),
        open=intake.open_count(),
        house=list(house.values()),
        carriers=len(delivery.carriers()),
        supervisors=[a.name for a in people.supervisors_on_call()],
        marks=".".join(marks),
        lowerings=len(actions.pending_lowerings()),
        new=[house.get(m, "") for m in marks if m not in known],
    )


def announcement(bar_: Bar) -> str:
    """What is said aloud when something turned red."""
    tips = ngettext("%(n)d tip needs somebody now.", "%(n)d tips need somebody now.", bar_.red) % {
        "n": bar_.red
    }
    return " ".join([*(w for w in bar_.new if w), *([tips] if bar_.red else [])])
