"""A small year of the practice system's officer: work in four roles, training, an agreement. All invented."""

from datetime import timedelta

from upstander import clock
from upstander.directory.models import Organisation
from upstander.ids import new_id
from upstander.officers import pack, reach, services
from upstander.officers.models import Activity
from upstander.officers.services import Agreed, Learned
from upstander.people.demo import DOMAIN
from upstander.people.models import Account

# kind, minutes, outcome, how often in a year
_WORK = (
    ("presence", 45, "nothing_needed", 40), ("talk", 15, "talked", 34), ("talk", 30, "counselor", 9),
    ("mediation", 45, "restorative", 7),
    ("family", 30, "parent_called", 8), ("mentoring", 60, "nothing_needed", 12), ("lesson", 45, "nothing_needed", 14),
    ("drill", 60, "made_safer", 5), ("walk_through", 60, "made_safer", 4), ("team", 60, "counselor", 6),
    ("call", 30, "warned", 5),
    ("looked_into", 60, "to_school", 6), ("looked_into", 90, "cited", 3), ("call", 60, "arrested", 1),
)  # fmt: skip


def fill(district: Organisation, school: Organisation, police: Organisation) -> None:
    """Make it, where this jurisdiction has such pages."""
    if pack.maybe() is None:
        return
    chris, dana = (Account.objects.get(email=f"{local}@{DOMAIN}") for local in ("chris", "dana"))
    today, now = clock.today(), clock.now()
    with reach.acting(dana) as mine:
        holds = ("reporting", "kept_apart", "roles", "team", "ending")
        services.add_agreement(
            mine, district.pk, Agreed(police.pk, today - timedelta(380), today - timedelta(15), holds)
        )
        services.add_certificate(mine, Learned("threats", today - timedelta(90), None))
    with reach.acting(chris) as mine:
        for training, days in (("four_roles", None), ("threats", 400), ("youth_mental_health", 40)):
            ends = None if days is None else today + timedelta(days)
            services.add_certificate(mine, Learned(training, today - timedelta(200), ends))
        rows = [(kind, minutes, outcome) for kind, minutes, outcome, often in _WORK for _n in range(often)]
        kinds = {k.code: k.role for k in pack.officers().kinds}
        Activity.objects.bulk_create(
            Activity(
                id=new_id(), account=chris, place=school, agency=police, day=today - timedelta(n * 37 % 140), role=kinds[kind],
                kind=kind, minutes=minutes, outcomes=[outcome], made_at=now - timedelta(minutes=n),
            )
            for n, (kind, minutes, outcome) in enumerate(rows) if kind in kinds
        )  # fmt: skip
