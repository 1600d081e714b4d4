"""Before an agreement with the police is due for review, and on the day itself, the place's administrators are written to."""

from collections import defaultdict
from datetime import date, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.config import config
from upstander.delivery import services as delivery
from upstander.delivery.services import Mail
from upstander.directory.models import Kind, Organisation
from upstander.ids import new_id
from upstander.officers import pack
from upstander.officers.models import Agreement, ReviewReminder
from upstander.people import access
from upstander.people.models import Account, Designation

PURPOSE = "reminder_review"
PART = 50
_PRIORITY = 8
_LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('upstander.officers.reviews'))"


def step_of(review_on: date, today: date, steps: tuple[int, ...]) -> int | None:
    """The step of the pack that is reached: the smallest number of days that still lie within; 0 from the day of the review on;
    None where it is further off. Pure."""
    left = (review_on - today).days
    return 0 if left <= 0 else min((s for s in steps if s >= left), default=None)


@transaction.atomic
def turn() -> bool:
    """Write to a part of the administrators whose agreement has reached a step, once for each; True where there are more.

    An agreement is its place's: who administers the place, or the district or system above it, is written to.
    """
    found = pack.maybe()
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
        if found is None or not cursor.fetchone()[0]:
            return False
    today, done = clock.today(), 0
    until = today + timedelta(days=max(found.reminders, default=0))
    live = Agreement.objects.filter(ended_at=None, review_on__lte=until).order_by("review_on")
    rows = list(live.values_list("id", "place_id", "review_on"))
    whom = _administrators({place for _id, place, _day in rows})
    told = ReviewReminder.objects.filter(agreement_id__in=[row[0] for row in rows])
    before: dict[tuple[UUID, int], int] = {}
    for agreement, account, days in told.values_list("agreement_id", "account_id", "days"):
        before[agreement, account] = min(days, before.get((agreement, account), days))
    for id, place, day in rows:
        step = step_of(day, today, found.reminders)
        for account in whom[place]:
            if step is None or before.get((id, account), step + 1) <= step:
                continue
            if done == PART:
                return True
            row = ReviewReminder.objects.create(
                id=new_id(), agreement_id=id, account_id=account, days=step, at=clock.now()
            )
            delivery.send_new(PURPOSE, row.id, f"account:{account}", _PRIORITY)
            audit.record("system:worker", "officers.review_reminded", "agreement", id, days=step)
            done += 1
    return False


def _administrators(places: set[int]) -> dict[int, list[int]]:
    """Whose accounts administer each of these places, or the district or system above it."""
    found = Organisation.objects.filter(pk__in=places).values_list("pk", "parent_id", "parent__kind")
    above = {place: parent if kind in (Kind.DISTRICT, Kind.SYSTEM) else None for place, parent, kind in found}
    scopes = {*above, *(parent for parent in above.values() if parent)}
    named = Designation.objects.filter(
        access.live(), kind=Designation.Kind.ADMINISTRATOR, organisation_id__in=scopes
    )
    of: dict[int, set[int]] = defaultdict(set)
    for organisation, account in named.values_list("organisation_id", "account_id"):
        of[organisation].add(account)
    return {place: sorted(of[place] | of[parent or 0]) for place, parent in above.items()}


def render(reminder_id: UUID) -> Mail | None:
    """The mail that says so; None where the agreement was ended or replaced, or the account has ended."""
    found = (
        ReviewReminder.objects.filter(pk=reminder_id, agreement__ended_at=None)
        .values_list("account_id", "agreement__place_id")
        .first()
    )
    account = (
        Account.objects.filter(pk=found[0], is_active=True).values_list("email", "name").first()
        if found
        else None
    )
    if found is None or account is None:
        return None
    email, name = account
    words = _(
        "Hello %(name)s,\n\nan agreement between your schools and the police is due for review. Which one, and when, you see"
        " after signing in:\n%(link)s\n\nWhen you have reviewed it, put the new version on file there."
    )
    link = f"{config().origin('school')}/officers/of/{found[1]}/agreements/"
    return Mail(
        to_address=email,
        to_name=name,
        subject=_("An agreement with the police is due for review"),
        text=words % {"name": name, "link": link},
    )
