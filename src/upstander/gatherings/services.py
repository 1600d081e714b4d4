"""The verbs of whoever plans gatherings: make, change, publish, invite, cancel, copy, mark who came, add material.

They are called behind the staff's wall; each writes its own line of the record.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.gatherings import dates, seats
from upstander.gatherings.errors import CannotDo
from upstander.gatherings.models import Gathering, Letter, Material, Registration
from upstander.ids import new_id
from upstander.network import standing

State = Registration.State
# What stands in people's calendars: whoever changes one of these writes to all who come.
SHOWN = ("title", "starts_at", "ends_at", "zone", "place", "join_address")
LARGEST = 1024 * 1024  # of a file: the network takes no larger form than half of that again


@dataclass(frozen=True, slots=True)
class Plan:
    """What somebody wrote about a gathering."""

    kind: str
    title: str
    text: str
    level: int
    starts_at: datetime
    ends_at: datetime
    zone: str
    place: str
    join_address: str
    capacity: int | None
    regions: tuple[int, ...] = ()
    disciplines: tuple[str, ...] = ()

    @property
    def fields(self) -> dict[str, Any]:
        known = {name: getattr(self, name) for name in self.__slots__}
        return {**known, "regions": list(self.regions), "disciplines": list(self.disciplines)}


@transaction.atomic
def create(plan: Plan, account_id: int, press: UUID) -> Gathering:
    """A draft, which staff alone see. `press` marks one shown form: pressed again it is the same draft. Raises CannotDo."""
    _must_be_possible(plan)
    made, new = Gathering.objects.get_or_create(
        id=press, defaults={**plan.fields, "made_by": account_id, "made_at": clock.now()}
    )
    if new:
        audit.record(
            f"account:{account_id}", "gatherings.made", "gathering", made.id, what=plan.kind, level=plan.level
        )
    return made


def _must_be_possible(plan: Plan) -> None:
    if plan.ends_at <= plan.starts_at:
        raise CannotDo(_("It ends after it begins."))
    if not plan.place and not plan.join_address:
        raise CannotDo(_("Say where it is, or under which address one joins."))


@transaction.atomic
def change(gathering_id: UUID, plan: Plan, account_id: int) -> Gathering:
    """Change it; whoever comes is written to where something changes that stands in their calendar. Raises CannotDo, also for
    another
    level once it is published: who read of it, and who did not, cannot be undone."""
    gathering = seats.alone(gathering_id)
    _must_be_possible(plan)
    _must_not_be_cancelled(gathering)
    if gathering.published_at and plan.level != gathering.level:
        raise CannotDo(_("The marking cannot change once it is published. Cancel it and make another."))
    changed = sorted(name for name, value in plan.fields.items() if getattr(gathering, name) != value)
    if not changed:
        return gathering
    for name in changed:
        setattr(
            gathering,
            name,
            getattr(plan, name) if name not in ("regions", "disciplines") else plan.fields[name],
        )
    told = bool(gathering.published_at) and not set(changed).isdisjoint(SHOWN)
    gathering.sequence += told
    gathering.save()
    audit.record(f"account:{account_id}", "gatherings.changed", "gathering", gathering.id, changed=changed)
    if told:
        seats.owe(gathering.id, _coming(gathering), Letter.Kind.CHANGED)
    seats.settle(gathering)
    return gathering


def _coming(gathering: Gathering) -> list[UUID]:
    rows = Registration.objects.filter(gathering=gathering, state__in=(State.SEAT, State.WAITING))
    return list(rows.order_by("since", "pk").values_list("member", flat=True))


def _must_not_be_cancelled(gathering: Gathering) -> None:
    if gathering.cancelled_at:
        raise CannotDo(_("This was cancelled."))


@transaction.atomic
def publish(gathering_id: UUID, account_id: int) -> None:
    """Show it to all who may read it. Raises CannotDo where it is over or cancelled."""
    gathering = seats.alone(gathering_id)
    _must_be_ahead(gathering)
    if gathering.published_at is None:
        gathering.published_at = clock.now()
        gathering.save(update_fields=["published_at"])
        audit.record(
            f"account:{account_id}", "gatherings.published", "gathering", gathering.id, level=gathering.level
        )


@transaction.atomic
def invite(gathering_id: UUID, account_id: int) -> None:
    """Publish it, and let the worker mail everybody for whom it is meant, each once. Raises CannotDo as `publish` does."""
    publish(gathering_id, account_id)
    gathering = Gathering.objects.get(pk=gathering_id)
    if gathering.invite_from is None:
        gathering.invite_from = clock.now()
        gathering.save(update_fields=["invite_from"])
        audit.record(f"account:{account_id}", "gatherings.invited", "gathering", gathering.id)


def _must_be_ahead(gathering: Gathering) -> None:
    _must_not_be_cancelled(gathering)
    if gathering.ends_at <= clock.now():
        raise CannotDo(_("This is over."))


@transaction.atomic
def cancel(gathering_id: UUID, reason: str, account_id: int) -> None:
    """It does not take place: everybody who comes is told why, and their calendars forget it. Raises CannotDo."""
    gathering = seats.alone(gathering_id)
    if gathering.cancelled_at:
        return
    _must_be_ahead(gathering)
    if not reason.strip():
        raise CannotDo(_("Say why: everybody who comes reads it."))
    gathering.cancelled_at, gathering.reason = clock.now(), reason.strip()
    gathering.sequence += 1
    gathering.save(update_fields=["cancelled_at", "reason", "sequence"])
    audit.record(f"account:{account_id}", "gatherings.cancelled", "gathering", gathering.id)
    seats.owe(gathering.id, _coming(gathering), Letter.Kind.CANCELLED)


@transaction.atomic
def copy_to_next_month(gathering_id: UUID, account_id: int, press: UUID) -> Gathering:
    """A draft of the same, on the same weekday of the next month; `press` as for `create`."""
    old = Gathering.objects.get(pk=gathering_id)
    starts = dates.in_next_month(old.starts_at, old.zone)
    known = {name: getattr(old, name) for name in Plan.__slots__}
    plan = Plan(**known | {"starts_at": starts, "ends_at": starts + (old.ends_at - old.starts_at)})
    return create(plan, account_id, press)


@transaction.atomic
def mark(gathering_id: UUID, present: Iterable[UUID], shown: Iterable[UUID], account_id: int) -> None:
    """Of those who were shown (ids of registrations), `present` came and the others did not. Who is marked already stays as
    they were
    marked. A certificate that was issued keeps its person marked."""
    gathering, now = seats.alone(gathering_id), clock.now()
    came, listed = set(present), set(shown)
    rows = Registration.objects.filter(gathering=gathering, pk__in=listed)
    came_now = list(rows.filter(pk__in=came, attended_at=None).values_list("pk", flat=True))
    not_after_all = list(
        rows.exclude(pk__in=came)
        .exclude(attended_at=None)
        .filter(certificate=None)
        .values_list("pk", flat=True)
    )
    rows.filter(pk__in=came_now).update(attended_at=now, attended_by=account_id)
    rows.filter(pk__in=not_after_all).update(attended_at=None, attended_by=None)
    if came_now or not_after_all:
        audit.record(
            f"account:{account_id}", "gatherings.attendance", "gathering", gathering.id,
            came=[str(pk) for pk in came_now], not_after_all=[str(pk) for pk in not_after_all],
        )  # fmt: skip


@transaction.atomic
def walked_in(gathering_id: UUID, member_id: UUID, account_id: int) -> Registration:
    """A member came without a seat: they are marked as present. Raises CannotDo for whom it is not marked for."""
    gathering, now = seats.alone(gathering_id), clock.now()
    level = standing.level_of(member_id)
    if level is None or level < gathering.level:
        raise CannotDo(_("This member may not attend: it is marked above what they may read."))
    row, _new = Registration.objects.get_or_create(
        gathering=gathering,
        member_id=member_id,
        defaults={"id": new_id(), "state": State.WALKED_IN, "since": now},
    )
    if row.attended_at is None:
        row.attended_at, row.attended_by = now, account_id
        row.save(update_fields=["attended_at", "attended_by"])
        audit.record(
            f"account:{account_id}", "gatherings.walked_in", "gathering", gathering.id, member=str(member_id)
        )
    return row


@dataclass(frozen=True, slots=True)
class Item:
    """Material as it was handed in: a link, or a file."""

    title: str
    level: int
    address: str = ""
    file_name: str = ""
    file: bytes | None = None


@transaction.atomic
def add_material(gathering_id: UUID, item: Item, account_id: int, press: UUID) -> Material:
    """Slides, a recording, a paper; `press` as for `create`. Raises CannotDo where it is marked below the gathering, or too
    large."""
    gathering = Gathering.objects.get(pk=gathering_id)
    if item.level < gathering.level:
        raise CannotDo(_("Material is marked at least as the event is."))
    if bool(item.address) == bool(item.file):
        raise CannotDo(_("Give a link or a file, one of the two."))
    if item.file and len(item.file) > LARGEST:
        raise CannotDo(_("The file is larger than 1 MB: put it where it can be linked to."))
    fields = {name: getattr(item, name) for name in item.__slots__}
    made, new = Material.objects.get_or_create(
        id=press, defaults={**fields, "gathering": gathering, "added_by": account_id, "added_at": clock.now()}
    )
    if new:
        audit.record(
            f"account:{account_id}", "gatherings.material", "gathering", gathering.id, material=str(made.id)
        )
    return made


@transaction.atomic
def remove_material(gathering_id: UUID, material_id: UUID, account_id: int) -> None:
    """Take it away again."""
    gone, _each = Material.objects.filter(pk=material_id, gathering=gathering_id).delete()
    if gone:
        audit.record(
            f"account:{account_id}",
            "gatherings.material_removed",
            "gathering",
            gathering_id,
            material=str(material_id),
        )
