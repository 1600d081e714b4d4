"""Copies on their way, as the relay sees them at the moment of sending: to whom, and what their level has of it then.

The level is asked anew of live facts, then the relay stands behind that level's wall and asks for the rendition: what the
database does not show there leaves by no way (S-levels). Whom nothing may reach is not among them, in whatever part of a
distribution they are.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.conf import settings
from django.utils import translation

from upstander.circulation import content
from upstander.circulation.models import Copy, Issue
from upstander.config import config
from upstander.markings import Level
from upstander.network import standing, walls
from upstander.people.models import Account
from upstander.products import queries as products
from upstander.products.models import Rendition

_UNSEEN = ("title", "body", "note", "search", "topics", "regions", "disciplines")
What, Ended = Issue.What, Rendition.Ended


@dataclass(slots=True)
class Going:
    """A copy on its way. `row`: the newest rendition of its product that this level has; its words are in `said`."""

    copy: Copy
    account: Account
    language: str
    level: Level
    row: Rendition | None = None
    said: content.Said | None = None

    @property
    def owed(self) -> bool:
        """Whether this copy says what is so now: of what was replaced since, a later copy tells."""
        issue, row = self.copy.issue, self.row
        if issue.what == What.RECALL:
            return row is None or bool(row.ended_as)  # published again since: a copy of that goes
        if row is None or row.release_id != issue.release_id:
            return False
        return not row.ended_as or (row.ended_as == Ended.LEFT_OUT and self.copy.again)

    @property
    def here(self) -> str:
        """The copy's page."""
        return f"{config().origin('network')}/received/{self.copy.id}/"


def going(copies: Iterable[Copy]) -> list[Going]:
    """Those of these copies (with issue and member) that are owed, and may reach their member at this moment."""
    mine = list(copies)
    levels = standing.levels([copy.member_id for copy in mine])
    accounts = Account.objects.only("id", "email", "name").in_bulk([copy.member.account_id for copy in mine])
    found = [
        Going(copy, accounts[copy.member.account_id], copy.member.language, levels[copy.member_id])
        for copy in mine if copy.member_id in levels
    ]  # fmt: skip
    for level in {one.level for one in found}:
        _read(level, [one for one in found if one.level == level])
    return [one for one in found if one.owed]


def _read(level: Level, ones: list[Going]) -> None:
    """What readers of `level` have of these products now. Words are fetched here or not at all: outside the wall is a refusal."""
    ids = {one.copy.issue.product_id for one in ones}
    with walls.reading(level):
        rows = {row.product_id: row for row in products.readable().filter(product__in=ids, level=level).defer(*_UNSEEN)}
        for one in ones:
            one.row = row = rows.get(one.copy.issue.product_id)
            if row is not None and not row.ended_as:
                with speaking(one.language):
                    one.said = content.said(row, partial(whole, row.id))


def whole(rendition_id: UUID) -> Rendition:
    """A rendition with its words, within the wall of whoever asks."""
    return Rendition.objects.get(pk=rendition_id)


def speaking(language: str) -> translation.override:
    """In a member's language."""
    return translation.override(language if language in dict(settings.LANGUAGES) else "en")
