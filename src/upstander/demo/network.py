"""The network of the practice system: three members, of each level one, and somebody who waits to be one."""

from collections.abc import Mapping
from datetime import timedelta

from upstander import clock
from upstander.config import config
from upstander.demo import day, events, states, talk
from upstander.directory.models import Organisation
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network import agreements, links, pack
from upstander.network.models import (
    AgencyCheck,
    Application,
    Decision,
    Entitlement,
    Inquiry,
    Member,
    Signature,
)
from upstander.people.demo import DOMAIN
from upstander.people.models import Account
from upstander.register import demo as incidents

# local part of the account, discipline, sector, position, where, up to which level
_MEMBERS = (
    ("dana", "administrator", "k12", "Superintendent", "Switchgrass CUSD 12", Level.FOUO),
    ("chris", "sworn_officer", "k12", "School resource officer", "Harrow Creek Police Department", Level.LES),
    ("jamie", "mental_health", "k12", "Clinician", "Bluestem Behavioral Health", Level.FOUO),
)
_ROLES = {"dana": "District administrator, member", "chris": "Sworn officer, member", "jamie": "Mental health, member"}
_STAFF = (("School Intelligence Officer", "sam"), ("STIC analyst, second person", "riley"))


def roster() -> list[tuple[str, str, str]]:
    """Who can sign in at the network's origin: what they are, the origin, the address."""
    if not config().network:
        return []
    people = [*_STAFF, *((_ROLES[local], local) for local, *_rest in _MEMBERS)]
    return [(title, "network", f"{local}@{DOMAIN}") for title, local in people]


def fill(places: Mapping[str, Organisation]) -> None:
    """Make the members and the application, where this jurisdiction has a network."""
    if pack.maybe() is None or not config().network:
        return
    accounts = _accounts()
    for local, discipline, sector, position, where, level in _MEMBERS:
        _member(accounts, local, level, discipline=discipline, sector=sector, position=position, organisation=places[where])
    _applicant(places)
    day.asked(accounts["chris"], accounts["dana"])
    day.fill(accounts["sam"].pk, places.get("Sumac Hills High School, Sumac Hills"))
    incidents.fill(accounts["sam"].pk)


def meet(places: Mapping[str, Organisation]) -> None:
    """What they do together: events, discussions, the board of concerns, other states. After the members are all there."""
    if pack.maybe() is None or not config().network:
        return
    accounts = _accounts()
    events.fill(accounts, places)
    talk.fill(accounts)
    states.fill(accounts["sam"].pk)


def _accounts() -> dict[str, Account]:
    """The demo's people by the local part of their address."""
    return {account.email.partition("@")[0]: account for account in Account.objects.filter(email__endswith=f"@{DOMAIN}")}


def _member(accounts: Mapping[str, Account], local: str, level: Level, *, organisation: Organisation, **fields: str) -> None:
    account, now = accounts[local], clock.now() - timedelta(days=60)
    region = organisation.region_id or Organisation.objects.filter(kind="region").values_list("pk", flat=True).first()
    made = Member.objects.create(
        id=new_id(), account=account, organisation=organisation, organisation_name=organisation.name, joined_at=now,
        sworn=level == Level.LES, regions=[region] if region else [], wishes=["consumer", "contributor"], topics=[],
        telephone="217-555-0198", **fields,
    )  # fmt: skip
    Signature.objects.create(id=new_id(), agreement=agreements.in_force(), member=made, typed_name=account.name, at=now)
    if level == Level.LES:
        AgencyCheck.objects.create(
            id=new_id(), member=made, discipline=made.discipline, agency=organisation.name, said_by="Lt. Marsh",
            how="at the agency's number, 217-555-0199", at=now, account_id=accounts["sam"].pk,
            second_account_id=accounts["riley"].pk, second_at=now,
        )  # fmt: skip
    for each in Level:
        if each <= level:
            Entitlement.objects.create(member=made, level=each, granted_by=accounts["sam"].actor, starts_at=now)
    Decision.objects.create(id=new_id(), member=made, kind="approved", account_id=accounts["sam"].pk, at=now)


def _applicant(places: Mapping[str, Organisation]) -> None:
    """Somebody whose sponsor has answered, and whom the SIO has yet to look at."""
    now, id, asked = clock.now() - timedelta(hours=20), new_id(), new_id()
    where = places["Switchgrass CUSD 12"]
    one = Application.objects.create(
        id=id, state=Application.State.WAITING, made_at=now, confirmed_at=now, link_until=now + timedelta(days=7),
        name="Kim Sorensen", email="kim.sorensen@switchgrass.example", telephone="217-555-0197", position="Safety coordinator",
        organisation=where, organisation_name=where.name, sector="k12", discipline="safety_official", wishes=["consumer"],
        sponsor_name="Dana Whitlock", sponsor_email=f"dana@{DOMAIN}", purpose="I plan the drills of our five schools.",
        **links.mint(id),
    )  # fmt: skip
    Signature.objects.create(id=new_id(), agreement=agreements.in_force(), application=one, typed_name=one.name, at=now)
    Inquiry.objects.create(
        id=asked, application=one, kind="sponsor", name=one.sponsor_name, email=one.sponsor_email, asked_at=now,
        asked_by="system:network", answered_at=now + timedelta(hours=2), answered_by=one.sponsor_name, knows=True, holds=True,
        address=True, link_until=now + timedelta(days=21), **links.mint(asked),
    )  # fmt: skip
