"""The verbs of training: begin, write, finish; issue and withdraw a certificate."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.ids import new_id
from upstander.packs.current import current
from upstander.packs.training import Scenario, Training
from upstander.people import access
from upstander.people.models import Role
from upstander.rehearsal import Done, Point, grade, hear, reply
from upstander.training.models import Certificate, Line, Run
from upstander.training.queries import TEXT, standing
from upstander.vault import services as vault
from upstander.vault.envelope import place, seal

TRAINEES = (Role.CALL_TAKER, Role.SUPERVISOR, Role.STIC_STAFF)
MOST = 60  # messages of one run


class CannotDo(ValueError):
    """Why an act was not done, in words for the person."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a trainee judged a simulated report to be, and which actions they named."""

    subtypes: tuple[str, ...]
    flags: tuple[str, ...]
    in_progress: bool
    actions: tuple[str, ...]


def _trainer() -> Training:
    found = current().training
    if found is None:
        raise CannotDo(_("This program's pack has no trainer."))
    return found


@transaction.atomic
def begin(account_id: int, code: str) -> Run:
    """Begin a rehearsal; the one that this account has not finished, where there is one. Raises CannotDo."""
    trainer = _trainer()
    if not access.holds(account_id, *TRAINEES):
        raise CannotDo(_("Whoever takes reports rehearses them."))
    if trainer.scenario(code) is None:
        raise CannotDo(_("There is no such scenario any more."))
    made = Run(
        id=new_id(), account_id=account_id, scenario=code, version=trainer.version, started_at=clock.now()
    )
    Run.objects.bulk_create([made], ignore_conflicts=True)  # two presses at once are one run
    run = Run.objects.get(account_id=account_id, scenario=code, finished_at=None)
    if run.id == made.id:
        vault.store_key(run.id, vault.new_key(), ("desk",))
        audit.record(f"account:{account_id}", "training.begun", "training", run.id, scenario=code)
    return run


def _open(run_id: UUID, account_id: int) -> tuple[Run, Scenario]:
    """The run, held to the end of the transaction, and its script; raises CannotDo."""
    run = Run.objects.select_for_update().filter(pk=run_id, account_id=account_id).first()
    if run is None:
        raise CannotDo(_("There is no such rehearsal of yours."))
    if run.finished_at:
        raise CannotDo(_("This rehearsal is finished."))
    scenario = _trainer().scenario(run.scenario)
    if scenario is None:
        raise CannotDo(_("There is no such scenario any more."))
    return run, scenario


@transaction.atomic
def write(run_id: UUID, account_id: int, text: str, press: UUID) -> Line:
    """A trainee's message to the simulated reporter. `press` marks one shown form: pressed again it is the same message.
    Raises CannotDo."""
    run, scenario = _open(run_id, account_id)
    if before := Line.objects.filter(pk=press, run=run).first():
        return before
    lines = list(Line.objects.filter(run=run).order_by("n"))
    if not text.strip():
        raise CannotDo(_("Write something first."))
    if len(lines) >= MOST:
        raise CannotDo(_("That is enough for one conversation. Judge the report now."))
    heard = hear(current(), text)
    marks = [mark for line in lines for mark in line.answers]
    line = Line(id=press, run=run, n=len(lines) + 1, at=clock.now(), heard=list(heard))
    line.answers = list(reply(scenario, heard, marks))
    line.sealed_text = seal(vault.content_key(run.id, "desk"), text.strip(), place(TEXT, run.id, line.id))
    line.save(force_insert=True)
    return line


@transaction.atomic
def finish(run_id: UUID, account_id: int, judged: Judged) -> Run:
    """End a rehearsal with its judgment, and grade it. Raises CannotDo; finished already, it stays as it is."""
    done = Run.objects.filter(pk=run_id, account_id=account_id, finished_at__isnull=False).first()
    if done:
        return done
    run, scenario = _open(run_id, account_id)
    if not judged.subtypes:
        raise CannotDo(_("Choose at least one kind of report."))
    heard = frozenset(code for line in Line.objects.filter(run=run) for code in line.heard)
    made = Done(
        heard, judged.subtypes, frozenset(judged.flags), judged.in_progress, frozenset(judged.actions)
    )
    result = grade(current(), scenario, made)
    run.subtypes, run.flags, run.actions = list(judged.subtypes), list(judged.flags), list(judged.actions)
    run.in_progress, run.finished_at = judged.in_progress, clock.now()
    run.points, run.percent, run.passed = _kept(result.points), result.percent, result.passed
    run.save(
        update_fields=[
            "subtypes",
            "flags",
            "actions",
            "in_progress",
            "finished_at",
            "points",
            "percent",
            "passed",
        ]
    )
    audit.record(
        f"account:{account_id}", "training.finished", "training", run.id,
        scenario=run.scenario, percent=result.percent, passed=result.passed,
    )  # fmt: skip
    return run


def _kept(points: Iterable[Point]) -> list[dict[str, object]]:
    """What of the points is kept: codes, numbers, citations. Their words are the pack's."""
    return [
        {
            "part": p.part,
            "what": p.what,
            "code": p.code,
            "got": p.got,
            "of": p.of,
            "cites": list(p.cites),
            "fatal": p.fatal,
        }
        for p in points
    ]


@transaction.atomic
def certify(account_id: int, by: int) -> Certificate:
    """Certify a call-taker who has passed everything, by a supervisor who is somebody else. Pressed twice it is one certificate.
    Raises CannotDo."""
    trainer = _trainer()
    _supervises(by)
    if account_id == by:
        raise CannotDo(_("Nobody certifies themselves: another supervisor does."))
    if not access.holds(account_id, Role.CALL_TAKER):
        raise CannotDo(_("This person is no call-taker."))
    _one_at_a_time(account_id)
    found = standing(account_id)
    if not found.ready:
        raise CannotDo(_("Not everything is passed that a certificate needs."))
    now, today = clock.now(), clock.today()
    made = Certificate(
        id=new_id(), account_id=account_id, issued_at=now, issued_by=by,
        expires_on=_after(today, trainer.certificate_months), version=trainer.version,
    )  # fmt: skip
    made.save(force_insert=True)
    audit.record(
        f"account:{by}",
        "training.certified",
        "account",
        account_id,
        certificate=made.number,
        until=made.expires_on.isoformat(),
    )
    return made


@transaction.atomic
def withdraw(certificate_id: UUID, by: int, why: str) -> Certificate:
    """End a certificate before its day; for good. Raises CannotDo."""
    _supervises(by)
    if why not in Certificate.Why.values:
        raise CannotDo(_("Choose why."))
    found = Certificate.objects.select_for_update().filter(pk=certificate_id).first()
    if found is None:
        raise CannotDo(_("There is no such certificate."))
    if found.withdrawn_at is None:
        found.withdrawn_at, found.withdrawn_by, found.withdrawn_why = clock.now(), by, why
        found.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why"])
        audit.record(
            f"account:{by}",
            "training.withdrawn",
            "account",
            found.account_id,
            certificate=found.number,
            why=why,
        )
    return found


def _supervises(account_id: int) -> None:
    if not access.holds(account_id, Role.SUPERVISOR):
        raise CannotDo(_("A supervisor decides that."))


def _one_at_a_time(account_id: int) -> None:
    """Of two presses for one person one is first, to the end of its transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('upstander.training'), %s)", [account_id % 2**31]
        )


def _after(day: date, months: int) -> date:
    """The same day so many months later; the month's last day where it has no such day."""
    months += day.month - 1
    year, month = day.year + months // 12, months % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
