"""Whether a tip may be closed."""

from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from upstander import clock
from upstander.actions import clock_queries, red, refused
from upstander.actions.held import come_since
from upstander.actions.models import Judgement
from upstander.actions.recording import CONFIRM_CLASS
from upstander.intake.models import Tip
from upstander.packs.current import current


def why_not_close(tip_id: UUID) -> str:
    """Why a tip may not be closed yet, in words; empty where it may."""
    tip = Tip.objects.get(pk=tip_id)
    pack = current()
    if not tip.klass:
        return _("Judge the tip first: nobody can tell later what it was.")
    if Judgement.objects.filter(tip_id=tip_id, state=Judgement.State.PENDING).exists():
        return _("A lowering waits for a supervisor's decision.")
    if pack.critical(tip.klass) and red.unconfirmed(pack, (tip_id,)):
        return _("This tip is Critical and nobody who can act has confirmed it.")
    if Tip.objects.filter(red.unread_word(), pk=tip_id).exists():
        return _("The reporter has written since. Answer, or leave a note, before you close it.")
    if red.waiting_in_crisis((tip_id,)).exists():
        return _("A reporter in crisis waits for an answer. Answer, or write why no answer is owed, before you close it.")
    if come_since([tip_id]):
        return _("A file of this tip is held and no agency has it yet: a custodian hands it over.")
    if refused.unanswered().filter(tip=tip_id).exists():
        return _("A mail was refused. Send it again, or write down how that person was told.")
    owed = list(red.owed().filter(tip_id=tip_id).values_list("kind", flat=True))
    if owed and set(owed) == {CONFIRM_CLASS}:
        return _("The fusion center has not confirmed the class yet.")
    if owed:
        many = ngettext("%d required action is not done.", "%d required actions are not done.", len(owed))
        return many % len(owed)
    if clock_queries.late_tips(clock.now(), (tip_id,)):
        return _("A duty of the law is late. Write down that it was met, or have a supervisor waive it.")
    waiting = refused.on_their_way(tip_id)
    on_their_way = ngettext(
        "%d mail is still on its way: words, or a stand-down.",
        "%d mails are still on their way: words, or a stand-down.",
        waiting,
    )
    return on_their_way % waiting if waiting else ""
