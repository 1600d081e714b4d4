"""The words by which incidents are coded, each with where it comes from. What is not known is left open, not guessed."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

OURS = "ours"
MELOY = "Meloy, Hoffmann, Guldimann, James: The Role of Warning Behaviors in Threat Assessment, Behav. Sci. Law 30 (2012) 256-279"
ARTICLE = "S-topics: Community Policing Dispatch, July 2018"


@dataclass(frozen=True, slots=True)
class Code:
    """A code, what it is called, what it means, and whose it is. The words are ours where the source has none."""

    code: str
    label: str | Promise
    says: str | Promise = ""
    source: str = OURS


KINDS = (
    Code("attack", _("Attack on people")),
    Code("planned_attack", _("Planned attack")),
    Code("threat", _("Threat")),
    Code("hoax", _("Hoax or swatting")),
    Code("weapon", _("Weapon found or carried")),
    Code("fight", _("Assault or fight")),
    Code("sexual", _("Sexual violence or exploitation")),
    Code("suicide", _("Suicide or self-harm")),
    Code("abduction", _("Abduction or stranger on the grounds")),
    Code("cyber", _("Cyber attack")),
    Code("narcotics", _("Narcotics")),
    Code("hazard", _("Fire, hazardous material or other danger")),
    Code("other", _("Something else")),
)
SETTINGS = (
    Code("classroom", _("Classroom")),
    Code("hallway", _("Hallway, stairs or restroom")),
    Code("cafeteria", _("Cafeteria or common room")),
    Code("gym", _("Gym, field or locker room")),
    Code("entrance", _("Entrance or office")),
    Code("outside", _("Grounds or parking")),
    Code("bus", _("Bus or way to school")),
    Code("event", _("Game, dance or other event")),
    Code("residence", _("Residence hall")),
    Code("online", _("Online")),
    Code("elsewhere", _("Away from school")),
)
SECTORS = (
    Code("k12", _("School (K-12)")),
    Code("college", _("College or university")),
    Code("childcare", _("Preschool or child care")),
)
WEAPONS = (
    Code("none", _("None")),
    Code("firearm", _("Firearm")),
    Code("blade", _("Knife or blade")),
    Code("explosive", _("Explosive")),
    Code("fire", _("Fire")),
    Code("vehicle", _("Vehicle")),
    Code("chemical", _("Chemical")),
    Code("body", _("Bodily force")),
    Code("replica", _("Replica or toy")),
    Code("other", _("Another one")),
)
OUTCOMES = (
    Code("averted", _("Averted: somebody spoke up")),
    Code("stopped", _("Stopped by an officer or other people")),
    Code("carried_out", _("Carried out")),
    Code("unfounded", _("Unfounded")),
    Code("resolved", _("Resolved by help and support")),
    Code("open", _("Not concluded")),
)
SIGNS = (
    Code("pathway", _("Pathway"), _("Research, planning or preparation of an attack."), MELOY),
    Code("fixation", _("Fixation"), _("A growing preoccupation with a person or a cause."), MELOY),
    Code(
        "identification",
        _("Identification"),
        _("Wanting to be like earlier attackers, or a warrior for a cause."),
        MELOY,
    ),
    Code(
        "novel_aggression",
        _("Novel aggression"),
        _("A first act of violence, unrelated to the target."),
        MELOY,
    ),
    Code("energy_burst", _("Energy burst"), _("More, or more varied, activity about the target."), MELOY),
    Code("leakage", _("Leakage"), _("Telling a third person of the intent to do harm."), MELOY),
    Code(
        "direct_threat",
        _("Directly communicated threat"),
        _("A threat to the target or to the police beforehand."),
        MELOY,
    ),
    Code("last_resort", _("Last resort"), _("Words or deeds of despair: now or never."), MELOY),
    Code("bystander_told", _("A bystander told somebody"), "", ARTICLE),
    Code("bystander_silent", _("A bystander knew and told nobody"), "", ARTICLE),
    Code("prior_behavior", _("Prior behavior"), _("Earlier acts that had been noticed."), ARTICLE),
    Code("online_behavior", _("Online behavior"), "", ARTICLE),
    Code("inspiration", _("Inspired by an earlier incident (copycat)"), "", ARTICLE),
    Code("suicide_online", _("Suicide and social media"), "", ARTICLE),
    Code("weapon_access", _("Access to weapons")),
)
PARTS = (
    Code("summary", _("What happened")),
    Code("signs", _("What had been noticed before")),
    Code("response", _("Response and outcome")),
    Code("lesson", _("Lesson")),
)
ALL = {
    "kind": KINDS, "settings": SETTINGS, "sector": SECTORS, "weapon": WEAPONS, "outcome": OUTCOMES, "signs": SIGNS, "part": PARTS,
}  # fmt: skip
STATES = tuple(
    (
        "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI"
        " SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI"
    ).split()
)
ABROAD = "--"


def choices(group: str) -> list[tuple[str, str]]:
    """A group's codes with their labels, as a form offers them."""
    return [(one.code, str(one.label)) for one in ALL[group]]


def codes(group: str) -> frozenset[str]:
    """The codes of a group."""
    return frozenset(one.code for one in ALL[group])


def label(group: str, code: str) -> str:
    """What a code is called; the code itself where it is not of ours any more."""
    return next((str(one.label) for one in ALL[group] if one.code == code), code)
