from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "upstander.desk"
    label = "desk"
    verbose_name = "Desk"
