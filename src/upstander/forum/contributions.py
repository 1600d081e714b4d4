"""The verbs of contributing: a member gives, the School Intelligence Officer asks back, thanks, hands on (S-roles, S-peer)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from upstander import clock
from upstander.forum import acting, courses, handing, looking, queries, words
from upstander.forum.acting import CannotDo, record, worded
from upstander.forum.models import Contribution, ContributionFile, ContributionStep, Word
from upstander.ids import new_id
from upstander.network import stored
from upstander.network.arriving import CannotTake, Ticket
from upstander.network.standing import Standing

Kind = ContributionStep.Kind
_TELLS = {
    Kind.ASKED: Word.Kind.ASKED,
    Kind.THANKED: Word.Kind.HEARD,
    Kind.PUBLISHED: Word.Kind.HEARD,
    Kind.DECLINED: Word.Kind.HEARD,
}


@dataclass(frozen=True, slots=True)
class Given:
    """What a member fills in. `level` is their proposal; `originator` whose material it is, where it is not their own."""

    kind: str
    title: str
    text: str
    level: int
    topic: str = ""
    source: str = ""
    originator: str = ""
    may_pass_on: bool = False


@transaction.atomic
def contribute(who: Standing, given: Given, press: UUID, files: Sequence[Ticket] = ()) -> Contribution:
    """Hand in an observation, a document, a lesson or a concern, with the files that have come for it. Raises CannotDo,
    also for a level above one's own, and for a file that is not to be taken."""
    level = acting.within(who, given.level)
    if given.kind not in Contribution.Kind.values:
        raise CannotDo(_("Choose what it is."), "kind")
    title = worded(given.title, "title", _("Give it a title."))
    text = worded(given.text, "text", _("Write what you want to share."))
    same = {"title": title, "text": text, "kind": given.kind, "level": level, **acting.signed(who)}
    before, id = acting.once(Contribution, press, **same)
    if before:
        return before
    made = Contribution(
        id=id, at=clock.now(), topic=given.topic, source=given.source.strip(), originator=given.originator.strip(),
        may_pass_on=given.may_pass_on and bool(given.originator.strip()), found=looking.kept(title, text), **same,
    )  # fmt: skip
    made.save(force_insert=True)
    for ticket in files:
        _attach(made, ticket)
    record(who, "contributed", "contribution", made, what=made.kind, level=int(level), found=len(made.found), files=len(files))
    return made


def _attach(to: Contribution, ticket: Ticket) -> None:
    try:
        kept = stored.keep(ticket)
    except CannotTake as why:
        raise CannotDo(str(why)) from why
    name = ticket.name or _("A file")
    ContributionFile(id=new_id(), contribution=to, name=name, stored=kept).save(force_insert=True)


@transaction.atomic
def step(who: Standing, contribution_id: UUID, kind: str, text: str, press: UUID) -> ContributionStep:
    """Ask back, answer what was asked, thank, hand over as a draft (`published`), or say why it is not taken up.

    Whoever gave it answers; all else is the staff's. Raises CannotDo, also where it was decided otherwise meanwhile.
    """
    found = queries.contributions().filter(pk=contribution_id).first()
    if found is None or kind not in Kind.values:
        raise CannotDo(_("There is no such contribution."))
    if kind == Kind.CLARIFIED and (who.staff or found.member_id != who.member_id):
        raise CannotDo(_("Whoever gave it answers what was asked."))
    if kind != Kind.CLARIFIED:
        acting.must_be_staff(who)
    if kind in (Kind.ASKED, Kind.CLARIFIED, Kind.DECLINED):
        text = worded(text, "text", _("Write what you want to say."))
    text = text.replace("\x00", "").strip()
    before, id = acting.once(ContributionStep, press, contribution_id=found.pk, kind=kind, text=text, **acting.signed(who))
    if before:
        return before
    if not courses.may(courses.CONTRIBUTION, found.state, kind):
        raise CannotDo(_("This was decided meanwhile: look again."))
    made = ContributionStep(
        id=id, at=clock.now(), level=found.level, contribution=found, kind=kind, text=text, **acting.signed(who)
    )
    if kind == Kind.PUBLISHED:
        made.draft_id = handing.hand_over(who, found)
    made.save(force_insert=True)
    record(who, f"contribution_{kind}", "contribution", found, draft=str(made.draft_id or ""))
    if kind in _TELLS and found.member_id:
        words.owe(found.member_id, _TELLS[Kind(kind)], found.pk, found.level)
    return made
