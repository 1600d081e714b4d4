"""What the school's other rooms have due for somebody: a line each, with the way there. Each room is asked for its own (0142)."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from upstander import clock
from upstander.assessment import plans
from upstander.assessment import reach as teams
from upstander.directory.models import Organisation
from upstander.disclosure import log
from upstander.officers import pack as officers_pack
from upstander.officers import queries as officers
from upstander.officers import training
from upstander.officers.reach import acting
from upstander.packs.current import current
from upstander.people import access
from upstander.people.models import Account
from upstander.preparedness import pack as drills_pack
from upstander.preparedness import queries as drills
from upstander.preparedness import reach as kept
from upstander.preparedness import years


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is due, or soon: in words, where to go, and whether it is late."""

    words: str
    url: str
    late: bool


def of(account: Account, duties: dict[int, drills.Line]) -> list[Line]:
    """The lines of `account`, what is late first; `duties`: as `of_buildings` answers."""
    found = [*_of_students(account), *_of_drills(duties), *_of_officers(account)]
    return sorted(found, key=lambda line: not line.late)


def of_buildings(account: Account) -> dict[int, drills.Line]:
    """How each building that `account` keeps stands with its drills, plans and meetings, by its id."""
    if drills_pack.maybe() is None:
        return {}
    with kept.acting(account) as mine:
        return {line.place.pk: line for line in drills.lines(drills.buildings(mine.kept), years.asked(None))}


def _of_students(account: Account) -> list[Line]:
    """Notices that parents wait for, and reviews and parts of safety plans within the pack's days: numbers, and no name."""
    pack = current()
    with teams.acting(account) as mine:
        told = log.owed(mine.school) if pack.sharing else []
        parts = [one.on for rows in plans.due(mine).values() for one in rows] if pack.assessment else []
    lines = []
    if told:
        said = ngettext("%(n)d notice to parents", "%(n)d notices to parents", len(told)) % {"n": len(told)}
        lines.append(Line(said, reverse("disclosure_home"), min(told) <= clock.now()))
    if parts:
        said = ngettext("%(n)d review or part of a safety plan", "%(n)d reviews or parts of a safety plan", len(parts))
        lines.append(Line(said % {"n": len(parts)}, reverse("assessment_home"), min(parts) < clock.today()))
    return lines


def _of_drills(duties: dict[int, drills.Line]) -> list[Line]:
    """Buildings with something overdue, or soon due."""
    late, soon = sum(bool(d.overdue) for d in duties.values()), sum(bool(d.soon and not d.overdue) for d in duties.values())
    url, lines = reverse("preparedness_home") + "?due", []
    if late:
        said = ngettext("Drills and plans: overdue at %(n)d building", "Drills and plans: overdue at %(n)d buildings", late)
        lines.append(Line(said % {"n": late}, url, True))
    if soon:
        said = ngettext("Drills and plans: due soon at %(n)d building", "Drills and plans: due soon at %(n)d buildings", soon)
        lines.append(Line(said % {"n": soon}, url, False))
    return lines


def _of_officers(account: Account) -> list[Line]:
    """One's own certificates; of what one administers oneself, trainings that are overdue, and agreements."""
    found = officers_pack.maybe()
    if found is None:
        return []
    titles = {t.code: t.label for t in found.trainings}
    lines = []
    with acting(account) as mine:
        for cell in officers.standing(mine) if mine.officer or mine.lead else []:
            if cell.state in (training.OVERDUE, training.EXPIRED, training.EXPIRING):
                late = cell.state != training.EXPIRING
                said = _("Training overdue: %(what)s") if late else _("A certificate ends soon: %(what)s")
                lines.append(Line(said % {"what": titles[cell.training]}, reverse("officers_certificates"), late))
        own = [id for id in access.administered(account) if mine.oversees(id)]
        for one in officers.due(mine, list(Organisation.objects.filter(pk__in=own).order_by("name"))):
            lines += _of_scope(one)
    return lines


def _of_scope(one: officers.Due) -> list[Line]:
    name, lines = one.scope.name, []
    if one.overdue:
        said = ngettext(
            "%(name)s: %(n)d person has a training overdue", "%(name)s: %(n)d people have a training overdue", one.overdue
        ) % {"name": name, "n": one.overdue}
        lines.append(Line(said, reverse("officers_training", args=[one.scope.pk]), True))
    if one.reviews or one.silent:
        said = _("%(name)s: agreements to review") % {"name": name}
        lines.append(Line(said, reverse("officers_agreements", args=[one.scope.pk]), bool(one.reviews)))
    return lines
