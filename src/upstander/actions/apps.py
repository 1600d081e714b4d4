from django.apps import AppConfig


class ActionsConfig(AppConfig):
    name = "upstander.actions"
    label = "actions"
    verbose_name = "Actions"
