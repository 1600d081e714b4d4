"""What a member chooses. What was typed stays in the form whatever happens."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from upstander.delivery.telephone.numbers import CannotDial, e164
from upstander.network import pack
from upstander.network.models import Member


class ToldForm(forms.Form):
    """How a member is told, and of what."""

    told = forms.ChoiceField(
        label=_("How you are told"), choices=[(t.value, _(t.label)) for t in Member.Told], widget=forms.RadioSelect,
        help_text=_("What is urgent comes at once, whatever you choose."),
        error_messages={"required": _("Choose how you are told."), "invalid_choice": _("Choose how you are told.")},
    )  # fmt: skip
    topics = forms.MultipleChoiceField(
        label=_("Topics"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("None chosen: all of them."),
        error_messages={"invalid_choice": _("A topic is not known here. Choose the topics again.")},
    )  # fmt: skip
    newsletters = forms.BooleanField(label=_("Send me newsletters"), required=False)
    text_to = forms.CharField(
        label=_("Text this number when something is urgent"), required=False, max_length=32,
        help_text=_("A mobile number. The text says only that there is something; answer STOP to end it."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["topics"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(topic.code, topic.label) for topic in pack.network().topics]

    def clean_text_to(self) -> str:
        """As it is rung."""
        typed = str(self.cleaned_data["text_to"]).strip()
        if not typed:
            return ""
        try:
            return e164(typed)
        except CannotDial:
            raise forms.ValidationError(_("No text can be sent to this number. Write it with its area code.")) from None
