"""The one page on which everything is found that its reader may read."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from upstander.audit import services as audit
from upstander.markings import Level
from upstander.network import pack
from upstander.network.doors import member_page
from upstander.network.middleware import of
from upstander.repository import finding, forms, shown
from upstander.repository.finding import Wanted


def level_of(request: HttpRequest) -> Level:
    """At which level is looked: a member's own; the staff say which one, and else it is the highest."""
    who = of(request)
    if who.level is not None and not who.staff:
        return who.level
    asked = request.GET.get("level", "")
    return Level.of(asked) if asked in {level.code for level in Level} else Level.LES


def query_of(request: HttpRequest, level: Level) -> str:
    """What the addresses of the staff's pages say of the level."""
    return f"?level={level.code}" if of(request).staff else ""


@require_http_methods(["GET", "POST"])
@member_page
def find(request: HttpRequest) -> HttpResponse:
    """Everything that the reader's level has, by words, kind, topic, region and time."""
    level, who = level_of(request), of(request)
    form = forms.FindForm(request.POST or None)
    known: dict[str, Any] = {
        "form": form, "most": finding.MOST, "level": pack.network().level(level), "who": who, "query": query_of(request, level)
    }  # fmt: skip
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        wanted = Wanted(
            given["words"], tuple(given["kinds"]), given["topic"], given["region"], _midnight(given["since"]),
            _midnight(given["until"], days=1),
        )  # fmt: skip
        hits = finding.find(level, wanted)
        known |= {
            "hits": hits, "rows": [shown.row(hit.row, hit.piece, known["query"]) for hit in hits.hits],
            "keep": forms.KeepForm(initial={"words": hits.read_as or given["words"], "how": "daily"}), "given": given,
            "sought": wanted.words or wanted.kinds or wanted.topic or wanted.region is not None,
        }  # fmt: skip
        # the words are nobody's business
        counted = {"hits": len(hits.hits), "topic": given["topic"], "kinds": list(wanted.kinds)}
        audit.record(f"account:{who.account_id}", "repository.searched", "list", "repository", **counted)
    return render(request, "repository/find.html", known, status=422 if form.is_bound and not form.is_valid() else 200)


@require_GET
@member_page
def like(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """What is alike, of whatever kind."""
    level = level_of(request)
    one = finding.entry(level, entry_id)
    if one is None:
        raise Http404
    query = query_of(request, level)
    rows = shown.rows(finding.alike(level, one), query)
    audit.record(f"account:{of(request).account_id}", "repository.looked_for_alike", one.kind, one.about, hits=len(rows))
    known = {"one": shown.row(one, query=query), "rows": rows, "query": query}
    return render(request, "repository/like.html", known)


def _midnight(day: date | None, days: int = 0) -> datetime | None:
    """When a day begins, where the programme is (`days` later)."""
    if day is None or not date(1900, 1, 1) <= day <= date(2900, 1, 1):
        return None
    return timezone.make_aware(datetime.combine(day + timedelta(days=days), time()))
