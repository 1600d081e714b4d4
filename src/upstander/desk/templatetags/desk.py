"""Small words of the desk's own templates: `{% load desk %}`."""

from datetime import datetime

from django import template
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from upstander.desk import screens, steps
from upstander.packs.current import current
from upstander.web.templatetags import ui

register = template.Library()


@register.simple_tag
def age(since: datetime, now: datetime) -> str:
    """How long ago something was, short: 0:42. `countdown.js` keeps it true."""
    return ui.span(now - since)


@register.filter
def talk(state: str) -> str:
    """How a call stands that a person began, in words."""
    return steps.talk_words(state)


@register.filter
def talk_over(result: str) -> str:
    """What came of it, in words."""
    return steps.talk_over_words(result)


@register.filter
def rings(code: str) -> str:
    """How a call stands that is made by itself, in words."""
    return steps.rings_words(code)


@register.filter
def result(code: str) -> str:
    """What came of an action, in words."""
    return steps.result_words(code)


@register.filter
def quote_apart(text: str) -> tuple[str, str]:
    """A word of the reporter, and what it quotes at its end (lines behind `>`, as mails do); nothing is left out."""
    lines = text.split("\n")
    at = len(lines)
    while at and (not lines[at - 1].strip() or lines[at - 1].startswith(">")):
        at -= 1
    return ("\n".join(lines[:at]).rstrip(), "\n".join(lines[at:]).strip("\n")) if at else (text, "")


@register.filter
def language_name(code: str) -> str:
    """A language in words; the code itself where nobody knows it."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


@register.simple_tag
def gap_remedy(code: str, target: str) -> str:
    """What a person does about something that the directory lacks."""
    pack = current()
    return f"{pack.text(f'gap.{code}.what', target=target)} {pack.text(f'gap.{code}.do', target=target)}"


@register.simple_tag
def klass_label(code: str) -> str:
    """A class in words."""
    return current().class_name(code)


@register.simple_tag
def kind_title(kind: str) -> str:
    """A kind of action in words."""
    return current().word("kind", kind)


@register.simple_tag
def within(seconds: int | None) -> str:
    """By when, from the judgement: "within 1 min", "at once" for none."""
    if seconds is None:
        return _("no fixed time")
    if seconds < 3600:
        return _("within %(n)d min") % {"n": max(1, seconds // 60)}
    return _("within %(n)d h") % {"n": seconds // 3600}


@register.simple_tag
def own_screen(kind: str) -> screens.Link | None:
    """The screen of its own that a kind of duty has, as (name, label); None for the others."""
    return screens.of(kind)


@register.filter
def kind_words(kind: str) -> str:
    """A kind of action in words."""
    return current().word("kind", kind)


@register.filter(name="words")
def split(text: str) -> list[str]:
    """The words of a text, to go through."""
    return text.split()
