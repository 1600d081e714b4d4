from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "upstander.assessment"
    label = "assessment"
    verbose_name = "Threat assessment"
