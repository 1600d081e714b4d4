"""The starter kit: what a state without a programme is handed, made of what this programme itself runs on."""

import io
import zipfile
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from upstander.config import ROOT
from upstander.exchange.sources import network

TEMPLATE = ROOT / "packs" / "template"


@dataclass(frozen=True, slots=True)
class Quarter:
    """A part of the first year, and what is done in it."""

    name: str | Promise
    steps: tuple[str | Promise, ...]


def plan() -> tuple[Quarter, ...]:
    """The first year."""
    return (
        Quarter(
            _("Months 1 to 3: a mandate and a person"),
            (
                _(
                    "Name one officer whose whole job it is, at the fusion center, and a second person who reviews."
                ),
                _(
                    "Agree with the board of education and the state police who may see what, and write it down."
                ),
                _("Have counsel read the agreement for members, and the rules on records and on privacy."),
                _("Fill in the pack: agencies, regions, the law, the words. Its checks say what is missing."),
            ),
        ),
        Quarter(
            _("Months 4 to 6: the first members"),
            (
                _(
                    "Begin with one region: administrators, safety officials and sworn officers of its schools and colleges."
                ),
                _(
                    "Vet each with two people; give sworn officers their own level after their agency confirmed them."
                ),
                _("Send the first bulletin, and ask three questions of everybody who read it."),
            ),
        ),
        Quarter(
            _("Months 7 to 9: a rhythm"),
            (
                _("A newsletter each month, a webinar each month, and a visit to each region."),
                _(
                    "Bring in the alerts of emergency management, fire, health, cyber and infrastructure programs."
                ),
                _("Join the forum of states, and exchange keys with a program that you trust."),
            ),
        ),
        Quarter(
            _("Months 10 to 12: the whole state, and a review"),
            (
                _("Find the regions where nobody is a member, and plan the next visits by it."),
                _("Measure what was read, what was used, and which questions stayed without an answer."),
                _("Show the review to the board, and plan the second year."),
            ),
        ),
    )


def job() -> tuple[str | Promise, ...]:
    """What the School Intelligence Officer does."""
    return (
        _("Reviews applications, and renews, suspends and ends memberships."),
        _(
            "Writes bulletins, newsletters and notices, marks each paragraph, and has them reviewed by a second person."
        ),
        _("Answers what members ask, and asks members what they know."),
        _(
            "Works with the other programs of the fusion center every day, and shares what matters to schools."
        ),
        _("Visits schools and regions, speaks at their meetings, and holds webinars and trainings."),
        _("Watches what was read and used, finds the gaps, and reports to the board."),
    )


def _readme() -> str:
    lines = [str(_("Starter kit for a school safety information-sharing program")), ""]
    for quarter in plan():
        lines += [str(quarter.name), *(f"- {step}" for step in quarter.steps), ""]
    return "\n".join([*lines, str(_("What the officer does")), *(f"- {step}" for step in job()), ""])


def packed() -> bytes:
    """The kit as a ZIP: plan, agreement, and the pack's template where this installation has it."""
    agreement, held = network().agreement, io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as kit:
        kit.writestr("README.txt", _readme())
        kit.writestr("agreement.txt", f"{agreement.title} ({agreement.version})\n\n{agreement.text}\n")
        for path in sorted(TEMPLATE.glob("*.toml")):
            kit.writestr(f"pack/{path.name}", path.read_text())
    return held.getvalue()
