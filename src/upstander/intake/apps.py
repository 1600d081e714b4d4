from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "upstander.intake"
    label = "intake"
    verbose_name = "Intake"
