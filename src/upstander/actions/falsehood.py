"""Reports that are clearly identified as intentionally false, or as a prank: what a supervisor alone determines, what is
researched then, and what a tip holds that could identify its reporter (D-IV.A.6). Mistaken or unproven is neither.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from upstander.actions import followup
from upstander.actions.facts import CannotJudge
from upstander.actions.models import Judgement, RequiredAction
from upstander.actions.recording import CannotRecord
from upstander.evidence import queries as evidence
from upstander.intake.models import Tip
from upstander.packs.model import Pack, Rule
from upstander.people import access
from upstander.people.models import Role
from upstander.vault.models import ReporterAddress

DETERMINATION, RESEARCH = "false_determination", "identify_reporter"
FOLLOWS = (RESEARCH, "zone_investigation", "prosecution_referral")
"""What a determination opens, in the order in which it is done."""

NO_DATUM = "no_datum"
"""The result of a research that says that nothing was ever given: the ledger takes it only where that is so."""


def rule(pack: Pack) -> Rule | None:
    """The rule by which a supervisor determines; None where a pack has none."""
    return next((r for r in pack.rules if r.kind == DETERMINATION), None)


def mark(pack: Pack) -> str:
    """The flag that says that it was determined; empty where the pack has none."""
    own = {f.code for f in pack.flags if f.supervisor}
    found = rule(pack)
    return next((f for case in (found.cases if found else ()) for f in case.unless_flags if f in own), "")


def opens(pack: Pack, result: str) -> bool:
    """Whether this result of a determination is the one after which it is researched who sent the tip."""
    found = rule(pack)
    return found is not None and pack.waits_for(found.id, result)


def check(pack: Pack, account_id: int, flags: Collection[str], before: Judgement | None, reason: str) -> None:
    """Raise CannotJudge where a judgement sets or takes back what only a supervisor determines, and its author is none, or
    does not say what shows it."""
    changed = set(flags) ^ set(before.flags if before else ())
    labels = [f.label for f in pack.flags if f.supervisor and f.code in changed]
    named = {"marks": "; ".join(labels)}
    if labels and not access.holds(account_id, Role.SUPERVISOR):
        raise CannotJudge("flags", _("Only a supervisor says, or takes back: %(marks)s.") % named)
    if labels and not reason.strip():
        raise CannotJudge("reason", _("Write what shows it, or shows that it is not so: %(marks)s.") % named)


@dataclass(frozen=True, slots=True)
class Held:
    """What a tip holds that could identify its reporter: which kinds of address or name were given (never what they are),
    how many files were sent, by which channel it came, and whether another report came from the same device."""

    kinds: tuple[str, ...]
    files: int
    channel: str
    same_device: bool

    @property
    def nothing(self) -> bool:
        """Whether no identifying datum was ever given. What the words themselves tell, only reading them shows."""
        return not self.kinds and not self.files


def held(tip: Tip) -> Held:
    """What a tip holds; nothing is opened, and that something is sealed is all that this tells of it."""
    kinds = ReporterAddress.objects.filter(holder=tip.pk).values_list("kinds", flat=True).first()
    twins = Tip.objects.filter(same_key_as=tip.pk).exists()
    return Held(
        tuple(kinds or ()), len(evidence.came(tip.pk)), tip.channel, twins or tip.same_key_as is not None
    )


def check_research(action_id: UUID, result: str) -> None:
    """Raise CannotRecord where a research is to end with "nothing was ever given", and something was."""
    row = RequiredAction.objects.select_related("tip").filter(pk=action_id).first()
    if row is None or row.kind != RESEARCH or result != NO_DATUM:
        return
    if not held(row.tip).nothing:
        raise CannotRecord(
            _(
                "Something that may identify the reporter was given, and is sealed. Record what was looked into, and whether"
                " they were identified."
            )
        )


def waiting() -> QuerySet[RequiredAction]:
    """Determinations that a supervisor owes, the longest waiting first."""
    return _open(DETERMINATION).order_by("owed_since", "id")


def researched() -> QuerySet[RequiredAction]:
    """Researches that are not concluded, the longest waiting first."""
    return _open(RESEARCH).order_by("owed_since", "id")


def concluded(most: int) -> QuerySet[RequiredAction]:
    """The researches that were concluded last, newest first."""
    done = RequiredAction.objects.filter(kind=RESEARCH, done_at__isnull=False)
    return done.select_related("tip").order_by("-done_at", "-id")[:most]


def _open(kind: str) -> QuerySet[RequiredAction]:
    owed = RequiredAction.objects.filter(kind=kind, done_at=None, ended_by=None)
    return owed.select_related("tip")


def to_record(tip_id: UUID, rule: str, account_id: int) -> RequiredAction:
    """The row on which is recorded what a determination opened; what is only offered is taken up. Raises CannotRecord."""
    found = RequiredAction.objects.filter(tip_id=tip_id, kind__in=FOLLOWS, ended_by=None, done_at=None)
    mine = [row for row in found.order_by("owed_since", "id") if row.rule_id == rule]
    if mine:
        return mine[-1]
    Tip.objects.select_for_update(of=("self",)).get(pk=tip_id)
    judgement = Judgement.objects.filter(tip_id=tip_id, state=Judgement.State.IN_FORCE).first()
    offers = followup.plan_now(judgement).offers if judgement else ()
    if not any(one.rule == rule and one.kind in FOLLOWS for one in offers):
        raise CannotRecord(_("Nothing of this is open: it was concluded, or nothing was determined."))
    return followup.take_up(tip_id, rule, f"account:{account_id}")[0]


def rows(tip_id: UUID, kinds: Iterable[str]) -> list[RequiredAction]:
    """A tip's rows of these kinds with their events, in order."""
    found = RequiredAction.objects.filter(tip_id=tip_id, kind__in=list(kinds))
    return list(found.prefetch_related("events").order_by("owed_since", "id"))
