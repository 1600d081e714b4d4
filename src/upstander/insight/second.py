"""What waits for a second person alone: each thing by its name, one press from doing, marked on their day (S-sio).

Whoever wrote or asked is not the one who looks at it: of that nothing stands here. As many statements whatever there is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from upstander import clock
from upstander.circulation import queries as circulation
from upstander.network import pack, vetting
from upstander.network.models import AgencyCheck, Application
from upstander.network.standing import Standing
from upstander.people.models import Account

MOST = 20  # of a kind: those that wait longest

# Drafts for which a second person is asked, and what went out on one person's name and nobody has looked at: product, since when,
# until when (of the second). None of what this person wrote on since the release before it.
_LOOKS = """
WITH newest AS (
    SELECT DISTINCT ON (v.product_id) v.product_id, v.number, r.verdict, r.at
    FROM products_version v LEFT JOIN products_review r ON r.version_id = v.id
    ORDER BY v.product_id, v.number DESC, r.at DESC NULLS LAST, r.id DESC
), looks AS (
    SELECT product_id, number, at, NULL::timestamptz AS due FROM newest WHERE verdict = 'asked'
    UNION ALL
    SELECT v.product_id, v.number, e.at, e.second_due_at FROM products_release e JOIN products_version v ON v.id = e.version_id
    WHERE e.alone AND e.taken_back_at IS NULL
      AND NOT EXISTS (SELECT FROM products_review r WHERE r.version_id = v.id AND r.verdict <> 'asked')
      AND NOT EXISTS (SELECT FROM products_recall c WHERE c.product_id = v.product_id)
)
SELECT product_id, min(at), min(due) FROM looks l
WHERE NOT EXISTS (
    SELECT FROM products_version w WHERE w.product_id = l.product_id AND w.number <= l.number AND w.saved_by = %(me)s
      AND w.number > coalesce((SELECT max(b.number) FROM products_release x JOIN products_version b ON b.id = x.version_id
                               WHERE b.product_id = l.product_id AND b.number < l.number AND x.taken_back_at IS NULL), 0))
GROUP BY product_id ORDER BY min(due) NULLS LAST, min(at) LIMIT %(most)s
"""

# Applications on which an item of the pack's list, for the second person's hand, is not ticked: none that this person sponsors.
_VOICES = """
SELECT a.id, a.name, a.confirmed_at FROM network_application a
WHERE a.state = 'waiting' AND %(email)s NOT IN (a.email, a.sponsor_email) AND EXISTS (
    SELECT FROM unnest(CASE WHEN a.discipline = ANY (%(sworn)s) THEN %(of_sworn)s::text[] ELSE %(of_others)s::text[] END) code
    WHERE NOT EXISTS (SELECT FROM network_tick t WHERE t.application_id = a.id AND t.code = code))
ORDER BY a.confirmed_at, a.id LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Mine:
    """Something that waits for this person: what is asked, of what, since when; `late`: its time is over."""

    words: str
    what: str
    address: str
    since: datetime | None
    late: bool = False


def mine(who: Standing) -> list[Mine]:
    """What only this second person (or another one) can do; nothing for the School Intelligence Officer."""
    if who.sio or not who.staff:
        return []
    email = Account.objects.values_list("email", flat=True).get(pk=who.account_id)
    found = [*_looks(who.account_id), *_agencies(who.account_id, email), *_voices(email)]
    return sorted(found, key=lambda one: (not one.late, one.since or clock.now()))


def _looks(me: int) -> Iterator[Mine]:
    rows = _rows(_LOOKS, me=me)
    titles = circulation.titles([row[0] for row in rows])
    for product_id, at, due in rows:
        words = _("Went out on one person's name: look at it") if due else _("A draft to be looked at")
        title = titles.get(product_id) or _("No title yet")
        yield Mine(words, title, reverse("product_look", args=[product_id]), at, due is not None and due <= clock.now())


def _agencies(me: int, email: str) -> Iterator[Mine]:
    """What agencies said of officers, to somebody else."""
    open_ = AgencyCheck.objects.filter(ended_at=None, second_at=None).exclude(account_id=me)
    waits = Q(member__isnull=False) | Q(application__state=Application.State.WAITING)
    rows = open_.filter(waits).exclude(application__sponsor_email=email).order_by("at", "pk")
    for one in rows.select_related("member__account", "application")[:MOST]:
        if one.member is not None:
            name, address = one.member.account.name, reverse("network_member", args=[one.member_id])
        else:
            assert one.application is not None
            name, address = one.application.name, reverse("network_application", args=[one.application_id])
        yield Mine(_("LES: see what the agency said"), name, address, one.at)


def _voices(email: str) -> Iterator[Mine]:
    known = pack.network()

    def codes(sworn: bool) -> list[str]:
        return [c.code for c in known.checklist(sworn) if c.who == "second" and not vetting.of_agency(c)]

    sworn = [one.code for one in known.disciplines if one.sworn]
    for id, name, at in _rows(_VOICES, email=email, sworn=sworn, of_sworn=codes(True), of_others=codes(False)):
        yield Mine(_("An application: say whether you agree"), name, reverse("network_application", args=[id]), at)


def _rows(sql: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values | {"most": MOST})
        return cursor.fetchall()
