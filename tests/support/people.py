"""The invented town's contacts as people of their own: each with a telephone that nobody else answers."""

from tests.support.town import Town, contact
from upstander import clock
from upstander.directory.models import Contact, ContactPoint
from upstander.people.models import Account, RoleGrant


def with_own_telephones(town: Town) -> Town:
    """Give every contact their own number."""
    for n, one in enumerate(town.contacts.values()):
        ContactPoint.objects.filter(contact=one, kind="phone").update(value=f"217-555-02{n:02}")
    return town


def regional(town: Town) -> Contact:
    """Somebody listed for the region, who stands in where nobody else is left."""
    made = contact(town.region, town.region, "district", "Regional Head", "head@roe.example")
    ContactPoint.objects.filter(contact=made, kind="phone").update(value="217-555-0300")
    return made


def holding(account: Account, *roles: str) -> Account:
    """An account with these roles from now on."""
    for role in roles:
        RoleGrant.objects.create(account=account, role=role, granted_by="test", starts_at=clock.now())
    return account
