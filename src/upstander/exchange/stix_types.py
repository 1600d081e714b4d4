"""The five objects of STIX 2.1 that are written and read here, strictly: what is not named is refused."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
Id = Annotated[str, Meta(pattern=f"^[a-z][a-z-]{{2,40}}--{_UUID}$", max_length=100)]
Stamp = Annotated[
    str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$", max_length=24)
]
Short = Annotated[str, Meta(min_length=1, max_length=400)]
Long = Annotated[str, Meta(max_length=400_000)]
Ids = Annotated[list[Id], Meta(min_length=1, max_length=20)]
Version = Literal["2.1"]
TLP_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"


class _Strict(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    pass


class Extensions(_Strict, frozen=True, kw_only=True, rename={"tlp": TLP_EXTENSION}):
    """What extends a marking: TLP 2.0, and nothing else is known."""

    tlp: dict[str, str]


class Statement(_Strict, frozen=True, kw_only=True):
    """A marking in words."""

    statement: Short


class Reference(_Strict, frozen=True, kw_only=True):
    """Where the product itself is: its own id and version."""

    source_name: Short
    external_id: Short


class Identity(_Strict, frozen=True, kw_only=True, tag_field="type", tag="identity"):
    """The programme that made it."""

    spec_version: Version
    id: Id
    created: Stamp
    modified: Stamp
    name: Short
    identity_class: Literal["organization"]


class MarkingDefinition(_Strict, frozen=True, kw_only=True, tag_field="type", tag="marking-definition"):
    """TLP 2.0 by its extension, everything else by a statement."""

    spec_version: Version
    id: Id
    created: Stamp
    name: Short
    definition_type: Literal["statement"] | None = None
    definition: Statement | None = None
    extensions: Extensions | None = None


class Report(_Strict, frozen=True, kw_only=True, tag_field="type", tag="report"):
    """The product."""

    spec_version: Version
    id: Id
    created_by_ref: Id
    created: Stamp
    modified: Stamp
    name: Short
    published: Stamp
    object_refs: Ids
    object_marking_refs: Ids
    external_references: Annotated[list[Reference], Meta(min_length=1, max_length=1)]
    labels: Annotated[list[Short], Meta(max_length=60)]
    description: Long = ""
    revoked: bool = False


class Note(_Strict, frozen=True, kw_only=True, tag_field="type", tag="note"):
    """Why it was corrected or recalled."""

    spec_version: Version
    id: Id
    created_by_ref: Id
    created: Stamp
    modified: Stamp
    content: Annotated[str, Meta(min_length=1, max_length=2_000)]
    object_refs: Ids
    object_marking_refs: Ids


Object = Identity | MarkingDefinition | Report | Note


class Bundle(_Strict, frozen=True, kw_only=True, tag_field="type", tag="bundle"):
    """What is carried."""

    id: Id
    objects: Annotated[list[Object], Meta(min_length=1, max_length=40)]
