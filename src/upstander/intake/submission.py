"""What comes through the one door, checked and in one canonical form, before anything is sealed."""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

import msgspec
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from upstander.evidence.tokens import Ticket
from upstander.intake.models import Channel, Submitter
from upstander.packs.current import current

# Characters, not bytes; said on the page before anybody runs into them.
LIMITS = {
    "text": 20_000,
    "who": 4_000,
    "when": 1_000,
    "place_text": 1_000,
    "email": 254,
    "phone": 40,
    "name": 200,
}
SUBMITTED = {"agency": 200, "person": 200, "callback": 200, "reference": 100}  # of whoever passed a report on
WEAPON = ("", "yes", "no", "unknown")

_HEX = re.compile(r"[0-9a-fA-F-]+")
_KEY = re.compile(r"[A-Za-z0-9._~+/=:-]{22,200}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Contact:
    """How a reporter may be reached; every part may be empty. Sealed apart from the tip (decisions 2)."""

    email: str = ""
    phone: str = ""
    name: str = ""

    def kinds(self) -> list[str]:
        """Which parts are there, never what they are."""
        return [kind for kind in ("email", "phone", "name") if getattr(self, kind)]


@dataclass(frozen=True, slots=True)
class Submitted:
    """Who passed on a report that is not their own (D-IV.B.3): `kind` is "agency", "partner" or "other"; `mandated` says whether
    it has the duty to report to DCFS itself ("yes", "no", "unknown"). Its names and numbers are sealed with the tip.
    """

    kind: str
    agency: str
    mandated: str = "unknown"
    person: str = ""
    callback: str = ""
    reference: str = ""

    @property
    def code(self) -> str:
        """What stands on the tip in clear, for the rules of the pack: a code of Submitter."""
        duty = self.mandated == "yes" and self.kind in ("agency", "partner")
        return Submitter.AGENCY.value if duty else Submitter.PARTNER.value


@dataclass(frozen=True, slots=True)
class Submission:
    """One report as a channel hands it in (D-II.E). Only `text` is demanded.

    `place_id` is a directory organisation; `place_text` what was typed instead; `weapon` one of WEAPON; `subtype` the key of
    a sub-type that the pack offers to reporters; `at` when it arrived (default: now). `submitted` is who passed it on, of a
    referral; `entered_by` the account that wrote it down, where the reporter did not; `brought_by` whose machine brought it, as
    the audit record names it.
    """

    channel: str
    text: str
    who: str = ""
    when: str = ""
    weapon: str = ""
    place_id: int | None = None
    place_text: str = ""
    danger_now: bool = False
    about_self: bool = False
    subtype: str = ""
    language: str = "en"
    contact: Contact = field(default_factory=Contact)
    at: datetime | None = None
    files: tuple[Ticket, ...] = ()  # that have arrived and are to belong to it
    submitted: Submitted | None = None
    entered_by: int | None = None
    brought_by: str = ""

    @property
    def actor(self) -> str:
        """Who brought it, as the audit record names them."""
        by_hand = "reporter" if self.entered_by is None else f"account:{self.entered_by}"
        return self.brought_by or by_hand

    def words(self) -> list[tuple[str, str]]:
        """What was typed, by field, in the order in which it is shown; empty fields are left out."""
        pairs = (("text", self.text), ("who", self.who), ("when", self.when), ("place", self.place_text))
        return [(name, words) for name, words in pairs if words]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the reporter keeps. `replayed`: the same submission had come before, this is its receipt again."""

    tip_id: UUID
    number: str
    receipt: str
    replayed: bool


class Refused(Exception):
    """The submission cannot be taken as it is: `fields` says for each what to do, in the reporter's language."""

    def __init__(self, fields: dict[str, str | Promise]) -> None:
        super().__init__(", ".join(fields))
        self.fields = fields


class WeakKey(Exception):
    """The idempotency key is missing, too short to be unguessable (128 bits) or not made of plain characters."""


class UnknownPlace(Refused):
    """No organisation of the directory has this id."""

    def __init__(self) -> None:
        super().__init__(
            {"place_id": _("We do not know this school. Leave it out and write its name instead.")}
        )


def clean(text: str) -> str:
    """`text` as the database can hold it: NUL and lone surrogates replaced, ends trimmed, lines ended alike."""
    return _NOT_TEXT.sub("\ufffd", text).replace("\r\n", "\n").strip()


def checked_key(key: str) -> str:
    """`key` if it can hold 128 bits: 22 characters of base64url, or 32 hexadecimal ones (a UUID); raises WeakKey."""
    if not _KEY.fullmatch(key) or (_HEX.fullmatch(key) and len(key.replace("-", "")) < 32):
        raise WeakKey
    return key


def offered() -> tuple[str, ...]:
    """The keys of the sub-types that a reporter may choose."""
    return tuple(subtype.key for _group, members in current().for_reporters() for subtype in members)


def too_long(limit: int, length: int) -> str:
    """The kind sentence for a text over its limit."""
    return ngettext(
        "This is too long by %(n)s character. Please make it shorter; you can add more after you send it.",
        "This is too long by %(n)s characters. Please make it shorter; you can add more after you send it.",
        length - limit,
    ) % {"n": length - limit}


def cleaned(submission: Submission) -> Submission:
    """The submission with every text as the database can hold it."""
    contact = Contact(
        **{kind: clean(getattr(submission.contact, kind)) for kind in ("email", "phone", "name")}
    )
    given = submission.submitted
    return replace(
        submission,
        contact=contact,
        submitted=replace(given, **{name: clean(getattr(given, name)) for name in SUBMITTED}) if given else None,
        text=clean(submission.text),
        who=clean(submission.who),
        when=clean(submission.when),
        place_text=clean(submission.place_text),
    )


def faults(submission: Submission) -> dict[str, str | Promise]:
    """What is wrong with a cleaned submission, by field, in words that say what to do; empty where nothing is."""
    contact = submission.contact
    found: dict[str, str | Promise] = {}
    for name, limit in LIMITS.items():
        length = len(getattr(submission if hasattr(submission, name) else contact, name))
        if length > limit:
            found[name] = too_long(limit, length)
    if not submission.text:
        found["text"] = _("Please tell us what is happening. A few words are enough.")
    # (a pattern that tries each dot for the last one must not be given sixty thousand of them)
    if contact.email and "email" not in found and not _EMAIL.fullmatch(contact.email):
        found["email"] = _("This does not look like an e-mail address. Check it, or leave it empty.")
    if contact.phone and sum(c.isdigit() for c in contact.phone) < 7:
        found["phone"] = _("This does not look like a phone number. Check it, or leave it empty.")
    if submission.weapon not in WEAPON:
        found["weapon"] = _("This can be: %(list)s.") % {"list": ", ".join(WEAPON[1:])}
    if submission.subtype and submission.subtype not in offered():
        found["subtype"] = _("We do not know this kind. It can be: %(list)s.") % {
            "list": ", ".join(offered())
        }
    if submission.submitted:
        found |= _of_submitter(submission.submitted)
    if submission.channel not in Channel.values:
        found["channel"] = _("This can be: %(list)s.") % {"list": ", ".join(Channel.values)}
    return found


def _of_submitter(given: Submitted) -> dict[str, str | Promise]:
    """What is wrong with who passed a report on, by field."""
    found: dict[str, str | Promise] = {
        name: too_long(limit, len(getattr(given, name)))
        for name, limit in SUBMITTED.items()
        if len(getattr(given, name)) > limit
    }
    if not given.agency:
        found["agency"] = _("Write the name of the agency or line that passes it on.")
    for name, known in (("kind", ("agency", "partner", "other")), ("mandated", ("yes", "no", "unknown"))):
        if getattr(given, name) not in known:
            found[name] = _("This can be: %(list)s.") % {"list": ", ".join(known)}
    return found


def checked(submission: Submission) -> Submission:
    """The submission cleaned; raises Refused that names every field at fault."""
    submission = cleaned(submission)
    if found := faults(submission):
        raise Refused(found)
    return submission


def canonical(submission: Submission) -> bytes:
    """A stable encoding of what was said: not of when, nor of the language of the page it was said on."""
    s, c = submission, submission.contact
    parts = (
        1,
        s.channel,
        s.text,
        s.who,
        s.when,
        s.weapon,
        s.place_id,
        s.place_text,
        s.danger_now,
        s.about_self,
        s.subtype,
    )
    files = tuple(ticket.id.bytes for ticket in s.files)
    passed_on = (s.submitted,) if s.submitted else ()
    return msgspec.msgpack.encode((*parts, c.email, c.phone, c.name, *files, *passed_on))
