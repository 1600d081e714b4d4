"""The pieces of every page: `{% load ui %}`.

Forms: `{% errors form %}`, `{% field form.x %}`. Words in boxes: `{% badge "critical" %}`, `{% tag "web" %}`,
`{% alert "info" "text" %}`.
Time: `{% clock due %}`, `{% when at %}`, `{% timeline items %}`. Lists: `{% facts pairs %}`, `{% pager … %}`,
`{% empty "title" %}`. Small: `{% icon "phone" %}`, `{% key "j" %}`, `{% phone number %}`, `{% steps 2 5 %}`,
`{% receipt code %}`, `{% server_now %}`.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django import forms, template
from django.core.paginator import Page
from django.forms.boundfield import BoundField
from django.template.defaultfilters import date as format_date
from django.templatetags.static import static
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from upstander import clock as the_clock

register = template.Library()
Text = str | Promise

# How grave, in colour *and* word *and* shape. Red only where somebody must act now.
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


# ---- small ---------------------------------------------------------------------------------------
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


@register.simple_tag
def server_now() -> str:
    """The server's time, by which the page's clocks count."""
    return the_clock.now().isoformat(timespec="milliseconds")


# ---- forms ---------------------------------------------------------------------------------------
def _kind(widget: forms.Widget) -> str:
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, forms.RadioSelect):
        return "group"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    return "control"


def _class(widget: forms.Widget) -> str:
    if isinstance(widget, forms.CheckboxInput):
        return "usa-checkbox__input"
    if isinstance(widget, forms.Textarea):
        return "usa-textarea"
    return "usa-select" if isinstance(widget, forms.Select) else "usa-input"


def _options(bound: BoundField) -> list[dict[str, Any]]:
    # Django's CheckboxSelectMultiple is a RadioSelect.
    kind = "checkbox" if isinstance(bound.field.widget, forms.CheckboxSelectMultiple) else "radio"
    options = []
    for option in bound:
        option.data["attrs"]["class"] = f"usa-{kind}__input"
        options.append(
            {
                "type": kind,
                "id": option.id_for_label,
                "label": option.choice_label,
                "control": option.tag(wrap_label=False),
            }
        )
    return options


@register.inclusion_tag("upstander/includes/field.html")
def field(
    bound: BoundField,
    *,
    label: Text = "",
    hint: Text = "",
    large: bool = False,
    chips: bool = False,
    mark_optional: bool = True,
    **attributes: object,
) -> dict[str, Any]:
    """Label, hint, error and control of one form field, tied together for screen readers; typed words stay.

    `large`: the label is the page's question, its h1. `chips`: a group's options beside each other (desk).
    `mark_optional`: "(optional)" behind the label of a field that is not required. Further keywords become
    attributes of the control, with `_` for `-`: `{% field form.text rows=6 data_key="w" %}`; `class_` is
    added to the control's class.
    """
    widget = bound.field.widget
    kind = _kind(widget)
    element = bound.id_for_label or bound.auto_id or bound.html_name
    if kind == "group":
        element = bound.auto_id or bound.html_name
    hint = hint or bound.help_text
    errors = list(bound.errors)
    described = " ".join(
        name for name in (f"{element}_helptext" if hint else "", f"{element}_error" if errors else "") if name
    )
    known: dict[str, Any] = {
        "kind": kind,
        "id": element,
        "label": label or bound.label,
        "hint": hint,
        "errors": errors,
        "optional": mark_optional and not bound.field.required and kind != "checkbox",
        "large": large,
        "chips": chips,
        "described_by": described,
    }
    if kind == "group":
        return {**known, "options": _options(bound)}
    attrs: dict[str, Any] = {
        name.replace("_", "-"): value for name, value in attributes.items() if name != "class_"
    }
    attrs["class"] = " ".join(
        filter(None, (_class(widget), str(widget.attrs.get("class", "")), str(attributes.get("class_", ""))))
    )
    if described:
        attrs["aria-describedby"] = described
    if errors:
        attrs["aria-invalid"] = "true"
    return {**known, "control": bound.as_widget(attrs=None if kind == "hidden" else attrs)}


@register.inclusion_tag("upstander/includes/errors.html")
def errors(form: forms.BaseForm) -> dict[str, Any]:
    """The summary above a form that did not pass: each error leads to its field. Nothing without errors."""
    if not form.is_bound:
        return {"items": []}
    items: list[dict[str, str]] = [
        {"id": "", "label": "", "text": str(text)} for text in form.non_field_errors()
    ]
    for bound in form:
        target = bound.id_for_label or bound.auto_id
        if _kind(bound.field.widget) == "group":
            target = f"{bound.auto_id}_0"
        label = str(bound.label).rstrip(":")
        items += [{"id": target, "label": label, "text": str(text)} for text in bound.errors]
    return {"items": items}


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


# ---- time ----------------------------------------------------------------------------------------
def span(length: timedelta) -> str:
    """A length of time, short: 0:42, 3:05 h, 4 d 2 h. `countdown.js` writes the same."""
    seconds = int(abs(length.total_seconds()))
    if seconds >= 48 * 3600:
        return f"{seconds // 86400} d {seconds % 86400 // 3600} h"
    if seconds >= 3600:
        return f"{seconds // 3600}:{seconds // 60 % 60:02} h"
    return f"{seconds // 60}:{seconds % 60:02}"


@register.inclusion_tag("upstander/includes/clock.html")
def clock(
    due: datetime, start: datetime | None = None, done: datetime | None = None, now: datetime | None = None
) -> dict[str, Any]:
    """A deadline as number and bar. `start`: when it began to run (for the bar); `done`: when it was met."""
    moment = done or now or the_clock.now()
    left = due - moment
    whole = due - start if start else timedelta(0)
    gone = min(1.0, max(0.0, 1 - left / whole)) if whole > timedelta(0) else 1.0
    overdue = left < timedelta(0)
    if done:
        text = _("late by %(t)s") % {"t": span(left)} if overdue else _("in time")
    else:
        text = (_("%(t)s overdue") if overdue else _("%(t)s left")) % {"t": span(left)}
    return {
        "due": due,
        "due_iso": due.isoformat(timespec="seconds"),
        "start_iso": start.isoformat(timespec="seconds") if start else "",
        "text": text,
        "share": f"{1.0 if overdue else gone:.3f}",
        "overdue": overdue,
        "soon": left < timedelta(minutes=1) or (bool(whole) and gone > 0.75),
        "done": done is not None,
    }


@register.simple_tag
def when(at: datetime, style: str = "long") -> SafeString:
    """A moment as people say it (decisions 60): `Sat, Nov 21, 8:57 p.m. CST`.

    `style`: long; full, with the year; short, without the zone; time, the hour alone; day, the day alone; clock, a
    24-hour clock for the desk's lists, with its day where that is not today.
    """
    local = timezone.localtime(at) if timezone.is_aware(at) else at
    full = format_date(local, "D, M j, Y, g:i a T")
    year = "" if local.year == the_clock.now().year else ", Y"
    today = timezone.localtime(the_clock.now()).date() if timezone.is_aware(at) else None
    if style == "clock":
        shown = format_date(local, "H:i" if local.date() == today else f"D, M j{year}, H:i")
    elif style == "day":
        shown = format_date(local, _("l, F j") + year)
    elif style == "time":
        shown = format_date(local, "g:i a")
    elif style == "short":
        shown = format_date(local, f"D, M j{year}, g:i a")
    elif style == "full":
        shown = full
    else:
        shown = format_date(local, f"D, M j{year}, g:i a T")
    return format_html(
        '<time class="nowrap number" datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        full,
        shown,
    )


@register.inclusion_tag("upstander/includes/timeline.html")
def timeline(items: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A life in order: items with `at`, `text`, and perhaps `who` and `state` ("done", "now")."""
    return {"items": items}
