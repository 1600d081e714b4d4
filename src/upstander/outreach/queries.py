"""Who is to be won and how far they are; what outreach may read. Codes, places and times, and this room's own words."""

from collections import defaultdict
from dataclasses import dataclass

from upstander.actions import outreach as told_by_desk
from upstander.actions.outreach import Group, Told
from upstander.directory import queries as directory
from upstander.directory.queries import Joining, PlaceCard
from upstander.outreach.models import Step, Words
from upstander.people import queries as people
from upstander.vault import services as vault
from upstander.vault.envelope import CannotOpen, open_text, place

STAGES = ("told", "contacted", "meeting", "requested", "enrolled")
NOTE, TEXT = "outreach_step.sealed_note", "outreach_words.sealed_text"


@dataclass(frozen=True, slots=True)
class Prospect:
    """An organisation of which outreach was told: `card` is None where the place of the tips is not known."""

    group: Group
    card: PlaceCard | None
    joining: Joining | None
    done: frozenset[str]

    @property
    def stage(self) -> str:
        """How far it is: of what the directory says and what outreach did, whatever is furthest."""
        state = self.joining.state if self.joining else ""
        if state == "active":
            return "enrolled"
        if state in ("requested", "verified", "coming"):
            return "requested"
        return next((stage for stage in ("meeting", "contacted") if stage in self.done), "told")

    @property
    def lacks_contacts(self) -> bool:
        """Whether it has joined and is Out-of-Network all the same, since nobody is listed (D-II.C)."""
        return self.stage == "enrolled" and self.joining is not None and not self.joining.contacts


@dataclass(frozen=True, slots=True)
class Done:
    """A step with its note, opened, and the name of whoever did it."""

    step: Step
    by: str
    note: str


@dataclass(frozen=True, slots=True)
class Released:
    """What an analyst released of a tip; `text` is empty until it is opened."""

    words: Words
    by: str


def prospects(limit: int, offset: int = 0) -> tuple[list[Prospect], int]:
    """Whom outreach was told of, who was named last first; and how many there are. The queries do not grow with them."""
    groups, total = told_by_desk.groups(limit, offset)
    return _prospects(groups), total


def prospect(organisation_id: int | None) -> Prospect | None:
    """One of them; None where outreach was told of no tip there."""
    group = told_by_desk.group(organisation_id)
    return _prospects([group])[0] if group else None


def _prospects(groups: list[Group]) -> list[Prospect]:
    ids = [g.organisation_id for g in groups if g.organisation_id is not None]
    cards, joining = directory.place_cards(ids), directory.joining(ids)
    done: dict[int, set[str]] = defaultdict(set)
    steps = Step.objects.filter(case__organisation__in=ids)
    for organisation_id, kind in steps.values_list("case__organisation_id", "kind").distinct():
        done[organisation_id].add(kind)
    keyed = [(g, g.organisation_id or 0) for g in groups]  # 0: the place is not known
    return [Prospect(g, cards.get(i), joining.get(i), frozenset(done[i])) for g, i in keyed]


def told(organisation_id: int | None) -> list[Told]:
    """The tips about an organisation as outreach knows them; see `actions.outreach.told`."""
    return told_by_desk.told(organisation_id)


def steps(organisation_id: int) -> list[Done]:
    """What outreach did there, the latest first, its notes opened; the caller writes the audit entry."""
    found = list(Step.objects.filter(case__organisation=organisation_id).order_by("-at", "-id"))
    names = people.names(s.account_id for s in found)
    keys = vault.content_keys({s.case_id for s in found}, "desk")
    return [Done(s, names.get(s.account_id, ""), _note(s, keys.get(s.case_id))) for s in found]


def _note(step: Step, key: bytes | None) -> str:
    if step.sealed_note is None or key is None:
        return ""
    return open_text(key, step.sealed_note, place(NOTE, step.case_id, step.id))


def note_of(step: Step) -> str:
    """The note of one step, opened."""
    return _note(step, vault.content_key(step.case_id, "desk"))


def released(numbers: list[str]) -> dict[str, list[Released]]:
    """What was released of these tips, by number, the latest first; nothing is opened."""
    rows = list(Words.objects.filter(tip_number__in=numbers).order_by("-at"))
    names, found = people.names(w.account_id for w in rows), defaultdict(list)
    for row in rows:
        found[row.tip_number].append(Released(row, names.get(row.account_id, "")))
    return found


def text_of(words: Words) -> str:
    """What was released, opened; the caller writes the audit entry."""
    try:
        return open_text(vault.content_key(words.id, "desk"), words.sealed_text, place(TEXT, words.id, words.id))
    except CannotOpen:
        return ""

