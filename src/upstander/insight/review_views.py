"""The review on paper: asked for by days and level; made at once, or a part at a time while its page says how far (S-measure)."""

from uuid import UUID

from django.contrib import messages
from django.db import OperationalError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from upstander.insight import making
from upstander.insight import review as reviews
from upstander.insight.measure_forms import ReviewForm
from upstander.insight.measure_views import YEARS, asked
from upstander.insight.measures.span import Span
from upstander.insight.models import Making
from upstander.insight.review import PARTS, Review
from upstander.markings import Level
from upstander.network import pack
from upstander.network.doors import staff_page
from upstander.network.middleware import of
from upstander.web import paper


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def review(request: HttpRequest) -> HttpResponse:
    """The form; sent, the PDF, or the page that says how far it is. Who made it, over which days and for which level, is on the
    record."""
    form = asked(request, ReviewForm)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            span, level = form.asked, Level.of(form.cleaned_data["level"])
            found = making.begin(span, level, of(request).account_id)
            if isinstance(found, Making):
                return redirect("insight_making", found.pk)
            try:
                return _paper(span, level, found)
            except paper.CannotPrint:
                _say_why(request)
                status = 503
    return render(request, "insight/review.html", {"form": form, "years": YEARS}, status=status)


@require_GET
@staff_page
def progress(request: HttpRequest, making_id: UUID) -> HttpResponse:
    """How far it is; each look goes on with it."""
    slow = False
    try:
        with transaction.atomic():
            found = making.turn(making_id, of(request).account_id)
    except OperationalError:  # a part took longer than any statement may: it is tried again with the next look
        found, slow = Making.objects.filter(pk=making_id).first(), True
    if found is None:
        raise Http404
    words = {
        "making": found, "slow": slow, "span": Span(found.first, found.last), "total": len(PARTS),
        "label": pack.network().level(Level(found.level)).label,
    }  # fmt: skip
    answer = render(request, "insight/making.html", words)
    if found.finished_at is None:
        answer["Refresh"] = "10" if slow else "1"  # these pages have no script that asks; each answer has counted some of it
    return answer


@require_GET
@staff_page
def made(request: HttpRequest, making_id: UUID) -> HttpResponse:
    """The PDF of one that is finished."""
    found = Making.objects.exclude(finished_at=None).filter(pk=making_id).first()
    if found is None:
        raise Http404
    span, level, whole = Span(found.first, found.last), Level(found.level), making.of(found)
    try:
        answer = _paper(span, level, whole)
    except paper.CannotPrint:
        _say_why(request)
        return redirect("insight_review")
    making.record(of(request).account_id, span, level, whole, "insight.review_opened")
    return answer


def _paper(span: Span, level: Level, found: Review) -> HttpResponse:
    name = f"review-{span.first:%Y-%m-%d}-{span.last:%Y-%m-%d}-{level.code}"
    return paper.answer(reviews.paper(found), name)


def _say_why(request: HttpRequest) -> None:
    messages.error(request, _("The review could not be set on paper. Choose fewer years, or look at the measures."))
