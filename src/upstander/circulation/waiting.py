"""What a member was asked to confirm and has not, for their first page."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from upstander.circulation import queries
from upstander.network.pages import Waiting
from upstander.network.standing import Standing


def waiting(who: Standing) -> Iterable[Waiting]:
    """Their copies that ask for their word; within their wall (S-products)."""
    if who.member_id is None or who.level is None:
        return
    for copy, row in queries.own(who.member_id, who.level):
        if copy.issue.asks and copy.read_at is None and row is not None and not row.ended_as:
            title = f"({row.title_portion}) {row.title}" if row.title_portion else row.title
            words = _("Read it, and say that you have: %(title)s") % {"title": title}
            yield Waiting(words, reverse("circulation_one", args=[copy.pk]), copy.issue.urgent)
