"""The shapes of the API, once: what decodes a request is what the OpenAPI document is made from."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from upstander.intake.submission import LIMITS, SUBMITTED


def _upto(name: str, description: str) -> Meta:
    return Meta(max_length=LIMITS[name], description=description)


_Text = Annotated[
    str, Meta(max_length=LIMITS["text"], pattern=r"\S", description="In the reporter's own words; not blank.")
]
_Id = Annotated[int, Meta(ge=1, le=2**63 - 1, description="An id from /api/v1/schools.")]
_Place = Annotated[str, _upto("place_text", "The place as typed, where no id is known.")]
_Subtype = Annotated[str, Meta(max_length=40, description="A kind of report that the programme offers.")]
_Who = Annotated[str, _upto("who", "Who it is about, or who knows more.")]
_When = Annotated[str, _upto("when", "When it happened, or is going to.")]
_Weapon = Annotated[str, Meta(pattern="^(yes|no|unknown)$", description="Is there a weapon?")]
_Email = Annotated[str, _upto("email", "Sealed; the desk cannot read it, and nothing is sent to it yet.")]
_Phone = Annotated[str, _upto("phone", "Sealed; the desk cannot read it, and nothing is sent to it yet.")]
_Name = Annotated[str, _upto("name", "Sealed; the desk cannot read it.")]


_Files = Annotated[
    list[Annotated[str, Meta(max_length=2000)]],
    Meta(max_length=20, description="Tokens of /api/v1/uploads; each file belongs to one report."),
]


class ContactIn(Struct):
    """How the reporter may be reached; sealed apart from the report."""

    email: _Email | None = None
    phone: _Phone | None = None
    name: _Name | None = None


class TipIn(Struct):
    """A report. Only `text` is demanded."""

    text: _Text
    school_id: _Id | None = None
    school_text: _Place | None = None
    subtype: _Subtype | None = None
    danger_now: bool = False
    about_self: bool = False
    who: _Who | None = None
    when: _When | None = None
    weapon: _Weapon | None = None
    contact: ContactIn | None = None
    attachments: _Files | None = None


_Person = Annotated[str, Meta(max_length=SUBMITTED["person"], description="With whom at the agency to speak. Sealed.")]
_Callback = Annotated[str, Meta(max_length=SUBMITTED["callback"], description="How to reach them: number, extension. Sealed.")]
_Reference = Annotated[str, Meta(max_length=SUBMITTED["reference"], description="The agency's own number for it. Sealed.")]
_Language = Annotated[str, Meta(max_length=8, description="In which the report is written; default: its first.")]
_Mandated = Annotated[
    str,
    Meta(
        pattern="^(yes|no|unknown)$",
        description="Has the agency the duty to report to DCFS itself, and does so? Unless it is yes, the call center does.",
    ),
]


class ReferralIn(Struct):
    """A report that an agency or a partner line passes on. Which one it is, its token says. Only `text` is demanded."""

    text: _Text
    mandated: _Mandated = "unknown"
    person: _Person | None = None
    callback: _Callback | None = None
    reference: _Reference | None = None
    school_id: _Id | None = None
    school_text: _Place | None = None
    subtype: _Subtype | None = None
    danger_now: bool = False
    about_self: bool = False
    who: _Who | None = None
    when: _When | None = None
    weapon: _Weapon | None = None
    language: _Language | None = None
    attachments: _Files | None = None


class ReferralOut(Struct):
    """The number of the tip, for both sides. The desk calls the agency back; there is no code that opens anything."""

    tip_number: str


class HolderOut(Struct):
    """Whose token this is, what it opens, and until when."""

    agency: str
    scopes: list[str]
    expires_at: Annotated[str, Meta(extra_json_schema={"format": "date-time"})]


class ReplyIn(Struct):
    """The reporter's next words in the dialogue."""

    text: _Text
    attachments: _Files | None = None


class UploadIn(Struct):
    """A file that is about to come: its bytes, and what the reporter calls it (sealed)."""

    size: Annotated[int, Meta(ge=1, le=2**53)]
    name: Annotated[str, Meta(max_length=1000)] | None = None


class UploadOut(Struct):
    """The token to bring the file with, how many bytes each chunk has (the last may have fewer), and how many there are."""

    upload: str
    chunk_bytes: int
    chunks: int


class MissingOut(Struct):
    """The numbers of the chunks that have not arrived; none: the file is here."""

    missing: list[int]


class FileOut(Struct):
    """A file that came with a message: its kind and bytes. Nobody can fetch it back."""

    kind: str
    size: int


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
    attachments: list[FileOut] | UnsetType = UNSET


class DialogueOut(Struct):
    """A plain status (a code and the sentence for people) and what was said so far, oldest first.

    `notice`: what a person must be shown about a file that they sent, where there is something.
    """

    status: Annotated[str, Meta(pattern="^(received|read|asked|passed_on|working|closed)$")]
    status_text: str
    tip_number: str
    messages: list[MessageOut]
    notice: str | UnsetType = UNSET


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
