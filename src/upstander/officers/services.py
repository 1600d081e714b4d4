"""The verbs of this room, each in the transaction of who is acting (`reach.acting`), with its audit entry."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.directory.models import Kind, Organisation
from upstander.ids import new_id
from upstander.officers import pack, papers, sealing
from upstander.officers.errors import CannotDo, NotTheirs
from upstander.officers.models import Activity, Agreement, Certificate, Note, Paper
from upstander.officers.reach import Reach

LONGEST = 500  # letters of a note
BACK = timedelta(days=60)  # how far back work is still entered
_PLACES = (Kind.DISTRICT, Kind.SYSTEM, Kind.SCHOOL)


@dataclass(frozen=True, slots=True)
class Work:
    """What somebody did, as they enter it."""

    place_id: int
    kind: str
    minutes: int
    day: date
    outcomes: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Learned:
    """A certificate, as its owner enters it."""

    training: str
    done_on: date
    expires_on: date | None
    words: str = ""
    file: bytes | None = None


@dataclass(frozen=True, slots=True)
class Agreed:
    """A version of an agreement, as the place's administrator enters it."""

    agency_id: int
    signed_on: date
    review_on: date
    holds: tuple[str, ...]
    file: bytes | None = None


def _actor(reach: Reach) -> str:
    return f"account:{reach.account_id}"


def record_work(reach: Reach, said: Work, entry: UUID | None = None) -> bool:
    """Keep what was done; False where the same press has kept it already. Raises NotTheirs, CannotDo."""
    if said.place_id not in reach.work:
        raise NotTheirs(said.place_id)
    found = pack.officers()
    kind = found.kind(said.kind)
    if kind is None:
        raise CannotDo(_("Choose what you did."), "kind")
    if not 1 <= said.minutes <= 720:
        raise CannotDo(_("From 1 minute to 12 hours."), "minutes")
    if not clock.today() - BACK <= said.day <= clock.today():
        raise CannotDo(_("A day of the last 60, not one to come."), "day")
    if not set(said.outcomes) <= {r.code for r in found.results}:
        raise CannotDo(_("Choose from the list."), "outcomes")
    id = entry or new_id()
    if Activity.objects.filter(pk=id).exists():
        return False
    Activity.objects.create(
        id=id,
        account_id=reach.account_id,
        place_id=said.place_id,
        agency_id=reach.work[said.place_id],
        day=said.day,
        role=kind.role,
        kind=kind.code,
        minutes=said.minutes,
        outcomes=list(said.outcomes),
        made_at=clock.now(),
    )
    if said.note.strip():
        text = sealing.sealed("officers_note.sealed_text", id, said.note.strip(), account_id=reach.account_id)
        Note.objects.create(activity_id=id, account_id=reach.account_id, sealed_text=text)
    audit.record(_actor(reach), "officers.work", "activity", id, place=said.place_id, work=kind.code)
    return True


def withdraw_work(reach: Reach, activity_id: UUID) -> None:
    """Take one's own entry back: it counts no more. Raises NotTheirs."""
    if not _withdrawn(Activity, reach, activity_id):
        raise NotTheirs(activity_id)
    audit.record(_actor(reach), "officers.work_withdrawn", "activity", activity_id)


def _withdrawn(model: type[Activity] | type[Certificate], reach: Reach, id: UUID) -> int:
    mine = model.objects.filter(pk=id, account_id=reach.account_id, withdrawn_at=None)
    return mine.update(withdrawn_at=clock.now())


def add_certificate(reach: Reach, said: Learned) -> UUID:
    """Keep one's own certificate. Raises NotTheirs for who has no business here, CannotDo."""
    if not reach.any:
        raise NotTheirs
    training = pack.officers().training(said.training)
    if training is None:
        raise CannotDo(_("Choose the training."), "training")
    if said.done_on > clock.today():
        raise CannotDo(_("This day is still to come."), "done_on")
    if said.expires_on is not None and said.expires_on < said.done_on:
        raise CannotDo(_("It cannot end before it was done."), "expires_on")
    media = papers.media_of(said.file) if said.file is not None else ""
    id, mine = new_id(), reach.account_id
    words = said.words.strip()
    Certificate.objects.create(
        id=id,
        account_id=mine,
        training=training.code,
        done_on=said.done_on,
        expires_on=said.expires_on or _renewed(said.done_on, training.renew_months),
        sealed_words=sealing.sealed("officers_certificate.sealed_words", id, words, account_id=mine)
        if words
        else None,
        made_at=clock.now(),
    )
    if said.file is not None:
        body = sealing.sealed("officers_paper.body", id, said.file, account_id=mine)
        Paper.objects.create(id=new_id(), certificate_id=id, media=media, size=len(said.file), body=body)
    audit.record(_actor(reach), "officers.certificate", "certificate", id, training=training.code)
    return id


def _renewed(done_on: date, months: int | None) -> date | None:
    """The day until which it counts, where the pack says for how many months; the last of a month that is too short."""
    if months is None:
        return None
    year, month = divmod(done_on.year * 12 + done_on.month - 1 + months, 12)
    day = done_on.day
    while True:
        try:
            return date(year, month + 1, day)
        except ValueError:
            day -= 1


def withdraw_certificate(reach: Reach, certificate_id: UUID) -> None:
    """Take one's own certificate back. Raises NotTheirs."""
    if not _withdrawn(Certificate, reach, certificate_id):
        raise NotTheirs(certificate_id)
    audit.record(_actor(reach), "officers.certificate_withdrawn", "certificate", certificate_id)


def add_agreement(reach: Reach, place_id: int, said: Agreed) -> UUID:
    """Put a version of an agreement on file; the one before of the same two is ended. Raises NotTheirs, CannotDo."""
    if place_id not in reach.lead or not Organisation.objects.filter(pk=place_id, kind__in=_PLACES).exists():
        raise NotTheirs(place_id)
    if not Organisation.objects.filter(
        pk=said.agency_id, kind=Kind.LAW_ENFORCEMENT, retired_on=None
    ).exists():
        raise CannotDo(_("Choose the agency."), "agency")
    if said.signed_on > clock.today():
        raise CannotDo(_("This day is still to come."), "signed_on")
    if said.review_on <= said.signed_on:
        raise CannotDo(_("The review comes after the signing."), "review_on")
    points = pack.officers().points
    media = papers.media_of(said.file) if said.file is not None else ""
    before = Agreement.objects.filter(place_id=place_id, agency_id=said.agency_id)
    version = (before.aggregate(n=Max("version"))["n"] or 0) + 1
    before.filter(ended_at=None).update(ended_at=clock.now())
    id = new_id()
    Agreement.objects.create(
        id=id,
        place_id=place_id,
        agency_id=said.agency_id,
        version=version,
        signed_on=said.signed_on,
        review_on=said.review_on,
        holds=[p.code for p in points if p.code in said.holds],
        made_at=clock.now(),
        made_by=reach.account_id,
    )
    if said.file is not None:
        body = sealing.sealed("officers_paper.body", id, said.file, place_id=place_id)
        Paper.objects.create(id=new_id(), agreement_id=id, media=media, size=len(said.file), body=body)
    audit.record(
        _actor(reach),
        "officers.agreement",
        "agreement",
        id,
        place=place_id,
        agency=said.agency_id,
        version=version,
    )
    return id


def end_agreement(reach: Reach, agreement_id: UUID) -> int:
    """End an agreement: it is on file no more as one that counts. Returns its place. Raises NotTheirs."""
    found = Agreement.objects.filter(pk=agreement_id, place_id__in=reach.lead, ended_at=None).first()
    if found is None:
        raise NotTheirs(agreement_id)
    Agreement.objects.filter(pk=agreement_id).update(ended_at=clock.now())
    audit.record(_actor(reach), "officers.agreement_ended", "agreement", agreement_id)
    return found.place_id


def open_paper(
    reach: Reach, *, certificate: UUID | None = None, agreement: UUID | None = None
) -> tuple[bytes, str]:
    """A file and what it is, for who may see it: an audit entry every time. Raises NotTheirs."""
    of: dict[str, object] = {"certificate_id": certificate, "agreement_id": agreement}
    found = Paper.objects.filter(**of).select_related("certificate", "agreement").first()
    if found is None:
        raise NotTheirs
    if found.certificate:
        kind, row, whose = "certificate", found.certificate.id, {"account_id": found.certificate.account_id}
        theirs = reach.answers_for(found.certificate.account_id)
    else:
        assert found.agreement is not None  # a check of the database's
        kind, row, whose = "agreement", found.agreement.id, {"place_id": found.agreement.place_id}
        theirs = (
            found.agreement.place_id in {*reach.work, *reach.lead}
            or found.agreement.agency_id in reach.agencies
        )
    content = sealing.opened("officers_paper.body", row, found.body, **whose) if theirs else b""
    if not content:
        raise NotTheirs
    audit.record(_actor(reach), "officers.paper_opened", kind, row)
    return content, found.media
