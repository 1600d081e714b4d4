"""The words written by hand, of `data/vocabulary.toml`, which says what each set is for; months and days of the week."""

import tomllib
from calendar import day_name, month_name
from importlib.resources import files
from typing import Any


def tables(name: str) -> dict[str, Any]:
    """What a file of `data/` holds."""
    return tomllib.loads((files("upstander.identifying") / "data" / name).read_text("utf-8"))


_VOCABULARY: dict[str, str] = tables("vocabulary.toml")


def _set(name: str) -> frozenset[str]:
    return frozenset(_VOCABULARY[name].split())


_ENGLISH = {name.lower(): n for n, name in enumerate(month_name) if name}
MONTHS = frozenset(_ENGLISH) | {name[:3] for name in _ENGLISH} | {"sept"}
MESES = frozenset(
    "enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre".split()
)
WEEKDAYS = frozenset(name.lower() for name in day_name) | frozenset(
    "mon tue tues wed thu thur thurs fri sat".split()
)
DIAS = frozenset("lunes martes miercoles jueves viernes sabado domingo".split())

STATES = _set("states")
ORGANISATION = _set("organisation")
TITLES = _set("titles")
KIN_TITLES = _set("kin_titles")
OFFICES = _set("offices")
NAMED = _set("named")
NAMING = tuple(tuple(run.split()) for run in _VOCABULARY["naming"].split(";"))
RELATIVES = _set("relatives")
PERSONS = _set("persons")
PRONOUNS = _set("pronouns")
QUALIFIED = _set("qualified")
FIRST_PERSON = _set("first_person")
VERBS = _set("verbs")
INFORMAL = _set("informal")
PARTICLES = _set("particles")
SCHOOL_KINDS = _set("school_kinds")
NO_SCHOOL = _set("no_school")
VEHICLES = _set("vehicles")
SPOKEN = _set("spoken")
ORDINARY = (
    _set("ordinary_english")
    | _set("ordinary_spanish")
    | STATES
    | WEEKDAYS
    | DIAS
    | MONTHS
    | MESES
    | ORGANISATION
    | OFFICES
    | TITLES
)
