"""What the directory lacks for a plan.

A gap is red on the tip and at the directory; it is never silent (D-II.D).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from upstander.packs.model import Pack
from upstander.packs.vocabulary import CALLS, MAILS
from upstander.protocol.facts import Facts, Target


@dataclass(frozen=True, slots=True)
class Gap:
    """Something missing: what it is, for which kind of action and whom, and what a person does about it now.

    `message` and `remedy` are the pack's texts `gap.<code>.what` and `gap.<code>.do`, with the target's name.
    """

    code: str
    kind: str
    target: Target
    message: str
    remedy: str


class Owed(Protocol):
    """What of an action matters here."""

    @property
    def rule(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def targets(self) -> tuple[Target, ...]: ...


def gaps_of(pack: Pack, facts: Facts, owed: Sequence[Owed]) -> tuple[Gap, ...]:
    """The gaps of a plan, each of a target named once; what is unsure about the place stands with what is done
    first.
    """
    found: dict[tuple[str, str], Gap] = {}
    for code in sorted(facts.doubts):
        place = Target("place", "place", pack.text("target.place"))
        found[code, place.ref] = _gap(pack, code, owed[0].kind, place)
    for action in owed:
        rule = pack.rule(action.rule)
        for target in action.targets:
            for code in _codes(action.kind, rule.target if rule else "", target, facts):
                found.setdefault((code, target.ref), _gap(pack, code, action.kind, target))
    return tuple(found.values())


def _codes(kind: str, toward: str, target: Target, facts: Facts) -> Iterator[str]:
    """What one action lacks toward one target."""
    if target.kind == "contact" and not target.known and facts.nobody_left:
        yield "everybody_excluded"
    elif not target.known:
        yield f"no_{target.kind}"
    elif kind == "call_psap":
        if "phone" in target.missing:
            yield "psap_without_number"
    elif target.kind == "psap" and toward == "agency":
        yield "no_agency"
    elif kind in CALLS and "phone" in target.missing:
        yield "contact_without_phone"
    elif kind in MAILS and "email" in target.missing:
        yield "contact_without_email"


def _gap(pack: Pack, code: str, kind: str, target: Target) -> Gap:
    what = pack.text(f"gap.{code}.what", target=target.label)
    return Gap(code, kind, target, what, pack.text(f"gap.{code}.do", target=target.label))
