"""The School Intelligence Officer is told by mail that an urgent notice waits for confirmations; where there is none, the second
persons are. Once for each issue, and with no word of it: who is silent she reads after sign-in (S-sio).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.circulation import limits
from upstander.circulation.models import Alarm, Copy, Issue
from upstander.circulation.silent import unread
from upstander.config import config
from upstander.delivery import services as delivery
from upstander.delivery.services import Mail, Owed
from upstander.ids import new_id
from upstander.network import pack, standing
from upstander.network.standing import SECOND, SIO
from upstander.packs.current import current
from upstander.people import access
from upstander.people.models import Account, RoleGrant

PURPOSE = "product_alarm"
PART = 50  # copies, of few issues
_NOT_TOLD = "  AND NOT EXISTS (SELECT FROM circulation_alarm a WHERE a.issue_id = i.id) LIMIT %(part)s"
_OF = "  AND i.id = ANY(%(issues)s)"


@transaction.atomic
def owe() -> bool:
    """The worker owes the mails about urgent issues that somebody has not confirmed after the pack's minutes; True where there
    may be more."""
    before = clock.now() - timedelta(minutes=pack.network().confirming.officer_minutes)
    late, people = unread(before, urgent=True, more=_NOT_TOLD, part=PART), _staff()
    found = set(Copy.objects.filter(pk__in=late).values_list("issue", flat=True)) if people else set()
    rows = [Alarm(id=new_id(), issue_id=issue, account_id=account, at=clock.now()) for issue in found for account in people]
    made = Alarm.objects.bulk_create(rows, ignore_conflicts=True)
    delivery.send_all_new(Owed(PURPOSE, row.id, f"account:{row.account_id}", limits.URGENT) for row in made)
    audit.record_all(
        audit.row("system:worker", "circulation.officer_told", "issue", row.issue_id, account=row.account_id) for row in made
    )
    return bool(made)


def _staff() -> list[int]:
    for roles in (SIO, SECOND):
        held = RoleGrant.objects.filter(access.live(), role__in=roles).values("account_id")
        found = list(Account.objects.filter(pk__in=held, is_active=True).order_by("pk").values_list("pk", flat=True))
        if found:
            return found
    return []


def mails(ids: Sequence[UUID]) -> Mapping[UUID, Mail]:
    """The mails, in the relay; none where all have confirmed meanwhile."""
    rows = list(Alarm.objects.select_related("issue").filter(pk__in=ids))
    silent = unread(clock.now(), urgent=True, more=_OF, issues=[row.issue_id for row in rows])
    waiting = list(Copy.objects.filter(pk__in=silent).values_list("issue", "member"))
    reached = standing.levels([member for _issue, member in waiting])  # whom nothing may reach is not asked
    counts = Counter(issue for issue, member in waiting if member in reached)
    people = Account.objects.only("id", "email", "name").in_bulk([row.account_id for row in rows])
    return {row.id: _mail(people[row.account_id], row.issue, counts[row.issue_id]) for row in rows if row.issue_id in counts}


def _mail(to: Account, issue: Issue, n: int) -> Mail:
    here = f"{config().origin('network')}/desk/circulation/{issue.release_id}/"
    said = _("An urgent notice was to be confirmed, and %(n)d have not done so. Who they are stands here, after sign-in:")
    programme = current().programme
    text = f"{said % {'n': n}}\n\n  {here}\n\n{programme.name}\n"
    return Mail(to.email, to.name, _("Urgent: not everybody has confirmed"), text, urgent=True)
