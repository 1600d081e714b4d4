"""Form fields of every room."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy


class Words(forms.CharField):
    """Typed words with a limit that is said beside them: a browser that kept it would cut off what is pasted, and say nothing."""

    default_error_messages = {"max_length": gettext_lazy("At most %(limit_value)d letters: these are %(show_value)d.")}

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Without the limit."""
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}
