"""The verbs of site visits, and what their pages show: planned from the coverage, written down in seconds. Behind the staff's
wall."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.directory.models import Kind, Organisation
from upstander.gatherings.errors import CannotDo
from upstander.gatherings.models import Step, Visit

_VISITED = (Kind.REGION, Kind.DISTRICT, Kind.SYSTEM, Kind.SCHOOL, Kind.COLLEGE, Kind.CAMPUS)
_AHEAD = timedelta(days=730)


def place(organisation_id: int) -> Organisation | None:
    """Somewhere that can be visited; None for any other organisation, or one that is no more."""
    return Organisation.objects.filter(pk=organisation_id, kind__in=_VISITED, retired_on=None).first()


@transaction.atomic
def plan(organisation_id: int, day: date, account_id: int, press: UUID) -> Visit:
    """Plan a visit; `press` marks one shown form: pressed again it is the same visit. Raises CannotDo."""
    if place(organisation_id) is None:
        raise CannotDo(_("Nobody can be visited there."))
    today = clock.today()
    if not today - timedelta(days=366) <= day <= today + _AHEAD:
        raise CannotDo(_("Choose a day within two years."))
    made, new = Visit.objects.get_or_create(
        id=press,
        defaults={
            "organisation_id": organisation_id,
            "planned_for": day,
            "made_by": account_id,
            "made_at": clock.now(),
        },
    )
    if new:
        audit.record(
            f"account:{account_id}",
            "gatherings.visit_planned",
            "organisation",
            organisation_id,
            visit=str(made.id),
        )
    return made


@transaction.atomic
def log(visit_id: UUID, day: date, findings: str, account_id: int) -> Visit:
    """Write down that the visit was made, and what was found; written again it replaces. Raises CannotDo."""
    visit = Visit.objects.select_for_update().get(pk=visit_id)
    if visit.dropped_at:
        raise CannotDo(_("This visit was dropped."))
    if day > clock.today():
        raise CannotDo(_("A visit is written down once it was made."))
    if (visit.visited_on, visit.findings) != (day, findings.strip()):
        visit.visited_on, visit.findings = day, findings.strip()
        visit.save(update_fields=["visited_on", "findings"])
        audit.record(
            f"account:{account_id}",
            "gatherings.visited",
            "organisation",
            visit.organisation_id,
            visit=str(visit.id),
        )
    return visit


@transaction.atomic
def drop(visit_id: UUID, account_id: int) -> None:
    """It will not be made."""
    dropped = Visit.objects.filter(pk=visit_id, visited_on=None, dropped_at=None).update(
        dropped_at=clock.now()
    )
    if dropped:
        audit.record(f"account:{account_id}", "gatherings.visit_dropped", "visit", visit_id)


@transaction.atomic
def agree(visit_id: UUID, what: str, owner: str, due: date, account_id: int, press: UUID) -> Step:
    """Write down a step that was agreed; `press` as for `plan`."""
    step, new = Step.objects.get_or_create(
        id=press, defaults={"visit_id": visit_id, "what": what.strip(), "owner": owner.strip(), "due": due}
    )
    if new:
        audit.record(f"account:{account_id}", "gatherings.step_agreed", "visit", visit_id, step=str(step.id))
    return step


@transaction.atomic
def done(visit_id: UUID, step_id: UUID, account_id: int) -> None:
    """The step was taken."""
    first = Step.objects.filter(pk=step_id, visit=visit_id, done_at=None)
    if first.update(done_at=clock.now(), done_by=account_id):
        audit.record(f"account:{account_id}", "gatherings.step_done", "visit", visit_id, step=str(step_id))


@dataclass(frozen=True, slots=True)
class Due:
    """A step that nobody has taken yet."""

    step: Step
    overdue: bool


def planned() -> list[Visit]:
    """Visits to come, and those whose day has passed without a word."""
    return list(
        Visit.objects.filter(visited_on=None, dropped_at=None)
        .select_related("organisation")
        .order_by("planned_for", "pk")
    )


def made(most: int = 30) -> list[Visit]:
    """The latest that were made."""
    rows = Visit.objects.exclude(visited_on=None).select_related("organisation")
    return list(rows.order_by("-visited_on", "-pk")[:most])


def steps_due(most: int = 50) -> list[Due]:
    """What was agreed and is not done, what was due first on top."""
    today = clock.today()
    rows = (
        Step.objects.filter(done_at=None).select_related("visit__organisation").order_by("due", "pk")[:most]
    )
    return [Due(step, step.due < today) for step in rows]
