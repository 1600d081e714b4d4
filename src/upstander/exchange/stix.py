"""A bulletin as a STIX 2.1 bundle, and back. Nothing of it depends on which programme reads: the ids follow from the maker's key.

A correction is the same report with a later `modified`; a recall is `revoked`, without a text. TLP 2.0: the official marking
definitions of OASIS' common objects; every other marking is a statement.
"""

import re
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID, uuid5

import msgspec

from upstander.exchange import bulletin as limits
from upstander.exchange.bulletin import Bulletin, State
from upstander.exchange.plain import line, lines
from upstander.exchange.refusals import Refusal
from upstander.exchange.stix_types import (
    Bundle,
    Extensions,
    Identity,
    MarkingDefinition,
    Note,
    Object,
    Reference,
    Report,
    Statement,
)
from upstander.markings import Level

SOURCE = "school-safety-product"  # names our ids among the external references
_SPACE = UUID("7c1d1f0e-6a58-4d0c-9b5a-2f0f6c0f7a11")  # of every id that is made here
_ALWAYS = "2026-01-01T00:00:00.000Z"  # when objects that never change were made
_TLP_MADE = "2022-10-01T00:00:00.000Z"
_TLP_IDS = {
    "TLP:CLEAR": "94868c89-83c2-464b-929b-a1a8aa3c8487",
    "TLP:GREEN": "bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "TLP:AMBER": "55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "TLP:AMBER+STRICT": "939a9414-2ddd-4d32-a0cd-375ea402b003",
    "TLP:RED": "e828b379-4e03-4974-9ac4-e53a884c97c1",
}
_LABEL = re.compile(r"[A-Z0-9][A-Z0-9 :+/_-]{1,59}")
_BLANK = re.compile(r"\n\s*\n")
_LEVEL, _TOPIC, _STATE = "level:", "topic:", "state:"
_decoder = msgspec.json.Decoder(Bundle)


def identity_id(fingerprint: str) -> str:
    """The id of the programme whose key has this fingerprint."""
    return f"identity--{uuid5(_SPACE, fingerprint)}"


def report_id(fingerprint: str, product_id: UUID) -> str:
    """The id of a product of that programme, whichever version."""
    return f"report--{uuid5(uuid5(_SPACE, fingerprint), str(product_id))}"


def stamp(at: datetime) -> str:
    """A moment as STIX writes it, to the millisecond."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


@lru_cache(maxsize=64)
def marking(label: str) -> MarkingDefinition:
    """The definition of a marking by the label of its banner; raises ValueError for what is no label."""
    if label in _TLP_IDS:
        extension = Extensions(
            tlp={"extension_type": "property-extension", "tlp_2_0": label.removeprefix("TLP:").lower()}
        )
        return MarkingDefinition(
            spec_version="2.1",
            id=f"marking-definition--{_TLP_IDS[label]}",
            created=_TLP_MADE,
            name=label,
            extensions=extension,
        )
    if not _LABEL.fullmatch(label) or label.startswith("TLP"):
        raise ValueError(f"{label!r} is no marking's label")
    return MarkingDefinition(
        spec_version="2.1", id=f"marking-definition--{uuid5(_SPACE, 'marking ' + label)}", created=_ALWAYS, name=label,
        definition_type="statement", definition=Statement(statement=label),
    )  # fmt: skip


def objects(bulletin: Bulletin, fingerprint: str) -> list[Object]:
    """The objects of a bulletin made by the programme with this key; raises ValueError for one without a known marking."""
    if not bulletin.markings:
        raise ValueError("a bulletin without a marking is not passed on")
    marked = [marking(label) for label in bulletin.markings]
    refs, maker, report = (
        [m.id for m in marked],
        identity_id(fingerprint),
        report_id(fingerprint, bulletin.id),
    )
    at, recalled = stamp(bulletin.modified), bulletin.state == "recalled"
    made: list[Object] = [
        Identity(
            spec_version="2.1", id=maker, created=_ALWAYS, modified=_ALWAYS, name=line(bulletin.originator, limits.NAME),
            identity_class="organization",
        ),
        *marked,
        Report(
            spec_version="2.1", id=report, created_by_ref=maker, created=stamp(bulletin.published), modified=at,
            name=line(bulletin.title, limits.TITLE), published=stamp(bulletin.published), object_refs=[maker],
            object_marking_refs=refs, revoked=recalled, description="" if recalled else _description(bulletin.paragraphs),
            external_references=[Reference(source_name=SOURCE, external_id=f"{bulletin.id}/{bulletin.version}")],
            labels=[_STATE + bulletin.state, _LEVEL + bulletin.level.code, *(_TOPIC + topic for topic in bulletin.topics)],
        ),
    ]  # fmt: skip
    if bulletin.remark:
        made.append(
            Note(
                spec_version="2.1", id=f"note--{uuid5(_SPACE, report + at)}", created_by_ref=maker, created=at, modified=at,
                content=lines(bulletin.remark, limits.REMARK), object_refs=[report], object_marking_refs=refs,
            )
        )  # fmt: skip
    return made


def bundle(bulletin: Bulletin, fingerprint: str) -> Bundle:
    """The same as a bundle."""
    made = objects(bulletin, fingerprint)
    name = bundle_id(fingerprint, bulletin.id, f"{bulletin.id}/{bulletin.version}", bulletin.level)
    return Bundle(id=name, objects=made)


def bundle_id(fingerprint: str, product_id: UUID, version: str, level: int) -> str:
    """The id of the bundle of one version (as the reference writes it) at one level."""
    return f"bundle--{uuid5(_SPACE, f'{report_id(fingerprint, product_id)}/{version}/{int(level)}')}"


def _description(paragraphs: tuple[str, ...]) -> str:
    """Paragraphs with an empty line between them, and none within."""
    cleaned = (_BLANK.sub("\n", lines(one, limits.PARAGRAPH)) for one in paragraphs)
    return "\n\n".join(one for one in cleaned if one)


def decoded(data: bytes) -> Bundle:
    """A bundle in JSON; raises Refusal."""
    try:
        return _decoder.decode(data)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise Refusal("stix") from None


def read(bundle: Bundle, fingerprint: str) -> Bulletin:
    """The bulletin in a bundle of the programme with this key. Raises Refusal for everything that it could not have made."""
    found: dict[type, list[Object]] = {kind: [] for kind in (Identity, MarkingDefinition, Report, Note)}
    for one in bundle.objects:
        found[type(one)].append(one)
    if len(found[Report]) != 1 or len(found[Identity]) != 1 or len(found[Note]) > 1:
        raise Refusal("stix", "objects")
    (report,), (identity,) = found[Report], found[Identity]
    note = found[Note][0] if found[Note] else None
    assert (
        isinstance(report, Report)
        and isinstance(identity, Identity)
        and (note is None or isinstance(note, Note))
    )
    product_id, version = _reference(report)
    said = _said(report.labels)
    bulletin = Bulletin(
        id=product_id, version=version, level=said[1], title=line(report.name, limits.TITLE),
        paragraphs=_paragraphs(report), topics=said[2], published=_moment(report.published, "published"),
        modified=_moment(report.modified, "modified"), markings=_markings(report, found[MarkingDefinition]), state=said[0],
        originator=line(identity.name, limits.NAME), remark=lines(note.content, limits.REMARK) if note else "",
    )  # fmt: skip
    _as_it_would_be_made(bulletin, bundle, fingerprint)
    return bulletin


def _as_it_would_be_made(bulletin: Bulletin, given: Bundle, fingerprint: str) -> None:
    """The last word: made anew from what was read, it must be the same bundle, byte by byte. So ids, references, states and
    texts can say one thing only, and a report of another programme cannot be in it."""
    if any(
        isinstance(one, Report | Note) and one.created_by_ref != identity_id(fingerprint)
        for one in given.objects
    ):
        raise Refusal("originator")
    if bundle(bulletin, fingerprint) != given:
        raise Refusal("stix", "not what such a programme writes")


def product_of(report: Report) -> UUID:
    """Which product a report is of, where it was made. Raises Refusal."""
    return _reference(report)[0]


def level_of(report: Report) -> Level:
    """At which level its programme gives it. Raises Refusal."""
    return _said(report.labels)[1]


def _reference(report: Report) -> tuple[UUID, int]:
    reference = report.external_references[0]
    product, _, version = reference.external_id.partition("/")
    if (
        reference.source_name != SOURCE
        or not re.fullmatch("[1-9][0-9]{0,4}", version)
        or int(version) > limits.MOST_VERSIONS
    ):
        raise Refusal("stix", "external_references")
    try:
        return UUID(product), int(version)
    except ValueError:
        raise Refusal("stix", "external_references") from None


def _said(labels: list[str]) -> tuple[State, Level, tuple[str, ...]]:
    """State, level and topics, from the labels."""
    if len(labels) < 2 or len(labels) > limits.MOST_TOPICS + 2:
        raise Refusal("stix", "labels")
    states: dict[str, State] = {"published": "published", "corrected": "corrected", "recalled": "recalled"}
    state = states.get(labels[0].removeprefix(_STATE))
    try:
        level = Level.of(labels[1].removeprefix(_LEVEL))
    except ValueError:
        raise Refusal("marking", "level") from None
    topics = tuple(label.removeprefix(_TOPIC) for label in labels[2:])
    if state is None or any(not re.fullmatch("[a-z0-9_.-]{1,40}", topic) for topic in topics):
        raise Refusal("stix", "labels")
    return state, level, topics


def _paragraphs(report: Report) -> tuple[str, ...]:
    found = tuple(one for one in report.description.split("\n\n") if one)
    if len(found) > limits.MOST_PARAGRAPHS:
        raise Refusal("too-many", "paragraphs")
    return found


def _markings(report: Report, given: list[Object]) -> tuple[str, ...]:
    """The labels, each exactly as it is defined: a definition that says something else under a known id is refused."""
    by_id = {one.id: one for one in given if isinstance(one, MarkingDefinition)}
    labels = []
    for ref in report.object_marking_refs:
        definition = by_id.get(ref)
        try:
            if definition is None or marking(definition.name) != definition:
                raise Refusal("marking")
        except ValueError:
            raise Refusal("marking") from None
        labels.append(definition.name)
    return tuple(labels)


def _moment(words: str, field: str) -> datetime:
    try:
        return datetime.fromisoformat(words)
    except ValueError:
        raise Refusal("date", field) from None
