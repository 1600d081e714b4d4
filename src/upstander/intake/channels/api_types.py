"""The shapes of the API, once: what decodes a request is what the OpenAPI document is made from."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from upstander.intake.submission import LIMITS

Id = Annotated[int, Meta(ge=1, le=2**63 - 1)]


class ContactIn(Struct):
    """How the reporter may be reached; sealed apart from the report."""

    email: Annotated[str, Meta(max_length=LIMITS["email"])] | None = None
    phone: Annotated[str, Meta(max_length=LIMITS["phone"])] | None = None
    name: Annotated[str, Meta(max_length=LIMITS["name"])] | None = None


class TipIn(Struct):
    """A report. Only `text` is demanded."""

    text: Annotated[
        str,
        Meta(max_length=LIMITS["text"], pattern=r"\S", description="What is happening, in the reporter's own words."),
    ]
    school_id: Annotated[Id | None, Meta(description="An id from /api/v1/schools.")] = None
    school_text: Annotated[
        str | None, Meta(max_length=LIMITS["place_text"], description="The place as typed, where no id is known.")
    ] = None
    subtype: Annotated[str | None, Meta(max_length=40, description="A kind of report that the programme offers.")] = None
    danger_now: Annotated[bool, Meta(description="Somebody is in danger right now.")] = False
    about_self: Annotated[bool, Meta(description="The reporter writes about themselves.")] = False
    who: Annotated[str | None, Meta(max_length=LIMITS["who"])] = None
    when: Annotated[str | None, Meta(max_length=LIMITS["when"])] = None
    weapon: Annotated[str | None, Meta(pattern="^(yes|no|unknown)$", description="Is there a weapon?")] = None
    contact: ContactIn | None = None


class ReplyIn(Struct):
    """The reporter's next words in the dialogue."""

    text: Annotated[str, Meta(max_length=LIMITS["text"], pattern=r"\S")]


class TipOut(Struct):
    """The number for people, and the code that opens the dialogue. Shown once: it cannot be asked for again."""

    tip_number: str
    receipt: str


class MessageOut(Struct, rename={"sender": "from"}, omit_defaults=True):
    """One message. `field` names the question of the form that it answers (who, when, place); absent otherwise."""

    sender: Annotated[str, Meta(pattern="^(reporter|desk|system)$")]
    text: str
    at: Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
    field: str | UnsetType = UNSET


class DialogueOut(Struct):
    """A plain status (a code and the sentence for people) and what was said so far, oldest first."""

    status: Annotated[str, Meta(pattern="^(received|read|asked|passed_on|working|closed)$")]
    status_text: str
    tip_number: str
    messages: list[MessageOut]


class SchoolOut(Struct):
    """A school that a report can name by its id."""

    id: int
    name: str
    city: str
    district: str


class SchoolsOut(Struct):
    """The schools that match, best first."""

    schools: list[SchoolOut]


class ErrorIn(Struct):
    """What went wrong: `code` for programs, `message` for people, `fields` what to do with each field at fault."""

    code: str
    message: str
    fields: dict[str, str] = msgspec.field(default_factory=dict)


class ErrorOut(Struct):
    """Every answer that is not a success."""

    error: ErrorIn
