"""A scheme to try markings with: FOUO and LES, the Department of Justice's FOUO-LES, TLP 2.0, CUI."""

from upstander.markings import Level, Marking, Scheme
from upstander.markings.scheme import TLP_LABELS


def marking(code: str, scheme: str, level: Level, rank: int, banner: str, *, individuals: bool = False) -> Marking:
    return Marking(code, scheme, level, rank, banner, banner, banner, f"How {banner} is handled.", individuals=individuals)


CLEAR, GREEN, AMBER, STRICT, RED = TLP_LABELS
SCHEME = Scheme(
    (
        marking("open", "caveat", Level.OPEN, 0, "OPEN SOURCE"),
        marking("tlp_clear", "tlp", Level.OPEN, 1, CLEAR),
        marking("tlp_green", "tlp", Level.FOUO, 10, GREEN),
        marking("fouo", "caveat", Level.FOUO, 11, "FOUO"),
        marking("cui", "cui", Level.FOUO, 12, "CUI"),
        marking("tlp_amber", "tlp", Level.FOUO, 13, AMBER),
        marking("tlp_amber_strict", "tlp", Level.FOUO, 14, STRICT),
        marking("les", "caveat", Level.LES, 20, "LES"),
        marking("fouo_les", "caveat", Level.LES, 21, "FOUO-LES"),
        marking("tlp_red", "tlp", Level.LES, 30, RED, individuals=True),
    )
)
