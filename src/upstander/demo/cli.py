"""`upstander demo`: the fictional state of the sandbox."""

import click


@click.group()
def demo() -> None:
    """The fictional practice state: load it, see who can sign in."""


@demo.command("load")
def load_command() -> None:
    """Fill an empty sandbox with invented places, people and tips."""
    from upstander.demo import load

    click.echo("Loaded." if load() else "There are data already: nothing was changed.")


@demo.command("sign-ins")
def sign_ins_command() -> None:
    """Who can sign in where, with the six digits of the second factor as of now."""
    from upstander.demo.load import code, sign_ins

    for row in sign_ins():
        click.echo(f"{row['role']:<30} {row['origin']:<7} {row['email']:<26} {row['password']}")
    click.echo(f"\nSecond factor, the same for all of them, now: {code()}")
