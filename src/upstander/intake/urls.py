"""The reporter's addresses. Nothing that anybody wrote, and no receipt, is ever part of one; a poster's code names a school."""

from django.urls import path, re_path

from upstander.intake.channels import (
    api,
    installed,
    offline,
    posters,
    referrals,
    returning,
    telling,
    uploads,
    web,
)

urlpatterns = [
    path("", web.home, name="home"),
    re_path("^tell/?$", web.tell, name="tell"),
    re_path("^tell/files/?$", web.tell, name="tell-files"),
    re_path("^tell/files/shared/?$", offline.shared, name="shared"),
    re_path("^tell/offline/?$", offline.tell, name="tell-offline"),
    re_path("^p/(?P<code>[^/]{1,40})/?$", posters.scanned, name="poster"),
    re_path("^return/files/?$", returning.come_back, name="return-files"),
    re_path("^return/push/?$", telling.push, name="push"),
    re_path("^return/?$", returning.come_back, name="return"),
    re_path("^about/?$", web.about, name="about"),
    re_path("^privacy/?$", web.privacy, name="privacy"),
    re_path("^app/?$", installed.app, name="app"),
    path("app.webmanifest", installed.manifest, name="manifest"),
    path("worker.js", installed.worker, name="worker"),
    path("api/v1/tips", api.tips, name="api-tips"),
    path("api/v1/dialogue", api.dialogue, name="api-dialogue"),
    path("api/v1/referrals", referrals.referrals, name="api-referrals"),
    path("api/v1/uploads", uploads.uploads, name="api-uploads"),
    re_path(r"^api/v1/uploads/[^/]{1,40}$", uploads.chunk, name="api-chunk"),
    path("api/v1/schools", api.schools, name="api-schools"),
    path("api/v1/openapi.json", api.description, name="api-openapi"),
    re_path("^api/", api.nothing, name="api-nothing"),
]
