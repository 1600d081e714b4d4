"""A member's own pages: what they chose, their level in words, the agreement, the yearly word, and the way out."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upstander.directory.models import Organisation
from upstander.ids import new_id
from upstander.network import own, pack, papers
from upstander.network.apply_views import again
from upstander.network.doors import mending_page
from upstander.network.errors import CannotDo
from upstander.network.forms import AttestForm, ChangeForm, ChoiceForm, PressForm, SignForm
from upstander.network.middleware import of
from upstander.network.models import Member
from upstander.web import paper


def _mine(request: HttpRequest) -> Member:
    id = of(request).member_id
    assert id is not None, "the door lets members in only"
    return Member.objects.select_related("account", "organisation").get(pk=id)


def _here(view: Callable[[HttpRequest, Member], HttpResponse]) -> Callable[[HttpRequest], HttpResponseBase]:
    @wraps(view)
    def shown(request: HttpRequest) -> HttpResponse:
        return view(request, _mine(request))

    return mending_page(shown)


@require_http_methods(["GET", "HEAD", "POST"])
@_here
def me(request: HttpRequest, member: Member) -> HttpResponse:
    """What they chose, and what follows for them."""
    names = ("topics", "regions", "wishes", "told", "language")
    form = ChoiceForm(request.POST if request.method == "POST" else None, initial={n: getattr(member, n) for n in names})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        own.choose(member, **{**given, "regions": [int(r) for r in given["regions"]]})
        messages.success(request, _("Kept."))
        return redirect("network_me")
    who, known = of(request), pack.network()
    signed = member.signatures.select_related("agreement").order_by("-at")
    said = max([member.joined_at, *member.attestations.values_list("at", flat=True)])
    shown = {
        "member": member, "form": form, "who": who, "signed": list(signed),
        "discipline": known.label("disciplines", member.discipline),
        "level": known.level(who.level) if who.level is not None else None, "said": said,
        "due": pack.months_after(said, known.limits.attest_months), "new_text": not own.has_signed(member),
        "waits": own.waiting_change(member),
        "places": list(Organisation.objects.filter(pk__in=member.regions).order_by("name")),
    }  # fmt: skip
    return render(request, "network/me.html", shown, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@_here
def agreement(request: HttpRequest, member: Member) -> HttpResponse:
    """The text in force, to be signed where it is not."""
    text, signed = own.agreement(), own.has_signed(member)
    form = SignForm(request.POST or None, initial={"digest": text.digest, "press": new_id()})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            own.sign(member, given["press"], given["digest"], given["typed_name"])
            messages.success(request, _("Signed. Thank you."))
            return redirect("network_me")
        except CannotDo as why:
            form = again(request, text.digest, str(why))
    shown = {"member": member, "agreement": text, "signed": signed, "form": form}
    return render(request, "network/agreement.html", shown, status=422 if form.errors else 200)


@require_GET
@mending_page
def agreement_pdf(request: HttpRequest, signature_id: UUID) -> HttpResponse:
    """A copy of what they signed."""
    found = _mine(request).signatures.select_related("agreement").filter(pk=signature_id).first()
    if found is None:
        raise Http404
    return paper.answer(papers.signed(found), f"agreement-{found.agreement.version}")


@require_http_methods(["GET", "HEAD", "POST"])
@_here
def attest(request: HttpRequest, member: Member) -> HttpResponse:
    """Once a year: I still hold this position."""
    form = AttestForm(request.POST or None, initial={"position": member.position, "works_at": member.works_at, "press": new_id()})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            own.attest(member, given["press"], given["position"], given["works_at"])
            messages.success(request, _("Thank you. We ask again in a year."))
            return redirect("network_me")
        except CannotDo as why:
            form.add_error(None, str(why))
    return render(request, "network/attest.html", {"member": member, "form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@_here
def changed(request: HttpRequest, member: Member) -> HttpResponse:
    """My position, or whom I work for, is another now."""
    form = ChangeForm(request.POST or None, initial={"position": member.position, "works_at": member.works_at, "press": new_id()})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            own.tell_change(member, given["press"], given["position"], given["works_at"])
            messages.success(request, _("Thank you. Somebody of the program looks at it."))
            return redirect("network_me")
        except CannotDo as why:
            form.add_error(None, str(why))
    shown = {"member": member, "form": form, "waits": own.waiting_change(member)}
    return render(request, "network/changed.html", shown, status=422 if form.errors else 200)


@require_POST
@_here
def leave(request: HttpRequest, member: Member) -> HttpResponse:
    """Leave the network."""
    if PressForm(request.POST).is_valid() and request.POST.get("sure") == "yes":
        own.leave(member)
        return render(request, "network/left.html", {})
    messages.error(request, _("Say first that you are sure."))
    return redirect("network_me")
