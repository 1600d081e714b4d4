"""Who may do what with files. Roles are asked for at each request."""

from django.http import HttpRequest

from upstander.people.access import Anybody, View, require_role, roles
from upstander.people.models import Account, Role

# Who sees that there are files and may press "suspected": everybody who reads tips.
READERS = (Role.CALL_TAKER, Role.SUPERVISOR, Role.STIC_STAFF, Role.STIC_ANALYST, Role.INTELLIGENCE_COMMAND)
# Who may decide to look: whoever works tips.
LOOKERS = (Role.CALL_TAKER, Role.SUPERVISOR, Role.STIC_STAFF)


class StaffRequest(HttpRequest):
    """What a view of this room gets: the decorators below let nobody in who is not signed in."""

    user: Account


def reader(view: View) -> View:
    """For the list of a tip's files, and for sealing one."""
    return require_role(*READERS)(view)


def looker(view: View) -> View:
    """For looking at a picture."""
    return require_role(*LOOKERS)(view)


def custodian(view: View) -> View:
    """For everything about sealed files."""
    return require_role(Role.CUSTODIAN)(view)


def may_look(account: Anybody) -> bool:
    """Whether `account` may decide to look at a picture."""
    return not roles(account).isdisjoint(LOOKERS)
