from django.apps import AppConfig


class ResponseConfig(AppConfig):
    name = "upstander.response"
    label = "response"
    verbose_name = "Response"
