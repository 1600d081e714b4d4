"""A TAXII 2.1 server that is read: discovery, one API root, and for each peer the one collection of its level.

A peer's machine shows its token (as `Bearer`, as `Token`, or as the password of HTTP Basic, which the standard demands). What its
level may not see, the database does not show (decision 0122): its own wall stands around each answer.
"""

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import wraps
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from upstander import clock
from upstander.audit import services as audit
from upstander.exchange import passing, peers, taxii_reading
from upstander.exchange.models import Peer
from upstander.exchange.taxii_reading import Bad, Page, collection_id, moment
from upstander.markings import Level
from upstander.network import walls

MEDIA = "application/taxii+json;version=2.1"
STIX = "application/stix+json;version=2.1"
ROOT = "exchange"
_ACCEPTED = ("application/taxii+json", MEDIA, "application/*", "*/*")
_LONGEST = 400  # characters of what is shown as a token
View = Callable[..., JsonResponse]


def _answer(body: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> JsonResponse:
    return JsonResponse(
        body, status=status, content_type=MEDIA, headers={"Cache-Control": "no-store", **(headers or {})}
    )


def _error(status: int, title: str, headers: dict[str, str] | None = None) -> JsonResponse:
    return _answer({"title": title, "http_status": str(status)}, status, headers)


def _token(shown: str) -> str:
    """The token in an Authorization header; empty where there is none."""
    scheme, _, given = shown.partition(" ")
    if len(shown) > _LONGEST:
        return ""
    if scheme.lower() in ("bearer", "token"):
        return given.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(given, validate=True).decode().partition(":")[2]
    except (binascii.Error, ValueError):
        return ""


def _reader(request: HttpRequest) -> Peer | None:
    """Whose token was shown."""
    token = _token(request.headers.get("Authorization", ""))
    if not token.startswith(peers.MARK):
        return None
    known = Peer.objects.only("id", "level").filter(token_digest=peers.digest(token), ended_at=None)
    return known.first()


def _acceptable(request: HttpRequest) -> bool:
    """Whether the client takes what is sent here; quality values do not matter, for there is one thing."""
    given = request.headers.get("Accept", "*/*").lower().split(",")
    plain = ("".join(one.split(";q=")[0].split()) for one in given[:20])
    return any(one in _ACCEPTED for one in plain)


def _door(view: View) -> View:
    """Who may read, in which words, and behind which wall."""

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> JsonResponse:
        peer = _reader(request)
        if peer is None:
            return _error(401, "Show the token of your program", {"WWW-Authenticate": 'Basic realm="TAXII"'})
        if request.method not in ("GET", "HEAD"):
            return _error(403, "This collection is read, not written")
        if not _acceptable(request):
            return _error(406, f"Accept {MEDIA}")
        now = clock.now()
        Peer.objects.filter(pk=peer.pk).exclude(token_used_at__gt=now - timedelta(minutes=1)).update(
            token_used_at=now
        )
        with walls.reading(walls.STAFF):
            passing.follow()  # a recall is read by whoever asks next
        with walls.reading(Level(peer.level)):
            try:
                return view(request, peer, **kwargs)
            except Bad as why:
                return _error(400, str(why))

    return guarded


def _absent() -> JsonResponse:
    return _error(404, "There is no such thing here, or not for you")


@_door
def discovery(request: HttpRequest, peer: Peer) -> JsonResponse:
    """What servers there are: one."""
    root = request.build_absolute_uri(f"/taxii2/{ROOT}/")
    return _answer({"title": "School safety network", "default": root, "api_roots": [root]})


@_door
def api_root(request: HttpRequest, peer: Peer) -> JsonResponse:
    """Versions and limits."""
    return _answer({"title": "Bulletins for other states", "versions": [MEDIA], "max_content_length": 1})


def _collection(peer: Peer) -> dict[str, Any]:
    level = Level(peer.level)
    return {
        "id": str(collection_id(level)), "title": f"Bulletins, level {level.name}", "can_read": True, "can_write": False,
        "media_types": [STIX],
    }  # fmt: skip


def _is_theirs(peer: Peer, asked: Any) -> bool:
    return bool(asked == collection_id(peer.level))


@_door
def collections(request: HttpRequest, peer: Peer) -> JsonResponse:
    """The one collection of the peer's level: of others it does not hear."""
    return _answer({"collections": [_collection(peer)]})


@_door
def collection(request: HttpRequest, peer: Peer, collection: Any) -> JsonResponse:
    """That collection by its id."""
    return _answer(_collection(peer)) if _is_theirs(peer, collection) else _absent()


def _added(page: Page) -> dict[str, str]:
    if not page.rows:
        return {}
    return {
        "X-TAXII-Date-Added-First": moment(page.rows[0].added_at),
        "X-TAXII-Date-Added-Last": moment(page.rows[-1].added_at),
    }


def _paged(page: Page, name: str, found: Sequence[object]) -> JsonResponse:
    body: dict[str, Any] = {"more": bool(page.next)}
    if page.next:
        body["next"] = page.next
    if found:
        body[name] = found
    return _answer(body, headers=_added(page))


@_door
def objects(request: HttpRequest, peer: Peer, collection: Any, stix_id: str = "") -> JsonResponse:
    """The objects, or the versions of one; each reading is on the record."""
    if not _is_theirs(peer, collection):
        return _absent()
    page = taxii_reading.page(request.GET, stix_id=stix_id)
    if stix_id and not page.rows:
        return _absent()
    products = sorted({f"{row.product_id}/{row.product_version}" for row in page.rows if row.product_id})
    audit.record(
        f"peer:{peer.id}",
        "exchange.collection_read",
        "exchange_peer",
        peer.id,
        level=peer.level,
        products=products,
    )
    return _paged(page, "objects", [row.body for row in page.rows])


@_door
def manifest(request: HttpRequest, peer: Peer, collection: Any) -> JsonResponse:
    """What there is, without it."""
    if not _is_theirs(peer, collection):
        return _absent()
    page = taxii_reading.page(request.GET)
    found = [
        {
            "id": row.stix_id,
            "date_added": moment(row.added_at),
            "version": moment(row.version),
            "media_type": STIX,
        }
        for row in page.rows
    ]
    return _paged(page, "objects", found)


@_door
def versions(request: HttpRequest, peer: Peer, collection: Any, stix_id: str) -> JsonResponse:
    """The versions of one object."""
    if not _is_theirs(peer, collection):
        return _absent()
    page = taxii_reading.page(request.GET, stix_id=stix_id, versions=True)
    return _paged(page, "versions", [moment(row.version) for row in page.rows]) if page.rows else _absent()


@_door
def nowhere(request: HttpRequest, peer: Peer, rest: str = "") -> JsonResponse:
    """Everything else under this address."""
    return _absent()
