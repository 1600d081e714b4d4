"""The pages of the School Intelligence Officer: enter, correct, take out. An entry with words that could identify a child
comes back once.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from upstander import clock
from upstander.network.doors import staff_page
from upstander.network.middleware import of
from upstander.register import looking, services
from upstander.register.entry import Entry, When
from upstander.register.errors import CannotDo
from upstander.register.forms import EntryForm, LineForm, Lines, SourceForm, Sources, WhyForm, entry_of
from upstander.register.models import Incident, Paragraph, Proposal, Source, Version

_EMPTY_LINES = [{"part": "summary"}, {"part": "signs"}, {"part": "response"}, {"part": "lesson"}]
_MORE = 2  # empty ones below what is filled


@dataclass
class Typed:
    """The three forms of one entry."""

    head: EntryForm
    lines: Any
    sources: Any
    found: list[looking.Found]

    def entry(self, *, why: bool = False) -> Entry | None:
        """What they say together, where all of it makes sense and somebody has looked at what could identify; else None."""
        good = all([self.head.is_valid(), self.lines.is_valid(), self.sources.is_valid()])
        if why and not self.head.data.get("why", "").strip():
            self.head.add_error("why", _("Say what was wrong, or is new: it stands in the history."))
            good = False
        if not good:
            return None
        said = entry_of(self.head.cleaned_data, _given(self.lines), _given(self.sources))
        self.found = looking.look(said)
        return said if not self.found or self.head.cleaned_data["looked"] else None

    @property
    def wrong(self) -> bool:
        """Whether something is to be mended."""
        return self.head.is_bound


def _given(formset: Any) -> list[dict[str, Any]]:
    return [form.cleaned_data for form in formset if getattr(form, "cleaned_data", None)]


def _typed(
    request: HttpRequest, start: dict[str, Any], lines: list[dict[str, Any]], sources: list[dict[str, Any]]
) -> Typed:
    """The forms: as they were sent, or as they begin."""
    if request.method == "POST":
        return Typed(
            EntryForm(request.POST),
            Lines(request.POST, prefix="lines"),
            Sources(request.POST, prefix="sources"),
            [],
        )
    return Typed(
        EntryForm(initial=start),
        Lines(initial=lines, prefix="lines"),
        Sources(initial=sources, prefix="sources"),
        [],
    )


def _page(request: HttpRequest, typed: Typed, **more: Any) -> HttpResponse:
    known = {
        "head": typed.head,
        "lines": typed.lines,
        "sources": typed.sources,
        "found": typed.found,
        "incident": None,
    } | more
    return render(request, "register/edit.html", known, status=422 if typed.wrong else 200)


def _more(request: HttpRequest) -> bool:
    """Whether somebody wants more room: then nothing is saved."""
    return request.method == "POST" and request.POST.get("do") == "more"


def _roomier(request: HttpRequest) -> Typed:
    """The forms as they were sent, with some empty ones more; nothing is found fault with."""
    data = request.POST.copy()
    for prefix, most in (("lines", Lines.max_num), ("sources", Sources.max_num)):
        name = f"{prefix}-TOTAL_FORMS"
        held = data.get(name, "")
        data[name] = (
            str(min(int(held) + _MORE, most)) if held.isascii() and held.isdigit() and len(held) < 3 else "1"
        )
    start = {
        name: data.getlist(name) if name in ("settings", "signs") else data.get(name, "")
        for name in EntryForm.base_fields
    }
    return Typed(
        EntryForm(initial=start),
        _again(Lines, LineForm, data, "lines"),
        _again(Sources, SourceForm, data, "sources"),
        [],
    )


def _again(formset: Any, form: Any, data: Any, prefix: str) -> Any:
    total = int(data[f"{prefix}-TOTAL_FORMS"])
    rows = [{name: data.get(f"{prefix}-{n}-{name}", "") for name in form.base_fields} for n in range(total)]
    return formset(initial=rows, prefix=prefix)


@require_http_methods(["GET", "POST"])
@staff_page
def new(request: HttpRequest) -> HttpResponse:
    """A new entry; with `?from=` of what a member proposed."""
    proposal = _proposal(request)
    if _more(request):
        return _page(request, _roomier(request), proposal=proposal)
    typed = _typed(request, *_begin(proposal))
    if request.method == "POST" and (said := typed.entry()):
        try:
            made = services.enter(
                said,
                of(request).account_id,
                typed.head.cleaned_data["press"],
                proposal.pk if proposal else None,
            )
        except CannotDo as why:
            typed.head.add_error(why.field if why.field in typed.head.fields else None, str(why))
        else:
            return redirect("register_incident", made.pk)
    return _page(request, typed, proposal=proposal)


def _proposal(request: HttpRequest) -> Proposal | None:
    asked = request.GET.get("from", "")
    if not asked:
        return None
    try:
        found = Proposal.objects.filter(pk=UUID(asked)).first()
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return found


def _begin(proposal: Proposal | None) -> tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]:
    """An empty entry, or what a member told."""
    today = clock.now().date()
    if proposal is None:
        return {}, _EMPTY_LINES, [{"seen_on": today}, {}]
    said = (
        {name: str(value) for name, value in proposal.said.items()} if isinstance(proposal.said, dict) else {}
    )
    marking = said.get("marking", "")
    start = {
        "title": said.get("title", ""),
        "place": said.get("place", ""),
        "when": said.get("when", "")[:10],
        "marking": marking,
    }
    first = {"part": "summary", "marking": marking, "text": said.get("text", "")}
    return (
        start,
        [first, *_EMPTY_LINES[1:]],
        [{"citation": said.get("source", ""), "marking": marking, "seen_on": today}, {}],
    )


@require_http_methods(["GET", "POST"])
@staff_page
def correct(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """Another version of an entry."""
    latest = _latest(incident_id)
    incident = latest.incident
    if _more(request):
        return _page(request, _roomier(request), incident=incident, based_on=_based_on(request, latest))
    typed = _typed(request, *_as_it_is(latest))
    if request.method == "POST" and (said := typed.entry(why=True)):
        try:
            why = typed.head.cleaned_data["why"]
            services.correct(incident_id, _based_on(request, latest), said, why, of(request).account_id)
        except CannotDo as refused:
            typed.head.add_error(refused.field if refused.field in typed.head.fields else None, str(refused))
        else:
            return redirect("register_incident", incident_id)
    return _page(request, typed, incident=incident, based_on=_based_on(request, latest))


def _based_on(request: HttpRequest, latest: Version) -> int:
    """Which version somebody corrects: the one that they saw."""
    said = request.POST.get("based_on", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 5 else latest.number


def _latest(incident_id: UUID) -> Version:
    found = (
        Version.objects.select_related("incident", "organisation")
        .filter(incident=incident_id, replaced_at=None)
        .first()
    )
    if found is None:
        raise Http404
    return found


def _as_it_is(version: Version) -> tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]:
    names = ("title", "marking", "kind", "sector", "state", "place", "latitude", "longitude", "settings", "weapon", "outcome",
             "killed", "injured", "signs")  # fmt: skip
    start = {name: getattr(version, name) for name in names}
    start["when"] = str(When(version.year, version.month, version.day))
    start["organisation"] = version.organisation.name if version.organisation else ""
    told = Paragraph.objects.filter(version=version).order_by("position")
    lines: list[dict[str, Any]] = [dict(one) for one in told.values("part", "marking", "text")]
    cited = Source.objects.filter(version=version).order_by("position")
    sources: list[dict[str, Any]] = [
        dict(one) for one in cited.values("citation", "address", "originator", "seen_on", "marking")
    ]
    return start, [*lines, {"part": "lesson"}], [*sources, {}]


@require_http_methods(["GET", "POST"])
@staff_page
def withdraw(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """Take an entry out, with a reason."""
    incident = Incident.objects.filter(pk=incident_id).first()
    if incident is None:
        raise Http404
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.withdraw(incident_id, form.cleaned_data["why"], of(request).account_id)
        except CannotDo as why:
            form.add_error(None, str(why))
        else:
            return redirect("register_incident", incident_id)
    known = {"incident": incident, "form": form, "version": incident.versions.order_by("-number").first()}
    return render(request, "register/withdraw.html", known, status=422 if form.is_bound else 200)
