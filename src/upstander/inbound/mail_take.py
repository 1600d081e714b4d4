"""What becomes of a mail that came in: a new tip, a word on one, or nothing but a note that it came (decisions 13)."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from upstander.config import config
from upstander.delivery import envelopes
from upstander.delivery import returned as delivery
from upstander.delivery.models import Delivery
from upstander.inbound import mail_answers, mail_calendar, mail_voicemail, mail_words, threads
from upstander.inbound.mail_address import is_ours, thread_of
from upstander.inbound.mail_answers import CHANNEL
from upstander.inbound.mail_checked import findings
from upstander.inbound.mail_files import Files, with_files
from upstander.inbound.mail_nature import Nature, nature, ours, passed_on, returned
from upstander.inbound.mime import Part, cut
from upstander.inbound.mime_letter import Letter, read
from upstander.inbound.mime_letter import address as address_in
from upstander.inbound.models import Thread
from upstander.inbound.routing import ACTOR, Arrived, Outcome, Refuse
from upstander.intake import services as intake
from upstander.intake.models import Message
from upstander.intake.submission import LIMITS, Contact, Submission
from upstander.packs.current import current
from upstander.signals.language import guess
from upstander.vault.keys import keyring

_TO = ("to", "cc", "delivered-to", "x-original-to")


@dataclass(frozen=True)
class Mail:
    """A mail as it arrived, with its envelope. `sender`: empty for the null sender, None where it is not known."""

    arrived: Arrived
    top: Part
    to: list[str]
    sender: str | None
    whole: bool


def take(arrived: Arrived) -> Outcome:
    """The router's handler of mails."""
    mail = _mail(arrived)
    what = nature(mail.top, mail.sender, _domain())
    if what is Nature.LOOP:
        return Outcome("loop")
    if what is Nature.BOUNCE:
        return _came_back(mail)
    letter = read(mail.top.raw)
    if (answered := mail_calendar.answer(mail.top.raw)) and _of_a_calendar(mail, letter, answered):
        return Outcome("calendar_answer")
    if mail_voicemail.is_one(letter, [*mail.to, *_addressed(mail)], config()):
        return mail_voicemail.take(arrived, letter)
    thread = _conversation(mail, letter)
    if what is Nature.AUTO_REPLY and not (thread is not None and passed_on(mail.top)):
        return Outcome("auto_reply", thread.tip_id if thread else None)
    if thread is not None and (outcome := _reply(mail, letter, thread)):
        return outcome
    return _report(mail, letter, answered=what is Nature.PERSON)


def _of_a_calendar(mail: Mail, letter: Letter, answered: mail_calendar.Answer) -> bool:
    """Tell whoever invited; whether that is all that the mail says. A person's words in it go on as any mail's do."""
    sender = address_in(mail.top.first("from"))
    mail_calendar.tell(answered, mail.arrived.id, sender, mail.arrived.at, proven=_is_who_it_says(mail, letter))
    return not answered.words


def _mail(arrived: Arrived) -> Mail:
    fields = arrived.fields
    raw, to, sender = fields.get("raw"), fields.get("to"), fields.get("from")
    if not isinstance(raw, bytes) or not isinstance(to, list) or not isinstance(sender, str | None):
        raise Refuse("not_a_mail")
    return Mail(arrived, cut(raw), [str(address) for address in to], sender, bool(fields.get("whole", True)))


def _domain() -> str:
    """Of our Message-IDs."""
    return config().mail_from.rpartition("@")[2]


def _addressed(mail: Mail) -> list[str]:
    """To whom its headers say that it goes: of a mailbox that is looked into nothing else is known."""
    lines = [raw[:4000].decode("latin-1") for name in _TO for raw in mail.top.headers.get(name, [])[:5]]
    return [word.strip("<>,;\"'") for line in lines for word in line.split() if "@" in word][:50]


def _came_back(mail: Mail) -> Outcome:
    """A mail of ours that a server gives back is told to the outbox; any other bounce says nothing to us.

    Anybody can write such a report, and may have seen a mail of ours: it counts only where it came to the address which that very
    mail had as its sender on the envelope.
    """
    found = returned(mail.top, _domain())
    if found is None:
        return Outcome("bounce")
    if found.delivery_id not in _senders(mail):
        return Outcome("bounce_unproven")
    known = delivery.returned(found.delivery_id, found.status, ACTOR, permanent=found.permanent)
    return Outcome("bounce_of_ours" if known else "bounce_unknown")


def _senders(mail: Mail) -> list[UUID]:
    """The mails of ours whose senders it came to. A mailbox that is looked into knows no envelope: there its headers tell."""
    to = list(mail.to)
    if mail.sender is None:
        to += [address for name in _TO for address in _addresses(mail.top, name)]
    return [id for address in to if (id := envelopes.delivery_of(address, keyring()))]


def _conversation(mail: Mail, letter: Letter) -> Thread | None:
    """To which conversation it belongs: by the address it was sent to, which nobody can make up; else by the mail of ours that it
    answers, where it comes from the address to which that went.
    """
    headers = [address for name in _TO for address in _addresses(mail.top, name)]
    for address in (*mail.to, *headers):
        if id := thread_of(address, config(), keyring()):
            return Thread.objects.filter(id=id, channel=CHANNEL).first()
    answers = ours(" ".join(letter.references).encode(), _domain())
    if not answers or not letter.sender:
        return None
    subjects = list(
        Delivery.objects.filter(id__in=answers, channel=CHANNEL).values_list("subject_id", flat=True)
    )
    tips = Message.objects.filter(id__in=subjects).values("tip_id")
    mine = Thread.objects.filter(channel=CHANNEL, peer_mac=_mac(letter.sender))
    return (mine.filter(id__in=subjects) | mine.filter(tip_id__in=tips)).order_by("-last_at").first()


def _addresses(top: Part, name: str) -> list[str]:
    text = " ".join(raw[:4000].decode("latin-1") for raw in top.headers.get(name, [])[:5])
    return [word.strip("<>,;\"'") for word in text.split() if "+" in word][:50]


def _reply(mail: Mail, letter: Letter, thread: Thread) -> Outcome | None:
    """Its words are added to the dialogue; None where that is no more."""

    def add(files: Files, told: list[str]) -> str:
        said = mail_words.of_reply(letter, [*told, *_facts(mail, letter, thread)])
        if not said and not files:
            return "empty"
        _say(threads.receipt_of(thread), said or [""], mail.arrived.key, files)
        return "reply"

    try:
        code = with_files(letter.attachments, add)
    except intake.NoSuchReceipt:
        return None
    threads.heard(thread, mail.arrived.at)
    return Outcome(code, thread.tip_id)


def _report(mail: Mail, letter: Letter, *, answered: bool) -> Outcome:
    """A new tip, and its conversation. What is longer than a tip's field goes on in the dialogue."""
    answerable = len(letter.sender) <= LIMITS["email"] and not is_ours(letter.sender, config())
    address = letter.sender if answerable else ""

    def report(files: Files, told: list[str]) -> intake.Receipt:
        first, *rest = mail_words.of_report(letter, [*told, *_facts(mail, letter)])
        words = Submission(
            channel=CHANNEL, text=first, language=_language(first), contact=Contact(email=address),
            at=mail.arrived.at, files=files,
        )  # fmt: skip
        receipt = intake.receive(words, mail.arrived.key)
        if rest and not receipt.replayed:
            _say(receipt.receipt, rest, mail.arrived.key, ())
        return receipt

    receipt = with_files(letter.attachments, report)
    if address and not receipt.replayed:
        thread = threads.begin(CHANNEL, _mac(address), receipt.tip_id, receipt.receipt, mail.arrived.at)
        if answered and _is_who_it_says(mail, letter):
            mail_answers.greet(thread)
    return Outcome("tip", receipt.tip_id)


def _is_who_it_says(mail: Mail, letter: Letter) -> bool:
    """Whether an automatic answer goes to whoever wrote, as far as can be known: nobody shall have us write to others."""
    if letter.sender.lower() != address_in(mail.top.first("from")).lower():  # another is to be answered: a person may do that
        return False
    checked_by = config().mail_checked_by
    passed = findings(mail.top, checked_by).split()
    return not checked_by or any(f"{method}=pass" in passed for method in ("dmarc", "dkim", "spf"))


def _say(receipt: str, said: list[str], key: str, files: Files) -> None:
    """Each piece is a word of the reporter; the files come with the first."""
    for n, piece in enumerate(said):
        intake.reply(receipt, piece, f"{key}|{n}", files if n == 0 else ())


def _mac(address: str) -> bytes:
    return threads.peer_mac(CHANNEL, address.strip().lower())


def _language(text: str) -> str:
    pack = current()
    code = guess(text, pack.signals.languages, "en").code
    return code if code in pack.texts else "en"


def _facts(mail: Mail, letter: Letter, thread: Thread | None = None) -> list[str]:
    """What staff must know of the mail itself, in words: what is missing, and how far its sender is who it says."""
    facts = [] if mail.whole else [_("The e-mail was larger than what is taken. Its end is missing.")]
    if thread is not None and _mac(letter.sender) != bytes(thread.peer_mac):
        facts.append(_("This came from another address than the first e-mail."))
    if found := findings(mail.top, config().mail_checked_by):
        facts.append(_("The mail server's check of the sender: %(found)s.") % {"found": found})
    return facts
