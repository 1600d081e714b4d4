"""A certificate as paper (decision 79)."""

from django.utils.dateformat import format as spoken
from django.utils.translation import gettext as _

from upstander.packs.current import current
from upstander.training.models import Certificate
from upstander.web.paper import Block, Document


def document(certificate: Certificate, name: str, issuer: str, *, practice: bool) -> Document:
    """The certificate of `name`, issued by `issuer`; `practice`: of a practice system, and said so."""
    pack = current()
    trainer = pack.training
    scenarios = trainer.for_certificate if trainer else ()
    facts = (
        (_("Name"), name),
        (_("Certificate"), certificate.number),
        (_("Issued"), spoken(certificate.issued_at, "F j, Y")),
        (_("Valid through"), spoken(certificate.expires_on, "F j, Y")),
        (_("Issued by"), issuer),
        (_("Trainer's version"), certificate.version),
    )
    blocks = [
        Block("text", _("%(name)s has rehearsed and passed what %(programme)s asks of whoever takes reports.")
              % {"name": name, "programme": pack.programme.name}),
        Block("facts", pairs=facts),
        Block("heading", _("What was passed")),
        Block("text", _("Conversations with simulated reporters, graded on classification and required actions against the"
                        " directive, and on words.")),
        *(Block("text", f"– {one.title}") for one in scenarios),
    ]  # fmt: skip
    if certificate.withdrawn_at:
        day = spoken(certificate.withdrawn_at, "F j, Y")
        blocks.insert(0, Block("notice", _("Withdrawn on %(day)s: it is no longer valid.") % {"day": day}))
    if practice:
        blocks.insert(
            0,
            Block(
                "notice", _("From a practice system: everybody in it is invented, and this certifies nobody.")
            ),
        )
    foot = _("%(programme)s · call-taker certificate %(number)s") % {
        "programme": pack.programme.name, "number": certificate.number,
    }  # fmt: skip
    return Document(title=_("Call-taker certificate"), language="en", blocks=tuple(blocks), foot=foot)
