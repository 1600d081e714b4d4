"""Plans and floor maps: the list, a new edition, the file."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from upstander import clock
from upstander.packs.preparedness import Preparedness
from upstander.preparedness import pack, papers
from upstander.preparedness.errors import CannotDo
from upstander.preparedness.forms import day, lines
from upstander.preparedness.pages import acting, place, shown
from upstander.preparedness.papers import Brought
from upstander.preparedness.reach import Reach
from upstander.web.fields import Words


class PaperForm(forms.Form):
    """An edition. Of a document that is on file (`series`) the kind is known."""

    kind = forms.ChoiceField(label=gettext_lazy("What is it?"), error_messages={"required": gettext_lazy("Choose what it is.")})
    series = forms.UUIDField(widget=forms.HiddenInput, required=False)
    title = Words(
        label=gettext_lazy("Its name"), max_length=200, widget=forms.TextInput,
        error_messages={"required": gettext_lazy("Write what it is called.")},
    )  # fmt: skip
    in_force_on = day(gettext_lazy("In force since"))
    changed = lines(gettext_lazy("What has changed"), rows=2, most=1000)
    file = forms.FileField(
        label=gettext_lazy("The file: PDF, SVG or picture"), required=False,
        help_text=gettext_lazy("At most 5 MB. Its pages are drawn anew: forms, links, scripts and attachments are left out."),
        error_messages={"empty": gettext_lazy("This file is empty.")},
    )  # fmt: skip
    where = Words(
        label=gettext_lazy("Or: where it is kept"), max_length=300, required=False, widget=forms.TextInput,
        help_text=gettext_lazy("Where it must not leave the building."),
    )  # fmt: skip

    def __init__(self, *args: object, rules: Preparedness, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [("", _("Choose")), *((p.code, p.label) for p in rules.papers)]
        self.fields["in_force_on"].initial = clock.today

    def brought(self) -> Brought:
        """What was said, as the service takes it."""
        said = self.cleaned_data
        file = said["file"].read() if said["file"] else None
        return Brought(said["kind"], said["title"], said["in_force_on"], said["changed"], said["where"], file, said["series"])


@require_http_methods(["GET", "POST"])
@acting
def documents(request: HttpRequest, mine: Reach, place_id: int) -> HttpResponse:
    """R-plans: a place's plans with their versions, and floor maps; another edition."""
    mine.keeps(place_id)
    found, rules, rows = place(mine, place_id), pack.rules(), papers.on_file(place_id)
    chosen = next((one for one in rows if str(one.paper.series) == request.GET.get("of")), None)
    initial = {"kind": chosen.paper.kind, "title": chosen.title, "series": chosen.paper.series} if chosen else {}
    bound = (request.POST, request.FILES) if request.method == "POST" else ()
    form = PaperForm(*bound, rules=rules, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            papers.add(mine, place_id, form.brought())
        except CannotDo as why:
            form.add_error(why.field or None, str(why))
        else:
            messages.success(request, _("It is on file."))
            return redirect("preparedness_papers", place_id=place_id)
    values = {"place": found, "form": form, "papers": [(one, rules.paper(one.paper.kind)) for one in rows], "chosen": chosen}
    return shown(request, "papers.html", values, 422 if form.errors else 200)


@require_POST
@acting
def file(request: HttpRequest, mine: Reach, paper_id: UUID) -> HttpResponse:
    """A file, handed out: never shown inside a page of ours. By a press, for each opening is recorded."""
    content, media = papers.file_of(mine, paper_id)
    answer = HttpResponse(content, content_type=media)
    answer["Content-Disposition"] = f'attachment; filename="document.{papers.ENDINGS[media]}"'
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@acting
def unchanged(request: HttpRequest, mine: Reach, paper_id: UUID) -> HttpResponse:
    """Looked through this year, nothing to change."""
    papers.looked_through(mine, paper_id)
    messages.success(request, _("It is noted: looked through today."))
    return redirect("preparedness_papers", place_id=papers.place_of(mine, paper_id))


@require_POST
@acting
def withdraw(request: HttpRequest, mine: Reach, paper_id: UUID) -> HttpResponse:
    """An edition that counts no more."""
    place_id = papers.withdraw(mine, paper_id)
    messages.success(request, _("It is taken back, and counts no more."))
    return redirect("preparedness_papers", place_id=place_id)
