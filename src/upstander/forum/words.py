"""Mail of this room: that there is something, and nothing of it. Rendered by the relay as its reader could read just then."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from upstander import clock
from upstander.config import config
from upstander.delivery import services as delivery
from upstander.delivery.services import Mail
from upstander.forum import queries
from upstander.forum.models import Contribution, Post, Request, Word
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network import walls
from upstander.network.models import Member
from upstander.network.standing import level_of
from upstander.packs.current import current
from upstander.people.models import Account

PURPOSE = "forum_word"
PART = 50
_PRIORITY = {Word.Kind.PUT: 6, Word.Kind.ANSWER: 6, Word.Kind.ASKED: 7, Word.Kind.HEARD: 8, Word.Kind.RULED: 8, Word.Kind.DUE: 6}


def owe(member_id: UUID, kind: Word.Kind, about: UUID, level: int, not_before: datetime | None = None) -> None:
    """Owe a member a mail that says that there is something for them; in the caller's transaction, by the staff.

    `not_before` lets it wait: the worker owes it then.
    """
    now = clock.now()
    made = Word(id=new_id(), at=now, level=level, member_id=member_id, kind=kind, about=about, not_before=not_before or now)
    made.owed_at = None if not_before else now
    made.save(force_insert=True)
    if made.owed_at:
        _send(made.id, member_id, kind)


def _send(word_id: UUID, member_id: UUID, kind: str) -> None:
    account_id = Member.objects.values_list("account_id", flat=True).get(pk=member_id)
    delivery.send_new(PURPOSE, word_id, f"account:{account_id}", _PRIORITY[Word.Kind(kind)])


@transaction.atomic
def turn() -> bool:
    """The worker's chore: owe a part of what has waited for its time; True where there is more."""
    now = clock.now()
    waiting = Word.objects.filter(owed_at=None, not_before__lte=now).order_by("not_before")
    rows = list(waiting.select_for_update(skip_locked=True).values_list("pk", "member_id", "kind")[:PART])
    for word_id, member_id, kind in rows:
        _send(word_id, member_id, kind)
    Word.objects.filter(pk__in=[row[0] for row in rows]).update(owed_at=now)
    return len(rows) == PART


def render(word_id: UUID) -> Mail | None:
    """The mail; None for whom nothing may reach now, and for what they may not read, or not any more."""
    with walls.reading(Level.LES):
        found = Word.objects.filter(pk=word_id).first()
    level = level_of(found.member_id) if found else None
    if found is None or level is None:
        return None
    with walls.reading(level, found.member_id):
        if not Word.objects.filter(pk=word_id).exists() or not _there(found):
            return None
    account_id = Member.objects.values_list("account_id", flat=True).get(pk=found.member_id)
    email, name = Account.objects.values_list("email", "name").get(pk=account_id)
    values = {"name": name, "programme": current().programme.short_name, "link": f"{config().origin('network')}/forum/"}
    return Mail(
        to_address=email,
        to_name=name,
        subject=_("%(programme)s: there is something for you in the network") % values,
        text=_("%(name)s,\n\n%(what)s\n\nSign in to read it: %(link)s\n\nThis mail says nothing more on purpose.\n")
        % {**values, "what": _what(found.kind)},
    )


def _there(found: Word) -> bool:
    """Whether its reader may see what it is about; asked as that reader. Nobody is reminded of what is no more asked of them."""
    if found.kind == Word.Kind.DUE:
        return queries.put_to(found.member_id).filter(pk=found.about).exists()
    return any(model.objects.filter(pk=found.about).exists() for model in (Contribution, Request, Post))


def _what(kind: str) -> str:
    return {
        Word.Kind.ASKED: _("There is a question for you about something that you sent."),
        Word.Kind.HEARD: _("Something that you sent was looked at."),
        Word.Kind.PUT: _("A request was put to you."),
        Word.Kind.ANSWER: _("An answer waits for you."),
        Word.Kind.DUE: _("A request that was put to you is due soon."),
        Word.Kind.RULED: _("A moderator decided about something that you wrote."),
    }[Word.Kind(kind)]
