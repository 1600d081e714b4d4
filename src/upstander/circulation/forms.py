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
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["topics"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(topic.code, topic.label) for topic in pack.network().topics]


class NumberForm(forms.Form):
    """A number to be texted."""

    number = forms.CharField(
        label=_("Your mobile number"), max_length=32,
        help_text=_("We text you a code. Later texts say only that there is something urgent; answer STOP to end them."),
        error_messages={"required": _("Write a mobile number.")},
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )  # fmt: skip

    def clean_number(self) -> str:
        """As it is rung."""
        try:
            return e164(str(self.cleaned_data["number"]).strip())
        except CannotDial:
            raise forms.ValidationError(_("No text can be sent to this number. Write it with its area code.")) from None


class CodeForm(forms.Form):
    """The code that came by text."""

    code = forms.RegexField(
        r"^\s*[0-9]{6}\s*$", label=_("The code from the text"), help_text=_("Six digits. It is good for 15 minutes."),
        error_messages={"required": _("Write the code."), "invalid": _("The code has six digits.")},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )  # fmt: skip

    def clean_code(self) -> str:
        """Without what stands around it."""
        return str(self.cleaned_data["code"]).strip()
