from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "upstander.vault"
    label = "vault"
    verbose_name = "Vault"

    def ready(self) -> None:
        """Hand what this process holds to the rooms that stand below and cannot ask for it: audit its key, packs its folder."""
        from upstander import clock
        from upstander.audit import services as audit
        from upstander.config import config
        from upstander.packs import current
        from upstander.vault.keys import keyring

        current.use(config().pack, clock.now, config().data / "packs")
        if config().key_file.exists():
            audit.use(config().process, keyring().secret("mac"))
            audit.use_keys(keyring().secret)
