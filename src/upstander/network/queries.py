"""What the staff see: what waits, who is a member and in which state, and what happened to whom. Behind the staff's wall."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from upstander.markings import Level
from upstander.network import standing
from upstander.network.models import AgencyCheck, Application, Change, Decision, Inquiry, Member, Signature
from upstander.people import queries as people

STATES: dict[str, str | Promise] = {
    "live": gettext_lazy("Active"),
    "lapsed": gettext_lazy("Lapsed"),
    "suspended": gettext_lazy("Suspended"),
    "removed": gettext_lazy("Removed or left"),
}
DONE: dict[str, str | Promise] = {
    "approved": gettext_lazy("Approved"),
    "refused": gettext_lazy("Refused"),
    "reopened": gettext_lazy("Opened again"),
    "suspended": gettext_lazy("Suspended"),
    "lifted": gettext_lazy("Suspension lifted"),
    "left": gettext_lazy("The organization says that they left"),
    "removed": gettext_lazy("Removed"),
    "address_works": gettext_lazy("The address works again"),
    "les": gettext_lazy("LES given"),
    "les_ended": gettext_lazy("LES ended"),
    "brought_in": gettext_lazy("Brought in from a list"),
    "changed": gettext_lazy("Position or employer changed"),
    "not_changed": gettext_lazy("A change was not taken over"),
}


def waiting() -> QuerySet[Application]:
    """The applications that wait for a decision, the oldest first."""
    live = Application.objects.filter(state=Application.State.WAITING).select_related("organisation")
    return live.order_by("confirmed_at", "pk").annotate(
        ticked=Count("ticks", distinct=True),
        said=Count("inquiries", filter=Q(inquiries__answered_at__isnull=False), distinct=True),
    )


def appeals() -> QuerySet[Application]:
    """What was refused, and is asked to be looked at again."""
    refused = Application.objects.filter(state=Application.State.REFUSED, appealed_at__isnull=False)
    return refused.select_related("organisation").order_by("appealed_at")


def for_a_second() -> QuerySet[AgencyCheck]:
    """What agencies said of members, and nobody else has seen yet."""
    live = AgencyCheck.objects.filter(ended_at=None, second_at=None, member__isnull=False)
    return live.select_related("member__account").order_by("at")


def changes() -> QuerySet[Change]:
    """What members said has changed, and nobody has looked at yet."""
    return Change.objects.filter(decided_at=None).select_related("member__account", "member__organisation").order_by("at")


def after(application: Application) -> Application | None:
    """The application that waits next; the first one where this is the last."""
    others = waiting().exclude(pk=application.pk)
    if application.confirmed_at is None:
        return others.first()
    later = Q(confirmed_at__gt=application.confirmed_at) | Q(confirmed_at=application.confirmed_at, pk__gt=application.pk)
    return others.filter(later).first() or others.first()


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list of members is narrowed to; empty: everybody."""

    words: str = ""
    region: int = 0
    discipline: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A member as the list shows them: `level` is what reaches them now."""

    member: Member
    level: Level | None

    @property
    def state(self) -> str:
        """One of STATES."""
        if self.member.state == Member.State.REMOVED or self.member.left_at is not None:
            return "removed"
        if self.member.state == Member.State.SUSPENDED:
            return "suspended"
        return "lapsed" if self.level is None else "live"

    @property
    def word(self) -> str:
        """The state in words."""
        return str(STATES[self.state])


def members(narrowed: Filters) -> list[Row]:
    """Who is a member, by name. What lapsed is computed: it is asked of all of them in one statement."""
    found = Member.objects.select_related("account", "organisation").order_by("account__name", "pk")
    for word in narrowed.words.split()[:6]:
        found = found.filter(
            Q(account__name__icontains=word) | Q(account__email__icontains=word) | Q(organisation__name__icontains=word)
            | Q(organisation_name__icontains=word)
        )  # fmt: skip
    if narrowed.region:
        found = found.filter(regions__contains=[narrowed.region])
    if narrowed.discipline:
        found = found.filter(discipline=narrowed.discipline)
    listed = list(found)
    levels = standing.levels([m.pk for m in listed])
    rows = [Row(m, levels.get(m.pk)) for m in listed]
    return [row for row in rows if not narrowed.state or row.state == narrowed.state]


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of a history."""

    at: datetime
    what: str
    by: str = ""
    reason: str = ""


def history(*, member: Member | None = None, application: Application | None = None) -> list[Happened]:
    """All that happened to a member, or to an application, the latest first."""
    about = Q(member=member) if member else Q(application=application)
    decisions = list(Decision.objects.filter(about))
    names = people.names(d.account_id for d in decisions)
    lines = [Happened(d.at, str(DONE.get(d.kind, d.kind)), names.get(d.account_id, ""), d.reason) for d in decisions]
    lines += _signed(Signature.objects.filter(about).select_related("agreement"))
    if member:
        lines += _kept(member)
    if application:
        lines += _answered(application.inquiries.all())
        lines.append(Happened(application.made_at, _("Applied")))
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _signed(rows: Iterable[Signature]) -> list[Happened]:
    said = _("Signed the agreement, version %(version)s")
    return [Happened(s.at, said % {"version": s.agreement.version}, s.typed_name) for s in rows]


def _kept(member: Member) -> list[Happened]:
    lines = [Happened(a.at, _("Attested"), "", f"{a.position}, {a.works_at}") for a in member.attestations.all()]
    lines += [Happened(b.at, _("A mail came back"), "", b.code) for b in member.bounces.all()]
    words = {"asked": _("Asked"), "reminded": _("Reminded"), "last": _("Reminded for the last time"), "lapsed": _("Lapsed")}
    about = {"attest": _("attestation"), "sign": _("agreement")}
    lines += [Happened(a.at, f"{words[a.stage]}: {about[a.kind]}") for a in member.askings.all() if a.kind in about]
    if member.left_at:
        lines.append(Happened(member.left_at, _("Left the network")))
    return lines


def _answered(rows: Iterable[Inquiry]) -> list[Happened]:
    lines = []
    for one in rows:
        lines.append(Happened(one.asked_at, _("Asked by mail"), "", f"{one.name}, {one.email}"))
        if one.answered_at:
            word = _("Vouched for") if one.vouched else _("Did not vouch")
            lines.append(Happened(one.answered_at, word, one.answered_by, one.note))
    return lines


def who_asked(ids: Iterable[int]) -> dict[int, str]:
    """The names of those who ticked, said, saw."""
    return people.names(ids)


def member(member_id: UUID) -> Row | None:
    """One of them; None where there is none."""
    found = Member.objects.select_related("account", "organisation").filter(pk=member_id).first()
    return Row(found, standing.level_of(found.pk)) if found else None
