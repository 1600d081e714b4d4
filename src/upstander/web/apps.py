"""The Django app of the shared look."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Templates, template tags and static files."""

    name = "upstander.web"
    label = "web"
