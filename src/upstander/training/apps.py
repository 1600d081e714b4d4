from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "upstander.training"
    label = "training"
    verbose_name = "Training"
