"""Ways to reach a person, and accounts on other services. Each pattern's repeats are bounded, so that no text takes long."""

import re
from collections.abc import Iterator

from upstander.identifying.about import Found, Reading
from upstander.identifying.values import Kind, Sure, bare

_EMAIL = re.compile(r"[\w.+%-]{1,64}(?:@| {1,2}@ {1,2})(?:[\w-]{1,63} {0,1}\. {0,1}){1,4}[A-Za-z]{2,24}")
_SPOKEN_EMAIL = re.compile(
    r"(?i)\b[\w.+-]{2,64}\s{0,2}[(\[{<]?\s{0,2}\b(?:at|arroba)\b\s{0,2}[)\]}>]?\s{0,2}[\w-]{2,63}"
    r"\s{0,2}(?:[(\[{<]?\s{0,2}\b(?:dot|punto)\b\s{0,2}[)\]}>]?|\.)\s{0,2}(?:com|net|org|edu|gov|us|mx|example|test)\b"
)
_HANDLE = re.compile(r"(?<![\w@./+-])@ ?[A-Za-z0-9_][\w.]{1,30}")
_SERVICE = (
    r"(?:snap(?:chat)?|insta(?:gram)?|ig|tik ?tok|discord|kik|twitter|x account|telegram|whatsapp|youtube"
    r"|twitch|roblox|xbox|psn|steam"
    r"|gamer ?tag|user ?name|usuario|handle|screen ?name)"
)
_AT_SERVICE = re.compile(
    rf"(?i)\b{_SERVICE}(?: (?:account|name|user|username|handle|id|page|cuenta|perfil)){{0,2}}"
    r"(?: (?:is|es|called|named|llamada?)\b|\s?[:=])\s{0,2}[\"'@]{0,2}(?P<who>[\w.#-]{3,32})"
)
_TAGGED = re.compile(r"\b[A-Za-z0-9_.]{2,32}#\d{4}\b")
_UNDERSCORED = re.compile(
    r"\b[A-Za-z]{2,24}_[A-Za-z0-9_.]{1,32}\d{1,8}\b|\b_{1,3}[a-z]{2,24}[._][a-z0-9._]{2,24}\b"
)
_LINK = re.compile(
    r"(?i)\b(?:https?://|www\.)[^\s<>\"]{3,300}|\b(?:[a-z0-9-]{1,40}\.){1,4}(?:com|net|org|gg|me|be|io|edu"
    r"|gov|us|example)/[^\s<>\"]{1,300}"
)
_PROFILE = re.compile(
    r"(?i)(?:^|[./])(?:instagram\.com|facebook\.com|fb\.com|fb\.me|tiktok\.com|twitter\.com|x\.com"
    r"|snapchat\.com|youtube\.com/@|youtu\.be"
    r"|twitch\.tv|discord\.gg|t\.me|reddit\.com/u|linkedin\.com/in|threads\.net|roblox\.com/users|drive\.google\.com"
    r"|photos\.google\.com|imgur\.com|gofundme\.com|legacy\.com|findagrave\.com)|/(?:profile|user|users|u"
    r"|people|students?|obituar)[^a-z]"
)
_WORDS = frozenset("is the a an and or to for used name account being".split())


def contacts(text: Reading) -> Iterator[Found]:
    """E-mail addresses, names on other services, links."""
    for found in _EMAIL.finditer(text.plain.text):
        if not _ours(text, found[0]):
            yield Kind.EMAIL, found.start(), found.end(), "email", Sure.SURE
    for found in _SPOKEN_EMAIL.finditer(text.plain.text):
        yield Kind.EMAIL, found.start(), found.end(), "email.spoken", Sure.SURE
    for found in _HANDLE.finditer(text.plain.text):
        yield Kind.HANDLE, found.start(), found.end(), "handle", Sure.SURE
    for found in _AT_SERVICE.finditer(text.plain.text):
        if found["who"].casefold() not in _WORDS:
            yield Kind.HANDLE, found.start("who"), found.end("who"), "handle", Sure.SURE
    for pattern in (_TAGGED, _UNDERSCORED):
        for found in pattern.finditer(text.plain.text):
            yield Kind.HANDLE, found.start(), found.end(), "handle", Sure.LIKELY
    yield from _links(text)


def _links(text: Reading) -> Iterator[Found]:
    for found in _LINK.finditer(text.plain.text):
        if _ours(text, found[0].split("://")[-1].split("/")[0]):
            continue
        profile = bool(_PROFILE.search(found[0]))
        why, sure = ("link.profile", Sure.SURE) if profile else ("link", Sure.PERHAPS)
        yield Kind.LINK, found.start(), found.end(), why, sure


def _ours(text: Reading, shown: str) -> bool:
    """Whether the programme itself publishes it: an address or number, or an address at a site of ours."""
    return bare(shown) in text.known.ours or bare(shown.rpartition("@")[2]) in text.known.ours
