"""Base templates and error pages."""

import pytest
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory, override_settings

from tests.support.configured import put
from upstander.web import context, errors

factory = RequestFactory()


@pytest.mark.parametrize("name", ["public_base", "staff_base", "desk_base", "school_base", "plain_base"])
def test_a_base_renders_with_and_without_context(name: str) -> None:
    for known in ({}, context.house(), {"csrf_token": "t", "live_url": "/live/"}):
        page = render_to_string(f"upstander/{name}.html", known)
        assert page.startswith("<!doctype html>")
        assert 'lang="en' in page
        assert 'href="#main"' in page and 'id="main"' in page
        assert 'name="viewport"' in page


def test_the_sandbox_says_so() -> None:
    with override_settings(UPSTANDER_SANDBOX=True):
        assert "Nothing leaves this machine." in render_to_string(
            "upstander/public_base.html", context.house()
        )
    with override_settings(UPSTANDER_SANDBOX=False):
        assert "Nothing leaves" not in render_to_string("upstander/public_base.html", context.house())


@pytest.mark.parametrize(
    "real",
    [
        {"smtp_host": "mail.example"},
        {"sms": "kannel", "sms_url": "http://127.0.0.1:13013/cgi-bin/sendsms", "sms_number": "+12175550100"},
        {"calls": "sip", "sip_host": "trunk.example", "sip_number": "+12175550100"},
        {"push": "webpush"},
        {"webhooks": "https"},
    ],
    ids=lambda real: next(iter(real)),
)
def test_a_practice_system_with_a_real_carrier_does_not_say_that_nothing_leaves_it(
    real: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(monkeypatch, **real)
    with override_settings(UPSTANDER_SANDBOX=True):
        page = render_to_string("upstander/public_base.html", context.house())
    assert "Nothing leaves" not in page and "messages and calls do leave it" in page


def test_a_reporter_page_gives_nothing_away_and_can_be_left() -> None:
    page = render_to_string("upstander/public_base.html", {**context.house(), "programme": "Safe2Say"})
    title = page.split("<title>")[1].split("</title>")[0]
    assert "Safe2Say" not in title
    assert "data-quick-exit" in page and 'rel="noreferrer noopener"' in page
    assert 'href="tel:911"' in page and 'href="tel:988"' in page


def test_the_desk_configures_htmx_for_a_strict_policy() -> None:
    page = render_to_string("upstander/staff_base.html", {"live_url": "/live/", "csrf_token": "abc"})
    for part in (
        '"allowEval":false',
        '"includeIndicatorStyles":false',
        '"historyCacheSize":0',
        'data-live-url="/live/"',
    ):
        assert part in page
    assert '"X-CSRFToken":"abc"' in page


@pytest.mark.parametrize("status", sorted(errors.WORDS))
def test_error_pages_speak_plainly(status: int) -> None:
    response = errors.page(factory.get("/"), status)
    page = response.content.decode()
    assert response.status_code == status
    assert str(errors.WORDS[status].title) in page
    assert "Traceback" not in page and "Exception" not in page
    assert ("Retry-After" in response.headers) == (status in errors.RETRY_AFTER)


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500"])
def test_djangos_own_error_templates_need_no_context(name: str) -> None:
    assert "<h1>" in get_template(f"{name}.html").render()


def test_handlers_answer_without_a_session() -> None:
    request = factory.get("/nowhere")
    assert errors.handler400(request, ValueError()).status_code == 400
    assert errors.handler403(request).status_code == 403
    assert errors.handler404(request).status_code == 404
    assert errors.handler500(request).status_code == 500
    assert errors.csrf_failure(request, "because").status_code == 403


def test_who_is_signed_in_and_has_another_role_is_not_told_of_being_signed_out() -> None:
    page = errors.another_role(factory.get("/nowhere"))
    assert page.status_code == 403 and b"This page is for another role." in page.content
    assert b"signed out" not in page.content
    assert b"signed out" in errors.csrf_failure(factory.get("/nowhere"), "because").content
