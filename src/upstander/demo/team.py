"""The practice system's threat-assessment team: a roster with one gap, a case with its plan, something told. Invented."""

from datetime import timedelta

from upstander import clock
from upstander.assessment import cases, levels, plan, reach, teams
from upstander.assessment.cases import Said, Told
from upstander.assessment.levels import Decided
from upstander.assessment.models import Member
from upstander.assessment.plan import Planned
from upstander.directory.models import Organisation
from upstander.disclosure import acting, files, gate
from upstander.disclosure.gate import Shared
from upstander.packs.current import current
from upstander.packs.sharing import FACTORS
from upstander.people.demo import DOMAIN
from upstander.people.models import Account
from upstander.sharing.advise import Facts

_PARTS = (("administrator", "ana"), ("sro", "chris"), ("mental_health", "jamie"))
_NAMES = (
    ("teacher", "Lena Brightwater"), ("counselor", "Marcus Oyelaran"), ("psychologist", "Ines Vollmer"),
)  # fmt: skip
# days ago, who wrote it, kind, theme, shelf, words
_KNOWN = (
    (6, "ana", "behavior", "said", "school", "Wrote in art class: they will all remember Friday. Tore it up."),
    (5, "ana", "interview", "burdens", "school", "Half an hour. Lost a place on the team; the brother left home in September."),
    (5, "chris", "source", "weapons", "police", "Spoke with the aunt at home: no firearm in the house, she let me look."),
    (4, "ana", "source", "", "education", "No discipline on file before this fall; four unexcused absences in October."),
    (3, "jamie", "protective", "holds", "care", "Comes to the sessions, and asked for a second one a week."),
)  # fmt: skip


def fill(district: Organisation, school: Organisation) -> None:
    """Make it, where this jurisdiction has such pages."""
    if current().assessment is None or current().sharing is None:
        return
    people = {local: Account.objects.get(email=f"{local}@{DOMAIN}") for local in ("dana", "ana", "chris", "jamie")}
    with reach.acting(people["dana"]) as mine:
        team = teams.set_up(mine, district.pk, "own", "risk").id
    with reach.acting(people["dana"]) as mine:
        known = {one.account_id: one.designation_id for one in reach.candidates(district.pk)}
        for part, local in _PARTS:
            teams.name_member(mine, team, part, designation_id=known[people[local].pk])
        for part, name in _NAMES:
            teams.name_member(mine, team, part, name=name)
    for _part, local in _PARTS:
        with reach.acting(people[local]) as mine:
            teams.sign(mine, team)
    with reach.acting(people["ana"]) as mine:
        words = "A note in art class that frightened two students."
        told = Told(school.pk, cases.STUDENT, "Rowan Ellery", words, "the art teacher")
        case = cases.report(mine, told)
    for days, local, kind, theme, shelf, words in _KNOWN:
        with reach.acting(people[local]) as mine:
            cases.write(mine, case, Said(kind, shelf, clock.today() - timedelta(days), words, theme))
    with reach.acting(people["ana"]) as mine:
        for step in ("safe", "gather", "weigh", "level"):
            cases.step(mine, case, step)
        reason = "No plan, no means, and people whom Rowan talks to. The loss is fresh, so we keep close."
        levels.decide(mine, case, Decided("moderate", reason, ("not_met",), "Officer Delgado is on the team and agrees."))
        own = {m.account_id: m.id for m in Member.objects.filter(team=team)}
        for what, days, owner in (
            ("A walk at lunch, Mondays and Thursdays", 2, own[people["chris"].pk]),
            ("Call the aunt each Friday", 5, own[people["ana"].pk]),
        ):
            plan.add(mine, case, Planned(what, clock.today() + timedelta(days), owner))
        plan.add(mine, case, Planned("A place in the theater crew", clock.today() + timedelta(20), None, "Ms. Abara"))
    _told(people["ana"], school)


def _told(principal: Account, school: Organisation) -> None:
    """A lawful disclosure of this morning, of which the parents are still to be told."""
    with acting.acting(principal) as mine:
        student = files.new(principal.pk, school.pk, "Wren Castellanos", "grade 10", "L. Castellanos")
        threat = "A message to a friend, at seven this morning: tonight, at the bridge. The friend showed it to us."
        why = "The words are plain, the night is near, and the police can be at the bridge and at the door before us."
        found = gate.record_emergency(mine, student, threat, FACTORS, why)
        release = Facts("police", "education", "safety", "imminent", frozenset(FACTORS))
        content = "Home address, the aunt's number, the picture of the yearbook."
        gate.record(mine, student, Shared(release, "Harrow Creek Police, Sergeant Amaro", content, clock.now(), found.id))
