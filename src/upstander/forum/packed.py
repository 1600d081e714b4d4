"""What this room takes from the pack: topics, the words of the levels, the concerns that the board opens with."""

from upstander.markings import Level
from upstander.packs.current import current
from upstander.packs.network import Concern


def topics() -> list[tuple[str, str]]:
    """The topics of the pack, code and label, parts behind what they are part of."""
    network = current().network
    return [(topic.code, topic.label) for topic in network.topics] if network else []


def topic(code: str) -> str:
    """What a topic is called; the code itself where this version of the pack has none such."""
    network = current().network
    return network.label("topics", code) if network else code


def level(number: int) -> str:
    """What a level is called."""
    network = current().network
    return network.level(Level(number)).label if network else Level(number).name


def discipline(code: str) -> str:
    """What a discipline is called."""
    network = current().network
    return network.label("disciplines", code) if network else code


def concerns() -> tuple[Concern, ...]:
    """The concerns that the board opens with."""
    network = current().network
    return network.concerns if network else ()
