"""Mails about kept searches, as the relay writes them at the moment of sending: it asks anew what its reader may read, opens the
words, and looks behind that level's wall. Where nothing is found, or nothing may reach the member, there is no mail (S-levels).
"""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from upstander.circulation import content, limits
from upstander.circulation.content import Letter
from upstander.circulation.models import number_of
from upstander.circulation.reading import speaking
from upstander.config import config
from upstander.delivery.services import Mail
from upstander.markings import Level
from upstander.network import pack, standing, walls
from upstander.network.models import Member
from upstander.packs.current import current
from upstander.people.models import Account
from upstander.repository import finding, keeping
from upstander.repository.models import Alert, Entry, Kind

_NAMED = 10  # that one mail names; the page has them all
_BEHIND = (Kind.THREAD, Kind.CONCERN)  # what members say to each other is in no mail


def mails(alert_ids: Sequence[UUID]) -> Mapping[UUID, Mail]:
    """The mails of alerts, by alert, without those of which nothing was found."""
    alerts = list(Alert.objects.select_related("kept").filter(pk__in=alert_ids, kept__ended_at=None))
    levels = standing.levels([alert.kept.member_id for alert in alerts])
    members = Member.objects.only("id", "account_id", "language").in_bulk(list(levels))
    accounts = Account.objects.only("id", "email", "name").in_bulk([member.account_id for member in members.values()])
    found = {}
    for alert in alerts:
        member = members.get(alert.kept.member_id)
        if member is not None and (rows := _found(alert, levels[member.pk])):
            with speaking(member.language):
                found[alert.id] = _mail(alert, accounts[member.account_id], rows)
    return found


def _found(alert: Alert, level: Level) -> list[Entry]:
    sought = keeping.wanted(alert.kept, (alert.since, alert.until))
    with walls.reading(level, alert.kept.member_id):
        return finding.rows(level, sought)


def _mail(alert: Alert, account: Account, rows: list[Entry]) -> Mail:
    origin = config().origin("network")
    here = f"{origin}/find/kept/{alert.kept_id}/"
    said = ngettext("%(n)s new for a search that you keep", "%(n)s new for a search that you keep", len(rows)) % {"n": len(rows)}
    named = [row for row in rows if _may_be_named(row)]
    banner = content.banner_of([_banner(row) for row in named[:_NAMED]])
    text = "\n\n".join([said, *_lines(named, len(rows) - len(named))])
    links = ((_("What it found"), here), (_("Your searches, and how you are told"), f"{origin}/find/kept/"))
    letter = Letter(banner, text, "", links, account.name, number_of(alert.id))
    subject = f"{said} - {current().programme.name}"  # without a word of the search, or of what it found
    return Mail(account.email, account.name, subject, letter.plain(), html=letter.page())


def _may_be_named(row: Entry) -> bool:
    return row.level <= limits.WORDS_BY_MAIL and row.kind not in _BEHIND


def _banner(row: Entry) -> str:
    """What stands over it; of what has no marking of its own, that of its level."""
    if row.banner:
        return row.banner
    known = pack.network()
    marking = known.scheme.get(known.level(Level(row.level)).default_marking)
    return marking.banner if marking else ""


def _lines(named: list[Entry], others: int) -> Iterator[str]:
    for row in named[:_NAMED]:
        yield f"{_banner(row)}\n{row.title}"
    if len(named) > _NAMED:
        yield _("And %(n)s more.") % {"n": len(named) - _NAMED}
    if others:
        yield ngettext(
            "%(n)s more is read after sign-in only; this mail says nothing of it on purpose.",
            "%(n)s more are read after sign-in only; this mail says nothing of them on purpose.", others,
        ) % {"n": others}  # fmt: skip
