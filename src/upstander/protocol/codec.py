"""Facts and plans as plain JSON data, and back: a judgement stores both. Codes, ids and names only: no word of
a tip.

What was stored by an earlier version lacks what later ones know: it is read as that was then, with the defaults.
"""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from upstander.protocol.facts import Facts, Target
from upstander.protocol.plan import Gap, Plan, RequiredAction

Json = dict[str, Any]


def facts_to_json(facts: Facts) -> Json:
    """Facts as JSON data, sets in order, so that equal facts are equal bytes."""
    return {name: _plain(value) for name, value in asdict(facts).items()}


def facts_from_json(data: Mapping[str, Any]) -> Facts:
    """Facts as they were stored; what is not there is as by default, what nobody knows any more is left out.

    Raises KeyError, TypeError for what is none.
    """
    given = {f.name: data[f.name] for f in fields(Facts) if data.get(f.name) is not None}
    for name in _LISTS & given.keys():
        given[name] = tuple(map(_target, given[name]))
    for name in _ONES & given.keys():
        given[name] = _target(given[name])
    for name in _SETS & given.keys():
        given[name] = frozenset(given[name])
    return Facts(**{**given, "subtypes": tuple(data["subtypes"])})


_LISTS = {"contacts", "alternates"}
_ONES = {"psap", "agency", "troop", "zone"}
_SETS = {"flags", "excluded", "results", "doubts"}


def plan_to_json(plan: Plan) -> Json:
    """A plan as JSON data."""
    return {name: _plain(value) for name, value in asdict(plan).items()}


def plan_from_json(data: Mapping[str, Any]) -> Plan:
    """A plan as it was stored. Raises KeyError, TypeError for what is none."""
    actions = tuple(map(_action, data["actions"]))
    gaps = tuple(Gap(**{**g, "target": _target(g["target"])}) for g in data["gaps"])
    return Plan(**{**data, "actions": actions, "gaps": gaps})


def _action(data: Mapping[str, Any]) -> RequiredAction:
    lists = {name: tuple(data[name]) for name in ("cites", "about")}
    return RequiredAction(**{**data, **lists, "targets": tuple(map(_target, data["targets"]))})


def _target(data: Mapping[str, Any]) -> Target:
    return Target(data["kind"], data["ref"], data["label"], frozenset(data.get("missing", ())))


def _plain(value: Any) -> Any:
    """Tuples as lists, sets as sorted lists, all the way down."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value]
    return value
