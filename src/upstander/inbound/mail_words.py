"""What the desk reads of a mail: its words, in pieces that a tip can hold, and what of it could not be taken."""

from django.utils.translation import gettext as _

from upstander.inbound.mime_letter import LEFT_OUT, Letter
from upstander.inbound.mime_quote import parted
from upstander.intake.submission import LIMITS, clean

PIECES = 12  # of LIMITS["text"] each: more than a letter keeps
_QUOTE = 4_000  # characters of what a reply quotes that are kept


def of_report(letter: Letter, told: list[str]) -> list[str]:
    """The pieces of a new tip's words: subject and text, then in brackets what was left out. Never empty."""
    said = [letter.subject, letter.text] if letter.subject else [letter.text]
    return pieces(
        "\n\n".join([*filter(None, said), *_brackets(letter, told)]) or _("(An e-mail without words.)")
    )


def of_reply(letter: Letter, told: list[str]) -> list[str]:
    """The pieces of an answer: the new words, then what it quotes, each line behind a `>`. Empty where it says nothing."""
    new, quoted = parted(letter.text)
    lines = [
        line if line.lstrip().startswith(">") else f"> {line}".rstrip()
        for line in quoted[:_QUOTE].split("\n")
        if quoted
    ]
    if len(quoted) > _QUOTE:
        lines.append("> " + _("(The rest of what was quoted was left out.)"))
    return pieces("\n\n".join(filter(None, [new, *_brackets(letter, told), "\n".join(lines)])))


def pieces(text: str) -> list[str]:
    """`text` in pieces that a tip can hold, parted between lines or words where that goes."""
    text, most = clean(text), LIMITS["text"]
    found: list[str] = []
    while text and len(found) < PIECES:
        if len(text) <= most:
            found.append(text)
            break
        at = max(text.rfind("\n", most // 2, most), 0) or max(text.rfind(" ", most // 2, most), 0) or most
        found.append(text[:at].rstrip())
        text = text[at:].strip()
    return [piece for piece in found if piece]


def _brackets(letter: Letter, told: list[str]) -> list[str]:
    return [f"[{words}]" for words in (*(str(LEFT_OUT[code]) for code in letter.left_out), *told)]
