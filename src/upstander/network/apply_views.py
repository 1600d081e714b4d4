"""The pages without sign-in: to apply, to confirm and sign, to answer for somebody, and the agreement's text."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from upstander.ids import new_id
from upstander.network import agreements, applying, asking, pack, walls
from upstander.network.errors import CannotDo
from upstander.network.forms import AppealForm, ApplicationForm, SignForm, VouchForm
from upstander.network.models import Application, Inquiry
from upstander.packs.current import current
from upstander.web import errors


def _common() -> dict[str, object]:
    return {"desk_phone": current().programme.desk_phone}


@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """The application. Whatever address is given, the answer is the same: look into your mailbox."""
    if pack.maybe() is None:
        return errors.page(request, 404)
    form = ApplicationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            applying.apply(form.cleaned_data["press"], form.given(), get_language() or "en")
        except CannotDo as why:
            form.add_error(None, str(why))
        else:
            return render(request, "network/applied.html", {"email": form.cleaned_data["email"], **_common()})
    return render(request, "network/apply.html", {"form": form, **_common()}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Behind the mailed link: what was sent in, and the agreement to sign; later, how far it is, and the way to appeal."""
    with walls.reading(walls.STAFF):
        found = applying.opened(token)
        text = agreements.in_force() if found and found.state == Application.State.NEW else None
        known = found is not None and found.state == Application.State.NEW and applying.is_known(found)
    if known:
        return render(request, "network/one_is_enough.html", _common(), status=409)
    if found is None:
        return render(request, "network/link_over.html", _common(), status=404)
    if text is None:
        return _later(request, found, token)
    form = SignForm(request.POST or None, initial={"digest": text.digest, "press": new_id()})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            if applying.confirm(token, given["press"], given["digest"], given["typed_name"]) is not None:
                return redirect("network_apply_confirm", token=token)
        except CannotDo as why:
            form = again(request, text.digest, str(why))
    shown = {"one": found, "agreement": text, "form": form, **_common()}
    return render(request, "network/confirm.html", shown, status=422 if form.errors else 200)


def again(request: HttpRequest, digest: str, why: str) -> SignForm:
    """The form as it was filled in, under the text that is shown now, with the words beside the name."""
    data = request.POST.copy()
    data["digest"] = digest
    form = SignForm(data)
    if form.is_valid():
        form.add_error("typed_name", why)
    return form


def _later(request: HttpRequest, found: Application, token: str) -> HttpResponse:
    """How far an application is."""
    form = AppealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            applying.appeal(token, form.cleaned_data["words"])
            return redirect("network_apply_confirm", token=token)
        except CannotDo as why:
            form.add_error("words", str(why))
    shown = {"one": found, "form": form, **_common()}
    return render(request, "network/how_far.html", shown, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def sponsor(request: HttpRequest, token: str) -> HttpResponse:
    """Somebody who is asked about an applicant answers. The first answer counts."""
    with walls.reading(walls.STAFF):
        found = asking.opened(token)
    if found is None:
        return render(request, "network/link_over.html", _common(), status=404)
    form = VouchForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        yes = {name: given[name] == "yes" for name in ("knows", "holds", "address")}
        if not asking.answer(token, asking.Answer(by=" ".join(given["by"].split()), note=given["note"], **yes)):
            return render(request, "network/link_over.html", _common(), status=404)
        return render(request, "network/vouched.html", _common())
    shown = {"asked": found, "one": found.application, "agency": found.kind == Inquiry.Kind.AGENCY, "form": form, **_common()}
    return render(request, "network/vouch.html", shown, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD"])
def terms(request: HttpRequest) -> HttpResponse:
    """The agreement that every member signs, for everybody to read."""
    known = pack.maybe()
    if known is None:
        return errors.page(request, 404)
    return render(request, "network/terms.html", {"agreement": known.agreement, **_common()})
