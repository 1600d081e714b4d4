"""What members say: three presses on a product or an event, counted (S-measure). The staff's login cannot ask whose they are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from upstander.circulation.feedback import ANSWERS, LEAST
from upstander.insight.measures.small import hidden
from upstander.insight.measures.span import Span
from upstander.insight.measures.sql import rows
from upstander.markings import Level

_FIELDS = [(name, value) for name, answers in ANSWERS.items() for value, _label in answers]
_COUNTS = ", ".join(f"count(*) FILTER (WHERE f.{name} = '{value}')" for name, value in _FIELDS)
_PRODUCTS = f"""
WITH f AS (
    SELECT f.id, f.product_id, f.discipline, f.relevant, f.timely, f.use, v.kind, v.topics FROM circulation_feedback f
    JOIN (SELECT DISTINCT ON (product_id) product_id, kind, topics FROM products_version ORDER BY product_id, number DESC) v
      ON v.product_id = f.product_id
    WHERE f.at >= %(since)s AND f.at < %(until)s AND (%(level)s::int IS NULL OR f.level <= %(level)s)
)
SELECT 'all', '', count(*), {_COUNTS} FROM f
UNION ALL SELECT 'kind', kind, count(*), {_COUNTS} FROM f GROUP BY 2
UNION ALL SELECT 'topic', t.code, count(*), {_COUNTS} FROM f, unnest(f.topics) AS t(code) GROUP BY 2
UNION ALL SELECT 'discipline', discipline, count(*), {_COUNTS} FROM f GROUP BY 2
"""  # noqa: S608 - constants only
_EVENTS = f"""
SELECT g.kind, count(*), {_COUNTS} FROM gatherings_feedback f JOIN gatherings_gathering g ON g.id = f.gathering_id
WHERE f.at >= %(since)s AND f.at < %(until)s GROUP BY 1
"""  # noqa: S608 - constants only
_WORST = """
SELECT product_id, count(*), count(*) FILTER (WHERE relevant = 'yes'), count(*) FILTER (WHERE relevant <> '')
FROM circulation_feedback WHERE at >= %(since)s AND at < %(until)s GROUP BY 1
HAVING count(*) >= %(least)s AND count(*) FILTER (WHERE relevant <> '') >= %(least)s
ORDER BY count(*) FILTER (WHERE relevant = 'yes')::float / count(*) FILTER (WHERE relevant <> ''), 2 DESC, 1 LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Said:
    """How many answered, and how many pressed what: of each question the counts of its answers, in their order. `hidden`: too
    few answered for more than their number."""

    answers: int
    relevant: tuple[int, ...] = ()
    timely: tuple[int, ...] = ()
    use: tuple[int, ...] = ()
    hidden: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Heard:
    """Of products by kind, topic and discipline; of events by kind."""

    all: Said
    kinds: Mapping[str, Said]
    topics: Mapping[str, Said]
    disciplines: Mapping[str, Said]
    events: Mapping[str, Said]


def heard(span: Span, level: Level | None = None) -> Heard:
    """What was pressed in the span; of `level` by its readers and those below. Two statements."""
    by: dict[str, dict[str, tuple[int, ...]]] = {name: {} for name in ("all", "kind", "topic", "discipline")}
    for name, key, *counts in rows(_PRODUCTS, span, level):
        by[name][key] = tuple(counts)
    events = {kind: tuple(counts) for kind, *counts in rows(_EVENTS, span)}
    total = _shown(by["all"]).get("", Said(0))
    return Heard(total, _shown(by["kind"]), _shown(by["topic"]), _shown(by["discipline"]), _shown(events))


def _shown(found: Mapping[str, tuple[int, ...]]) -> dict[str, Said]:
    few = hidden({key: counts[0] for key, counts in found.items()})
    made = {key: Said(counts[0], hidden=True) if key in few else _said(counts) for key, counts in found.items()}
    return dict(sorted(made.items(), key=lambda pair: (-pair[1].answers, pair[0])))


def _said(counts: tuple[int, ...]) -> Said:
    pressed = list(zip(_FIELDS, counts[1:], strict=True))
    relevant, timely, use = (tuple(n for (one, _value), n in pressed if one == name) for name in ("relevant", "timely", "use"))
    return Said(counts[0], relevant, timely, use)


@dataclass(frozen=True, slots=True)
class Doubted:
    """A product that fewest found relevant."""

    product_id: UUID
    answers: int
    yes: int
    of: int


def doubted(span: Span, most: int = 10) -> list[Doubted]:
    """Products that not all found relevant, the least relevant first; of those that at least five people judged."""
    found = [Doubted(*row) for row in rows(_WORST, span, least=LEAST, most=most)]
    return [one for one in found if one.yes < one.of]
