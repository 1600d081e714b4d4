"""The people of one fictional school."""

from upstander.packs import Pack
from upstander.protocol import Facts, Plan, Target, plan

ANA = Target("contact", "ana", "Ana Rivera, principal")
BEN = Target("contact", "ben", "Ben Osei, district")
PSAP = Target("psap", "adams", "Adams County 911")
POLICE = Target("agency", "payson-pd", "Payson Police")
TROOP = Target("troop", "troop-4", "Troop 4")
ZONE = Target("zone", "zone-4", "Zone 4")


def facts(klass: str, *subtypes: str, network: str = "in", **other: object) -> Facts:
    """Facts of a tip on that school; In-Network it has listed two contacts."""
    known: dict[str, object] = {
        "contacts": (ANA, BEN) if network == "in" else (),
        "psap": PSAP,
        "agency": POLICE,
        "troop": TROOP,
        "zone": ZONE,
    }
    return Facts(klass, subtypes, network=network, **(known | other))  # type: ignore[arg-type]


def judged(pack: Pack, klass: str, *subtypes: str, **other: object) -> Plan:
    return plan(pack, facts(klass, *subtypes, **other))  # type: ignore[arg-type]
