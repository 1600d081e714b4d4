"""What a person at the desk does about a mail that was refused: send it again, or write down how its person was told."""

from uuid import UUID

from django.utils.translation import gettext as _

from upstander.actions import addresses, exclusion, recording, referrals, refused, wake
from upstander.actions.models import ActionEvent, Notice, RequiredAction
from upstander.actions.recording import CannotRecord
from upstander.delivery import services as delivery
from upstander.packs.current import current


def send_again(action_id: UUID, actor: str, shown: str | None = None) -> ActionEvent:
    """Owe again, to the contact's address of now, what was refused of an `email_contacts` action, or could not leave.

    `shown`: the address that the person saw; where it has been corrected since, they are asked again. Where every address
    was refused, they are tried once more: who presses says that the cause is gone. Raises CannotRecord.
    """
    action = _mail(action_id)
    notice = _notice(action)
    out = exclusion.of_tip(action.tip_id)
    if notice and out.holds(notice.contact):
        raise CannotRecord(
            _("This person is left out, because the tip is about them: nothing is sent to them.")
        )
    found = addresses.of(notice.contact, out) if notice else None
    if notice is None or found is None:
        raise CannotRecord(_("There is no e-mail address of this contact. It can be added in the directory."))
    if shown is not None and shown != found.value:
        raise CannotRecord(
            _("The address has been corrected: it is %(address)s now. Press again to send it there.")
            % {"address": found.value}
        )
    if found.refused:
        addresses.trust(notice.contact, actor)
    if not _owed_again(action, notice):
        raise CannotRecord(_("Nothing of this was refused, or it is on its way again already."))
    event = recording.happened(action, actor, refused.SENT_AGAIN)
    wake.desk(action.tip_id)
    return event


def _owed_again(action: RequiredAction, notice: Notice) -> bool:
    """Whether anything was to be brought back: what was refused, and a first mail that found no address."""
    mails = refused.mails([action], {action.target_ref: notice})[action.id]
    back = [delivery.try_again(mail.id) for mail in mails.refused]
    unsent = mails.first is None or mails.first.state == "cancelled"
    if action.done_at is None and action.ended_by_id is None and unsent:
        purpose, subject = refused.first_mail(action, notice)
        urgency = referrals.priority(current(), notice.referral.klass)
        delivery.send(purpose, subject, f"contact:{notice.contact_id}", urgency)
        back.append(True)
    return any(back)


def told_otherwise(action_id: UUID, actor: str, note: str, press: bytes | None = None) -> ActionEvent:
    """Write down how somebody was told whose words or stand-down a mail server refused; raises CannotRecord.

    A first mail is no such: it is sent again, or set aside (`recording.done`).
    """
    action = _mail(action_id)
    if action.done_at is None and action.ended_by_id is None:
        raise CannotRecord(_("This mail is owed still: send it again, or set it aside."))
    if not note.strip():
        raise CannotRecord(_("Write how they were told, or who told them: the note is the proof."))
    event = recording.happened(action, actor, refused.TOLD_OTHERWISE, detail={"note": note}, press=press)
    wake.desk(action.tip_id)
    return event


def _mail(action_id: UUID) -> RequiredAction:
    action = recording.locked(action_id)
    if action.kind != "email_contacts":
        raise CannotRecord(_("This action is no mail."))
    if action.tip.closed_at is not None:
        raise CannotRecord(_("This tip is closed. Judge it again to open it."))
    return action


def _notice(action: RequiredAction) -> Notice | None:
    if not action.target_ref.isdecimal():  # nobody is listed
        return None
    found = Notice.objects.select_related("referral", "contact").prefetch_related("contact__points")
    theirs = found.filter(referral__tip_id=action.tip_id, contact_id=int(action.target_ref))
    return theirs.standing_last().last()
