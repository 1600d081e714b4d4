from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "upstander.vault"
    label = "vault"
    verbose_name = "Vault"

    def ready(self) -> None:
        """Hand this process's key to the audit record, which stands below the vault and cannot ask for it."""
        from upstander.audit import services as audit
        from upstander.config import config
        from upstander.vault.keys import keyring

        if config().key_file.exists():
            audit.use(config().process, keyring().secret("mac"))
