"""What other rooms read of tips. Words are opened with the desk's key, in batches; who looks writes the audit entry."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from upstander.intake import opened, tokens
from upstander.intake.models import Message, Tip
from upstander.vault import services as vault


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A tip as lists show it: codes and times, nothing that a person wrote. `running` is the internal number.

    `rank` is the place that its class demands, `standing` the one that it has: 0 is the gravest.
    """

    id: UUID
    running: int
    number: str
    channel: str
    received_at: datetime
    place_id: int | None
    danger_now: bool
    about_self: bool
    reported_subtype: str
    weapon: str
    language: str
    wants_answer: bool
    status: str
    klass: str
    rank: int
    judged_at: datetime | None
    last_from_reporter_at: datetime | None
    words_added: int
    words_read: int
    answered_at: datetime | None
    answer_waived_at: datetime | None
    closed_at: datetime | None
    same_key_as: UUID | None
    standing: int
    submitter: str

    @property
    def unread(self) -> bool:
        """Whether the reporter has added a word that nobody had seen who acted; the report itself is no such word."""
        return self.words_added > self.words_read

    @property
    def words_unread(self) -> int:
        """How many added words wait for somebody to act who had them on their page."""
        return max(0, self.words_added - self.words_read)

    @property
    def crisis(self) -> bool:
        """Whether its reporter is in danger, or writes about themselves."""
        return self.danger_now or self.about_self

    @property
    def waits(self) -> bool:
        """Whether the reporter has added a word and nobody has answered since, nor written down that no answer is owed."""
        heard = max((at for at in (self.answered_at, self.answer_waived_at) if at), default=None)
        last = self.last_from_reporter_at if self.words_added else None
        return self.unread or (last is not None and (heard is None or last > heard))


@dataclass(frozen=True, slots=True)
class Said:
    """One opened message. `sender`: reporter, desk, note, system; `field`: of the form, empty in the dialogue."""

    id: UUID
    at: datetime
    sender: str
    field: str
    text: str
    account_id: int | None


_COLUMNS = tuple(QueueRow.__dataclass_fields__)


def _rows(tips: Iterable[tuple[object, ...]]) -> list[QueueRow]:
    return [QueueRow(*row) for row in tips]  # type: ignore[arg-type]


def _of_open(classes: Iterable[str] | None) -> QuerySet[Tip]:
    tips = Tip.objects.filter(closed_at=None)
    return tips if classes is None else tips.filter(klass__in=list(classes))


def open_queue(limit: int = 200, classes: Iterable[str] | None = None) -> list[QueueRow]:
    """The open tips, gravest and oldest first, of these classes (None: of all); nothing is decrypted."""
    return _rows(_of_open(classes).order_by("standing", "received_at").values_list(*_COLUMNS)[:limit])


def open_count(classes: Iterable[str] | None = None) -> int:
    """How many tips are open, of these classes (None: of all)."""
    return _of_open(classes).count()


def closed(limit: int = 200) -> list[QueueRow]:
    """The closed tips that came last, the latest first; nothing is decrypted."""
    return _rows(Tip.objects.filter(closed_at__isnull=False).order_by("-id").values_list(*_COLUMNS)[:limit])


def tip(tip_id: UUID) -> QueueRow | None:
    """One tip's facts."""
    row = Tip.objects.filter(id=tip_id).values_list(*_COLUMNS).first()
    return QueueRow(*row) if row else None


def tips(tip_ids: Iterable[UUID], limit: int = 1000) -> list[QueueRow]:
    """These tips' facts, gravest and oldest first; nothing is decrypted."""
    found = Tip.objects.filter(id__in=list(tip_ids)).order_by("standing", "received_at")
    return _rows(found.values_list(*_COLUMNS)[:limit])


def by_number(number: str) -> QueueRow | None:
    """The tip with this public number, as written (`K7F2-9QPX-3M`)."""
    row = Tip.objects.filter(number=number).values_list(*_COLUMNS).first()
    return QueueRow(*row) if row else None


def earlier_at(place_id: int, before: datetime, limit: int = 20) -> list[QueueRow]:
    """Earlier tips that name the same place, the latest first."""
    tips = Tip.objects.filter(place_id=place_id, received_at__lt=before).order_by("-received_at")
    return _rows(tips.values_list(*_COLUMNS)[:limit])


def dialogue(tip_id: UUID) -> list[Said]:
    """Everything said about a tip, notes too, in order; raises CannotOpen without the desk's key or when expunged."""
    return dialogues([tip_id])[tip_id]


def dialogues(tip_ids: Iterable[UUID], field: str | None = None) -> dict[UUID, list[Said]]:
    """The same for many tips in two queries. `field`: only that field of the form (`text`: the tip's own words).

    A tip whose key was destroyed has an empty list here.
    """
    ids = list(tip_ids)
    keys = vault.content_keys(ids, "desk")
    if len(ids) == 1:
        keys[ids[0]] = keys.get(ids[0]) or vault.content_key(ids[0], "desk")  # says why it cannot be opened
    messages = Message.objects.filter(tip_id__in=list(keys))
    if field is not None:
        messages = messages.filter(field=field)
    found: dict[UUID, list[Said]] = {tip_id: [] for tip_id in ids}
    for m in messages.order_by("at", "id"):
        text = opened.word(keys[m.tip_id], m.tip_id, m.id, m.body)
        found[m.tip_id].append(Said(m.id, m.at, m.sender, m.field, text, m.account_id))
    return found


def search(words: str, place_id: int | None = None, limit: int = 50) -> list[QueueRow]:
    """Tips in which every one of `words` was said, the latest first; by keyed hashes, nothing is decrypted.

    Words that are too common to be searched for are left out; nothing but such words finds nothing.
    """
    holders = tokens.find(tokens.words(words), place_id, limit)
    return _rows(Tip.objects.filter(id__in=holders).order_by("-received_at").values_list(*_COLUMNS))
