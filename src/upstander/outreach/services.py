"""The verbs of outreach: what was done to win a school, and an analyst's release of words."""

from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from upstander import clock
from upstander.actions import outreach as told_by_desk
from upstander.audit import services as audit
from upstander.ids import new_id
from upstander.outreach.models import Case, Step, Words
from upstander.outreach.queries import NOTE, TEXT, note_of, text_of
from upstander.people import access
from upstander.people.models import Role
from upstander.vault import services as vault
from upstander.vault.envelope import place, seal


class CannotDo(ValueError):
    """Why an act was not done, in words for the person."""


@transaction.atomic
def record(organisation_id: int, account_id: int, kind: str, note: str, press: UUID) -> Step:
    """Write down a step toward an organisation of which outreach was told. `press` marks one shown form: pressed again it is
    the same step; with another step or other words it is another act. Raises CannotDo, also where the note is empty."""
    _must_hold(account_id, Role.OUTREACH, "Steps are recorded by marketing and outreach.")
    if kind not in Step.Kind.values:
        raise CannotDo(_("Choose what was done."))
    if not note.strip():
        raise CannotDo(_("Write with whom, and what was agreed."))
    if told_by_desk.group(organisation_id) is None:
        raise CannotDo(_("Outreach was told of no tip there."))
    case = _case(organisation_id)
    _one_at_a_time(press)
    if before := Step.objects.filter(pk=press).first():
        if (before.case_id, before.account_id, before.kind, note_of(before)) == (case.id, account_id, kind, note.strip()):
            return before
        press = new_id()
    step = Step(id=press, case=case, at=clock.now(), account_id=account_id, kind=kind)
    step.sealed_note = seal(
        vault.content_key(case.id, "desk"), note.strip(), place(NOTE, case.id, step.id)
    )
    step.save(force_insert=True)
    audit.record(
        f"account:{account_id}", f"outreach.{kind}", "organisation", organisation_id, step=str(step.id)
    )
    return step


def _one_at_a_time(press: UUID) -> None:
    """Of two presses of one form at once one is first, to the end of its transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [press.int & (2**63 - 1)])


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
    which outreach was not told, and for one of which only few may hear (D-IV.A.2.c.5). `press`: as for a step."""
    _must_hold(account_id, Role.STIC_ANALYST, "Words are released to outreach by an analyst.")
    if not text.strip():
        raise CannotDo(_("Write what outreach may read."))
    tip = told_by_desk.told_of(number)
    if tip is None:
        raise CannotDo(_("Outreach was not told of this tip."))
    if tip.veiled:
        raise CannotDo(_("Of this tip outreach may know its class and no more."))
    _one_at_a_time(press)
    if before := Words.objects.filter(pk=press).first():
        said = (before.tip_number, before.account_id, text_of(before))
        if said == (tip.number, account_id, text.strip()):
            return before
        press = new_id()
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
