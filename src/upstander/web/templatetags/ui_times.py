"""Moments and lengths of time on a page: `{% when at %}`, `{% clock due %}`, `{% server_now %}`. Loaded by `{% load ui %}`."""

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.template.defaultfilters import date as format_date
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from upstander import clock as the_clock

register = template.Library()


@register.simple_tag
def server_now() -> str:
    """The server's time, by which the page's clocks count."""
    return the_clock.now().isoformat(timespec="milliseconds")


def span(length: timedelta) -> str:
    """A length of time, short: 0:42, 3:05 h, 4 d 2 h. `countdown.js` writes the same."""
    seconds = int(abs(length.total_seconds()))
    if seconds >= 48 * 3600:
        return f"{seconds // 86400} d {seconds % 86400 // 3600} h"
    if seconds >= 3600:
        return f"{seconds // 3600}:{seconds // 60 % 60:02} h"
    return f"{seconds // 60}:{seconds % 60:02}"


@register.simple_tag
def span_between(first: datetime, last: datetime) -> str:
    """How long it was from one moment to another, as `span` writes it."""
    return span(last - first)


@register.inclusion_tag("upstander/includes/clock.html")
def clock(
    due: datetime, start: datetime | None = None, done: datetime | None = None, now: datetime | None = None
) -> dict[str, Any]:
    """A deadline as number and bar. `start`: when it began to run (for the bar); `done`: when it was met."""
    moment = done or now or the_clock.now()
    left = due - moment
    whole = due - start if start else timedelta(0)
    gone = min(1.0, max(0.0, 1 - left / whole)) if whole > timedelta(0) else 1.0
    overdue = left < timedelta(0)
    if done:
        text = _("late by %(t)s") % {"t": span(left)} if overdue else _("in time")
    else:
        text = (_("%(t)s overdue") if overdue else _("%(t)s left")) % {"t": span(left)}
    return {
        "due": due,
        "due_iso": due.isoformat(timespec="seconds"),
        "start_iso": start.isoformat(timespec="seconds") if start else "",
        "text": text,
        "share": f"{1.0 if overdue else gone:.3f}",
        "overdue": overdue,
        "soon": left < timedelta(minutes=1) or (bool(whole) and gone > 0.75),
        "done": done is not None,
    }


@register.simple_tag
def when(at: datetime, style: str = "long") -> SafeString:
    """A moment as people say it (decisions 60): `Sat, Nov 21, 8:57 p.m. CST`.

    `style`: long; full, with the year; short, without the zone; time, the hour alone; day, the day alone; clock, a
    24-hour clock for the desk's lists, with its day where that is not today.
    """
    local = timezone.localtime(at) if timezone.is_aware(at) else at
    day = _("D, M j")
    full = format_date(local, f"{day}, Y, g:i a T")
    year = "" if local.year == the_clock.now().year else ", Y"
    today = timezone.localtime(the_clock.now()).date() if timezone.is_aware(at) else None
    if style == "clock":
        shown = format_date(local, "H:i" if local.date() == today else f"{day}{year}, H:i")
    elif style == "day":
        shown = format_date(local, _("l, F j") + year)
    elif style == "time":
        shown = format_date(local, "g:i a")
    elif style == "short":
        shown = format_date(local, f"{day}{year}, g:i a")
    elif style == "full":
        shown = full
    else:
        shown = format_date(local, f"{day}{year}, g:i a T")
    return format_html(
        '<time class="nowrap number" datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        full,
        shown,
    )
