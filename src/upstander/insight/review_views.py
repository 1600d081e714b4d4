"""The review on paper: asked for by days and level, made while one waits (S-measure)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from upstander.audit import services as audit
from upstander.insight import review as reviews
from upstander.insight.measure_forms import ReviewForm
from upstander.insight.measure_views import YEARS, asked
from upstander.markings import Level
from upstander.network.doors import staff_page
from upstander.network.middleware import of
from upstander.web import paper


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def review(request: HttpRequest) -> HttpResponse:
    """The form; sent, the PDF. Who made it, over which days and for which level, is on the record."""
    form = asked(request, ReviewForm)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                return _made(request, form)
            except paper.CannotPrint:
                messages.error(request, _("The review could not be set on paper. Choose fewer years, or look at the measures."))
                status = 503
    return render(request, "insight/review.html", {"form": form, "years": YEARS}, status=status)


def _made(request: HttpRequest, form: object) -> HttpResponse:
    assert isinstance(form, ReviewForm)
    span, level = form.asked, Level.of(form.cleaned_data["level"])
    found = reviews.review(span, level)
    made = reviews.paper(found)
    audit.record(
        f"account:{of(request).account_id}", "insight.reviewed", "list", "review", first=str(span.first), last=str(span.last),
        level=level.code, banner=found.banner.text,
    )  # fmt: skip
    return paper.answer(made, f"review-{span.first:%Y-%m-%d}-{span.last:%Y-%m-%d}-{level.code}")
