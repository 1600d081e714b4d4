"""Another version of the directive before it is adopted: what it would demand otherwise of past tips (issue 3, point 7)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.core.paginator import Paginator
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from upstander import clock
from upstander.actions import replaying
from upstander.actions.replay_models import Replay
from upstander.audit import services as audit
from upstander.desk import roles
from upstander.desk.roles import StaffRequest
from upstander.desk.views.page import frame
from upstander.packs.current import afresh, all_versions, current
from upstander.packs.errors import PackError, Problem
from upstander.packs.model import Pack
from upstander.packs.versions import Versions, begins
from upstander.people import queries as people
from upstander.protocol.diff import Change

PAGE, RECENT = 100, 10
_DAY = {"invalid": gettext_lazy("Write the day as 2026-11-22.")}
_YEARS = (
    MinValueValidator(date(2000, 1, 1), gettext_lazy("Look at the year again.")),
    MaxValueValidator(date(2199, 12, 31), gettext_lazy("Look at the year again.")),
)


class ReplayForm(forms.Form):
    """Which version is compared with which, over the tips of which days (both included; empty: no limit)."""

    old = forms.ChoiceField(label=gettext_lazy("In force instead of"))
    new = forms.ChoiceField(label=gettext_lazy("This version"))
    since = forms.DateField(
        label=gettext_lazy("Tips judged from this day on"), required=False, error_messages=_DAY, validators=_YEARS,
        widget=forms.DateInput(attrs={"type": "date"}),
    )  # fmt: skip
    until = forms.DateField(
        label=gettext_lazy("to this day"), required=False, error_messages=_DAY, validators=_YEARS,
        widget=forms.DateInput(attrs={"type": "date"}),
    )  # fmt: skip

    def __init__(self, *args: Any, packs: tuple[Pack, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.packs = {pack.digest: pack for pack in packs}
        for name in ("old", "new"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [(pack.digest, f"{pack.version} ({pack.effective_from})") for pack in packs]

    def clean(self) -> dict[str, Any]:
        """Two versions, and days in their order."""
        given = super().clean() or {}
        if given.get("old") and given.get("old") == given.get("new"):
            self.add_error("new", _("Choose another version than the one it is compared with."))
        since, until = given.get("since"), given.get("until")
        if since and until and until < since:
            self.add_error("until", _("This day lies before the first one."))
        return given


@dataclass(frozen=True, slots=True)
class Version:
    """One version as it is listed: in force, to come, or past."""

    pack: Pack
    state: str
    begins: datetime


def _folder() -> tuple[Versions, tuple[Problem, ...]]:
    """What lies in the pack's folder now, and what is wrong there; where all of it is broken, what this process uses."""
    try:
        found = afresh()
    except PackError as error:
        return all_versions(), error.problems
    return found, found.refused


def _listed(found: Versions, now: datetime) -> list[Version]:
    in_force = found.in_force(now)

    def state(pack: Pack) -> str:
        if pack is in_force:
            return _("in force")
        return _("to come") if begins(pack) > now else _("past")

    return [Version(pack, state(pack), begins(pack)) for pack in reversed(found.packs)]


@require_http_methods(["GET", "POST"])
@roles.supervisor
def listed(request: StaffRequest) -> HttpResponse:
    """The versions in the folder, what is wrong there, and the question to ask."""
    found, problems = _folder()
    now = clock.now()
    form = ReplayForm(
        request.POST if request.method == "POST" else None, packs=found.packs, initial=_initial(found, now)
    )
    if request.method == "POST" and form.is_valid():
        return redirect("desk_replay", replay_id=_ask(request, form).id)
    recent = list(Replay.objects.order_by("-asked_at")[:RECENT])
    known = {
        "versions": _listed(found, now), "problems": problems, "form": form, "recent": recent, "now": now,
        "names": people.names([one.asked_by for one in recent]),
    }  # fmt: skip
    return render(
        request, "desk/versions.html", {**known, **frame(request)}, status=422 if form.errors else 200
    )


def _initial(found: Versions, now: datetime) -> dict[str, Any]:
    """The newest version against the one in force, over the last year."""
    in_force = found.in_force(now)
    other = next((p for p in reversed(found.packs) if p is not in_force), in_force)
    return {"old": in_force.digest, "new": other.digest, "since": clock.today() - timedelta(days=365)}


def _ask(request: StaffRequest, form: ReplayForm) -> Replay:
    given = form.cleaned_data
    old, new = form.packs[given["old"]], form.packs[given["new"]]
    zone = ZoneInfo(current().programme.time_zone)

    def midnight(day: date | None, *, after: bool = False) -> datetime | None:
        return datetime.combine(day + timedelta(days=after), time(), zone) if day else None

    since, until = midnight(given["since"]), midnight(given["until"], after=True)
    return replaying.ask(request.user.actor, request.user.pk, old, new, since, until)


@dataclass(frozen=True, slots=True)
class Row:
    """One change in words: whose duty, what becomes of it, of how many tips; `n` is its place in the replay."""

    n: int
    owner: str
    title: str
    rule: str
    what: str
    fields: list[tuple[str, str, str]]
    times: int

    @property
    def key(self) -> str:
        """Its place, as an address names it."""
        return str(self.n)


@require_GET
@roles.supervisor
@transaction.atomic
def replay(request: StaffRequest, replay_id: UUID) -> HttpResponse:
    """How far it is, and what it has found: by whose duty, with the tips concerned. Looking is on record."""
    found = get_object_or_404(Replay, pk=replay_id)
    audit.record(request.user.actor, "replay.read", "replay", found.id, tips=found.changed)
    pack = replaying.version(found.new_digest) or current()
    rows = _rows(found, pack)
    chosen = _chosen(request, rows)
    tips = found.tips.order_by("id")
    if chosen is not None:
        tips = tips.filter(changes__contains=[chosen.n])
    known = {
        "replay": found, "rows": rows, "chosen": chosen, "running": found.finished_at is None,
        "page": Paginator(tips, PAGE).get_page(request.GET.get("page")),
        "refused": sorted(found.refused.items(), key=lambda kv: -kv[1]), "alike": found.seen - found.changed,
        "until": found.until - timedelta(seconds=1) if found.until else None,
    }  # fmt: skip
    return render(request, "desk/replay.html", {**known, **frame(request)})


def _chosen(request: StaffRequest, rows: list[Row]) -> Row | None:
    asked = request.GET.get("change", "")
    return next((row for row in rows if row.key == asked), None)


def _rows(found: Replay, pack: Pack) -> list[Row]:
    """The changes, by whose duty it is, the commonest first."""
    rows = [_row(n, kept, pack) for n, kept in enumerate(found.changes)]
    return sorted(rows, key=lambda row: (row.owner, -row.times, row.rule))


def _row(n: int, kept: dict[str, Any], pack: Pack) -> Row:
    change: Change = replaying.change_of(kept)
    what = {"added": _("would be owed"), "removed": _("would not be owed")}.get(
        change.what, _("would change")
    )
    fields = [(_field(name), _value(before), _value(after)) for name, before, after in change.fields]
    owner, title = pack.word("owner", change.owed_by), pack.word("kind", change.kind)
    return Row(n, owner, title, change.rule, what, fields, kept["times"])


def _field(name: str) -> str:
    return {
        "standing": _("owed or offered"), "owed_by": _("owed by"), "target": _("toward"), "due_seconds": _("seconds"),
        "carries": _("what may leave"), "proof": _("proof"), "about": _("told of"), "cites": _("paragraphs"),
    }.get(name, name)  # fmt: skip


def _value(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else "-" if value is None else str(value)
