from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "upstander.directory"
    label = "directory"
    verbose_name = "Directory"
