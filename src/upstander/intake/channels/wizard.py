"""The reporter's way through the form, page by page: what each page asks, and the draft that travels with it."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
from django.db import DatabaseError, InterfaceError

from upstander.directory import queries as directory
from upstander.intake.channels import files, forms, sealed
from upstander.intake.models import Channel
from upstander.intake.submission import Contact, Submission

LASTS = timedelta(hours=6)  # a page left open longer on somebody's phone forgets what was typed before
HELD = timedelta(days=30)  # what waited on a phone without a line, locked there by the app, and is only sent
LONGEST = 48_000  # characters of a hidden draft that still fit into one form (decisions 16)


class Draft(msgspec.Struct, omit_defaults=True):
    """What has been typed so far, and under which key it will be sent: minted with the first page, so that a press repeated
    after a lost answer is recognised (decisions 5)."""

    key: str
    danger: bool = False
    text: str = ""
    subtype: str = ""
    place_text: str = ""
    place_id: int | None = None
    place_name: str = ""
    who: str = ""
    when: str = ""
    weapon: str = ""
    about: str = ""
    email: str = ""
    phone: str = ""
    name: str = ""
    files: list[str] = msgspec.field(default_factory=list)  # tokens of what has arrived
    poster: str = ""  # the code of the poster that led here; counted when the report is stored, and never part of it

    def submission(self, language: str) -> Submission:
        """The report as it would be sent now."""
        return Submission(
            channel=Channel.WEB.value,
            text=self.text,
            who=self.who,
            when=self.when,
            weapon=self.weapon,
            place_id=self.place_id,
            place_text="" if self.place_id else self.place_text,
            danger_now=self.danger,
            about_self=self.about == "self",
            subtype=self.subtype,
            language=language,
            contact=Contact(self.email, self.phone, self.name),
            files=files.tickets(self.files),
        )

    @property
    def place(self) -> str:
        """Where it is, in words."""
        return self.place_name or self.place_text


@dataclass(frozen=True, slots=True)
class Step:
    """One page: its name in the form, its fields, its template, its number in "2 of 5" (0: none)."""

    name: str
    form: type[forms.Page]
    n: int

    @property
    def template(self) -> str:
        """The page's template."""
        return f"intake/step_{self.name}.html"


STEPS = (
    Step("danger", forms.DangerPage, 1),
    Step("what", forms.WhatPage, 2),
    Step("where", forms.WherePage, 3),
    Step("more", forms.MorePage, 4),
    Step("reach", forms.ReachPage, 5),
    Step("review", forms.Page, 0),
)
TOTAL = 5
BY_NAME = {step.name: step for step in STEPS}


def fresh() -> Draft:
    """An empty draft with a key of 128 bits."""
    return Draft(key=secrets.token_urlsafe(16))


def at(place_id: int, poster: str) -> Draft:
    """An empty draft with this place chosen, where the directory knows it: for who came by a school's poster."""
    draft, name = fresh(), _name(place_id)
    draft.poster = poster
    if name:
        draft.place_id, draft.place_name, draft.place_text = place_id, name, name
    return draft


def hide(draft: Draft) -> str:
    """The draft as a hidden field."""
    return sealed.hide("draft", draft)


def reveal(value: str, lasts: timedelta = LASTS) -> Draft:
    """The draft of a hidden field; raises sealed.Stale and sealed.NotOurs."""
    return sealed.reveal("draft", value, Draft, lasts)


def next_to(step: Step, by: int) -> Step:
    """The page after (1) or before (-1)."""
    return STEPS[min(max(STEPS.index(step) + by, 0), len(STEPS) - 1)]


def keep(draft: Draft, step: Step, data: Any) -> Draft:
    """The draft with what was typed on this page, right or wrong: no word is lost by a fault or by going back."""
    values: dict[str, Any] = forms.typed(step.form, data)
    if step.name == "danger":
        values = {"danger": data.get("danger") == "yes"} if "danger" in data else {}
    if step.name == "where":
        values = _place(draft, values["place_text"], data.get("choice", ""), values["place_id"])
    return msgspec.structs.replace(draft, **values)


def _place(draft: Draft, text: str, choice: str, hidden: str) -> dict[str, Any]:
    """Which place is meant: chosen from the list without JavaScript, picked with it, or as typed.

    A hidden id whose text was changed afterwards (no JavaScript cleared it) no longer counts.
    """
    stale = draft.place_id is not None and hidden == str(draft.place_id) and text != draft.place_text
    wanted = choice or ("" if stale else hidden)
    place_id = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 19 else 0
    name = _name(place_id) if place_id else ""
    found = place_id if name else None
    return {"place_text": text, "place_id": found, "place_name": name}


def _name(place_id: int) -> str:
    """A school in words, so that one of 28 of its name is known again; empty where the directory has none or is away."""
    try:
        card = directory.place_card(place_id)
    except (LookupError, DatabaseError, InterfaceError):
        return ""
    return ", ".join(filter(None, (card.name, card.city, card.district)))


def hits(text: str) -> list[directory.SchoolHit] | None:
    """The schools that match what was typed; None where the directory cannot be asked now."""
    try:
        return directory.find_schools(text.replace("\x00", ""), 20)
    except (DatabaseError, InterfaceError):
        return None


def form_for(step: Step, draft: Draft) -> forms.Page:
    """The page's form, filled with the draft."""
    values = {name: getattr(draft, name) for name in step.form.base_fields}
    if step.name == "where":
        values["place_id"] = draft.place_id or ""
        values["place_text"] = draft.place_text
    return step.form(values)
