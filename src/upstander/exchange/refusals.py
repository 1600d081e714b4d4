"""Why something that came from outside was not taken: a code, which may be kept and logged, and words for a person."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

WORDS = {
    "empty": _("There is nothing in it."),
    "too-large": _("It is larger than this programme takes."),
    "too-deep": _("It is nested deeper than any honest file."),
    "too-many": _("It holds more than this programme takes at once."),
    "entities": _("It declares a document type or entities. That is how a file attacks whoever reads it, so it was not read."),
    "not-xml": _("It is not well-formed XML."),
    "encoding": _("Its character encoding is not one that can be read."),
    "not-a-feed": _("It is XML, but neither a CAP 1.2 alert nor an Atom or RSS feed."),
    "old-cap": _("It is a CAP alert of another version: 1.2 is read."),
    "no-identity": _("It does not say which message it is (identifier, id, guid or link)."),
    "no-sender": _("It does not say who sent it."),
    "no-title": _("It has neither a title nor a text."),
    "no-date": _("It does not say when it was sent."),
    "date": _("A date in it is none."),
    "value": _("A field holds a value that the standard does not know."),
    "references": _("It updates or cancels something, and does not say what."),
    "no-info": _("It has no information block, so it says nothing."),
    "not-actual": _("It is a test, a draft or a system message, not an actual alert."),
    "acknowledgement": _("It is an acknowledgement between machines, not information."),
    "not-json": _("It is not JSON as such a package has it."),
    "not-a-package": _("It is not a package of such a programme."),
    "version": _("It is a package of a version that is not known here."),
    "unknown-signer": _("It is signed by somebody who is no peer of this programme."),
    "signature": _("Its signature is wrong: it was changed on the way, or somebody else made it."),
    "not-for-us": _("It is addressed to another programme."),
    "rollback": _("A newer version of it is here already: an older one never replaces a newer."),
    "same-version": _("Another text with the same version is here already."),
    "future": _("It is dated in the future."),
    "stix": _("The bulletin in it is not the STIX 2.1 that was agreed."),
    "marking": _("It does not say how it is marked, or says it in a way that is not known here."),
    "originator": _("It names another originator than the peer who signed it."),
    "level": _("It is marked above what was agreed with this peer."),
    "line": _("It could not be reached."),
    "slow": _("It answered too slowly."),
    "answer": _("It answered with an error."),
    "moved": _("It leads to another address: look at that one, and enter it."),
    "address": _("Its address is none that may be asked: it must begin with https:// and lead to a public host."),
    "sandbox": _("In the sandbox nothing is fetched: bring the file by hand."),
    "token": _("It does not take our token any more: ask the other program for a new one."),
    "endless": _("It goes on without end, or goes in a circle."),
    "ended": _("The exchange with this peer has ended."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Refused:
    """A refusal. `code` is one of WORDS; `detail` a short place in the file (a field's name, a line), never its content."""

    code: str
    detail: str = ""

    @property
    def words(self) -> str:
        """The reason, for a person."""
        said = str(WORDS[self.code])
        return f"{said} ({self.detail})" if self.detail else said


class Refusal(Exception):
    """Raised within this room; each door catches it and answers with its `why`."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.why = Refused(code, detail)
