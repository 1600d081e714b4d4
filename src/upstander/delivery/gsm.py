"""The small alphabet of text messages (GSM 03.38): what is in it costs half as much, and arrives everywhere."""

# GSM 03.38: the default alphabet, and what its escape reaches (each costs two).
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_ESCAPED = frozenset("^{}\\[~]|€\f")
# What programs write for people's eyes and the small alphabet lacks: each has a twin in it that says the same.
_TWINS = str.maketrans({
    "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-", "\u2026": "...",
    "\u00a0": " ", "\u202f": " ", "\t": " ",
})  # fmt: skip


def plain(text: str) -> str:
    """`text` with typographic marks as their plain twins, which keeps it in the small alphabet where nothing else leaves it."""
    return text.translate(_TWINS).replace("\r\n", "\n").replace("\x00", "")


def fits_gsm(text: str) -> bool:
    """Whether every character has a place in GSM 03.38. What has none arrives as `?` unless it is sent as UCS-2."""
    return all(character in _BASIC or character in _ESCAPED for character in text)
