"""Security headers, and forms from elsewhere."""

import pytest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import RequestFactory, override_settings

from upstander.web.middleware import SameOriginPosts, SecurityHeaders

factory = RequestFactory()


def ok(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<p>ok")


def test_every_answer_carries_the_headers() -> None:
    response = SecurityHeaders(ok)(factory.get("/"))
    policy = response.headers["Content-Security-Policy"]
    for part in (
        "default-src 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "manifest-src 'self'",
    ):
        assert part in policy
    assert "unsafe" not in policy
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in response.headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in response.headers


def test_pages_and_json_are_never_stored_and_static_files_are() -> None:
    assert SecurityHeaders(ok)(factory.get("/")).headers["Cache-Control"] == "no-store"
    json = SecurityHeaders(lambda request: JsonResponse({}))(factory.get("/"))
    assert json.headers["Cache-Control"] == "no-store"

    def static(request: HttpRequest) -> HttpResponse:
        return HttpResponse("", content_type="text/css", headers={"Cache-Control": "max-age=9, immutable"})

    assert SecurityHeaders(static)(factory.get("/")).headers["Cache-Control"] == "max-age=9, immutable"


def test_hsts_only_behind_tls() -> None:
    with override_settings(UPSTANDER_HTTPS=True):
        assert "max-age=" in SecurityHeaders(ok)(factory.get("/")).headers["Strict-Transport-Security"]
    with override_settings(UPSTANDER_HTTPS=False):
        assert "Strict-Transport-Security" not in SecurityHeaders(ok)(factory.get("/")).headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"HTTP_SEC_FETCH_SITE": "same-origin"}, 200),
        ({"HTTP_SEC_FETCH_SITE": "none"}, 200),
        ({"HTTP_SEC_FETCH_SITE": "same-site"}, 403),
        ({"HTTP_SEC_FETCH_SITE": "cross-site"}, 403),
        ({"HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_ORIGIN": "http://testserver"}, 403),
        ({"HTTP_ORIGIN": "http://testserver"}, 200),
        ({"HTTP_ORIGIN": "http://testserver.evil.example"}, 403),
        ({"HTTP_ORIGIN": "http://evil.example"}, 403),
        ({"HTTP_ORIGIN": "http://evil.example/testserver"}, 403),
        ({"HTTP_ORIGIN": "http://testserver:81"}, 403),
        ({"HTTP_ORIGIN": "null"}, 403),
        ({"HTTP_ORIGIN": "http://[broken"}, 403),
    ],
)
def test_forms_from_elsewhere_are_refused(headers: dict[str, str], status: int) -> None:
    response = SameOriginPosts(ok)(factory.post("/report/", {"a": "b"}, **headers))  # type: ignore[arg-type]
    assert response.status_code == status


def test_reading_is_open_to_links_from_anywhere() -> None:
    request = factory.get("/", HTTP_SEC_FETCH_SITE="cross-site")
    assert SameOriginPosts(ok)(request).status_code == 200


def test_json_under_api_is_exempt_and_nothing_else_is() -> None:
    def post(path: str, content_type: str) -> int:
        request = factory.post(path, "{}", content_type=content_type, HTTP_ORIGIN="https://app.example")
        return SameOriginPosts(ok)(request).status_code

    assert post("/api/v1/tips", "application/json") == 200
    assert post("/api/v1/tips", "application/json; charset=utf-8") == 200
    assert post("/api/v1/tips", "text/plain") == 403
    assert post("/report/", "application/json") == 403
