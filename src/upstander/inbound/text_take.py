"""What becomes of a text message that came in: a word that carriers demand to be obeyed, a contact's confirmation, a word on a
dialogue, or a new tip (decisions 13). Nothing that somebody may have meant as a cry is swallowed.
"""

from dataclasses import dataclass, replace
from typing import Any

from upstander.actions import escalation_phone, texted
from upstander.config import config
from upstander.delivery import reports
from upstander.delivery.telephone.numbers import CannotDial, e164
from upstander.inbound import prompts, text_media, threads
from upstander.inbound.models import Thread
from upstander.inbound.routing import ACTOR, Arrived, Outcome, Refuse
from upstander.inbound.text_doors import TEXT
from upstander.inbound.text_words import keyword, notice_code, words_of
from upstander.intake import services as intake
from upstander.intake.submission import Contact, Submission
from upstander.packs.current import current
from upstander.signals.language import guess
from upstander.vault.envelope import CannotOpen

_PICTURES = "(%d pictures or files came with this text. They cannot be taken by text message.)"
_FOLLOW = "(%d pictures or files came with this text. They follow here, or a word on why not.)"


@dataclass(frozen=True)
class _Text:
    """A text: who (empty where no number that can be answered), how they are known, and what."""

    arrived: Arrived
    number: str
    mac: bytes
    said: str
    language: str
    files: tuple[str, ...]  # where what came with it is to be had


def take(arrived: Arrived) -> Outcome:
    """The router's handler of text messages."""
    text = _text(arrived)
    if text.number and text.number in (_number(config().sms_number), _number(config().sms2_number)):
        return Outcome("loop")
    threads.alone(text.mac)
    return _obeyed(text) or _confirmed(text) or _said(text)


def _text(arrived: Arrived) -> _Text:
    fields = arrived.fields
    sender, media = fields.get("from"), fields.get("media", "")
    if not isinstance(sender, str) or not isinstance(media, str):
        raise Refuse("not_a_text")
    said = words_of(fields)
    number = _number(sender)
    code = guess(said, current().signals.languages, "en").code
    language = code if code in current().texts else "en"
    files = _files(fields)
    if count := int(media[:3]) if media.isdecimal() else 0:
        said = f"{said}\n{(_FOLLOW if files else _PICTURES) % count}".strip()
    return _Text(arrived, number, threads.peer_mac(TEXT, number or sender), said, language, files)


def _files(fields: dict[str, Any]) -> tuple[str, ...]:
    """Where the carrier keeps what came with the text."""
    found = fields.get("files", [])
    return tuple(url for url in found if isinstance(url, str)) if isinstance(found, list) else ()


def _number(written: str) -> str:
    """A number in its one spelling; empty for a short code or a name, which nobody can answer."""
    try:
        return e164(written)
    except CannotDial:
        return ""


def _obeyed(text: _Text) -> Outcome | None:
    """STOP and START are obeyed. A bare HELP is answered as carriers demand, and may be just that: it is taken as words, too."""
    word, thread = keyword(text.said), None
    if word == "stop":
        threads.stop(TEXT, text.mac, text.arrived.at)
        thread = _heard(text)  # the desk reads that they have stopped
        _prompt(text, "stop", although_stopped=True)
        return Outcome("stop", thread.tip_id if thread else None)
    if word in ("start", "yes") and threads.go_on(TEXT, text.mac):
        thread = _heard(text)
        _prompt(text, "start")
        return Outcome("start", thread.tip_id if thread else None)
    if word == "help":
        _prompt(text, "help", although_stopped=True)
    return None


def _confirmed(text: _Text) -> Outcome | None:
    """A contact answers a notice by its code, from a number that is theirs. Any other "1" is a word like others."""
    code = notice_code(text.said)
    if not code or not text.number:
        return None
    theirs = texted.confirm(code, text.number) or escalation_phone.confirm(code, text.number)
    if not theirs:
        return None
    _prompt(replace(text, language=theirs), "confirmed")  # a code tells of no language: theirs is the one on file
    return Outcome("confirmed")


def _said(text: _Text) -> Outcome:
    if not text.said:
        return Outcome("empty")
    if thread := _heard(text):
        return Outcome("reply", thread.tip_id)
    words = Submission(
        channel=TEXT, text=text.said, language=text.language, contact=Contact(phone=text.number), at=text.arrived.at
    )
    receipt = intake.receive(words, text.arrived.key)
    text_media.owe(text.arrived, receipt.tip_id, receipt.receipt, text.files)
    if text.number and not receipt.replayed:
        threads.begin(TEXT, text.mac, receipt.tip_id, receipt.receipt, text.arrived.at)
        if keyword(text.said) != "help":  # that has an answer already
            _prompt(text, "ack")
    return Outcome("tip", receipt.tip_id)


def _heard(text: _Text) -> Thread | None:
    """The words on the peer's open dialogue; None where there is none (any more)."""
    thread = threads.open_thread(TEXT, text.mac, text.arrived.at)
    if thread is None:
        return None
    try:
        receipt = threads.receipt_of(thread)
        intake.reply(receipt, text.said, text.arrived.key)
    except (CannotOpen, intake.NoSuchReceipt):
        return None
    text_media.owe(text.arrived, thread.tip_id, receipt, text.files)
    threads.heard(thread, text.arrived.at)
    return thread


def _prompt(text: _Text, sentence: str, *, although_stopped: bool = False) -> None:
    """Owe an automatic answer to whom it can reach; to who has stopped, none but those that carriers demand."""
    if text.number and (although_stopped or not threads.stopped(TEXT, text.mac)):
        prompts.owe(TEXT, text.mac, text.number, sentence, text.language)


def report(arrived: Arrived) -> Outcome:
    """The router's handler of what became of a text of ours."""
    fields = arrived.fields
    known = reports.report(str(fields.get("ref")), arrived.carrier, str(fields.get("state")), ACTOR)
    return Outcome("report" if known else "report_unknown")
