"""Looking at a draft before it goes: tear-lines side by side, what keeps it back, what could identify somebody; and the acts."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from upstander.markings import Level
from upstander.network.doors import staff_page
from upstander.network.middleware import of
from upstander.people import queries as people
from upstander.products import forms, identified, queries, releasing, reviewing, shown, slots, sources
from upstander.products.content import Draft, network, of_version, scheme
from upstander.products.draft_seen import draft_seen
from upstander.products.errors import CannotDo
from upstander.products.models import Source, SourceRelease, Version


def _draft(product_id: UUID) -> Draft:
    latest = queries.history(product_id).first()
    if latest is None:
        raise Http404
    return of_version(latest)


@require_http_methods(["GET", "POST"])
@staff_page
def look(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """The newest version as each level would read it, and what can be done with it."""
    draft = _draft(product_id)
    draft_seen(request, product_id, "look", draft.version.number)
    known: dict[str, Any] = {
        "review": forms.ReviewForm(), "release": forms.ReleaseForm(), "recall": forms.RecallForm(), "refused": ()
    }  # fmt: skip
    status = 200
    if request.method == "POST":
        try:
            if _acted(request, product_id, known):
                return redirect("product_look", product_id=product_id)
            status = 422
        except CannotDo as why:
            known["refused"], status = why.words, 422
            draft = _draft(product_id)
    return _page(request, product_id, draft, known, status)


def _page(request: HttpRequest, product_id: UUID, draft: Draft, known: dict[str, Any], status: int) -> HttpResponse:
    standing = queries.standing(product_id)
    assert standing is not None, "it has a version"
    version = draft.version
    answers = list(version.reviews.order_by("at", "id"))
    out = standing.out
    alone = out is not None and out.alone and out.version_id != version.pk and not reviewing.agreed(out.version)
    names = people.names([version.saved_by, *(review.by for review in answers)])
    known |= {
        "product_id": product_id, "version": version, "standing": standing, "state": queries.states()[standing.state],
        "by": names.get(version.saved_by, ""), "answers": [(review, names.get(review.by, "")) for review in answers],
        "problems": releasing.problems(draft), "findings": identified.look(draft.rows),
        "levels": [network().level(level) for level in Level], "rows": _side_by_side(draft), "heads": _heads(draft),
        "author": of(request).account_id in reviewing.authors(version), "sio": of(request).sio,
        "correction": releasing._earlier(version), "alone_older": alone, "older": forms.OlderForm(),
        "kind": network().label("products", version.kind), "beside": slots.desk(request, product_id),
    }  # fmt: skip
    return render(request, "products/look.html", known, status=status)


def _side_by_side(draft: Draft) -> list[dict[str, Any]]:
    """Each paragraph, and the levels that read it."""
    rows = []
    for n, (row, paragraph) in enumerate(zip(draft.rows, draft.paragraphs, strict=True), start=1):
        marking = scheme().get(row.marking)
        seen = [marking is not None and marking.level <= level for level in Level]
        rows.append({"number": n, "row": row, "marking": marking, "seen": seen, "from": paragraph.originator})
    return rows


def _heads(draft: Draft) -> list[dict[str, Any]]:
    """Title and banner of each level; `none` where it gets nothing."""
    heads = []
    for level in Level:
        found = shown.of_draft(draft, level, scheme())
        heads.append({"code": level.code, "shown": found, "topics": found.topics if found else ()})
    return heads


Act = Callable[[HttpRequest, UUID, dict[str, Any]], bool]


def _acted(request: HttpRequest, product_id: UUID, known: dict[str, Any]) -> bool:
    """Whether the act of the pressed button was done; where its form has a mistake, `known` has the form with it."""
    act = _ACTS.get(request.POST.get("do", ""))
    if act is None:
        raise CannotDo(_("Press one of the buttons."))
    return act(request, product_id, known)


def _number(request: HttpRequest) -> int:
    """The version that was on the page."""
    sent = request.POST.get("version", "")
    return int(sent) if sent.isdecimal() and len(sent) < 9 else 0


def _ask(request: HttpRequest, product_id: UUID, known: dict[str, Any]) -> bool:
    form = known["review"] = forms.ReviewForm(request.POST)
    if form.is_valid():
        reviewing.ask(product_id, _number(request), of(request).account_id, form.cleaned_data["press"])
    return bool(form.is_valid())


def _answer(request: HttpRequest, product_id: UUID, known: dict[str, Any]) -> bool:
    form = known["review"] = forms.ReviewForm(request.POST)
    if not form.is_valid():
        return False
    given, number = form.cleaned_data, _number(request)
    version = Version.objects.filter(product=product_id, number=number).first()
    seen = identified.look(of_version(version).rows) if version else []
    verdict = "agreed" if request.POST["do"] == "agree" else "objected"
    reviewing.answer(product_id, number, of(request).account_id, given["press"], verdict, given["words"], len(seen))
    return True


def _release(request: HttpRequest, product_id: UUID, known: dict[str, Any]) -> bool:
    form = known["release"] = forms.ReleaseForm(request.POST)
    if not form.is_valid():
        return False
    given = form.cleaned_data
    releasing.release(
        product_id, _number(request), of(request).account_id, given["press"],
        goes_at=given["goes_at"], note=given["note"], note_marking=given["note_marking"], looked=given["looked"],
    )  # fmt: skip
    return True


def _take_back(request: HttpRequest, product_id: UUID, known: dict[str, Any]) -> bool:
    releasing.take_back(product_id, of(request).account_id)
    return True


def _recall(request: HttpRequest, product_id: UUID, known: dict[str, Any]) -> bool:
    form = known["recall"] = forms.RecallForm(request.POST)
    if not form.is_valid():
        return False
    given = form.cleaned_data
    releasing.recall(product_id, of(request).account_id, given["press"], given["reason"], given["told"], given["told_marking"])
    return True


_ACTS: dict[str, Act] = {
    "ask": _ask, "agree": _answer, "object": _answer, "release": _release, "take_back": _take_back, "recall": _recall
}  # fmt: skip


@require_GET
@staff_page
def as_level(request: HttpRequest, product_id: UUID, code: str) -> HttpResponse:
    """The page exactly as readers of a level would see it."""
    if code not in {level.code for level in Level}:
        raise Http404
    draft = _draft(product_id)
    draft_seen(request, product_id, code, draft.version.number)
    found = shown.of_draft(draft, Level.of(code), scheme())
    if found is None:
        return render(request, "products/nothing.html", {"product_id": product_id, "level": network().level(Level.of(code))})
    return render(request, "products/one.html", {"shown": found, "preview": product_id})


@require_http_methods(["GET", "POST"])
@staff_page
def its_sources(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """Where the words of a product come from, and what each originator has released."""
    _draft(product_id)
    record = request.GET.get("record", "")
    known: dict[str, Any] = {"add": forms.SourceForm(), "given": forms.OriginatorForm(), "at": record, "refused": ()}
    status = 200
    if request.method == "POST":
        try:
            if _recorded(request, product_id, known):
                return redirect("product_sources", product_id=product_id)
        except CannotDo as why:
            known["refused"] = why.words
        status = 422
    rows = list(Source.objects.filter(product=product_id).order_by("added_at", "id").prefetch_related("releases"))
    names = people.names([release.recorded_by for row in rows for release in row.releases.all()])
    known |= {
        "product_id": product_id,
        "rows": [(row, [(one, network().level(Level(one.level)), names.get(one.recorded_by, "")) for one in row.releases.all()])
                 for row in rows],
    }  # fmt: skip
    return render(request, "products/sources.html", known, status=status)


def _recorded(request: HttpRequest, product_id: UUID, known: dict[str, Any]) -> bool:
    """Whether a source, a release or its withdrawal was written down."""
    account_id = of(request).account_id
    if withdrawn := request.POST.get("withdraw"):
        sources.withdraw(_of_product(SourceRelease, withdrawn, source__product=product_id), account_id)
        return True
    if at := request.POST.get("source"):
        source = _of_product(Source, at, product=product_id)
        form = known["given"] = forms.OriginatorForm(request.POST)
        known["at"] = str(source.pk)
        if form.is_valid():
            said = {name: form.cleaned_data[name] for name in ("level", "released_by", "released_on", "how")}
            sources.record_release(source, account_id, form.cleaned_data["press"], sources.Said(**said))
        return bool(form.is_valid())
    added = known["add"] = forms.SourceForm(request.POST)
    if added.is_valid():
        given = added.cleaned_data
        sources.add(product_id, account_id, given["press"], given["title"], given["originator"], given["reference"])
    return bool(added.is_valid())


def _of_product(model: Any, sent: str, **of_product: Any) -> Any:
    """The row of this id, where it belongs to the product; else the page is not found."""
    try:
        found = model.objects.filter(pk=UUID(sent), **of_product).first()
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return found
