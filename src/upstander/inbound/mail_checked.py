"""What the mail server before us found about a mail's sender (RFC 8601), as codes: shown to staff, never a reason to refuse."""

import re

from upstander.inbound import mime_words as words
from upstander.inbound.mime import Part

METHODS = ("dkim", "spf", "dmarc", "arc")
_RESULT = re.compile(
    r"\b(dkim|spf|dmarc|arc)\s*=\s*(pass|fail|softfail|neutral|none|policy|temperror|permerror)\b",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"\([^()]{0,500}\)|\"[^\"]{0,500}\"")


def findings(top: Part, checked_by: str) -> str:
    """Such as `dkim=pass spf=fail`; empty where the server that we believe said nothing. No name, no domain.

    Anybody can write such a header: only one of the server whose name (`authserv-id`) is `checked_by` counts, and of those the
    uppermost, for servers put theirs on top and remove strangers' of their own name.
    """
    if not checked_by:
        return ""
    for raw in top.headers.get("authentication-results", []):
        text = _COMMENT.sub(" ", words.header(raw, 4000))
        server, _semicolon, results = text.partition(";")
        if server.split() and server.split()[0].lower() == checked_by.lower():
            found: dict[str, str] = {}
            for method, result in _RESULT.findall(results):
                name, was = method.lower(), found.get(method.lower())
                found[name] = "pass" if "pass" in (was, result.lower()) else was or result.lower()
            return " ".join(f"{method}={found[method]}" for method in METHODS if method in found)
    return ""
