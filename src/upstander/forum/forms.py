"""What members and staff write here. What was typed stays in the form whatever happens."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from upstander.forum import acting, looking, packed
from upstander.forum.models import Answer, ConcernStep, Contribution, Post, Request, RequestStep
from upstander.forum.written import LONG, TITLE
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network.standing import Standing


def area(rows: int = 4) -> forms.Textarea:
    """A box for words."""
    return forms.Textarea(attrs={"rows": rows})


def moment_field(label: Any, hint: Any) -> forms.DateTimeField:
    """A day and time, in the program's time zone."""
    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
    return forms.DateTimeField(
        label=label, help_text=hint, required=False, widget=widget, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
    )


class PressForm(forms.Form):
    """A form that counts once, however often it is pressed."""

    press = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)

    def refused(self, why: acting.CannotDo) -> None:
        """Say why an act was not done, beside its field where it has one."""
        self.add_error(why.field if why.field in self.fields else None, str(why))


class WordsForm(PressForm):
    """Words that others will read: what could identify a child is shown to whoever wrote it, before anybody else sees it."""

    parts: tuple[str, ...] = ("text",)  # the fields whose words are looked at
    as_it_is = forms.BooleanField(
        required=False, label=_("I have looked at what was found. Send it as it is: a person decides before others read it.")
    )
    found: list[looking.Found] = []

    def clean(self) -> dict[str, Any]:
        """Words in which something was found are sent only by whoever has looked at it."""
        given: dict[str, Any] = super().clean() or {}
        if not self.errors:
            found = [one for one in looking.found(*(given.get(name, "") for name in self.parts)) if one.holds]
            if found and not given.get("as_it_is") and not self.allowed(given):
                self.found = found
                self.add_error(None, _("This may tell who somebody is. Change it, or say that it must stay."))
        return given

    def allowed(self, given: dict[str, Any]) -> bool:
        """Whether it may name somebody for a reason that the form itself asks for."""
        return False

    @property
    def asks(self) -> bool:
        """Whether the box for sending it all the same is shown."""
        return bool(self.found) or bool(self.is_bound and self.data.get("as_it_is"))


def levels(who: Standing) -> list[tuple[int, str]]:
    """The levels at which this person may write, and no others: of a level above theirs they do not read here."""
    return [(level.value, packed.level(level)) for level in Level if level <= acting.highest(who)]


class LevelForm(WordsForm):
    """Words with a level that whoever writes them chooses."""

    level = forms.TypedChoiceField(
        label=_("Who may read it"), coerce=int, widget=forms.RadioSelect,
        error_messages={"required": _("Choose who may read it.")},
    )  # fmt: skip

    def __init__(self, *args: Any, who: Standing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        level = self.fields["level"]
        assert isinstance(level, forms.TypedChoiceField)
        level.choices = levels(who)
        level.initial = min(Level.FOUO, acting.highest(who)).value


def _topic() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Topic"), required=False, choices=lambda: [("", _("No topic")), *packed.topics()])


class ContributeForm(LevelForm):
    """What a member gives."""

    parts = ("title", "text", "source")
    kind = forms.ChoiceField(
        label=_("What is it?"), choices=Contribution.Kind.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it is.")},
    )  # fmt: skip
    title = forms.CharField(label=_("Title"), max_length=TITLE, error_messages={"required": _("Give it a title.")})
    text = forms.CharField(
        label=_("In your words"), max_length=LONG, widget=area(10),
        error_messages={"required": _("Write what you want to share.")},
        help_text=_("The pattern, never the person: no names, no class, no day by which a child could be known."),
    )  # fmt: skip
    topic = _topic()
    source = forms.CharField(label=_("How do you know it?"), max_length=TITLE, required=False)
    originator = forms.CharField(
        label=_("Whose material is it, if not your own?"), max_length=TITLE, required=False,
        help_text=_("Another agency's material is passed on only with its permission."),
    )  # fmt: skip
    may_pass_on = forms.BooleanField(label=_("They have allowed me to pass it on"), required=False)


class StepForm(WordsForm):
    """A word about something that was sent, which others may read; the button that is pressed says what it is."""

    kind = forms.CharField(widget=forms.HiddenInput, error_messages={"required": _("Choose what to do.")})
    text = forms.CharField(label=_("Your words"), max_length=LONG, widget=area(), required=False)


class RequestForm(LevelForm):
    """A request with all that must be known before it may be answered."""

    parts = ("title", "text")
    kind = forms.ChoiceField(
        label=_("What do you ask for?"), choices=Request.Kind.choices, widget=forms.RadioSelect,
        initial=Request.Kind.INFORMATION, error_messages={"required": _("Choose what you ask for.")},
    )  # fmt: skip
    title = forms.CharField(label=_("Title"), max_length=TITLE, error_messages={"required": _("Give it a title.")})
    text = forms.CharField(
        label=_("Your question"), max_length=LONG, widget=area(8), error_messages={"required": _("Write your question.")}
    )
    purpose = forms.CharField(
        label=_("What is the answer for?"), max_length=TITLE, error_messages={"required": _("Say what the answer is for.")}
    )
    legal_basis = forms.CharField(
        label=_("On what basis may you ask, and be answered?"), max_length=TITLE,
        help_text=_("A law, an agreement, a case number, or \"no personal data asked\"."),
        error_messages={"required": _("Say on what basis you may ask and be answered.")},
    )  # fmt: skip
    names_somebody = forms.BooleanField(label=_("It cannot be asked without naming somebody"), required=False)
    why_named = forms.CharField(label=_("Why not?"), max_length=TITLE, required=False)
    urgency = forms.ChoiceField(
        label=_("How urgent is it?"), choices=Request.Urgency.choices, widget=forms.RadioSelect, initial=Request.Urgency.ROUTINE,
        error_messages={"required": _("Choose how urgent it is.")}, help_text=_("If somebody is in danger now, call 911 first."),
    )  # fmt: skip
    wanted = moment_field(_("When do you need it?"), _("If you leave this empty, its urgency says when it is due."))
    action_agency = forms.CharField(label=_("Who will act on the answer?"), max_length=TITLE, required=False)

    def allowed(self, given: dict[str, Any]) -> bool:
        """A request may name somebody where it says why."""
        return bool(given.get("names_somebody") and given.get("why_named"))


class AnswerForm(LevelForm):
    """An answer, and where it comes from."""

    text = forms.CharField(
        label=_("Your answer"), max_length=LONG, widget=area(8), error_messages={"required": _("Write the answer.")}
    )
    source_kind = forms.ChoiceField(
        label=_("Where does it come from?"), choices=Answer.Source.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose where it comes from.")},
    )  # fmt: skip
    source = forms.CharField(
        label=_("Which record, which page, who said it?"), max_length=TITLE,
        error_messages={"required": _("Say where it comes from: which record, which page, who said it.")},
    )  # fmt: skip
    originator = forms.CharField(label=_("If it is another agency's: whose?"), max_length=TITLE, required=False)
    release = forms.CharField(
        label=_("That agency's release: who allowed it, when, how"), max_length=TITLE, required=False,
        help_text=_("Without it the answer waits."),
    )  # fmt: skip

    def __init__(self, *args: Any, who: Standing, **kwargs: Any) -> None:
        super().__init__(*args, who=who, **kwargs)
        if not who.staff:
            del self.fields["release"]


class RequestStepForm(StepForm):
    """A word about a request, with whether it helped, and when it is due now."""

    useful = forms.ChoiceField(
        label=_("Did it answer your question?"), required=False, choices=RequestStep.Useful.choices, widget=forms.RadioSelect
    )
    due_at = moment_field(_("New due time"), _("Only if you move it."))


class ThreadForm(LevelForm):
    """A new discussion."""

    parts = ("title", "text")
    title = forms.CharField(label=_("Title"), max_length=TITLE, error_messages={"required": _("Give it a title.")})
    topic = _topic()
    text = forms.CharField(
        label=_("Your words"), max_length=LONG, widget=area(8), error_messages={"required": _("Write something first.")}
    )


class PostForm(WordsForm):
    """A word in a discussion."""

    kind = forms.ChoiceField(label=_("What is it?"), choices=Post.Kind.choices, widget=forms.RadioSelect, initial=Post.Kind.WORD)
    text = forms.CharField(
        label=_("Your words"), max_length=LONG, widget=area(5), error_messages={"required": _("Write something first.")}
    )


class RulingForm(PressForm):
    """What a moderator decides; the button says what."""

    kind = forms.CharField(widget=forms.HiddenInput, error_messages={"required": _("Choose what to do.")})
    reason = forms.CharField(
        label=_("Why, if you withdraw it"), max_length=TITLE, required=False, help_text=_("Its author reads this.")
    )


class ConcernForm(LevelForm):
    """A concern of our own for the board."""

    parts = ("title", "text")
    title = forms.CharField(
        label=_("The concern"), max_length=TITLE, error_messages={"required": _("Say what the concern is.")}
    )
    text = forms.CharField(label=_("What belongs to it, a point a line"), max_length=LONG, widget=area(5), required=False)
    source = forms.CharField(label=_("Who raised it"), max_length=TITLE, required=False)


class ConcernStepForm(WordsForm):
    """What became of a concern."""

    state = forms.ChoiceField(
        label=_("How far is it?"), choices=ConcernStep.State.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose how far it is.")},
    )  # fmt: skip
    owner = forms.CharField(label=_("Who sees to it?"), max_length=TITLE, required=False)
    adopted = forms.TypedChoiceField(label=_("Which proposal is followed?"), required=False, empty_value=None)
    text = forms.CharField(label=_("What is done, or what came of it"), max_length=LONG, widget=area(), required=False)

    def __init__(self, *args: Any, proposals: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        adopted = self.fields["adopted"]
        assert isinstance(adopted, forms.TypedChoiceField)
        adopted.choices = [("", _("None")), *proposals]


class CardForm(forms.Form):
    """What the other members may see of a member. Nothing is chosen beforehand."""

    shows_name = forms.BooleanField(label=_("My name"), required=False)
    shows_position = forms.BooleanField(label=_("My position"), required=False)
    shows_organisation = forms.BooleanField(label=_("My organization"), required=False)
    shows_region = forms.BooleanField(label=_("My region"), required=False)
    reach = forms.CharField(
        label=_("How to reach me"), max_length=TITLE, required=False, help_text=_("Write only what every member may see.")
    )
    knows = forms.CharField(label=_("What I may be asked about"), max_length=TITLE, required=False)
