"""Who may do what at the desk. Roles are asked for at each request; nothing of them is kept in a session."""

from django.http import HttpRequest

from upstander.people.access import Anybody, View, require_role, roles
from upstander.people.models import Account, Role

# Who may read tips (D-III.A). Outreach learns that there was a tip, not what it says (D-IV.A.5), the SIO works with schools
# and products, an administrator with accounts, an auditor with the record: none of them needs a child's words.
READERS = (Role.CALL_TAKER, Role.SUPERVISOR, Role.STIC_STAFF, Role.STIC_ANALYST, Role.INTELLIGENCE_COMMAND)
# Who holds a tip, talks with its reporter and judges it (D-II.H, D-III.A).
WORKERS = (Role.CALL_TAKER, Role.SUPERVISOR, Role.STIC_STAFF)


class StaffRequest(HttpRequest):
    """What a view of this room gets: the decorators below let nobody in who is not signed in."""

    user: Account


def reader(view: View) -> View:
    """For views that show tips."""
    return require_role(*READERS)(view)


def worker(view: View) -> View:
    """For acts on a tip: claim, reply, judge, place, release, close."""
    return require_role(*WORKERS)(view)


def supervisor(view: View) -> View:
    """For deciding a lowering."""
    return require_role(Role.SUPERVISOR)(view)


def works(account: Anybody) -> bool:
    """Whether `account` may hold tips."""
    return not roles(account).isdisjoint(WORKERS)


def reads(account: Anybody) -> bool:
    """Whether `account` may read tips."""
    return not roles(account).isdisjoint(READERS)


def owes(account: Anybody, owed_by: str) -> bool:
    """Whether an action owed by `owed_by` (a code of the pack's owners) is this account's own to do, claim or no claim.

    The codes of owners are those of roles. What the call-taker owes is owed by whoever holds the tip.
    """
    return owed_by != Role.CALL_TAKER and owed_by in roles(account)
