"""The verbs: enter, correct, withdraw; propose and decline. Called behind the wall of who acts; each writes its line of the
record.
"""

from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network.standing import Standing
from upstander.register import codes, entry, histories
from upstander.register.entry import Entry
from upstander.register.errors import CannotDo
from upstander.register.models import Incident, Paragraph, Proposal, Source, Version, Words


@transaction.atomic
def enter(said: Entry, account_id: int, press: UUID, proposal_id: UUID | None = None) -> Incident:
    """A new entry; of a member's proposal, where it is one. `press` marks one shown form: pressed again it is the same entry.

    Raises CannotDo for what `entry.check` refuses, and for a proposal that somebody has decided. S-topics, S-repository.
    """
    _alone(press)
    if before := Incident.objects.filter(pk=press).first():
        return before
    level = entry.check(said)
    proposal = _undecided(proposal_id) if proposal_id else None
    now = clock.now()
    made = Incident.objects.create(id=press, number=_number(), made_at=now)
    _write(made, 1, said, level, account_id, "", proposal.member_id if proposal else None)
    if proposal:
        Proposal.objects.filter(pk=proposal.pk).update(decided_at=now, decided_by=account_id, incident=made)
    audit.record(_actor(account_id), "register.entered", "incident", made.id, number=made.number, level=int(level),
                 proposal=str(proposal_id or ""))  # fmt: skip
    return made


@transaction.atomic
def correct(incident_id: UUID, based_on: int, said: Entry, why: str, account_id: int) -> Version:
    """Another version of an entry. `based_on` is the version that was corrected: pressed twice it is one correction, and
    who corrects what another has corrected meanwhile is told. Raises CannotDo."""
    incident = _incident(incident_id)
    latest = Version.objects.get(incident=incident, replaced_at=None)
    if not why.strip():
        raise CannotDo(_("Say what was wrong, or is new: it stands in the history."), "why")
    if latest.number == based_on + 1 and latest.account_id == account_id and latest.why == why.strip():
        return latest
    if latest.number != based_on:
        raise CannotDo(_("Somebody has corrected it since you opened this page. Look at it again."))
    level = entry.check(said)
    Version.objects.filter(pk=latest.pk).update(replaced_at=clock.now())
    made = _write(incident, latest.number + 1, said, level, account_id, why.strip(), latest.contributor, latest)
    audit.record(
        _actor(account_id),
        "register.corrected",
        "incident",
        incident.id,
        version=made.number,
        level=int(level),
    )
    return made


@transaction.atomic
def withdraw(incident_id: UUID, why: str, account_id: int) -> Incident:
    """Take an entry out: members see nothing of it any more, the staff see that it was, and why. Raises CannotDo."""
    if not why.strip():
        raise CannotDo(_("Say why it is taken out."), "why")
    incident = Incident.objects.select_for_update(of=("self",)).filter(pk=incident_id).first()
    if incident is None:
        raise CannotDo(_("There is no such entry."))
    if incident.withdrawn_at:
        return incident
    now = clock.now()
    Version.objects.filter(incident=incident, replaced_at=None).update(replaced_at=now)
    said = {"withdrawn_at": now, "withdrawn_by": account_id, "withdrawn_why": why.strip()}
    Incident.objects.filter(pk=incident.pk).update(**said)
    audit.record(_actor(account_id), "register.withdrawn", "incident", incident.id)
    incident.refresh_from_db()
    return incident


@transaction.atomic
def propose(who: Standing, said: dict[str, Any], press: UUID) -> Proposal:
    """A member tells of an incident; nobody reads it but they and the staff. Pressed again it is the same. Raises CannotDo."""
    if who.member_id is None or who.level is None:
        raise CannotDo(_("Your membership does not let you write here now."))
    if not str(said.get("title", "")).strip():
        raise CannotDo(_("Give it a title that tells it from others."), "title")
    _alone(press)
    if before := Proposal.objects.filter(pk=press, member_id=who.member_id).first():
        return before
    title = str(said["title"]).strip()[:160]
    made = Proposal(
        id=press, member_id=who.member_id, account_id=who.account_id, at=clock.now(), said=said, title=title
    )
    made.save(force_insert=True)
    audit.record(_actor(who.account_id), "register.proposed", "proposal", made.id)
    return made


@transaction.atomic
def decline(proposal_id: UUID, answer: str, account_id: int) -> Proposal:
    """Not entered, with words for the member who proposed it. Raises CannotDo without words, or where it is decided."""
    if not answer.strip():
        raise CannotDo(_("Say why, in words for the member."), "answer")
    proposal = _undecided(proposal_id)
    said = {"decided_at": clock.now(), "decided_by": account_id, "answer": answer.strip()}
    Proposal.objects.filter(pk=proposal.pk).update(**said)
    audit.record(_actor(account_id), "register.declined", "proposal", proposal.id)
    proposal.refresh_from_db()
    return proposal


def _actor(account_id: int) -> str:
    return f"account:{account_id}"


def _alone(press: UUID) -> None:
    """Of two presses of one form at once one is first, to the end of its transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [press.int & (2**63 - 1)])


def _number() -> str:
    """`2026-17`: the year of entry, and a number that no two have."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('register_incident_number_seq')")
        (number,) = cursor.fetchone() or (0,)
    return f"{clock.now().year}-{number}"


def _incident(incident_id: UUID) -> Incident:
    found = Incident.objects.select_for_update(of=("self",)).filter(pk=incident_id, withdrawn_at=None).first()
    if found is None:
        raise CannotDo(_("There is no such entry, or it was taken out."))
    return found


def _undecided(proposal_id: UUID) -> Proposal:
    found = Proposal.objects.select_for_update(of=("self",)).filter(pk=proposal_id).first()
    if found is None or found.decided_at:
        raise CannotDo(_("Somebody has decided on this proposal."))
    return found


def _write(
    incident: Incident,
    number: int,
    said: Entry,
    level: Level,
    account_id: int,
    why: str,
    contributor: UUID | None,
    before: Version | None = None,
) -> Version:
    """A version with its paragraphs, sources, what each level finds it by, and what each knows of the correction of `before`."""
    version = Version.objects.create(
        id=new_id(), incident=incident, number=number, made_at=clock.now(), account_id=account_id, why=why,
        contributor=contributor, marking=said.marking, level=level, title=said.title.strip(), kind=said.kind, sector=said.sector,
        settings=list(said.settings),
        year=said.when.year, month=said.when.month, day=said.when.day, begins_on=said.when.begins_on, place=said.place.strip(),
        state=said.state, organisation_id=said.organisation_id, latitude=said.latitude, longitude=said.longitude,
        weapon=said.weapon, outcome=said.outcome, killed=said.killed, injured=said.injured, signs=list(said.signs),
    )  # fmt: skip
    lines = [
        Paragraph(version=version, position=n, part=line.part, text=line.text.strip(), marking=line.marking,
                  level=max(level, entry.level_of(line.marking)))
        for n, line in enumerate(said.lines)
    ]  # fmt: skip
    sources = [
        Source(version=version, position=n, citation=one.citation.strip(), address=one.address, originator=one.originator.strip(),
               seen_on=one.seen_on, marking=one.marking, level=max(level, entry.level_of(one.marking)))
        for n, one in enumerate(said.sources)
    ]  # fmt: skip
    Paragraph.objects.bulk_create(lines)
    Source.objects.bulk_create(sources)
    words = _words(version, lines, sources)
    histories.tell(words, histories.Content(version, lines, sources), before)
    Words.objects.bulk_create(words)
    return version


def _words(version: Version, lines: list[Paragraph], sources: list[Source]) -> list[Words]:
    """For each level that reads the facts: all that it may read, in one text."""
    labels = [
        codes.label("kind", version.kind),
        codes.label("weapon", version.weapon),
        codes.label("outcome", version.outcome),
    ]
    labels += [codes.label("signs", code) for code in version.signs]
    facts = [version.title, version.place, version.state, *labels]
    made = []
    for level in Level:
        if level >= version.level:
            own = [p.text for p in lines if p.level <= level]
            own += [f"{s.citation} {s.originator}" for s in sources if s.level <= level]
            made.append(Words(version=version, level=level, text="\n".join(facts + own)))
    return made
