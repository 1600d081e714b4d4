"""`python -m upstander` is the command `upstander`."""

from upstander.cli import main

main()
