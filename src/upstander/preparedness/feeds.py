"""A person's own calendar reads what is planned and due at an address that only they know: no sign-in, for calendars have none.

Of the address its digest is kept. What it shows is what the person may keep at that moment; nothing that was typed.
"""

import hashlib
import re
import secrets
from datetime import date, timedelta

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from upstander import clock
from upstander.audit import services as audit
from upstander.drills.years import Year, year_starting
from upstander.people.models import Account
from upstander.preparedness import facts, pack, queries, reach, years
from upstander.preparedness.models import Drill, Feed
from upstander.preparedness.reach import Reach
from upstander.preparedness.services import actor

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_PRODUCT = "-//Upstander//Preparedness//EN"


def _digest(token: str) -> bytes:
    return hashlib.sha256(b"preparedness/feed/1:" + token.encode()).digest()


def make(mine: Reach) -> str:
    """A new address' token, shown once; the one before opens nothing any more."""
    token = secrets.token_urlsafe(32)
    changed = {"digest": _digest(token), "made_at": clock.now()}
    if not Feed.objects.filter(account_id=mine.account_id).update(**changed):
        Feed.objects.create(account_id=mine.account_id, **changed)
    audit.record(actor(mine), "preparedness.feed_made", "account", mine.account_id)
    return token


def has(mine: Reach) -> bool:
    """Whether who acts has an address."""
    return Feed.objects.filter(account_id=mine.account_id).exists()


def of(token: str) -> bytes | None:
    """The calendar under this token; None where it is nobody's, or there is nothing for that person now."""
    if not _TOKEN.fullmatch(token) or pack.maybe() is None:
        return None
    account_id = Feed.objects.filter(digest=_digest(token)).values_list("account_id", flat=True).first()
    account = Account.objects.filter(pk=account_id).first() if account_id else None
    if account is None:
        return None
    with reach.acting(account) as mine:
        return _written(mine) if mine.kept else None


def _written(mine: Reach) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("Drills and plans"))
    this = years.this_year()
    for year in (this, year_starting(this.number + 1, pack.rules().year_begins)):
        for event in _of_year(mine, year):
            calendar.add_component(event)
    return calendar.to_ical()


def _of_year(mine: Reach, year: Year) -> list[Event]:
    places = [*queries.boards(mine.kept), *queries.buildings(mine.kept)]
    planned: dict[int, list[Drill]] = {}
    for one in Drill.objects.filter(place_id__in=mine.kept, year=year.number).defer("sealed_words"):
        planned.setdefault(one.place_id, []).append(one)
    found = []
    for known in facts.facts(places, year):
        level = "district" if known.place.kind in facts.UMBRELLAS else "building" if facts.board_of(known.place) else ""
        for row in queries.rows(known, year, level):
            if row.standing.due and row.standing.state in ("overdue", "soon", "ahead"):
                name = f"due-{known.place.pk}-{row.duty.code}-{year.number}"
                found.append(_event(name, row.standing.due, _("Due: %s") % row.duty.label, known.place.name))
        for drill in planned.get(known.place.pk, ()):
            kind, day = pack.rules().kind(drill.kind), drill.held_on or drill.planned_on
            if day and not drill.called_off_at:
                words = _("Drill: %s") if drill.held_on is None else _("Drill held: %s")
                found.append(_event(f"drill-{drill.pk}", day, words % (kind.label if kind else drill.kind), known.place.name))
    return found


def _event(uid: str, day: date, title: str, place: str) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", clock.now())
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(1))
    event.add("summary", f"{title}, {place}")
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    return event
