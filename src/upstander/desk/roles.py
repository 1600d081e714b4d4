"""Who may do what at the desk. Roles are asked for at each request; nothing of them is kept in a session."""

from django.http import HttpRequest

from upstander.actions.conflict import CONFIRMS
from upstander.packs.vocabulary import OWNERS
from upstander.people.access import Anybody, View, require_role, roles
from upstander.people.models import Account, Role

# Who may read tips (D-III.A). Outreach learns that there was a tip, not what it says (D-IV.A.5), the SIO works with schools
# and products, an administrator with accounts, an auditor with the record: none of them needs a child's words.
READERS = (Role.CALL_TAKER, Role.SUPERVISOR, Role.STIC_STAFF, Role.STIC_ANALYST, Role.INTELLIGENCE_COMMAND)
# Who watches every tip on the fusion center's board, and who of them confirms a class there (D-III.A).
WATCHERS = (Role.STIC_STAFF, Role.STIC_ANALYST, Role.SUPERVISOR)
ASSIGNED = (Role.STIC_STAFF, Role.SUPERVISOR)
# Who sees whether law enforcement has it (D-IV.A.1.a, D-IV.A.5): whoever answers for that, and who decides on more.
ASSURERS = (*WATCHERS, Role.INTELLIGENCE_COMMAND)
# Who has no account here: the fusion center's staff write down what these did and said.
SPOKEN_FOR: dict[str, str] = {"isp": Role.STIC_STAFF, "submitting_agency": Role.STIC_STAFF}
# Who sees the way from a tip to a school that joins (D-IV.A.5, D-IV.A.4.NOTE); that room guards its own pages.
OUTREACHERS = (Role.OUTREACH, Role.SIO, Role.STIC_ANALYST, Role.SUPERVISOR)
# Who sees the state's counts of officers in schools (R-climate); that room guards its own pages.
OFFICERS_COUNTED = (Role.SIO, Role.SUPERVISOR, Role.PROGRAMME_ADMIN)
# Who sees what was determined to be intentionally false or a prank, and researches who sent it (D-IV.A.6).
RESEARCHERS = (Role.SUPERVISOR, Role.STIC_ANALYST, Role.STIC_STAFF)
# Whoever owes something has a page of it, also who reads no tips.
OWERS = (*READERS, Role.SIO, Role.OUTREACH)
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


def watcher(view: View) -> View:
    """For the fusion center's board."""
    return require_role(*WATCHERS)(view)


def assigned(view: View) -> View:
    """For confirming a class."""
    return require_role(*ASSIGNED)(view)


def assurer(view: View) -> View:
    """For what law enforcement has, and what an Out-of-Network school lacks."""
    return require_role(*ASSURERS)(view)


def ower(view: View) -> View:
    """For the pages of what one owes."""
    return require_role(*OWERS)(view)


def researcher(view: View) -> View:
    """For determinations of false reports, and the research that follows."""
    return require_role(*RESEARCHERS)(view)


def confirms_conflict(view: View) -> View:
    """For confirming or changing who is left out of a tip."""
    return require_role(*CONFIRMS)(view)


def supervisor(view: View) -> View:
    """For deciding a lowering, and what a supervisor alone determines."""
    return require_role(Role.SUPERVISOR)(view)


def works(account: Anybody) -> bool:
    """Whether `account` may hold tips."""
    return not roles(account).isdisjoint(WORKERS)


def reads(account: Anybody) -> bool:
    """Whether `account` may read tips."""
    return not roles(account).isdisjoint(READERS)


def assures(account: Anybody) -> bool:
    """Whether `account` sees what law enforcement has."""
    return not roles(account).isdisjoint(ASSURERS)


def owes(account: Anybody, owed_by: str) -> bool:
    """Whether an action owed by `owed_by` (a code of the pack's owners) is this account's own to do, claim or no claim.

    The codes of owners are those of roles, but for those who have no account here. What the call-taker owes is owed by
    whoever holds the tip.
    """
    return owed_by != Role.CALL_TAKER and SPOKEN_FOR.get(owed_by, owed_by) in roles(account)


def owners(account: Anybody) -> tuple[str, ...]:
    """The owners whose open work is this account's business, in the pack's order; a supervisor sees everybody's."""
    held = roles(account)
    everybody = Role.SUPERVISOR in held
    return tuple(owner for owner in OWNERS if everybody or SPOKEN_FOR.get(owner, owner) in held)
