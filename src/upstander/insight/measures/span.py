"""A span of days, as somebody asks for it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from upstander import clock
from upstander.insight.errors import CannotDo

EARLIEST: Final = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Span:
    """From one day to another, both included, where the programme is."""

    first: date
    last: date

    @property
    def since(self) -> datetime:
        """When it begins."""
        return _midnight(self.first)

    @property
    def until(self) -> datetime:
        """When it is over: the midnight after the last day."""
        return _midnight(self.last + timedelta(days=1))

    @property
    def words(self) -> str:
        """As a title says it."""
        days = {"first": date_format(self.first, "F j, Y"), "last": date_format(self.last, "F j, Y")}
        return _("%(first)s to %(last)s") % days


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def today() -> date:
    """The day that it is, where the programme is."""
    return timezone.localdate(clock.now())


def asked(first: date, last: date) -> Span:
    """The span that somebody asked for. Raises CannotDo, in words, where it ends before it begins, has not been yet, or begins
    before there was such a programme."""
    if first > last:
        raise CannotDo(_("The first day is after the last one. Change one of them."))
    if last > today():
        raise CannotDo(_("The last day has not been yet. Choose today or an earlier day."))
    if first < EARLIEST:
        raise CannotDo(_("Choose a first day from the year 2000 on."))
    return Span(first, last)


def last_year() -> Span:
    """The twelve months up to today: what is shown before anybody chose."""
    now = today()
    return Span(years_before(now, 1), now)


def years_before(day: date, years: int) -> date:
    """The first day of the so many years of which `day` is the last."""
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - years, day=28 if leap else day.day) + timedelta(days=1)
