"""What the recipients wrote and reported, on the tip's page at the desk; opened with the desk's key."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from upstander.packs.current import current
from upstander.response import queries
from upstander.response.models import Entry
from upstander.response.queries import Reported


def entries(tip_id: UUID) -> list[dict[str, Any]]:
    """The lines of the panel, oldest first (see `actions.panels`); a question without an answer stands out."""
    asked = {r.id for r in queries.open_questions([tip_id])}
    found: list[dict[str, Any]] = []
    for work in queries.of_tip(tip_id):
        place = work.referral.scope.name
        for line in work.lines:
            waits = line.kind == Entry.Kind.QUESTION and work.referral.id in asked
            who = f"{line.who}, {place}"
            found.append({"at": line.at, "who": who, "text": _said(line.kind, line.text), "state": "now" if waits else ""})
        if work.outcome:
            who = f"{work.outcome.who}, {place}"
            found.append({"at": work.outcome.at, "who": who, "text": _came_of_it(work.outcome), "state": "done"})
    return sorted(found, key=lambda line: line["at"])


def _said(kind: str, text: str) -> str:
    if kind == Entry.Kind.READ:
        return _("opened it")
    if kind == Entry.Kind.QUESTION:
        return _("asks the desk: %(text)s") % {"text": text}
    if kind == Entry.Kind.ANSWER:
        return _("answer of the desk: %(text)s") % {"text": text}
    return _("wrote: %(text)s") % {"text": text}


def _came_of_it(outcome: Reported) -> str:
    labels = {o.code: o.label for o in current().outcomes}
    parts = [_("reports: %(what)s.") % {"what": "; ".join(labels.get(code, code) for code in outcome.outcomes)}]
    if outcome.text:
        parts.append(outcome.text)
    answers = (
        (_("Information sufficient"), outcome.sufficient), (_("aware before"), outcome.aware_before),
        (_("useful"), outcome.useful),
    )  # fmt: skip
    given = [f"{name}: {_('yes') if answer else _('no')}" for name, answer in answers if answer is not None]
    return " ".join([*parts, *([", ".join(given) + "."] if given else [])])
