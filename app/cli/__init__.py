"""The command `forloeb`: one file a command, named after it; loaded when it is called."""

from __future__ import annotations

import importlib
import sys
from typing import Any

import click

from app.errors import ForloebError

COMMANDS = {
    "audit": "Genspil, efterprøv og eksportér forløb (revisor).",
    "backup": "Tag en sikkerhedskopi af databasen (drift).",
    "client": "Registrér fagsystemer, der bruger API'et (drift).",
    "course": "Sæt forløb i bero, stop dem, eller flyt dem til en anden version (drift).",
    "db": "Opret og opgradér databasen (drift).",
    "demo": "Indlæs demokommunen (drift).",
    "doctor": "Se efter, om installationen har det godt (drift).",
    "dmn": "Mål DMN-beslutninger på standardens testsæt.",
    "feel": "Beregn et FEEL-udtryk.",
    "index": "Skriv, hvad andre systemer må vide om forløbene (drift).",
    "model": "Tjek, prøvekør og udgiv modeller (procestegner).",
    "restore": "Gendan databasen fra en sikkerhedskopi (drift).",
    "serve": "Start serveren.",
    "units": "Indlæs organisationens enheder (drift).",
    "user": "Opret brugere (drift).",
    "worker": "Udfør baggrundsarbejde i en proces for sig.",
}
"""Every command with its line of help; `app.cli.<name>` holds a click command of the same name."""


class _Commands(click.Group):
    """Loads a command's module when it is asked for, so that `forloeb feel` does not wait for Flask."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's signature
        """Name all commands."""
        return sorted(COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 -- click's signature
        cmd_name: str,
    ) -> click.Command | None:
        """Load one command."""
        if cmd_name not in COMMANDS:
            return None
        command: Any = getattr(importlib.import_module(f"app.cli.{cmd_name}"), cmd_name)
        assert isinstance(command, click.Command)  # noqa: S101 -- a command file without its command is a bug
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what a person can mend is said in one line, without a traceback."""
        try:
            return super().invoke(ctx)
        except ForloebError as error:
            raise click.ClickException(error.message) from error

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 -- click's signature
        formatter: click.HelpFormatter,
    ) -> None:
        """List the commands without loading any of them."""
        with formatter.section("Kommandoer"):
            formatter.write_dl(sorted(COMMANDS.items()))


@click.command(cls=_Commands, name="forloeb")
@click.version_option(package_name="forloeb", prog_name="forloeb")
def commands() -> None:
    """Forløb: sammenhængende borgerforløb."""


def main() -> None:
    """Run the command line; exit status 0 fine, 1 findings, 2 wrong use."""
    sys.exit(commands(standalone_mode=True))
