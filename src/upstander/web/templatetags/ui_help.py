"""`{% page_help %}`: the fold "What is this page?" at the end of every screen, with the glossary's words that it needs."""

from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language

from upstander.packs.current import current
from upstander.packs.library import said
from upstander.web.help import texts

register = template.Library()


@register.inclusion_tag("upstander/includes/page_help.html", takes_context=True)
def page_help(context: template.Context) -> dict[str, Any]:
    """The screen's text in the page's language, by the name of its address; nothing for a page that answers no address."""
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    found = texts().pages.get(match.url_name or "") if match else None
    if found is None:
        return {}
    spoken = (get_language() or "en").partition("-")[0]
    library, where = current().library, _glossary(context)
    terms = [(term, f"{where}#{term.code}") for code in found.words if (term := library.term(code))]
    return {
        "summary": said(texts().summary, spoken),
        "look_up": said(texts().look_up, spoken),
        "text": said(found.text, spoken),
        "foreign": "" if spoken in found.text else "en",
        "words": [(_short(said(term.term, spoken)), address) for term, address in terms],
    }


def _short(term: str) -> str:
    """A term's first name: "Confidential" of "Confidential, anonymous"."""
    return term.partition(",")[0].partition(":")[0]


def _glossary(context: template.Context) -> str:
    """The glossary at this origin, else the public's; in the language that the page's addresses carry."""
    try:
        return f"{reverse('library_words')}{context.get('q', '')}"
    except NoReverseMatch:
        origins = context.get("origin_urls") or {}
        return f"{origins.get('public', '')}/resources/words/"
