"""`upstander people`: the first account of an installation, and a way back in."""

from uuid import UUID

import click
from django.urls import reverse

from upstander.config import config
from upstander.people import services, tokens
from upstander.people.models import Account, AgencyToken, Role


@click.group()
def people() -> None:
    """Accounts of the programme's staff, from the command line."""


@people.command("add")
@click.argument("email")
@click.argument("name")
@click.option(
    "--role", "roles", multiple=True, type=click.Choice(Role.values), help="May be given several times."
)
def add(email: str, name: str, roles: tuple[str, ...]) -> None:
    """Make an account for EMAIL and NAME with ROLES, and print the link by which the person sets a password.

    The first one of an installation: `upstander people add you@state.example "Your Name" --role programme_admin`. The link
    works once, for three days, and asks for a second factor.
    """
    try:
        account, token = services.create_account("system:admin", email, name)
    except services.AccountExists:
        raise click.ClickException(
            f"There is an account for {email}. A new link: upstander people link {email}"
        ) from None
    for role in roles:
        services.grant_role("system:admin", account.pk, role)
    click.echo(_address(token))


@people.command("link")
@click.argument("email")
@click.option("--new-second-factor", is_flag=True, help="The person has lost the phone: its codes are void.")
def link(email: str, new_second_factor: bool) -> None:
    """A new set-up link for EMAIL; older ones are void."""
    account = Account.objects.filter(email=email.strip().lower()).first()
    if account is None:
        raise click.ClickException(f"There is no account for {email}.")
    click.echo(_address(services.invite("system:admin", account.pk, new_second_factor=new_second_factor)))


def _address(token: str) -> str:
    return f"{config().origin('desk')}{reverse('people_set_up', args=[token], urlconf='upstander.urls.desk')}"


@people.group("token")
def token() -> None:
    """Tokens by which the systems of agencies pass reports on."""


@token.command("make")
@click.argument("organisation", type=int)
@click.option("--as", "kind", type=click.Choice(AgencyToken.As.values), default=AgencyToken.As.AGENCY.value, show_default=True)
@click.option("--days", type=click.IntRange(1, 3650), default=tokens.DAYS[1], show_default=True)
def make_token(organisation: int, kind: str, days: int) -> None:
    """Make a token for ORGANISATION (its id in the directory) and print it: it is shown this once."""
    try:
        made, shown = tokens.make("system:admin", organisation, kind, days)
    except LookupError:
        raise click.ClickException(f"The directory has no organization {organisation}.") from None
    click.echo(f"{made.organisation.name}, until {made.expires_at:%Y-%m-%d}:\n{shown}")


@token.command("list")
def list_tokens() -> None:
    """Every token: its id, whose it is, its last characters, until when, and when it was last used."""
    for t in tokens.listed():
        state = "revoked" if t.revoked_at else f"until {t.expires_at:%Y-%m-%d}"
        used = f"{t.last_used_at:%Y-%m-%d %H:%M}" if t.last_used_at else "never"
        click.echo(f"{t.id}  {t.organisation.name} (…{t.ends})  {state}  last used: {used}")


@token.command("revoke")
@click.argument("token_id", type=click.UUID)
def revoke_token(token_id: UUID) -> None:
    """End the token TOKEN_ID (as `list` shows it) now and for ever."""
    try:
        tokens.revoke("system:admin", token_id)
    except LookupError:
        raise click.ClickException(f"There is no token {token_id}.") from None
    click.echo("It opens nothing any more.")
