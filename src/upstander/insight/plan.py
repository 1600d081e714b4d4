"""The year's plan: what, by whom, in which month; what was not done is carried over, and says so (S-sio)."""

import calendar
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.insight.errors import CannotDo
from upstander.insight.models import PlanItem

State = PlanItem.State
LEFT = (State.OPEN, State.BEGUN)  # still to be done


def first_of(day: date) -> date:
    """The first day of its month: what a month is called here."""
    return day.replace(day=1)


def after(month: date, months: int = 1) -> date:
    """The month so many later (earlier, where it is less than 0)."""
    number = month.year * 12 + month.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def last_day(month: date) -> date:
    """Until when something of this month is in time."""
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def is_late(item: PlanItem, today: date) -> bool:
    """Whether its month is over, and it is not done."""
    return item.state in LEFT and item.month < first_of(today)


@dataclass(frozen=True, slots=True)
class Month:
    """A month with what is planned for it."""

    first: date
    items: list[PlanItem]


def year(number: int) -> list[Month]:
    """The months of a year in which something is planned, or was carried away from: all that was planned for it is shown."""
    rows = PlanItem.objects.filter(month__year=number).order_by("month", "made_at", "pk")
    months: dict[date, list[PlanItem]] = {}
    for row in rows:
        months.setdefault(row.month, []).append(row)
    return [Month(first, items) for first, items in months.items()]


def pending(today: date) -> list[PlanItem]:
    """What is to be done by the end of this month, the oldest first."""
    rows = PlanItem.objects.filter(month__lte=first_of(today), state__in=LEFT)
    return list(rows.order_by("month", "made_at", "pk"))


def left_over(today: date) -> int:
    """How much of past months is not done."""
    return PlanItem.objects.filter(month__lt=first_of(today), state__in=LEFT).count()


@transaction.atomic
def add(title: str, owner: str, month: date, account_id: int, press: UUID) -> PlanItem:
    """Plan something; `press` as for a contact."""
    now, month = clock.now(), first_of(month)
    item, new = PlanItem.objects.get_or_create(
        id=press,
        defaults={
            "title": title.strip(), "owner": owner.strip(), "month": month, "first_month": month, "made_by": account_id,
            "made_at": now, "changed_at": now,
        },
    )  # fmt: skip
    if new:
        audit.record(f"account:{account_id}", "insight.planned", "plan", press, month=month.isoformat())
    return item


@transaction.atomic
def change(item_id: UUID, title: str, owner: str, month: date, state: str, account_id: int) -> None:
    """Say anew what it is, who does it, when, and how far it is. Raises CannotDo where there is none."""
    item = _item(item_id)
    if state not in State.values:
        raise CannotDo(_("Choose how far it is."))
    item.title, item.owner, item.month, item.state = title.strip(), owner.strip(), first_of(month), state
    _save(item, "insight.plan_changed", account_id)


@transaction.atomic
def mark(item_id: UUID, state: str, account_id: int) -> None:
    """It is begun, done, dropped, or open again. Raises CannotDo."""
    item = _item(item_id)
    if state not in State.values:
        raise CannotDo(_("Choose how far it is."))
    if item.state != state:
        item.state = state
        _save(item, "insight.plan_marked", account_id)


@transaction.atomic
def carry_over(account_id: int) -> int:
    """Move what past months left undone into this one; it goes on saying for which month it was planned. How much."""
    today = clock.today()
    rows = PlanItem.objects.select_for_update().filter(month__lt=first_of(today), state__in=LEFT)
    moved = rows.update(month=first_of(today), changed_at=clock.now())
    if moved:
        audit.record(f"account:{account_id}", "insight.plan_carried_over", "plan", first_of(today).isoformat(), items=moved)
    return moved


def _item(item_id: UUID) -> PlanItem:
    found = PlanItem.objects.select_for_update().filter(pk=item_id).first()
    if found is None:
        raise CannotDo(_("There is no such item."))
    return found


def _save(item: PlanItem, act: str, account_id: int) -> None:
    item.changed_at = clock.now()
    item.save(update_fields=["title", "owner", "month", "state", "changed_at"])
    audit.record(f"account:{account_id}", act, "plan", item.pk, state=str(item.state), month=item.month.isoformat())
