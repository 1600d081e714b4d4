"""From the directory and a call-taker's choice to the facts that the directive is asked about."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from django.utils.translation import gettext as _

from upstander import clock
from upstander.actions import words
from upstander.actions.models import ActionEvent, Judgement
from upstander.directory import queries as directory
from upstander.packs.model import Area, Pack
from upstander.packs.vocabulary import SUBMITTERS
from upstander.protocol import Facts, Plan, Target, age_band, plan, recorded
from upstander.protocol.clocks import session


class CannotJudge(ValueError):
    """A classification that cannot be made, in words for the call-taker; `field` is where they stand."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a person says of whom a tip is about, beside its kind: years of age (None: not known), a disability, and the
    contacts (their ids) who are not told because the tip is about them."""

    age: int | None = None
    disabled: bool = False
    excluded: frozenset[int] = frozenset()

    @classmethod
    def of(cls, judgement: Judgement | None) -> "Circumstances":
        """What a judgement was made with; nothing before the first, and where an older version did not ask. Opens the age
        as it was said; where its words were destroyed the lowest of its band stands for it."""
        if judgement is None:
            return cls()
        stored, exact = judgement.facts, words.age(judgement)
        return cls(
            age=stored.get("age") if exact is None else exact,
            disabled=stored.get("disabled", False),
            excluded=frozenset(map(int, stored.get("excluded", ()))),
        )


NOTHING_ELSE = Circumstances()
NO_WAY = frozenset({"phone", "email"})  # what a contact lacks who cannot be reached
REPORTER, _AGENCY, PARTNER = SUBMITTERS
_DETERMINED = "false_determination"


def results_of(tip_id: UUID) -> frozenset[str]:
    """Everything that was recorded on a tip's actions, as cases of the directive wait for it: "rule:result". Of a supervisor's
    determinations only the last, for one may be taken back."""
    events = ActionEvent.objects.filter(action__tip_id=tip_id).order_by("at", "id")
    found, last = set(), {}
    for kind, rule, result in events.values_list("action__kind", "action__rule", "result"):
        if kind == _DETERMINED:
            last[rule.partition("#")[0]] = result
        else:
            found.add(f"{rule.partition('#')[0]}:{result}")
    return frozenset(found | {f"{rule}:{result}" for rule, result in last.items()})


def gather(
    pack: Pack, place_id: int | None, subtypes: Iterable[str], in_progress: bool, flags: Iterable[str],
    also: Circumstances = NOTHING_ELSE, results: frozenset[str] = frozenset(), submitter: str = REPORTER,
) -> tuple[Facts, Plan]:  # fmt: skip
    """The facts of a tip about `place_id` at this moment and the plan they give; the class is the one that rules.

    `results` are what is on record already; `submitter` who submitted it, as stored with the tip. Raises CannotJudge for
    sub-types or flags that the pack does not know, or for none.
    """
    chosen, marks = _known(pack, subtypes, flags)
    routing = directory.routing(place_id)
    excluded = frozenset(map(str, also.excluded))
    facts = Facts(
        klass=pack.gravest(chosen),
        subtypes=chosen,
        in_progress=in_progress,
        network=directory.network_status(place_id),
        flags=marks,
        contacts=tuple(contact(p) for p in directory.poc_list(place_id)),
        psap=_psap(routing.psap),
        agency=_organisation("agency", routing.law_enforcement),
        troop=_organisation("troop", routing.troop) or _area("troop", pack.areas.troop(routing.county)),
        zone=_organisation("zone", routing.zone) or _area("zone", pack.areas.zone(routing.county)),
        alternates=tuple(contact(p) for p in directory.stand_ins(place_id)) if excluded else (),
        excluded=excluded,
        age=age_band(pack, also.age),  # the exact one is sealed (docs/decisions/0079)
        disabled=also.disabled,
        doubts=_doubts(place_id, routing),
        session=_session(pack, place_id),
        submitter=_submitter(pack, submitter, marks),
    )
    facts = recorded(pack, facts, results)
    demanded = plan(pack, facts)
    return replace(facts, klass=demanded.klass), demanded


def marks_of_submitter(pack: Pack, submitter: str) -> frozenset[str]:
    """The marks that say of a tip that `submitter` submitted it."""
    return frozenset(f.code for f in pack.flags if f.submitter == submitter)


def _submitter(pack: Pack, stored: str, marks: frozenset[str]) -> str:
    """Who submitted it, as the rules see it. Where the pack has a mark for it, whoever judged has seen that mark set: taken
    away, it says that this partner has not that duty.
    """
    said = marks_of_submitter(pack, stored)
    return PARTNER if said and not said & marks else stored


def _known(
    pack: Pack, subtypes: Iterable[str], flags: Iterable[str]
) -> tuple[tuple[str, ...], frozenset[str]]:
    chosen, marks = tuple(dict.fromkeys(subtypes)), frozenset(flags)
    if not chosen:
        raise CannotJudge("subtypes", _("Choose at least one kind of report."))
    for code in set(chosen) - {s.key for s in pack.subtypes}:
        raise CannotJudge("subtypes", _("The pack has no kind of report '%(code)s'.") % {"code": code})
    for code in marks - {f.code for f in pack.flags}:
        raise CannotJudge("flags", _("The pack has no mark '%(code)s'.") % {"code": code})
    return chosen, marks


def _session(pack: Pack, place_id: int | None) -> str:
    """Whether school is in session: as the place's own calendar says, else as far as the pack knows."""
    now = clock.now()
    known = directory.session(place_id, now, pack.clocks.closed).state
    return session(pack, now) if known == "unknown" else known


def _doubts(place_id: int | None, routing: directory.Routing) -> frozenset[str]:
    """What is unsure about a place, as the pack's gaps name it."""
    card = directory.place_cards([place_id]).get(place_id) if place_id is not None else None
    if card is None:
        return frozenset({"place_unknown"})
    found = {"place_retired"} if card.retired else set()
    if "no_county" in routing.gaps and routing.psap is None:
        found.add("county_unsettled")
    return frozenset(found)


def contact(poc: directory.Poc) -> Target:
    """A contact as the rules see them: one whose every number and address was found not to work has none."""
    lacking = {name for name, values in (("phone", poc.phones), ("email", poc.emails)) if not values}
    return Target("contact", str(poc.contact_id), poc.name, frozenset(lacking) if poc.reachable else NO_WAY)


def _psap(psap: directory.OrgRef | None) -> Target | None:
    if psap is None:
        return None
    return Target(
        "psap", str(psap.id), psap.name, frozenset() if psap.transfer_number else frozenset({"phone"})
    )


def _organisation(kind: str, found: directory.OrgRef | None) -> Target | None:
    return Target(kind, str(found.id), found.name) if found else None


def _area(kind: str, found: Area | None) -> Target | None:
    """A Troop or Zone as the pack knows it: by name, without a number."""
    return Target(kind, f"{kind}-{found.code}", found.name, frozenset({"phone"})) if found else None
