"""Filling an empty sandbox, once."""

from datetime import timedelta

from django.db import transaction

from upstander import clock
from upstander.actions import services as actions
from upstander.actions.services import Judging
from upstander.config import ConfigError, config
from upstander.demo import directory, network, officers, preparedness, shared, team, training
from upstander.demo.tips import TIPS, DemoTip
from upstander.directory.models import Contact, Organisation
from upstander.intake import services as intake
from upstander.intake.submission import Submission
from upstander.people import demo as people
from upstander.people.models import Account
from upstander.people.second_factor import current_code

_DISTRICT, _SCHOOL = "Switchgrass CUSD 12", "Harrow Creek High School, Harrow Creek"
_POLICE, _CARE = "Harrow Creek Police Department", "Bluestem Behavioral Health"


def load() -> bool:
    """Fill the sandbox with the fictional state; False where it holds data already. Raises ConfigError in production."""
    if config().mode != "sandbox":
        raise ConfigError("The demo's people and passwords are public: it loads in sandbox mode only.")
    if Organisation.objects.exists() or Account.objects.exists():
        return False
    with transaction.atomic():
        places = directory.fill()
        people.demo_accounts(
            district=places[_DISTRICT].pk, school=places[_SCHOOL].pk,
            police=places[_POLICE].pk, mental_health=places[_CARE].pk,
            contacts=dict(Contact.objects.values_list("name", "pk")),
        )  # fmt: skip
        network.fill(places)
        shared.fill()
        network.meet(places)
        officers.fill(places[_DISTRICT], places[_SCHOOL], places[_POLICE])
        team.fill(places[_DISTRICT], places[_SCHOOL])
        preparedness.fill(places[_DISTRICT], places[_SCHOOL])
    call_taker, *others = (Account.objects.get(email=f"{name}@demo.example") for name in ("casey", "jordan", "morgan"))
    training.fill(call_taker, *others)
    for n, tip in enumerate(TIPS):
        _tip(n, tip, places, call_taker)
    return True


def _tip(n: int, tip: DemoTip, places: dict[str, Organisation], call_taker: Account) -> None:
    place = places.get(f"{tip.school}, {tip.city}")
    submission = Submission(
        channel="web", text=tip.text, who=tip.who, when=tip.when, weapon=tip.weapon,
        place_id=place.pk if place else None, danger_now=tip.danger_now, about_self=tip.about_self,
        subtype=tip.subtype, at=clock.now() - timedelta(minutes=tip.minutes_ago),
    )  # fmt: skip
    receipt = intake.receive(submission, f"demo-tip-{n:04d}-of-the-practice-system")
    if tip.judged:
        actions.judge(
            Judging(
                tip_id=receipt.tip_id, account_id=call_taker.pk, subtypes=tip.judged, in_progress=False,
                narrative=tip.narrative,
            )
        )  # fmt: skip
    if tip.reply:
        intake.say(receipt.tip_id, "desk", tip.reply, account_id=call_taker.pk)


def sign_ins() -> list[dict[str, str]]:
    """As whom to look at the sandbox: role, origin (desk, school or network), e-mail, password."""
    return [
        {"role": role, "origin": origin, "email": email, "password": people.PASSWORD}
        for role, origin, email in [*people.roster(), *network.roster()]
    ]


def code() -> str:
    """The six digits that every demo account's second factor shows now."""
    return current_code(people.SECRET)
