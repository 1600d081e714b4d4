"""Forms on a page: `{% errors form %}`, `{% field form.x %}`, `{% search words "Name" %}`. Loaded by `{% load ui %}`."""

from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.template.context import Context
from django.utils.functional import Promise

register = template.Library()
Text = str | Promise


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
    kind = _kind(bound.field.widget)
    known: dict[str, Any] = {
        "kind": kind,
        "id": _element(bound, kind),
        "label": label or bound.label,
        "hint": hint or bound.help_text,
        "errors": list(bound.errors),
        "optional": mark_optional and not bound.field.required and kind != "checkbox",
        "large": large,
        "chips": chips,
    }
    known["described_by"] = _described_by(known)
    if kind == "group":
        return {**known, "options": _options(bound)}
    attrs = None if kind == "hidden" else _attributes(bound, attributes, known["described_by"])
    return {**known, "control": bound.as_widget(attrs=attrs)}


def _element(bound: BoundField, kind: str) -> str:
    """The id by which label, hint and error belong to the control; of a group, to the whole of it."""
    whole = bound.auto_id or bound.html_name
    return whole if kind == "group" else bound.id_for_label or whole


def _described_by(known: dict[str, Any]) -> str:
    """The ids of what describes the control: its hint, its error."""
    names = (("helptext", known["hint"]), ("error", known["errors"]))
    return " ".join(f"{known['id']}_{name}" for name, there in names if there)


def _attributes(bound: BoundField, given: dict[str, object], described_by: str) -> dict[str, Any]:
    """The control's attributes: the template's, the widget's class, and what screen readers are told."""
    widget = bound.field.widget
    classes = (_class(widget), widget.attrs.get("class"), given.get("class_"))
    attrs = {name.replace("_", "-"): value for name, value in given.items() if name != "class_"}
    attrs["class"] = " ".join(str(name) for name in classes if name)
    if described_by:
        attrs["aria-describedby"] = described_by
    if bound.errors:
        attrs["aria-invalid"] = "true"
    return attrs


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


@register.inclusion_tag("upstander/includes/search.html", takes_context=True)
def search(
    context: Context, words: str, label: Text, *, action: str = "", key: str = "", quiet: bool = False
) -> dict[str, Any]:
    """A search box (`web.search.asked` reads it): by POST, for what is typed about people stands in no address.

    `words`: what was looked for; `action`: where to, else this page; `key`: its shortcut; `quiet`: not the page's first act.
    """
    where = action or context["request"].path
    return {"words": words, "label": label, "action": where, "key": key, "quiet": quiet}
