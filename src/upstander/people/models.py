"""Accounts, what they may do, and their sessions (one table an origin: desk and school never share a
session).
"""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from upstander import clock
from upstander.directory.models import Organisation
from upstander.people import passwords
from upstander.people.reach_models import Reach as Reach
from upstander.people.token_models import AgencyToken as AgencyToken


class Role(models.TextChoices):
    """What a person does for the programme; a person may have several."""

    CALL_TAKER = "call_taker", "Call-taker"
    SUPERVISOR = "supervisor", "Supervisor"
    STIC_STAFF = "stic_staff", "STIC staff"
    STIC_ANALYST = "stic_analyst", "STIC analyst"
    INTELLIGENCE_COMMAND = "intelligence_command", "Intelligence Command"
    SIO = "sio", "School Intelligence Officer"
    OUTREACH = "outreach", "Marketing and outreach"
    PROGRAMME_ADMIN = "programme_admin", "Program administrator"
    AUDITOR = "auditor", "Auditor"
    CUSTODIAN = "custodian", "Evidence custodian"


class AccountManager(BaseUserManager["Account"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Account":
        """A new account; `email` is folded to lower case."""
        account = self.model(email=email.strip().lower(), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(email=(username or "").strip().lower())


class Account(AbstractBaseUser):
    """A person who signs in: programme staff at the desk, designated end-users at the school origin."""

    password = passwords.Password(_("password"), max_length=128)
    # Another one with each password, null where there is none; the database sets it (migration 0013).
    password_mark = models.UUIDField(null=True, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)

    objects = AccountManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    @property
    def actor(self) -> str:
        """How the audit record names this person."""
        return f"account:{self.pk}"

    def check_password(self, raw_password: str | None) -> bool:
        """Whether this is the password; where no hash is read, the database compares."""
        if passwords.hidden():
            return passwords.right(self.pk, raw_password or "")
        return super().check_password(raw_password)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What binds a session to the password: where no hash is read, to the mark that changes with it."""
        if not passwords.hidden():
            return str(super()._get_session_auth_hash(secret))  # type: ignore[misc]
        salt = "upstander.people.password_mark"
        return salted_hmac(salt, str(self.password_mark), secret=secret, algorithm="sha256").hexdigest()

    def __str__(self) -> str:
        return self.name


class PasswordProof(models.Model):
    """When an account's password was last right at the network's origin; functions of the database write it (migration 0013)."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, primary_key=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        db_table = "people_password_proof"


class RoleGrant(models.Model):
    """A role held from one moment to another."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(max_length=24, choices=Role.choices)
    granted_by = models.CharField(max_length=64)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)


class Designation(models.Model):
    """D-II.I: a person whom a school has designated to open the dashboard, for one organisation; or its
    administrator.
    """

    class Kind(models.TextChoices):
        END_USER = "end_user", "Designated end-user"
        ADMINISTRATOR = "administrator", "The organization's administrator"

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="designations")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="designations")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    # Of an agency that several districts share, a district can open only what concerns its own places.
    within = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    contact_id = models.BigIntegerField(null=True)  # the POC that this person is, where they are one
    designated_by = models.CharField(max_length=64)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)


class Invitation(models.Model):
    """A link by which a person sets their password, once: handed over by who made the account at the desk, or mailed to the
    account's address. It is kept here as a digest; of one that is mailed the token waits, sealed to the relay.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="invitations")
    digest = models.BinaryField(max_length=32, unique=True)
    made_by = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    mail = models.UUIDField(null=True, unique=True)  # what the outbox calls it
    sealed_token = models.BinaryField(null=True)
    key_version = models.IntegerField(null=True)
    language = models.CharField(max_length=8, default="en", db_default="en")  # of the mail

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(mail=None, sealed_token=None, key_version=None)
                | models.Q(mail__isnull=False, sealed_token__isnull=False, key_version__isnull=False),
                name="people_invitation_mailed_whole",
            )
        ]


class Forgotten(models.Model):
    """Somebody asked for a new password by typing an address, which may be anybody's: it waits, sealed, for the worker, who sees
    whether it is an account's. What the page does is the same for every address.
    """

    id = models.UUIDField(primary_key=True)
    origin = models.CharField(max_length=8)  # whose page was asked: school or network
    language = models.CharField(max_length=8)
    sealed_email = models.BinaryField()
    key_version = models.IntegerField()
    at = models.DateTimeField()

    class Meta:
        db_table = "people_forgotten"
        indexes = [models.Index(fields=["origin", "at"], name="people_forgotten_next")]


class Attempt(models.Model):
    """How often somebody failed to sign in, under a keyed digest of the address they typed: it names no
    person.
    """

    bucket = models.BinaryField(max_length=16, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
    not_before = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["last_at"], name="people_attempt_last")]


class OriginSession(AbstractBaseSession):
    """A session; the key stands here only as its SHA-256, so that a stolen dump opens no session."""

    account_id = models.BigIntegerField(null=True)

    class Meta:
        abstract = True


class DeskSession(OriginSession):
    class Meta:
        db_table = "people_desk_session"


class NetworkSession(OriginSession):
    class Meta:
        db_table = "people_network_session"


class SchoolSession(OriginSession):
    class Meta:
        db_table = "people_school_session"
