from django.apps import AppConfig


class OpsConfig(AppConfig):
    name = "upstander.ops"
    label = "ops"
    verbose_name = "House"
