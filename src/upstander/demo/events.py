"""The events of the practice system's network: a webinar and a walk through a school to come, a training that was. Invented."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from django.conf import settings

from upstander import clock
from upstander.directory.models import Organisation
from upstander.gatherings import dates, feedback, services
from upstander.gatherings.models import Gathering, Kind, Registration
from upstander.gatherings.services import Item, Plan
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network.models import Member
from upstander.network.standing import standing
from upstander.people.models import Account

_WEBINAR = (
    "The first hour after an evacuation, told by a district that practiced it with 800 parents. Thirty minutes of questions.\n\n"
    "For administrators, safety officials and officers."
)
_WALK = (
    "We walk the building with its principal from the street to the gym, with the questions that a first visit asks. "
    "Wear a badge of your agency.\n\nThe office expects you at 217-555-0187."
)
_FORUM = "Three programs compare how they count what was read, and what a state needs in its first year."
_TRAINING = "An hour at tables: four telephone calls, and what is asked first. With the sheet that lies beside the telephone."
_SHEET = (
    "Beside the telephone (invented, for practice)\n\n1. Where are you calling from? Which room?\n2. What can you see?\n"
    "3. Who else knows?\n4. Keep the line. Write the words down as they were said.\n"
    "5. 217-555-0188: the office that is called next.\n"
)
# whom of the members who sign in: relevant, timely, what they do with it, words
_HEARD = {
    "dana": ("yes", "yes", "plan", "The sheet lies beside each telephone of ours now."),
    "chris": ("yes", "partly", "shared", ""),
    "jamie": ("partly", "yes", "aware", "A call of a parent would be a good fifth one."),
}


def fill(accounts: Mapping[str, Account], places: Mapping[str, Organisation]) -> None:
    """Plan them as the School Intelligence Officer, and let members take seats. `accounts`: those who sign in, by local part."""
    sam = accounts["sam"].pk
    webinar = _published(Kind.WEBINAR, "Reunification: the first hour", _WEBINAR, Level.OPEN, 12, (13, 14.5), sam,
                         join="https://meet.example/reunification", capacity=60)  # fmt: skip
    school = places.get("Sumac Hills High School, Sumac Hills")
    where = f"{school.name}, {school.address}, {school.city}" if school else "1 School Street"
    _published(Kind.VISIT, "Walk through Sumac Hills High School", _WALK, Level.FOUO, 19, (9, 11), sam, place=where, capacity=8)
    others = Member.objects.exclude(account=accounts["dana"])  # who finds it open
    _seats(webinar, list(others.order_by("-joined_at", "pk")[:7]), clock.now() - timedelta(days=2))
    _draft(Kind.FORUM, "Forum of state programs, winter session", _FORUM, Level.OPEN, 40, (10, 12), sam,
           join="https://meet.example/forum")  # fmt: skip
    _training(accounts, sam)


def _draft(
    kind: str, title: str, text: str, level: Level, days: int, hours: tuple[float, float], by: int, *, place: str = "",
    join: str = "", capacity: int | None = None,
) -> Gathering:  # fmt: skip
    zone = settings.TIME_ZONE
    starts, ends = (at(days, hour, zone) for hour in hours)
    return services.create(Plan(kind, title, text, int(level), starts, ends, zone, place, join, capacity), by, new_id())


def _published(
    kind: str, title: str, text: str, level: Level, days: int, hours: tuple[float, float], by: int, *, place: str = "",
    join: str = "", capacity: int | None = None,
) -> Gathering:  # fmt: skip
    made = _draft(kind, title, text, level, days, hours, by, place=place, join=join, capacity=capacity)
    services.publish(made.pk, by)
    return made


def at(days: int, hour: float, zone: str) -> datetime:
    """That hour of the wall, so many days from now, on the next day that is no Saturday and no Sunday."""
    day = clock.today(zone) + timedelta(days=days)
    day += timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
    return dates.moment(datetime.combine(day, time(int(hour), int(hour % 1 * 60))), zone)


def _seats(gathering: Gathering, members: list[Member], since: datetime) -> list[Registration]:
    """A seat each, without the mail that a press would owe."""
    return Registration.objects.bulk_create(
        Registration(id=new_id(), gathering=gathering, member=one, state=Registration.State.SEAT, since=since) for one in members
    )


def _training(accounts: Mapping[str, Account], sam: int) -> None:
    """One that is over: who had a seat, who came, what was handed out, what they say."""
    made = _published(Kind.TRAINING, "The call that says it is inside", _TRAINING, Level.OPEN, 3, (15, 16), sam,
                      place="Harrow Creek Middle School, library", capacity=30)  # fmt: skip
    ago = timedelta(weeks=4)
    Gathering.objects.filter(pk=made.pk).update(
        starts_at=at(-25, 15, made.zone), ends_at=at(-25, 16, made.zone), made_at=made.made_at - 2 * ago,
        published_at=clock.now() - 2 * ago,
    )  # fmt: skip
    members = list(Member.objects.order_by("-joined_at", "pk")[:9])
    rows = _seats(made, members, clock.now() - ago * 1.5)
    signs_in = {accounts[local].pk: local for local in _HEARD}
    came = [row.pk for row, n in zip(rows, range(len(rows)), strict=True) if n % 3 or row.member.account_id in signs_in]
    services.mark(made.pk, came, [row.pk for row in rows], sam)
    services.add_material(made.pk, Item("The sheet beside the telephone", int(Level.OPEN), file_name="beside-the-telephone.txt",
                                        file=_SHEET.encode()), sam, new_id())  # fmt: skip
    recorded = Item("Recording", int(Level.FOUO), address="https://material.example/the-call-that-says-it-is-inside")
    services.add_material(made.pk, recorded, sam, new_id())
    for local, (relevant, timely, use, words) in _HEARD.items():
        who, pressed = standing(accounts[local]), {"relevant": relevant, "timely": timely, "use": use, "words": words}
        for field, value in pressed.items():
            if value:
                feedback.say(made.pk, who, field, value)
