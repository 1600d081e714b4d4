"""The custodians' pages: what is sealed, its chain of custody, the hand-over, the destruction. No page of them opens a file."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_POST

from upstander import clock
from upstander.audit import services as audit
from upstander.evidence import access, custody, destroying, forms, handing, hashing
from upstander.evidence.access import StaffRequest
from upstander.evidence.kinds import KINDS
from upstander.evidence.models import Destruction, File, HandOver, HashList
from upstander.people import queries as people

PAGE = 50
WHY_NOT: dict[str, str | Promise] = {
    "not_sealed": lazy("This file is not sealed (any more)."),
    "over": lazy("This was settled already."),
    "asked": lazy("Its destruction has been asked for already."),
    "same": lazy("You asked for this yourself. A second custodian must confirm it."),
}
ACTS: dict[str, str | Promise] = {
    "received": lazy("Received from the reporter, sealed as it came"), "hashed": lazy("Hashed without being shown"),
    "looked": lazy("A person decided to look"), "not_shown": lazy("Could not be shown"),
    "listened": lazy("A person decided to listen"), "not_played": lazy("Could not be played"), "sealed": lazy("Sealed"),
    "matched": lazy("Matched a list of an agency"), "ordered": lazy("Hand-over ordered"),
    "packed": lazy("Package made, hash checked"),
    "not_packed": lazy("No package could be made"), "downloaded": lazy("Package downloaded by a custodian"),
    "handed_over": lazy("Received by the agency"), "withdrawn": lazy("Hand-over withdrawn"),
    "destruction_asked": lazy("Destruction requested by the agency"), "destruction_confirmed": lazy("Destruction confirmed"),
    "destruction_refused": lazy("Destruction refused"), "destroyed": lazy("Destroyed"),
}  # fmt: skip

# What of a link is shown, and as what; the rest is for programs.
WITH: dict[str, str | Promise] = {
    "agency": lazy("agency"), "officer": lazy("officer"), "reference": lazy("reference"), "how": lazy("how"),
    "reason": lazy("why"),
    "receipt": lazy("hand-over"), "certificate": lazy("certificate"), "sha256": lazy("SHA-256 of the file"), "md5": "MD5",
    "package_sha256": lazy("SHA-256 of the package"), "bytes": lazy("bytes"), "ground": lazy("because"), "fault": lazy("fault"),
    "list": lazy("list"), "by": lazy("by its"), "why": lazy("why"),
}  # fmt: skip


def _found(file_id: UUID) -> File:
    """A file that is sealed, or was: what lies in quarantine is no custodian's business yet. Raises Http404."""
    file = File.objects.exclude(state=File.State.QUARANTINED).filter(id=file_id).first()
    if file is None:
        raise Http404
    return file


def _step(file: File, order: HandOver | None, asked: bool) -> tuple[str, str | Promise]:
    """Where a file stands, as a badge and in words."""
    if file.state == File.State.DESTROYED:
        return "other", _("Destroyed")
    if asked:
        return "soon", _("Destruction waits for a second custodian")
    if order is None:
        return "waiting", _("Not handed over yet")
    if order.received_at:
        return "ok", _("Handed over")
    if order.failed:
        return "overdue", _("The package could not be made")
    return (
        ("soon", _("The package is ready"))
        if order.packed_at
        else ("waiting", _("The package is being made"))
    )


@require_GET
@access.custodian
@transaction.atomic
def everything(request: StaffRequest) -> HttpResponse:
    """What is sealed, what is to be decided first."""
    files = File.objects.exclude(state=File.State.QUARANTINED).order_by("-state", "sealed_at")
    page = Paginator(files, PAGE).get_page(request.GET.get("page"))
    ids = [f.id for f in page]
    latest = {
        o.file_id: o for o in HandOver.objects.filter(file__in=ids, withdrawn_at=None).order_by("ordered_at")
    }
    asked = set(Destruction.objects.filter(file__in=ids, decided_at=None).values_list("file_id", flat=True))
    now = clock.now()
    rows = [
        {
            "file": f,
            "label": KINDS[f.kind].label,
            "step": _step(f, latest.get(f.id), f.id in asked),
            "over": _over(f, now),
        }
        for f in page
    ]
    audit.record(request.user.actor, "evidence.listed", "page", page.number, files=len(rows))
    return render(request, "evidence/list.html", {"rows": rows, "page": page, "now": now})


def _over(file: File, now: datetime) -> bool:
    """Whether the preservation clock has run out and somebody must decide."""
    return file.state == File.State.SEALED and file.keep_until is not None and file.keep_until < now


@require_GET
@access.custodian
@transaction.atomic
def one(request: StaffRequest, file_id: UUID) -> HttpResponse:
    """A sealed file: its papers, never itself."""
    return _page(request, _found(file_id))


def _page(request: StaffRequest, file: File, status: int = 200, **bound: Any) -> HttpResponse:
    audit.record(request.user.actor, "evidence.viewed", "file", file.id)
    orders, requests = handing.orders(file), destroying.requests(file)
    current = next((o for o in orders if not o.order.withdrawn_at), None)
    known = {
        **_papers(file),
        "orders": orders,
        "current": current,
        "requests": requests,
        "open_request": next((r for r in requests if r.request.decided_at is None), None),
        "me": request.user.pk,
        "order_form": bound.get("order") or forms.OrderForm(auto_id="id_order_%s"),
        "received_form": bound.get("received") or forms.ReceivedForm(auto_id="id_received_%s"),
        "destroy_form": bound.get("destroy") or forms.DestroyForm(auto_id="id_destroy_%s"),
        "why_not": bound.get("why_not", ""),
        "passphrase": bound.get("passphrase", ""),
        "receipt": bound.get("receipt", ""),
    }
    return render(request, "evidence/file.html", known, status=status)


def _papers(file: File) -> dict[str, Any]:
    """The chain of custody and what else is printed of a file."""
    links = custody.chain(file)
    names = people.names([file.sealed_by or 0, *(_account(link.event.actor) for link in links)])
    hashes = hashing.of(file)
    packed = [link.words.get("sha256") for link in links if link.event.act == "packed"]
    rows = [
        {
            "at": link.event.at,
            "act": ACTS.get(link.event.act, link.event.act),
            "by": names.get(_account(link.event.actor)) or _BY.get(link.event.actor, link.event.actor),
            "with": [
                (WITH.get(k, k), v) for k, v in {**link.words, **link.event.detail}.items() if k in WITH
            ],
        }
        for link in links
    ]
    return {
        "file": file, "label": KINDS[file.kind].label, "hashes": hashes, "chain": rows, "now": clock.now(),
        "sealed_by": names.get(file.sealed_by or 0, ""), "over": _over(file, clock.now()),
        "agrees": all(sha == hashes.sha256 for sha in packed) if packed and hashes else None,
        "list": HashList.objects.filter(id=file.matched_list).first() if file.matched_list else None,
    }  # fmt: skip


def _account(actor: str) -> int:
    """The account of an actor; 0 where it is none."""
    return int(actor.removeprefix("account:")) if actor.startswith("account:") else 0


_BY: dict[str, str | Promise] = {
    "reporter": lazy("the reporter"), "system:worker": lazy("the system"), "system:custody": lazy("the custody process"),
}  # fmt: skip


@require_POST
@access.custodian
@transaction.atomic
def order(request: StaffRequest, file_id: UUID) -> HttpResponse:
    """Order a hand-over. A passphrase stands in the answer to this press and nowhere else."""
    file = _found(file_id)
    form = forms.OrderForm(request.POST, auto_id="id_order_%s")
    if not form.is_valid():
        return _page(request, file, 422, order=form)
    try:
        made = handing.order(file.id, request.user, form.words(), form.cleaned_data["key"])
    except handing.CannotHandOver as error:
        return _page(request, file, 409, order=form, why_not=WHY_NOT[error.code])
    if made.passphrase:
        return _page(request, file, passphrase=made.passphrase, receipt=made.order.receipt)
    return redirect("evidence_file", file_id=file.id)


@require_POST
@access.custodian
def package(request: StaffRequest, file_id: UUID, order_id: UUID) -> HttpResponse:
    """The package, ciphertext, to be given to the agency."""
    file = _found(file_id)
    try:
        made, data = handing.package(order_id, request.user)
    except handing.CannotHandOver as error:
        with transaction.atomic():
            return _page(request, file, 409, why_not=WHY_NOT[error.code])
    response = HttpResponse(data, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{made.receipt}.tar.age"'
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@access.custodian
@transaction.atomic
def received(request: StaffRequest, file_id: UUID, order_id: UUID) -> HttpResponse:
    """The agency's named officer has it; or, with `withdraw`, it came to nothing."""
    file = _found(file_id)
    try:
        if "withdraw" in request.POST:
            handing.withdraw(order_id, request.user)
            return redirect("evidence_file", file_id=file.id)
        form = forms.ReceivedForm(request.POST, auto_id="id_received_%s")
        if not form.is_valid():
            return _page(request, file, 422, received=form)
        handing.received(order_id, request.user, form.words())
    except handing.CannotHandOver as error:
        return _page(request, file, 409, why_not=WHY_NOT[error.code])
    return redirect("evidence_file", file_id=file.id)


@require_POST
@access.custodian
@transaction.atomic
def destroy(request: StaffRequest, file_id: UUID) -> HttpResponse:
    """Record an agency's request to destroy it."""
    file = _found(file_id)
    form = forms.DestroyForm(request.POST, auto_id="id_destroy_%s")
    if not form.is_valid():
        return _page(request, file, 422, destroy=form)
    try:
        destroying.ask(file.id, request.user, form.words())
    except destroying.CannotDestroy as error:
        return _page(request, file, 409, destroy=form, why_not=WHY_NOT[error.code])
    return redirect("evidence_file", file_id=file.id)


@require_POST
@access.custodian
@transaction.atomic
def decide(request: StaffRequest, file_id: UUID, request_id: UUID) -> HttpResponse:
    """A second custodian confirms or refuses; confirmed, it is gone."""
    file = _found(file_id)
    form = forms.DecideForm(request.POST)
    if not form.is_valid() or not Destruction.objects.filter(id=request_id, file=file).exists():
        raise Http404
    try:
        destroying.decide(request_id, request.user, confirm=form.cleaned_data["decision"] == "confirm")
    except destroying.CannotDestroy as error:
        return _page(request, file, 409, why_not=WHY_NOT[error.code])
    return redirect("evidence_file", file_id=file.id)


@require_GET
@access.custodian
@transaction.atomic
def record(request: StaffRequest, file_id: UUID) -> HttpResponse:
    """The chain of custody for paper; of a destroyed file with the certificate."""
    file = _found(file_id)
    audit.record(request.user.actor, "evidence.printed", "file", file.id)
    confirmed = [r for r in destroying.requests(file) if r.request.confirmed]
    known = {
        **_papers(file),
        "certificate": confirmed[0] if confirmed else None,
        "orders": handing.orders(file),
    }
    if known["certificate"]:
        made = known["certificate"].request
        known["people"] = people.names([made.asked_by, made.decided_by])
        known["asked_by"], known["confirmed_by"] = (
            known["people"].get(i, "") for i in (made.asked_by, made.decided_by)
        )
    return render(request, "evidence/record.html", known)
