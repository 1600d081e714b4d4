"""Service levels: how the programme keeps what it promises itself, live and month by month (docs/decisions/0075)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from upstander import clock
from upstander.actions import level_queries as levels
from upstander.actions.level_queries import Figures, Window
from upstander.desk import roles
from upstander.desk.roles import StaffRequest
from upstander.desk.views.page import frame
from upstander.intake import queries as intake
from upstander.packs.current import current
from upstander.packs.values import Goal
from upstander.protocol.levels import Tally

MONTHS = 12  # how far back one may choose


@dataclass(frozen=True, slots=True)
class Cell:
    """One goal in one window, in numbers: how many of a hundred, of how many, and whether that reaches the goal; and apart from
    these what was entered afterwards."""

    tally: Tally
    reached: bool | None
    entered: Tally


@dataclass(frozen=True, slots=True)
class Row:
    """One goal of a level, in words, with its cells."""

    goal: str
    percent: int
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Shown:
    """One level as it is shown; `worst` is the number of the tip that has waited longest, empty where none waits."""

    figures: Figures
    rows: list[Row]
    worst: str

    @property
    def since(self) -> datetime | None:
        """Since when the worst one waits."""
        return self.figures.worst.since if self.figures.worst else None


@require_GET
@roles.reader
def shown(request: StaffRequest) -> HttpResponse:
    """The levels: today, seven and thirty days; or one month of the last twelve."""
    now = clock.now()
    zone = ZoneInfo(current().programme.time_zone)
    today = now.astimezone(zone).date()
    months = _months(today)
    month = request.GET.get("month", "")
    if month in months:
        begin, end = months[month]
        windows = [Window(month, _midnight(begin, zone), min(now, _midnight(end, zone)))]
    else:
        month = ""
        windows = [
            Window(_("today"), _midnight(today, zone), now),
            Window(_("7 days"), now - timedelta(days=7), now),
            Window(_("30 days"), now - timedelta(days=30), now),
        ]
    found = levels.figures(current(), windows)
    numbers = {t.id: t.number for t in intake.tips([f.worst.tip_id for f in found if f.worst])}
    known = {
        "levels": [_shown(f, numbers) for f in found], "windows": windows, "month": month,
        "months": {key: begin for key, (begin, _end) in months.items()}, "now": now,
    }  # fmt: skip
    return render(request, "desk/levels.html", {**known, **frame(request)})


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _months(today: date) -> dict[str, tuple[date, date]]:
    """The months that one may choose, the latest first: by "2026-11", its first day and the first of the next."""
    found, end = {}, (today.replace(day=1) + timedelta(days=31)).replace(day=1)
    for _n in range(MONTHS):
        begin = (end - timedelta(days=1)).replace(day=1)
        found[f"{begin:%Y-%m}"] = (begin, end)
        end = begin
    return found


def _shown(figures: Figures, numbers: dict[UUID, str]) -> Shown:
    rows = [
        Row(_goal(kept.goal), kept.goal.percent, [
            Cell(t, t.reaches(kept.goal), e) for t, e in zip(kept.tallies, kept.entered, strict=True)
        ])  # fmt: skip
        for kept in figures.goals
    ]
    worst = numbers.get(figures.worst.tip_id, "") if figures.worst else ""
    return Shown(figures, rows, worst)


def _goal(goal: Goal) -> str:
    """A goal in words: "90% within 15 s"."""
    return _("%(percent)d%% within %(time)s") % {"percent": goal.percent, "time": length(goal.seconds)}


def length(seconds: int) -> str:
    """A length of time as a goal names it: in seconds up to two minutes, then in minutes, hours, days."""
    for unit, name in ((86_400, _("%(n)g days")), (3600, _("%(n)g h")), (60, _("%(n)g min"))):
        if seconds >= 2 * unit and seconds % (unit // 2) == 0:
            return name % {"n": seconds / unit}
    return _("%(n)d s") % {"n": seconds}
