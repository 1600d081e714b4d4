"""The verbs of outreach: what was done to win a school, and an analyst's release of words."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from upstander import clock
from upstander.actions import outreach as told_by_desk
from upstander.audit import services as audit
from upstander.ids import new_id
from upstander.outreach.models import Case, Step, Words
from upstander.outreach.queries import NOTE, TEXT
from upstander.people import access
from upstander.people.models import Role
from upstander.vault import services as vault
from upstander.vault.envelope import place, seal


class CannotDo(ValueError):
    """Why an act was not done, in words for the person."""


@transaction.atomic
def record(organisation_id: int, account_id: int, kind: str, note: str, press: UUID) -> Step:
    """Write down a step toward an organisation of which outreach was told. `press` marks one shown form: pressed again it is
    the same step. Raises CannotDo."""
    _must_hold(account_id, Role.OUTREACH, "Steps are recorded by marketing and outreach.")
    if kind not in Step.Kind.values:
        raise CannotDo(_("Choose what was done."))
    if kind == Step.Kind.NOTE and not note.strip():
        raise CannotDo(_("Write the note."))
    if told_by_desk.group(organisation_id) is None:
        raise CannotDo(_("Outreach was told of no tip there."))
    case = _case(organisation_id)
    if before := Step.objects.filter(pk=press).first():
        return before
    step = Step(id=press, case=case, at=clock.now(), account_id=account_id, kind=kind)
    if note.strip():
        step.sealed_note = seal(
            vault.content_key(case.id, "desk"), note.strip(), place(NOTE, case.id, step.id)
        )
    step.save(force_insert=True)
    audit.record(
        f"account:{account_id}", f"outreach.{kind}", "organisation", organisation_id, step=str(step.id)
    )
    return step


def _case(organisation_id: int) -> Case:
    """The case of an organisation, opened with a key of its own where there is none."""
    made = Case(id=new_id(), organisation_id=organisation_id, opened_at=clock.now())
    Case.objects.bulk_create([made], ignore_conflicts=True)
    case = Case.objects.get(organisation=organisation_id)
    if case.id == made.id:
        vault.store_key(case.id, vault.new_key(), ("desk",))
    return case


@transaction.atomic
def release(number: str, account_id: int, text: str, press: UUID) -> Words:
    """Let outreach read `text` of the tip with this number: an analyst's own act, on the record. Raises CannotDo for a tip of
    which outreach was not told, and for one of which only few may hear (D-IV.A.2.c.5)."""
    _must_hold(account_id, Role.STIC_ANALYST, "Words are released to outreach by an analyst.")
    if not text.strip():
        raise CannotDo(_("Write what outreach may read."))
    tip = told_by_desk.told_of(number)
    if tip is None:
        raise CannotDo(_("Outreach was not told of this tip."))
    if tip.veiled:
        raise CannotDo(_("Of this tip outreach may know its class and no more."))
    if before := Words.objects.filter(pk=press).first():
        return before
    words = Words(id=press, tip_number=tip.number, at=clock.now(), account_id=account_id)
    key = vault.new_key()
    vault.store_key(words.id, key, ("desk",))
    words.sealed_text = seal(key, text.strip(), place(TEXT, words.id, words.id))
    words.save(force_insert=True)
    audit.record(
        f"account:{account_id}",
        "outreach.words_released",
        "tip",
        tip.tip_id,
        words=str(words.id),
        characters=len(text.strip()),
    )
    return words


def _must_hold(account_id: int, role: str, why: str) -> None:
    if not access.holds(account_id, role):
        raise CannotDo(why)
