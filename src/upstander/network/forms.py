"""What applicants, sponsors and members fill in. What was typed stays in the form whatever happens."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from upstander.directory import queries as directory
from upstander.directory.models import Kind, Organisation
from upstander.ids import new_id
from upstander.network import pack
from upstander.network.applying import Given
from upstander.network.models import Member

LONG = 2000
SCHOOLS = (Kind.SCHOOL.value, Kind.DISTRICT.value, Kind.SYSTEM.value, Kind.COLLEGE.value, Kind.CAMPUS.value, Kind.REGION.value)
WORKPLACES = (*SCHOOLS, Kind.LAW_ENFORCEMENT.value, Kind.MENTAL_HEALTH.value)
AGENCIES = (Kind.LAW_ENFORCEMENT.value,)
NONE_OF_THEM = "0"


def _words(label: Any, most: int, missing: Any, hint: Any = "", **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, help_text=hint, error_messages={"required": missing}, **more)


def _boxes(label: Any, hint: Any = "", *, required: bool = False, missing: Any = "") -> forms.MultipleChoiceField:
    words = {"required": missing} if missing else {}
    return forms.MultipleChoiceField(
        label=label, help_text=hint, required=required, widget=forms.CheckboxSelectMultiple, error_messages=words
    )


def regions() -> list[tuple[str, str]]:
    """The regional offices of education, by name (S-geo)."""
    rows = Organisation.objects.filter(kind=Kind.REGION, retired_on=None).order_by("name")
    return [(str(pk), name) for pk, name in rows.values_list("pk", "name")]


class PressForm(forms.Form):
    """A form that counts once, however often it is pressed."""

    press = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)


class PickForm(PressForm):
    """A form in which organisations are typed, and then chosen among those that the directory has, without any script."""

    picks: dict[str, tuple[str, ...]] = {}

    def _offer(self) -> None:
        """Below each typed name the organisations that it may mean; none before something was typed."""
        self.offered: dict[str, list[str]] = {}
        for name, kinds in self.picks.items():
            typed = str(self.data.get(name, "")).replace("\x00", "")[:200]
            hits = directory.find_organisations(typed, kinds, 8) if self.is_bound and typed.strip() else []
            shown = [(str(h.id), ", ".join(filter(None, (h.name, h.city)))) for h in hits]
            field = self.fields[f"{name}_pick"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [*shown, (NONE_OF_THEM, _("None of these"))] if shown else []
            self.offered[name] = [*(value for value, _label in shown), NONE_OF_THEM] if shown else []

    def chosen(self, name: str) -> int | None:
        """The id that was chosen for a typed name; None for none of the directory's. Adds the error where one must be chosen."""
        known = self.offered[name]
        pick = str(self.data.get(f"{name}_pick", ""))
        if known and pick not in known:
            self.add_error(f"{name}_pick", _("Choose which one it is, or “None of these”."))
        return int(pick) if pick in known and pick != NONE_OF_THEM else None


def _pick(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, widget=forms.RadioSelect, choices=[])


class ApplicationForm(PickForm):
    """Somebody asks to be a member (S-membership)."""

    picks = {"organisation": WORKPLACES, "agency": AGENCIES}

    name = _words(_("Your name"), 120, _("Write your name."), widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(
        label=_("Work e-mail address"), max_length=254, help_text=_("A link is sent there. No private address, please."),
        error_messages={"required": _("Write your work e-mail address."), "invalid": _("This is no e-mail address.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )  # fmt: skip
    telephone = _words(
        _("Work telephone"), 40, _("Write your telephone number."), widget=forms.TextInput(attrs={"autocomplete": "tel"})
    )
    position = _words(_("Position"), 120, _("Write your position."), widget=forms.TextInput(attrs={"autocomplete": "off"}))
    organisation = _words(_("School, district, college or agency that you work for"), 200, _("Write whom you work for."))
    organisation_pick = _pick(_("Which of these do you work for?"))
    sector = forms.ChoiceField(
        label=_("What is it about?"), choices=[(s.value, _(s.label)) for s in Member.Sector], widget=forms.RadioSelect,
        error_messages={"required": _("Choose schools or colleges.")},
    )  # fmt: skip
    discipline = forms.ChoiceField(
        label=_("What are you?"), widget=forms.RadioSelect, error_messages={"required": _("Choose what you are.")}
    )
    agency = _words(
        _("If you are sworn: your agency"), 200, "",
        _("We ask your agency before anything that is for sworn officers reaches you."), required=False,
    )  # fmt: skip
    agency_pick = _pick(_("Which of these is your agency?"))
    regions = _boxes(_("Where do you work?"), _("None chosen: the whole state."))
    wishes = _boxes(_("What do you want to be?"), required=True, missing=_("Choose at least one."))
    topics = _boxes(_("Which topics?"), _("None chosen: all of them. You can change it at any time."))
    sponsor_name = _words(_("Your sponsor's name"), 120, _("Write your sponsor's name."), _("Somebody who knows you at work."))
    sponsor_email = forms.EmailField(
        label=_("Your sponsor's work e-mail address"), max_length=254,
        error_messages={"required": _("Write your sponsor's address."), "invalid": _("This is no e-mail address.")},
    )  # fmt: skip
    purpose = _words(
        _("What do you need it for?"), LONG, _("Write what you need it for."), _("In a few sentences. Name no student."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = pack.network()
        self._choices("discipline", [(d.code, d.label) for d in known.disciplines])
        self._choices("wishes", [(r.code, f"{r.label}: {r.says}") for r in known.roles])
        self._choices("topics", [(t.code, t.label) for t in known.topics if not t.above])
        self._choices("regions", regions())
        self._offer()

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean_email(self) -> str:
        """As addresses are compared."""
        return str(self.cleaned_data["email"]).strip().lower()

    def clean_sponsor_email(self) -> str:
        """The same of the sponsor."""
        return str(self.cleaned_data["sponsor_email"]).strip().lower()

    def clean(self) -> dict[str, Any]:
        """The sponsor is somebody else; the sworn name their agency; organisations are chosen."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("email") and given.get("email") == given.get("sponsor_email"):
            self.add_error("sponsor_email", _("Your sponsor is somebody else than you."))
        sworn = any(d.code == given.get("discipline") and d.sworn for d in pack.network().disciplines)
        if sworn and not given.get("agency"):
            self.add_error("agency", _("Write your agency."))
        given["organisation_id"] = self.chosen("organisation")
        given["agency_id"] = self.chosen("agency") if sworn else None
        if not sworn:
            given["agency"] = ""
        return given

    def given(self) -> Given:
        """What the form says, once it is valid."""
        c = self.cleaned_data
        lines = ("name", "telephone", "position", "organisation", "agency", "sponsor_name")
        name, telephone, position, organisation, agency, sponsor = (" ".join(c[field].split()) for field in lines)
        return Given(
            name=name, email=c["email"], telephone=telephone, position=position, organisation_id=c["organisation_id"],
            organisation_name=organisation, sector=c["sector"], discipline=c["discipline"], agency_id=c["agency_id"],
            agency_name=agency, regions=[int(r) for r in c["regions"]], wishes=c["wishes"], topics=c["topics"],
            sponsor_name=sponsor, sponsor_email=c["sponsor_email"], purpose=c["purpose"],
        )  # fmt: skip


class SignForm(PressForm):
    """The agreement is signed by typing one's name below its text."""

    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)
    typed_name = _words(
        _("Type your name to sign"), 120, _("Type your name as it stands above."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


class AppealForm(PressForm):
    """Whoever was refused asks to be looked at again."""

    words = _words(
        _("Why should it be looked at again?"), LONG, _("Write why you ask."), widget=forms.Textarea(attrs={"rows": 4})
    )


_YES_NO = (("yes", _("Yes")), ("no", _("No")))


def _asked(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=_YES_NO, widget=forms.RadioSelect, error_messages={"required": _("Choose yes or no.")}
    )


class VouchForm(forms.Form):
    """A sponsor, an employer, an agency answers for an applicant."""

    knows = _asked(_("Do you know this person?"))
    holds = _asked(_("Do they hold this position?"))
    address = _asked(_("Is this e-mail address theirs?"))
    by = _words(_("Your name"), 120, _("Write your name."), widget=forms.TextInput(attrs={"autocomplete": "name"}))
    note = forms.CharField(
        label=_("What else should we know?"), max_length=LONG, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class AttestForm(PressForm):
    """Once a year: what is so still."""

    position = _words(_("I still hold this position"), 120, _("Write your position."))
    works_at = _words(_("I still work for"), 200, _("Write whom you work for."))
    keeps = forms.BooleanField(
        label=_("I keep the non-disclosure agreement"), error_messages={"required": _("Without it you cannot be a member.")}
    )


class ChangeForm(PressForm):
    """What is another now."""

    position = _words(_("My position now"), 120, _("Write your position."))
    works_at = _words(_("I work for now"), 200, _("Write whom you work for."))


class ChoiceForm(forms.Form):
    """What a member wants to read, of where, and how they are told."""

    topics = _boxes(_("Topics"), _("None chosen: all of them."))
    regions = _boxes(_("Regions"), _("None chosen: the whole state."))
    wishes = _boxes(_("What you want to be"), required=True, missing=_("Choose at least one."))
    told = forms.ChoiceField(
        label=_("How you are told"), choices=[(t.value, _(t.label)) for t in Member.Told], widget=forms.RadioSelect,
        help_text=_("What is urgent comes at once, whatever you choose."),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language of mails"), choices=list(settings.LANGUAGES))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = pack.network()
        for name, choices in (
            ("topics", [(t.code, t.label) for t in known.topics]),
            ("wishes", [(r.code, f"{r.label}: {r.says}") for r in known.roles]),
            ("regions", regions()),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
