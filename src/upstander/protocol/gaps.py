"""What the directory lacks for a plan.

A gap is red on the tip and at the directory; it is never silent (D-II.D).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from upstander.packs.model import Pack
from upstander.packs.vocabulary import CALLS, MAILS
from upstander.protocol.facts import Target


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


def gaps_of(pack: Pack, owed: Iterable[tuple[str, tuple[Target, ...]]]) -> tuple[Gap, ...]:
    """The gaps of a plan: `owed` is each action's kind with its targets. Each gap of a target is named
    once.
    """
    found: dict[tuple[str, str], Gap] = {}
    for kind, targets in owed:
        for target in targets:
            for code in _codes(kind, target):
                found.setdefault((code, target.ref), _gap(pack, code, kind, target))
    return tuple(found.values())


def _codes(kind: str, target: Target) -> Iterator[str]:
    """What one action lacks toward one target."""
    if not target.known:
        yield f"no_{target.kind}"
    elif kind == "call_psap":
        if "phone" in target.missing:
            yield "psap_without_number"
    elif target.kind == "psap":
        yield "no_agency"
    elif kind in CALLS and "phone" in target.missing:
        yield "contact_without_phone"
    elif kind in MAILS and "email" in target.missing:
        yield "contact_without_email"


def _gap(pack: Pack, code: str, kind: str, target: Target) -> Gap:
    what = pack.text(f"gap.{code}.what", target=target.label)
    return Gap(code, kind, target, what, pack.text(f"gap.{code}.do", target=target.label))
