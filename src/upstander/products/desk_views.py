"""The editor: all products and how far each is, and one draft with its paragraphs. It works without a script."""

from typing import Any
from uuid import UUID

from django.forms.utils import ErrorDict
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upstander import markings
from upstander.ids import new_id
from upstander.markings import Kind
from upstander.network.doors import staff_page
from upstander.network.middleware import of
from upstander.people import queries as people
from upstander.products import drafts, files, forms, identified, newsletters, queries
from upstander.products.content import Content, network, of_version, scheme
from upstander.products.content import content as content_of
from upstander.products.draft_seen import draft_seen
from upstander.products.errors import CannotDo, Stale
from upstander.products.models import Version

MOST = 200  # products on the page: the latest


@require_GET
@staff_page
def everything(request: HttpRequest) -> HttpResponse:
    """Every product and how far it is; what somebody must see to stands first."""
    return _everything(request, forms.NewsletterForm())


def _everything(request: HttpRequest, letter: forms.NewsletterForm, status: int = 200) -> HttpResponse:
    rows = queries.standings()
    rows.sort(key=lambda row: not row.red)
    words, names = queries.states(), people.names(row.version.saved_by for row in rows)
    found = network()
    listed = [
        {"row": row, "state": words[row.state], "kind": found.label("products", row.version.kind),
         "by": names.get(row.version.saved_by, "")}
        for row in rows[:MOST]
    ]  # fmt: skip
    return render(request, "products/everything.html", {"listed": listed, "most": MOST, "letter": letter}, status=status)


@require_POST
@staff_page
def newsletter(request: HttpRequest) -> HttpResponse:
    """A newsletter, half written: the items of its months, each paragraph with its marking."""
    form = forms.NewsletterForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            newsletters.begin(given["press"], of(request).account_id, given["kind"], given["back"])
            return redirect("product_edit", product_id=given["press"])
        except CannotDo as why:
            form.add_error("back", str(why))
    return _everything(request, form, 422)


@require_GET
@staff_page
def new(request: HttpRequest) -> HttpResponse:
    """An empty draft under an id of its own; nothing is kept before it is saved."""
    return redirect("product_edit", product_id=new_id())


@require_http_methods(["GET", "POST"])
@staff_page
def edit(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """A draft: read, changed, saved as its next version."""
    latest = queries.history(product_id).first()
    if request.method == "POST":
        return _sent(request, product_id, latest)
    if latest is not None:
        draft_seen(request, product_id, "edit", latest.number)
    head, paragraphs = _forms(product_id, latest)
    return _page(request, product_id, latest, head, paragraphs)


def _forms(product_id: UUID, latest: Version | None) -> tuple[forms.ProductForm, Any]:
    """The forms, filled with the newest version; of a new product with a title and a paragraph to write."""
    sources = _choices(product_id)
    if latest is None:
        lines: list[dict[str, Any]] = [{"kind": Kind.TITLE}, {"kind": Kind.TEXT}]
        return forms.ProductForm(), _formset(lines, sources)
    saved = content_of(of_version(latest))
    head = {name: getattr(saved, name) for name in ("kind", *forms.TOPICS, "regions", "disciplines", "urgent", "acknowledge")}
    lines = [
        {"kind": line.kind, "marking": line.marking, "source": str(line.source or ""), "text": line.text, "alt": line.alt,
         "file": str(line.file or "")}
        for line in saved.lines
    ]
    return forms.ProductForm(initial={**head, "based_on": latest.number}), _formset(lines, sources)


def _choices(product_id: UUID) -> dict[str, Any]:
    """What an author chooses among for each paragraph."""
    return {"sources": forms.sources_of(product_id), "files": files.named(product_id)}


def _formset(lines: list[dict[str, Any]], sources: dict[str, Any]) -> Any:
    """The paragraphs with their places, as if a person had typed them: none of them is "initial", so that each is sent whole."""
    data: dict[str, Any] = {"p-TOTAL_FORMS": len(lines), "p-INITIAL_FORMS": 0}
    for n, line in enumerate(lines):
        data |= {f"p-{n}-{name}": value for name, value in line.items()} | {f"p-{n}-ORDER": n + 1}
    return forms.ParagraphFormSet(data, prefix="p", form_kwargs=sources)


def _sent(request: HttpRequest, product_id: UUID, latest: Version | None) -> HttpResponse:
    """What the pressed button says: one more paragraph, or the draft is saved (and looked at)."""
    head = forms.ProductForm(request.POST)
    sources = _choices(product_id)
    wish = request.POST.get("do", "save")
    if wish == "add":
        paragraphs = _one_more(request, sources)
        for form in (head, *paragraphs):
            form._errors = ErrorDict()  # still being written: nothing is wrong yet
        return _page(request, product_id, latest, head, paragraphs, checked=False)
    paragraphs = forms.ParagraphFormSet(request.POST, prefix="p", form_kwargs=sources)
    given = forms.content(head, paragraphs) if head.is_valid() & paragraphs.is_valid() else None
    if given is None:
        return _page(request, product_id, latest, head, paragraphs, status=422)
    try:
        drafts.save(product_id, of(request).account_id, head.cleaned_data["based_on"], given)
    except Stale as why:
        meant = request.POST.copy()
        meant["based_on"] = str(why.number)  # pressed again it is meant
        head.data = meant
        return _page(request, product_id, latest, head, paragraphs, status=409, problems=why.words, theirs=latest)
    except CannotDo as why:
        return _page(request, product_id, latest, head, paragraphs, status=422, problems=why.words)
    return redirect("product_look" if wish == "look" else "product_edit", product_id=product_id)


def _one_more(request: HttpRequest, sources: dict[str, Any]) -> Any:
    """The paragraphs as typed, not saved yet, and one more at the end."""
    data = request.POST.copy()
    total = data.get("p-TOTAL_FORMS", "0")
    number = min(int(total), drafts.MOST - 1) if total.isdecimal() and len(total) < 6 else 0
    data["p-TOTAL_FORMS"] = str(number + 1)
    data[f"p-{number}-ORDER"] = str(number + 1)
    data.setdefault(f"p-{number}-kind", Kind.TEXT)
    return forms.ParagraphFormSet(data, prefix="p", form_kwargs=sources)


def _page(
    request: HttpRequest, product_id: UUID, latest: Version | None, head: forms.ProductForm, paragraphs: Any, *,
    status: int = 200, problems: tuple[str, ...] = (), theirs: Version | None = None, checked: bool = True,
) -> HttpResponse:  # fmt: skip
    typed = _typed(head, paragraphs) if checked and request.method == "POST" else None
    known = {
        "product_id": product_id, "latest": latest, "head": head, "paragraphs": paragraphs, "problems": problems,
        "checked": checked and request.method == "POST", "banner": _banner(latest, typed),
        "findings": identified.look(of_version(latest).rows) if latest else [],
        "theirs": list(theirs.paragraphs.order_by("position")) if theirs else (), "scheme": scheme(),
    }  # fmt: skip
    return render(request, "products/edit.html", known, status=status)


def _typed(head: forms.ProductForm, paragraphs: Any) -> Content | None:
    """What was typed, where both forms understand it."""
    return forms.content(head, paragraphs) if head.is_valid() & paragraphs.is_valid() else None


def _banner(latest: Version | None, typed: Content | None) -> str:
    """The banner of what is on the page, else of what was saved; empty where there is none yet."""
    if typed is not None:
        found = [markings.Paragraph(line.text, line.marking, line.kind) for line in typed.lines]
    else:
        found = list(of_version(latest).paragraphs) if latest else []
    try:
        return markings.banner(found, scheme()).text
    except (ValueError, markings.UnknownMarking):
        return ""


@require_GET
@staff_page
def history(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """Every version with its words, the newest first: nothing that was saved is lost."""
    rows = list(queries.history(product_id).prefetch_related("reviews", "releases"))
    if not rows:
        raise Http404
    draft_seen(request, product_id, "history")
    reviews = [review for row in rows for review in row.reviews.all()]
    names = people.names([*(row.saved_by for row in rows), *(review.by for review in reviews)])
    known = {"rows": [_told(row, names) for row in rows], "product_id": product_id, "title": _("History")}
    return render(request, "products/history.html", known)


def _told(row: Version, names: dict[int, str]) -> dict[str, Any]:
    return {
        "row": row, "by": names.get(row.saved_by, ""), "releases": row.releases.all(),
        "reviews": [(review, names.get(review.by, "")) for review in row.reviews.all()],
        "lines": [(scheme().get(p.marking), p) for p in row.paragraphs.order_by("position")],
    }  # fmt: skip
