"""When a file of a tip is sealed as a suspected image, its reporter is told, once, what not to do with it (D-IV.A.2.c.5)."""

from uuid import UUID

from upstander.evidence import queries as evidence
from upstander.intake import services
from upstander.intake.models import Message, Tip
from upstander.packs.current import current


def tell_reporter(tip_id: UUID, file_id: UUID) -> None:
    """Say it in the dialogue, in the reporter's language. Not of what was sealed as other evidence."""
    if not any(file.suspected for file in evidence.came(tip_id)):
        return
    [language] = Tip.objects.filter(id=tip_id).values_list("language", flat=True)
    text = current().text("reporter.files.suspected", language)
    services.say(tip_id, Message.From.SYSTEM.value, text, dedup="evidence.suspected")
