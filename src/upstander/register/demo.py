"""Invented incidents for the practice system: no such town, no such school, no such case."""

from datetime import date
from decimal import Decimal
from typing import Any

from upstander.ids import new_id
from upstander.register import services
from upstander.register.entry import Cited, Entry, Line, When

_PRESS = Cited(
    "Prairie Register (invented), front page", date(2026, 1, 12), "open", "https://register.example/front"
)
_REVIEW = Cited(
    "After-action review (invented)",
    date(2026, 2, 3),
    "fouo",
    originator="Harrow County Emergency Management (invented)",
)

_INCIDENTS: tuple[dict[str, Any], ...] = (
    {
        "marking": "open",
        "title": "Planned attack on a high school, told by a friend",
        "kind": "planned_attack",
        "sector": "k12",
        "when": When(2024, 4, 12),
        "state": "IL",
        "place": "Harrow Creek",
        "latitude": Decimal("39.80000"),
        "longitude": Decimal("-89.60000"),
        "settings": ("hallway",),
        "weapon": "firearm",
        "outcome": "averted",
        "killed": 0,
        "injured": 0,
        "signs": ("leakage", "pathway", "weapon_access", "bystander_told"),
        "lines": (
            Line(
                "summary",
                "open",
                "A friend showed a counselor messages that named a day. Officers went to the home that evening.",
            ),
            Line(
                "signs", "fouo", "The messages had gone to nine people in a week. One of them told somebody."
            ),
            Line("lesson", "open", "Say in September whom one tells, and say it again in March."),
            Line(
                "lesson",
                "les",
                "Ask the carrier for the group's earlier messages on the first evening: they were gone on the third day.",
            ),
        ),
        "sources": (_PRESS, _REVIEW),
    },
    {
        "marking": "open",
        "title": "Calls about a bomb to eleven schools within an hour",
        "kind": "hoax",
        "sector": "k12",
        "when": When(2025, 10),
        "state": "IL",
        "place": "Bluestem County",
        "latitude": Decimal("40.60000"),
        "longitude": Decimal("-88.90000"),
        "settings": ("online",),
        "outcome": "unfounded",
        "signs": (),
        "lines": (
            Line(
                "summary",
                "open",
                "The same words, by a computed voice, to eleven offices. Four schools were emptied, seven looked first.",
            ),
            Line(
                "lesson",
                "fouo",
                "A sheet of questions beside the telephone told the office within two minutes that the caller knew no room.",
            ),
        ),
        "sources": (_PRESS,),
    },
    {
        "marking": "fouo",
        "title": "Ransom software in a district's schedules, a week before term",
        "kind": "cyber",
        "sector": "k12",
        "when": When(2025, 8, 11),
        "state": "WI",
        "place": "Lakeland",
        "latitude": Decimal("43.10000"),
        "longitude": Decimal("-89.40000"),
        "settings": ("online",),
        "outcome": "resolved",
        "weapon": "none",
        "lines": (
            Line(
                "summary", "fouo", "Schedules, bus lists and the telephone system stood still for six days."
            ),
            Line(
                "lesson",
                "fouo",
                "Paper copies of the allergy and custody lists were what the nurses asked for first.",
            ),
        ),
        "sources": (_REVIEW,),
    },
    {
        "marking": "open",
        "title": "Attack in a residence hall ended by two students",
        "kind": "attack",
        "sector": "college",
        "when": When(2019),
        "state": "IA",
        "place": "Oxbow College",
        "settings": ("residence",),
        "weapon": "blade",
        "outcome": "stopped",
        "killed": 0,
        "injured": 3,
        "signs": ("fixation", "novel_aggression", "bystander_silent"),
        "lines": (
            Line(
                "summary",
                "open",
                "Three people were hurt. Two students held the door until campus officers came.",
            ),
            Line(
                "signs",
                "open",
                "Neighbors had written to each other of their fear for weeks, and to nobody else.",
            ),
            Line("lesson", "open", "Residence assistants need somebody to call at night who answers."),
        ),
        "sources": (_PRESS,),
    },
    {
        "marking": "les",
        "title": "Threat that copies an earlier attack: the account is known",
        "kind": "threat",
        "sector": "k12",
        "when": When(2026, 1, 20),
        "state": "IL",
        "place": "Switchgrass",
        "settings": ("online",),
        "outcome": "open",
        "signs": ("identification", "inspiration", "online_behavior"),
        "lines": (
            Line(
                "summary",
                "les",
                "Two accounts post the same picture of an earlier attacker. Detectives hold a preservation letter.",
            ),
        ),
        "sources": (
            Cited(
                "Case note (invented)",
                date(2026, 1, 21),
                "les",
                originator="Harrow Creek Police Department (invented)",
            ),
        ),
    },
)


def fill(account_id: int) -> None:
    """Enter them, as this account. For an empty sandbox; the caller's transaction."""
    for one in _INCIDENTS:
        services.enter(Entry(**one), account_id, new_id())
