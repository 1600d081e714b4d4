"""What `identifying` is told of the world, for every room of the network: one list, read from the directory once an hour.

A room above says in its `ready` which sentences of its own name nobody (`also`).
"""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from upstander import clock
from upstander.directory.models import County, Kind, Organisation
from upstander.identifying import Known, folded, given_name
from upstander.network import pack
from upstander.packs.current import current

_PLACES = (Kind.SCHOOL, Kind.DISTRICT, Kind.SYSTEM, Kind.COLLEGE, Kind.CAMPUS)

Sentences = Callable[[], Iterable[str]]
_also: list[Sentences] = []


def also(sentences: Sentences) -> None:
    """Say which sentences name nobody: their words are ordinary ones, but for those that are a given name, too ("chase")."""
    if sentences not in _also:
        _also.append(sentences)


def known() -> Known:
    """The directory's schools, districts and colleges (also closed ones: their pupils are not), its counties, the words of the
    programme and the numbers that it publishes. Asked of the database once an hour in each process (issue 5, point 9)."""
    return _known(f"{clock.now():%Y%m%d%H}", current().digest)


@lru_cache(maxsize=1)
def _known(hour: str, digest: str) -> Known:
    programme = current().programme
    return Known.of(
        schools=Organisation.objects.filter(kind__in=_PLACES).values_list("name", flat=True).iterator(),
        places=County.objects.values_list("name", flat=True),
        ordinary=(programme.name, programme.agency, *_ordinary()),
        ours=(programme.desk_phone,),
    )


def _ordinary() -> Iterator[str]:
    """The words of the pack's topics and concerns, and of what the rooms above said; no word that may be a child's name."""
    network = pack.maybe()
    texts = [topic.label for topic in network.topics] if network else []
    texts += [concern.text for concern in network.concerns] if network else []
    texts += [text for sentences in _also for text in sentences()]
    for text in texts:
        yield from (word for word in folded(text) if not given_name(word))
