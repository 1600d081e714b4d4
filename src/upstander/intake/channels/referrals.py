"""The JSON door for agencies and partner lines (D-IV.B.3): a report that is passed on, by a machine that says whose it is.

It stands at the public origin, whose process can open nothing: a token sends, and never reads (docs/decisions/0110).
"""

import base64
import hashlib

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from upstander.evidence.receiving import CannotTake
from upstander.intake import services
from upstander.intake.channels import api
from upstander.intake.channels import api_types as t
from upstander.intake.models import Channel
from upstander.packs.current import current
from upstander.people import tokens

_referral = msgspec.json.Decoder(t.ReferralIn)


def _holder(request: HttpRequest, scope: str | None = None) -> tokens.Holder:
    """Who asks; raises api.Answer for a token that is none, is over, does not open this, or comes too often."""
    scheme, _space, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    asks = {"WWW-Authenticate": 'Bearer realm="referrals"'}
    try:
        return tokens.holder(token.strip() if scheme.lower() == "bearer" else "", scope)
    except tokens.NoSuchToken:
        raise api.Answer(401, "token", _("This needs the token of an agency."), headers=asks) from None
    except tokens.TokenOver:
        words = _("This token is over. Ask the program for a new one, and call the desk meanwhile.")
        raise api.Answer(401, "token_over", words, headers=asks) from None
    except tokens.NotForThis:
        raise api.Answer(403, "scope", _("This token does not open this.")) from None
    except tokens.TooOften as error:
        words = _(
            "These are too many in a minute. Send it again in the next one; if somebody is in danger, call the desk."
        )
        raise api.Answer(429, "too_often", words, headers={"Retry-After": str(error.seconds)}) from None


def _key(given: str, holder: tokens.Holder) -> str:
    """The agency's idempotency key, apart from every other agency's and every reporter's; raises WeakKey."""
    whose = f"referral|{holder.organisation_id}|{services.checked_key(given)}"
    return base64.urlsafe_b64encode(hashlib.sha256(whose.encode()).digest()).decode().rstrip("=")


def _language(code: str | None) -> str:
    """One that the programme has; its first where nothing is said. Raises Refused."""
    known = current().languages
    if code is not None and code not in known:
        raise services.Refused({"language": _("This can be: %(list)s.") % {"list": ", ".join(known)}})
    return code or next(iter(known))


def _submission(body: t.ReferralIn, holder: tokens.Holder) -> services.Submission:
    """The report as it is stored: the agency is who the token says it is, whatever the body says."""
    submitted = services.Submitted(
        kind=holder.kind, agency=holder.name, mandated=body.mandated, person=body.person or "", callback=body.callback or "",
        reference=body.reference or "",
    )  # fmt: skip
    return services.Submission(
        channel=Channel.REFERRAL.value, text=body.text, who=body.who or "", when=body.when or "", weapon=body.weapon or "",
        place_id=body.school_id, place_text=body.school_text or "", danger_now=body.danger_now, about_self=body.about_self,
        subtype=body.subtype or "", language=_language(body.language), files=api.files_of(body.attachments),
        submitted=submitted, brought_by=holder.actor,
    )  # fmt: skip


def send(request: HttpRequest) -> HttpResponse:
    """POST /api/v1/referrals: the same key with the same body is the same tip, and answered alike."""
    holder = _holder(request, tokens.SEND)
    key = _key(request.META.get("HTTP_IDEMPOTENCY_KEY", ""), holder)
    body = api.decoded(request, _referral)
    try:
        stored = services.receive(_submission(body, holder), key)
    except CannotTake as error:
        raise api.no_file(error) from None
    return api.answer(201, t.ReferralOut(stored.number))


def whose(request: HttpRequest) -> HttpResponse:
    """GET /api/v1/referrals: whose token it is, so that an agency can try it without making a tip."""
    holder = _holder(request)
    return api.answer(200, t.HolderOut(holder.name, list(holder.scopes), holder.expires_at.isoformat()))


referrals = api.endpoint(get=whose, post=send)
