"""HTML of strangers as plain text: what a person would read, without anything that runs, loads or is hidden in a tag."""

import re
from html import unescape

import nh3

from upstander.exchange.plain import lines

_BREAKS = set("p br div li ul ol tr table h1 h2 h3 h4 h5 h6 blockquote pre hr".split())
_GONE = set("script style title head template iframe object svg math noscript textarea select".split())
_LI = re.compile(r"<li>")
_TAG = re.compile(r"</?[a-z0-9]+>")  # all that nh3 leaves: the names above, bare of attributes


def text_of(source: str, most: int) -> str:
    """The words of this HTML, at most so many characters; its breaks are line ends."""
    kept = nh3.clean(source, tags=_BREAKS, clean_content_tags=_GONE, attributes={}, link_rel=None)
    broken = _TAG.sub("\n", _LI.sub("\n• ", kept.replace("\n", " ")))
    return lines(unescape(broken), most)
