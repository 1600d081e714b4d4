"""What must hold between a pack's trainer and the rest of it: codes lead to something, whatever cites cites what is there."""

from upstander.packs.model import Pack
from upstander.packs.references import Sources, known


def check(pack: Pack, sources: Sources) -> None:
    """Note what leads nowhere in training.toml."""
    if pack.training is None or "training" not in sources:
        return
    source = sources["training"]
    paragraphs = {p.id for p in pack.paragraphs} | {one.id for one in pack.training.taught}
    keys, flags = {s.key for s in pack.subtypes}, {f.code for f in pack.flags}
    for n, one in enumerate(pack.training.listens):
        known(source, ("listen", n, "cites"), "source", one.cites, paragraphs)
    for n, scenario in enumerate(pack.training.scenarios):
        known(source, ("scenario", n, "subtypes"), "sub-type", scenario.subtypes, keys)
        known(source, ("scenario", n, "accepts"), "sub-type", scenario.accepts, keys)
        known(source, ("scenario", n, "flags"), "flag", scenario.flags, flags)
        known(source, ("scenario", n, "may"), "flag", scenario.may, flags)
