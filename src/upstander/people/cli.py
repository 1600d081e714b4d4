"""`upstander people`: the first account of an installation, and a way back in."""

import click
from django.urls import reverse

from upstander.config import config
from upstander.people import services
from upstander.people.models import Account, Role


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
