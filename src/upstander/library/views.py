"""The library's pages: the list with its filters, a collection, the glossary. What is typed comes in the body alone."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from upstander.library import looking, queries
from upstander.library.looking import Filters
from upstander.library.site import Site
from upstander.packs.library import AXES, said
from upstander.web.search import asked

NAMES: dict[str, str | Promise] = {
    "audience": _("Who it is for"),
    "subject": _("Subject"),
    "level": _("Where it is from"),
    "kind": _("What it is"),
    "language": _("Language"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A link that narrows the list; `number` entries stand behind it."""

    label: str
    address: str
    number: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Axis:
    """The links of one axis; `every` leaves it open; `chosen` is what the chosen code is called."""

    name: str | Promise
    choices: list[Choice]
    every: str
    chosen: str


def resources(request: HttpRequest, site: Site) -> HttpResponse:
    """R-library: everything, narrowed by links and by words."""
    library, spoken, keep = queries.library(), queries.language(), site.keep(request)
    filters, words = looking.filters_of(request.GET, library), asked(request)
    found = queries.entries(looking.find(library, filters, words), spoken)
    here = reverse("library")
    known = {
        "found": found,
        "words": words,
        "filters": filters,
        "axes": _axes(filters, words, spoken, here, keep),
        "collections": [(c.code, said(c.title, spoken)) for c in library.collections],
        "here": here + filters.query(keep),
        "all": here + Filters().query(keep),
        "carried": filters.query({}).removeprefix("?"),
    }
    return show(request, site, "resources", known)


def _axes(filters: Filters, words: str, spoken: str, here: str, keep: Any) -> list[Axis]:
    return [_axis(axis, filters, words, spoken, here, keep) for axis in AXES]


def _axis(axis: str, filters: Filters, words: str, spoken: str, here: str, keep: Any) -> Axis:
    """The links of an axis. One behind which nothing stands is not offered, unless it is the one that was chosen."""
    library, own, choices = queries.library(), getattr(filters, axis), []
    for label in library.labels_of(axis):
        narrowed = filters.having(axis, label.code)
        number = len(looking.find(library, narrowed, words))
        if number or label.code == own:
            address = here + narrowed.query(keep)
            choices.append(Choice(said(label.label, spoken), address, number, label.code == own))
    every = here + filters.having(axis, "").query(keep)
    return Axis(NAMES[axis], choices, every, library.label(axis, own, spoken) if own else "")


def collection(request: HttpRequest, code: str, site: Site) -> HttpResponse:
    """What somebody put together for a purpose, in the order in which it is best read."""
    library, spoken = queries.library(), queries.language()
    found = library.collection(code)
    if found is None:
        raise Http404
    listed = [r for name in found.resources if (r := library.resource(name))]
    known = {
        "title": said(found.title, spoken),
        "intro": said(found.intro, spoken),
        "found": queries.entries(listed, spoken),
    }
    return show(request, site, "collection", known)


def words(request: HttpRequest, site: Site) -> HttpResponse:
    """S-terms: words that families, educators and officers may mean differently."""
    spoken, typed = queries.language(), asked(request)
    rows = [
        {"term": t, "name": said(t.term, spoken), "plain": said(t.plain, spoken)}
        for t in looking.terms(queries.library(), spoken, typed)
    ]
    known = {
        "rows": rows,
        "words": typed,
        "here": reverse("library_words") + Filters().query(site.keep(request)),
    }
    return show(request, site, "words", known)


def show(request: HttpRequest, site: Site, template: str, known: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page of the library in its origin's frame."""
    kept = Filters().query(site.keep(request))
    around = {"base": site.base, "kept": kept} | dict(site.frame(request))
    return render(request, f"library/{template}.html", around | known, status=status)
