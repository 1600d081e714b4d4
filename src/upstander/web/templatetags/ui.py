"""The pieces of every page: `{% load ui %}`.

Here: words in boxes, `{% badge "critical" %}`, `{% tag "web" %}`, `{% alert "info" "text" %}`; lists, `{% facts pairs %}`,
`{% pager … %}`, `{% empty "title" %}`, `{% timeline items %}`; small things, `{% icon "phone" %}`, `{% key "j" %}`,
`{% phone number %}`, `{% steps 2 5 %}`, `{% receipt code %}`. `{% load ui %}` brings the
forms (`ui_forms`) and the times (`ui_times`) along.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from django import template
from django.core.paginator import Page
from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from upstander.web.templatetags import ui_forms, ui_help, ui_times
from upstander.web.templatetags.ui_times import clock, span, when

__all__ = ["ALERTS", "BADGES", "clock", "span", "when"]  # what Python asks for; templates load everything

register = template.Library()
for part in (ui_forms, ui_help, ui_times):
    register.tags.update(part.register.tags)
Text = str | Promise

# How grave, in colour *and* word *and* shape. Red only where somebody must act now: "danger" and "overdue".
BADGES: dict[str, tuple[Text, str]] = {
    "critical": (gettext_lazy("Critical"), "report"),
    "danger": (gettext_lazy("Danger now"), "priority_high"),
    "overdue": (gettext_lazy("Overdue"), "warning"),
    "soon": (gettext_lazy("Due soon"), "schedule"),
    "waiting": (gettext_lazy("Waiting"), "hourglass_empty"),
    "standard": (gettext_lazy("Standard"), "flag"),
    "other": (gettext_lazy("Other"), "more_horiz"),
    "info": (gettext_lazy("Note"), "info_outline"),
    "ok": (gettext_lazy("Done"), "check"),
}
ALERTS = {
    "info": "info", "success": "check_circle", "warning": "warning", "error": "error", "emergency": "report",
    "debug": "info",
}  # fmt: skip


@lru_cache(maxsize=256)
def _decoration(name: str, classes: str) -> SafeString:
    href = f"{static('upstander/img/icons.svg')}#{name}"
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}"></use></svg>', classes, href
    )


@register.simple_tag
def icon(name: str, label: Text = "", large: bool = False) -> SafeString:
    """An icon of the sprite (names: `assets/icons.txt`); decoration, unless it has a `label`."""
    classes = "usa-icon usa-icon--large" if large else "usa-icon"
    if not label:
        return _decoration(name, classes)
    href = f"{static('upstander/img/icons.svg')}#{name}"
    return format_html(
        '<svg class="{}" role="img" aria-label="{}" focusable="false"><use href="{}"></use></svg>',
        classes,
        label,
        href,
    )


@register.simple_tag
def badge(kind: str, label: Text = "") -> SafeString:
    """How grave or how far, as colour, word and shape. Kinds: `BADGES`; `label` replaces the word."""
    word, shape = BADGES.get(kind, (kind, "info_outline"))
    return format_html('<span class="badge badge--{}">{}{}</span>', kind, icon(shape), label or word)


@register.simple_tag
def tag(label: Text) -> SafeString:
    """A quiet word in a box."""
    return format_html('<span class="usa-tag">{}</span>', label)


@register.simple_tag
def key(name: str) -> SafeString:
    """The hint for a shortcut; the element itself carries `data-key`."""
    return format_html('<kbd aria-hidden="true">{}</kbd>', name.upper() if len(name) == 1 else name)


@register.simple_tag
def phone(number: str, label: Text = "") -> SafeString:
    """A telephone number that can be pressed. An extension ("x 12") is dialled after a pause."""
    main, _sep, extension = re.sub(r"(?i)\s*(?:ext\.?|x)\s*", ";", number).partition(";")
    dial = re.sub(r"[^\d+*#]", "", main) + (f",{re.sub(r'[^0-9]', '', extension)}" if extension else "")
    return format_html('<a class="nowrap number" href="tel:{}">{}</a>', dial, label or number)


# ---- words, lists --------------------------------------------------------------------------------
@register.inclusion_tag("upstander/includes/alert.html")
def alert(kind: str, text: Text, heading: Text = "", role: str = "") -> dict[str, Any]:
    """A note on the page: info, success, warning, error (amber), emergency (red: somebody must act now)."""
    kind = kind if kind in ALERTS else "info"
    return {"kind": kind, "icon": ALERTS[kind], "text": text, "heading": heading, "role": role}


@register.inclusion_tag("upstander/includes/facts.html")
def facts(pairs: Iterable[tuple[Text, object]]) -> dict[str, Any]:
    """A definition list of (label, value); pairs with an empty value are left out."""
    return {"pairs": [(label, value) for label, value in pairs if value not in (None, "", [])]}


@register.inclusion_tag("upstander/includes/empty.html")
def empty(
    title: Text,
    text: Text = "",
    action_url: str = "",
    action_label: Text = "",
    icon: str = "check_circle_outline",
) -> dict[str, Any]:
    """What stands where a list is empty: says why, and what to do next."""
    return {
        "title": title,
        "text": text,
        "action_url": action_url,
        "action_label": action_label,
        "icon": icon,
    }


@register.inclusion_tag("upstander/includes/pager.html")
def pager(previous: str = "", next: str = "", place: Text = "") -> dict[str, Any]:
    """Links to the pages before and after (addresses; empty where there is none), and where one is."""
    return {"previous": previous, "next": next, "place": place}


@register.inclusion_tag("upstander/includes/pager.html")
def page_links(page: Page, query: str = "") -> dict[str, Any]:
    """The same for one of Django's paginator pages; `query` is what the address carries besides ("&q=…")."""
    before = f"?page={page.previous_page_number()}{query}" if page.has_previous() else ""
    after = f"?page={page.next_page_number()}{query}" if page.has_next() else ""
    place = _("%(n)d of %(all)d") % {"n": page.number, "all": page.paginator.num_pages}
    return {"previous": before, "next": after, "place": place}


@register.inclusion_tag("upstander/includes/pager_presses.html")
def page_presses(page: Page, form: str = "find") -> dict[str, Any]:
    """The same where words were looked for: each press sends the form of this id again, so that they stand in no address."""
    place = _("%(n)d of %(all)d") % {"n": page.number, "all": page.paginator.num_pages}
    return {"page": page, "form": form, "place": place}


@register.inclusion_tag("upstander/includes/steps.html")
def steps(n: int, total: int) -> dict[str, Any]:
    """Progress in words: "2 of 5"."""
    return {"n": n, "total": total}


@register.inclusion_tag("upstander/includes/receipt.html")
def receipt(code: str, size: int = 4) -> dict[str, Any]:
    """A receipt: large, in groups that can be spoken, with copy and print."""
    bare = re.sub(r"[\s-]", "", code)
    groups = code.split("-") if "-" in code else [bare[at : at + size] for at in range(0, len(bare), size)]
    return {"code": code, "groups": groups}


@register.inclusion_tag("upstander/includes/timeline.html")
def timeline(items: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A life in order: items with `at`, `text`, and perhaps `who` and `state` ("done", "now")."""
    return {"items": items}
