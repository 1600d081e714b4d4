"""Who is certified, what practice is due, what is in a run. Codes and times; words are opened for one run alone."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from upstander import clock
from upstander.packs.current import current
from upstander.packs.training import Scenario, Training
from upstander.people import access
from upstander.people import queries as people
from upstander.people.models import Account, Role
from upstander.training.models import Certificate, Line, Run
from upstander.vault import services as vault
from upstander.vault.envelope import CannotOpen, open_text, place

TEXT = "training_line.sealed_text"
SOON = 30  # days before its end, in which a certificate is said to end


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands. `certificate` is the one that counts, or the last that did; `passed` the codes of the certificate's
    scenarios that are passed since it was issued; `practised` how many runs were finished this month, `before` last month."""

    certificate: Certificate | None
    today: date
    passed: frozenset[str]
    missing: tuple[Scenario, ...]
    practised: int
    before: int
    owed: int
    last: datetime | None

    @property
    def state(self) -> str:
        """none, valid, ending, expired or withdrawn."""
        found = self.certificate
        if found is None:
            return "none"
        if found.withdrawn_at:
            return "withdrawn"
        if found.expires_on < self.today:
            return "expired"
        return "ending" if found.expires_on - self.today <= timedelta(days=SOON) else "valid"

    @property
    def certified(self) -> bool:
        """Whether there is a certificate that is valid today."""
        return self.state in ("valid", "ending")

    @property
    def ready(self) -> bool:
        """Whether everything is passed that a certificate needs."""
        return not self.missing

    @property
    def due(self) -> int:
        """How many runs are still due this month."""
        return max(0, self.owed - self.practised)

    @property
    def missed(self) -> bool:
        """Whether last month's practice was missed, by somebody who was certified then."""
        held = self.certificate is not None and self.certificate.issued_at < _begins(self.today)
        return held and self.before < self.owed

    @property
    def due_by(self) -> date:
        """The last day of this month."""
        return _next(self.today) - timedelta(days=1)


def _next(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _begins(day: date) -> datetime:
    """When the month of this day begins, where the programme is."""
    return datetime.combine(day.replace(day=1), time(), ZoneInfo(settings.TIME_ZONE))


def standings(account_ids: Iterable[int]) -> dict[int, Standing]:
    """Where these accounts stand; so many queries for all of them as for one."""
    ids, trainer, today = list(account_ids), current().training, clock.today()
    certificates: dict[int, Certificate] = {}
    for found in Certificate.objects.filter(account_id__in=ids).order_by("issued_at"):
        certificates[found.account_id] = found
    runs = defaultdict(list)
    columns = ("account_id", "scenario", "finished_at", "passed")
    for row in (
        Run.objects.filter(account_id__in=ids, finished_at__isnull=False)
        .order_by("finished_at")
        .values_list(*columns)
    ):
        runs[row[0]].append(row[1:])
    return {id: _standing(trainer, certificates.get(id), runs[id], today) for id in ids}


def _standing(
    trainer: Training | None,
    certificate: Certificate | None,
    runs: list[tuple[str, datetime, bool]],
    today: date,
) -> Standing:
    since = certificate.issued_at if certificate else None
    passed = frozenset(scenario for scenario, at, ok in runs if ok and (since is None or at > since))
    this, last = _begins(today), _begins(today.replace(day=1) - timedelta(days=1))
    return Standing(
        certificate=certificate,
        today=today,
        passed=passed,
        missing=tuple(s for s in trainer.for_certificate if s.code not in passed) if trainer else (),
        practised=sum(at >= this for _, at, _ in runs),
        before=sum(last <= at < this for _, at, _ in runs),
        owed=trainer.practice_per_month if trainer else 0,
        last=runs[-1][1] if runs else None,
    )


def standing(account_id: int) -> Standing:
    """Where one account stands."""
    return standings([account_id])[account_id]


@dataclass(frozen=True, slots=True)
class Member:
    """A call-taker, with where they stand."""

    account: Account
    standing: Standing


def team() -> list[Member]:
    """Every call-taker of today; who has no valid certificate first, then whose practice was missed, then by name."""
    accounts = people.holders(Role.CALL_TAKER)
    found = standings([account.pk for account in accounts])
    members = [Member(account, found[account.pk]) for account in accounts]
    return sorted(members, key=lambda m: (m.standing.certified, not m.standing.missed, m.account.name))


def lacking() -> int:
    """How many call-takers have no valid certificate; 0 where the pack has no trainer."""
    return sum(not member.standing.certified for member in team()) if current().training else 0


def kept_out(account_id: int) -> bool:
    """Whether the pack keeps this account from taking what is not urgent: it takes reports as a call-taker alone and has no
    valid certificate. No query where the pack only warns."""
    trainer = current().training
    if trainer is None or trainer.without_certificate != "refuse":
        return False
    other = access.holds(account_id, Role.SUPERVISOR, Role.STIC_STAFF)
    return not other and access.holds(account_id, Role.CALL_TAKER) and not standing(account_id).certified


def runs_of(account_id: int) -> list[Run]:
    """The runs of an account, the latest first."""
    return list(Run.objects.filter(account_id=account_id).order_by("-started_at"))


def text_of(line: Line, key: bytes) -> str:
    """What a trainee wrote, opened; empty where it cannot be."""
    try:
        return open_text(key, bytes(line.sealed_text), place(TEXT, line.run_id, line.id))
    except CannotOpen:
        return ""


def lines_of(run_id: UUID) -> list[tuple[Line, str]]:
    """A run's messages, opened, in order; whoever shows them to somebody else writes the audit entry."""
    key = vault.content_key(run_id, "desk")
    return [(line, text_of(line, key)) for line in Line.objects.filter(run_id=run_id).order_by("n")]
