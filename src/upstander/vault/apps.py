from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "upstander.vault"
    label = "vault"
    verbose_name = "Vault"
