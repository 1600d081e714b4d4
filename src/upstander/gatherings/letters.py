"""The mail of this room, written by the relay at the moment of sending: for who may still read it, of what is so then.

A letter names gathering and member. The relay looks up what the member may read now, stands behind that wall, and asks for the
gathering: what the database does not show there is not mailed (S-levels). Of what is marked above what leaves the house in words,
mail and calendar say that there is an event, and when; the rest is read after sign-in.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from upstander import clock
from upstander.circulation.limits import WORDS_BY_MAIL
from upstander.config import config
from upstander.delivery.mail import CalendarPart
from upstander.delivery.services import Mail
from upstander.gatherings import dates, ical
from upstander.gatherings.models import Gathering, Letter, Registration
from upstander.markings import Level
from upstander.network import mails, standing, walls
from upstander.network.models import Member
from upstander.packs.current import current
from upstander.people.models import Account

PURPOSE = "gathering_mail"  # (what begins so the network may owe: delivery's migration 0010)
Kind, State = Letter.Kind, Registration.State
# Newsletters are 9, and so is an invitation to hundreds; what somebody waits for after a press goes before.
PRIORITY: dict[str, int] = {
    Kind.INVITED: 9, Kind.REMINDER: 7, Kind.SEATED: 6, Kind.WAITS: 6, Kind.MOVED_UP: 6, Kind.CHANGED: 6, Kind.GONE: 6,
    Kind.CANCELLED: 6,
}  # fmt: skip
_WITH_ENTRY = (Kind.SEATED, Kind.MOVED_UP, Kind.CHANGED)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a letter is about, as the reader's wall shows it."""

    gathering: Gathering
    registration: Registration | None
    account: Account
    language: str

    @property
    def state(self) -> str:
        return self.registration.state if self.registration else ""

    @property
    def sequence(self) -> int:
        """What calendars compare: grows with each change of the gathering and of this member's part in it."""
        return self.gathering.sequence + (self.registration.revision if self.registration else 0)


def render(letter_id: UUID) -> Mail | None:
    """The mail; None where nothing may reach the member now, not even that there is such a gathering, or it is overtaken."""
    letter = Letter.objects.filter(pk=letter_id).first()
    level = standing.level_of(letter.member_id) if letter else None
    if letter is None or level is None:
        return None
    with walls.reading(level, letter.member_id):
        facts = _facts(letter, level)
        if facts is None or not _still(letter, facts, clock.now()):
            return None
        with mails.speaking(facts.language):
            return _mail(letter, facts)


def _facts(letter: Letter, level: Level) -> Facts | None:
    gathering = Gathering.objects.filter(
        pk=letter.gathering_id, published_at__isnull=False, level__lte=level
    ).first()
    account = Account.objects.filter(member=letter.member_id).only("email", "name").first()
    if gathering is None or account is None:
        return None
    registration = Registration.objects.filter(gathering=gathering, member=letter.member_id).first()
    language = Member.objects.values_list("language", flat=True).get(pk=letter.member_id)
    return Facts(gathering, registration, account, language)


def _still(letter: Letter, facts: Facts, now: datetime) -> bool:
    """Whether what the letter was to say is so, and worth saying."""
    gathering, kind = facts.gathering, letter.kind
    if gathering.ends_at <= now:
        return False
    if kind == Kind.CANCELLED:
        return gathering.cancelled_at is not None and facts.state in (State.SEAT, State.WAITING)
    if kind == Kind.GONE:  # (also when it was cancelled meanwhile: the entry must go)
        return facts.state == State.GIVEN_UP
    if gathering.cancelled_at:
        return False
    if kind == Kind.INVITED:
        return facts.registration is None and gathering.starts_at > now
    if kind == Kind.WAITS:
        return facts.state == State.WAITING
    if kind == Kind.REMINDER:
        return facts.state == State.SEAT and letter.about == gathering.starts_at > now
    return facts.state == State.SEAT or (kind == Kind.CHANGED and facts.state == State.WAITING)


def _mail(letter: Letter, facts: Facts) -> Mail:
    gathering, account = facts.gathering, facts.account
    subject, first = _words(letter.kind, gathering)
    closed = not may_leave(gathering)
    known = {
        "first": first,
        "greeting": mails.greeting(account.name),
        "foot": mails.foot(),
        "gathering": None if closed else gathering,
        "when": dates.spoken(gathering.starts_at, gathering.ends_at, gathering.zone),
        "has_seat": facts.state == State.SEAT and not gathering.cancelled_at,
        "invited": letter.kind == Kind.INVITED,
        "page": page_of(gathering.id),
        "marking": "" if closed else marking(gathering.level),
    }
    text = "\n".join(render_to_string("gatherings/letter.txt", known).strip().splitlines()) + "\n"
    part = _calendar(letter.kind, facts)
    return Mail(
        to_address=account.email, to_name=account.name, subject=mails.subject_of(subject), text=text,
        calendar=CalendarPart(part.method, part.content) if part else None,
    )  # fmt: skip


def _words(kind: str, gathering: Gathering) -> tuple[str, str]:
    """The subject, and the first sentence."""
    title = ical.line(gathering.title) if may_leave(gathering) else _("an event, read after sign-in")
    subjects = {
        Kind.INVITED: (_("Invitation: %s"), _("you are invited.")),
        Kind.SEATED: (
            _("You have a seat: %s"),
            _("you are registered. The entry for your calendar is with this mail."),
        ),
        Kind.WAITS: (
            _("Waiting list: %s"),
            _("all seats are taken. You are on the waiting list and move up by yourself."),
        ),
        Kind.MOVED_UP: (_("You moved up and have a seat: %s"), _("a seat became free, and it is yours.")),
        Kind.CHANGED: (_("Changed: %s"), _("something has changed. What stands here counts.")),
        Kind.GONE: (
            _("Seat given back: %s"),
            _("you gave your seat back. Your calendar's entry goes with this mail."),
        ),
        Kind.CANCELLED: (_("Cancelled: %s"), _("this does not take place.")),
        Kind.REMINDER: (_("Reminder: %s"), _("this is soon, and you have a seat.")),
    }
    subject, first = subjects[Kind(kind)]
    return subject % title, first


def _calendar(kind: str, facts: Facts) -> ical.Part | None:
    """The entry that goes along: new or changed for who has a seat, gone for who had one."""
    organizer = ical.Person(settings.UPSTANDER_PROGRAMME_NAME, config().mail_from)  # as the mail's own From
    to = ical.Person(facts.account.name, facts.account.email)
    what = occasion(facts.gathering, facts.sequence)
    if facts.state == State.SEAT and kind in _WITH_ENTRY:
        return ical.request(what, organizer, to, clock.now())
    if kind == Kind.GONE or (kind == Kind.CANCELLED and facts.state == State.SEAT):
        return ical.cancel(what, organizer, to, clock.now(), whole=kind == Kind.CANCELLED)
    return None


def occasion(gathering: Gathering, sequence: int, *, seat: bool = True) -> ical.Occasion:
    """A gathering as a calendar's entry; where one joins is told to who has a seat. Calendars are outside, as mail is."""
    page = page_of(gathering.id)
    if not may_leave(gathering):
        return ical.Occasion(
            uid=str(gathering.id), sequence=sequence, title=_("An event, read after sign-in"), text=page, place="", page=page,
            starts=gathering.starts_at, ends=gathering.ends_at, certain=seat,
        )  # fmt: skip
    where = gathering.place or (gathering.join_address if seat else "")
    join = gathering.join_address if seat else ""
    said = [marking(gathering.level), gathering.text, _("Join: %s") % join if join else "", page]
    return ical.Occasion(
        uid=str(gathering.id), sequence=sequence, title=gathering.title, text="\n\n".join(part for part in said if part),
        place=where, page=page, starts=gathering.starts_at, ends=gathering.ends_at, private=gathering.level > Level.OPEN,
        certain=seat,
    )  # fmt: skip


def may_leave(gathering: Gathering) -> bool:
    """Whether the words of a gathering may be mailed or fed to calendars, as those of products (decision 125)."""
    return gathering.level <= WORDS_BY_MAIL


def page_of(gathering_id: UUID) -> str:
    """The address of the page of a gathering, on the network's origin."""
    return f"{config().origin('network')}/gatherings/{gathering_id}/"


def marking(level: int) -> str:
    """How a gathering of this level is marked, in the pack's words; empty for what is open."""
    if level == Level.OPEN:
        return ""
    network = current().network
    return network.level(Level(level)).label if network else Level(level).name
