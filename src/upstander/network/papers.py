"""The agreement as paper: the text that was signed, by whom, when, and the digest by which it is known again."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.dateformat import format as spoken
from django.utils.translation import gettext as _

from upstander.network.models import Signature
from upstander.web.paper import Block, Document, pdf


def signed(signature: Signature) -> bytes:
    """The PDF of a signature and what it stands under. Raises CannotPrint."""
    text, at = signature.agreement, signature.at.astimezone(ZoneInfo(settings.TIME_ZONE))
    facts = (
        (_("Signed by"), signature.typed_name),
        (_("Signed on"), spoken(at, "F j, Y, g:i A T")),
        (_("Version"), text.version),
        (_("Digest of the text (SHA-256)"), text.digest),
        (_("Signature"), str(signature.id)),
    )
    return pdf(
        Document(
            title=text.title, language="en", blocks=(Block("text", text.text), Block("heading", _("Signature")),
            Block("facts", pairs=facts)), foot=f"{text.title}, {text.version}",
        ),
        signature.at,
    )  # fmt: skip
