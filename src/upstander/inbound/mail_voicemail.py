"""Mail of the telephone system's voicemail box: the sound that it brings is the tip, not the mail (decision 0109).

Nothing of the mail's own words is kept: they name the caller and the number, and a machine's guess at what was said is no word of
the caller. The number is sealed as a texting reporter's is.
"""

from upstander.config import Config
from upstander.evidence.kinds import KINDS, sniff
from upstander.inbound.mail_files import Files, with_files
from upstander.inbound.mime_letter import Letter
from upstander.inbound.routing import Arrived, Outcome
from upstander.intake import services as intake
from upstander.intake import voicemail
from upstander.intake.models import Channel
from upstander.intake.submission import LIMITS, Contact, Submission
from upstander.packs.current import current
from upstander.signals.shapes import shaped

CODE = "voicemail"
_READ = 4_000  # characters in which the caller's number is looked for


def is_one(letter: Letter, to: list[str], settings: Config) -> bool:
    """Whether the box sent this: by the address it came to or the one it came from, and with a sound in it."""
    box, ours = settings.voicemail_from.strip().lower(), settings.voicemail_to.strip().lower()
    theirs = bool(box) and letter.sender.strip().lower() == box
    meant = bool(ours) and any(address.strip().lower() == ours for address in to)
    return (theirs or meant) and any(_is_sound(file.data) for file in letter.attachments)


def _is_sound(data: bytes) -> bool:
    kind = KINDS.get(sniff(data[:64]))
    return kind is not None and kind.heard


def take(arrived: Arrived, letter: Letter) -> Outcome:
    """A new tip: its sounds in quarantine; where one cannot be taken, the tip says so."""

    def report(files: Files, told: list[str]) -> intake.Receipt:
        said = "\n\n".join([voicemail.words(), *told])[: LIMITS["text"]]  # three hundred files need more than a tip may hold
        words = Submission(
            channel=Channel.VOICEMAIL.value, text=said, language=current().languages[0],
            contact=Contact(phone=number(letter)), at=arrived.at, files=files, brought_by="system:voicemail",
        )  # fmt: skip
        return intake.receive(words, arrived.key)

    return Outcome(CODE, with_files(letter.attachments, report).tip_id)


def number(letter: Letter) -> str:
    """The caller's number, where the mail names one: in its subject, else first in its text."""
    for text in (letter.subject, letter.text[:_READ]):
        for start, end in shaped("phone", text):
            return text[start:end]
    return ""
