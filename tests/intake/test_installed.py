"""The site as an app on a phone's home screen (D-II.E): what the browser is told, and what nobody is told."""

import io
import json
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.intake.reader import Reader
from upstander.evidence.lanes import FORMS
from upstander.evidence.models import File
from upstander.intake.channels import installed

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("/", "/tell/", "/return/", "/about/", "/privacy/")


@pytest.mark.req("D-II.E")
@pytest.mark.django_db
def test_every_page_of_a_reporter_leads_to_what_makes_it_an_app(web):
    for path in PAGES:
        assert '<link rel="manifest" href="/app.webmanifest">' in Reader(web, path).html, path


@pytest.mark.req("D-II.E")
def test_the_app_is_this_site_under_the_programmes_short_name(web, settings):
    answer = web.get("/app.webmanifest")
    told = json.loads(answer.content)

    assert answer["Content-Type"] == "application/manifest+json"
    assert told["name"] == told["short_name"] == settings.UPSTANDER_PROGRAMME_NAME
    assert (told["start_url"], told["scope"], told["display"]) == ("/", "/", "standalone")
    assert "manifest-src 'self'" in answer["Content-Security-Policy"]
    assert not answer.cookies


def test_every_icon_is_there_small_and_as_large_as_it_says(web):
    icons = json.loads(web.get("/app.webmanifest").content)["icons"]

    assert {(i["sizes"], i["purpose"]) for i in icons} == {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")}
    for icon in icons:
        assert icon["src"].startswith("/"), "from our own origin"
        data = Path(finders.find(icon["src"].removeprefix("/static/"))).read_bytes()
        image = Image.open(io.BytesIO(data))
        assert (image.format, "x".join(map(str, image.size))) == ("PNG", icon["sizes"])
        assert len(data) < 5_000
        if icon["purpose"] == "maskable":
            assert image.convert("RGBA").getextrema()[3] == (255, 255), "a phone cuts it: nothing of it is clear"
        assert data == (ROOT / "assets" / "img" / Path(icon["src"]).name).read_bytes(), "`make assets` serves the same"


def test_its_colours_are_those_of_the_pages():
    style = Path(finders.find("upstander/css/public.css")).read_text()

    assert f"--head: {installed.THEME}" in style and f"--bg: {installed.BACKGROUND}" in style


@pytest.mark.illinois
@pytest.mark.req("D-II.E")
@pytest.mark.django_db
@pytest.mark.parametrize(("language", "words"), [("en", "Add to Home Screen"), ("es", "Agregar a pantalla de inicio")])
def test_the_first_page_says_how_and_that_others_can_see_it(web, language, words):
    page = Reader(web, f"/?lang={language}")

    assert words in page.text
    assert ("Anybody who uses your phone can see it" if language == "en" else "Cualquiera que use su teléfono") in page.text


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_it_is_only_read(web, method):
    refused = getattr(web, method)("/app.webmanifest")

    assert refused.status_code == 405 and "GET" in refused["Allow"]


@pytest.mark.req("D-II.F")
def test_who_asks_for_it_is_in_no_log(web, caplog):
    caplog.set_level("DEBUG")

    assert web.get("/app.webmanifest", headers={"User-Agent": "Zebra/1"}, REMOTE_ADDR="203.0.113.9").status_code == 200
    assert "Zebra" not in caplog.text and "203.0.113.9" not in caplog.text


def test_the_desks_pages_are_no_app():
    from importlib import import_module

    from django.urls import Resolver404, resolve

    with pytest.raises(Resolver404):
        resolve("/app.webmanifest", import_module("upstander.urls.desk").__name__)


def shared_picture() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "JPEG")
    return SimpleUploadedFile("photo.jpg", out.getvalue(), "image/jpeg")


@pytest.mark.req("D-II.E")
@pytest.mark.django_db
def test_a_picture_shared_with_the_app_goes_with_a_report_by_the_same_door(web):
    told = json.loads(web.get("/app.webmanifest").content)["share_target"]
    assert (told["method"], told["enctype"]) == ("POST", "multipart/form-data")
    assert any(told["action"].startswith(form) for form in FORMS), "it is cut up and sealed while it arrives"
    name = told["params"]["files"][0]["name"]
    page = Reader(web, "/about/")
    page._show(web.post(told["action"], {name: shared_picture(), "title": "See", "url": "https://example.org/"}))
    assert "What you shared is here." in page.text and "photo.jpg" in page.text
    page.press("next", danger="no")
    assert page.fields["text"] == "See\nhttps://example.org/"
    page.press("next", text="They sent this around.").press("to-review")
    assert "photo.jpg" in page.text
    page.press("send")
    assert page.heading() == "Received"
    assert File.objects.get().kind == "jpeg"


@pytest.mark.django_db
def test_what_is_shared_and_cannot_be_taken_is_named_and_the_form_goes_on(web):
    page = Reader(web, "/about/")
    page._show(web.post("/tell/files/shared/", {"file": SimpleUploadedFile("all.zip", b"PK\x03\x04")}))
    assert page.status == 200 and "all.zip" in page.text and "We cannot take this kind of file" in page.text
    assert page.press("next", danger="no").press("send", text="words").heading() == "Received"
    assert not File.objects.exists() and Reader(web, "/tell/files/shared/").fields["draft"]
