"""The reporter's addresses. Nothing that anybody wrote, and no code, is ever part of one."""

from django.urls import path

from upstander.intake.channels import api

urlpatterns = [
    path("api/v1/tips", api.tips, name="api-tips"),
    path("api/v1/dialogue", api.dialogue, name="api-dialogue"),
    path("api/v1/schools", api.schools, name="api-schools"),
    path("api/v1/openapi.json", api.description, name="api-openapi"),
]
