"""`forloeb model`: the designer's commands on model, form and decision files."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from app.cli.opened import opened
from app.definitions import Finding, Severity, publishable

_WORDS = {Severity.ERROR: "fejl", Severity.WARNING: "advarsel", Severity.INFO: "bemærk"}

model = click.Group("model", help="Tjek, prøvekør og udgiv modeller (procestegner).")


@model.command()
@click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar="FILE|DIR...",
    type=click.Path(exists=True, path_type=Path),
)
@click.option("--json", "as_json", is_flag=True, help="Skriv resultatet som JSON.")
def check(files: tuple[Path, ...], *, as_json: bool) -> None:
    """Tjek filer, eller alle i en mappe: kan de udgives, og hvad er der i vejen?

    Det, de henviser til, søges blandt filerne selv, i deres mapper og i workflows/ og forms/.
    """
    from app.definitions import library

    named = [path for place in files for path in library.definition_files(place)]
    if not named:
        raise click.UsageError("Her er hverken modeller, formularer eller beslutninger.")
    found = _examine(named)
    if as_json:
        click.echo(json.dumps({"files": _as_json(found)}, ensure_ascii=False, indent=2))
    else:
        _show(found)
    sys.exit(0 if all(publishable(findings) for findings in found.values()) else 1)


def _examine(files: Sequence[Path]) -> dict[str, tuple[Finding, ...]]:
    """Examine each file on its own, so that two versions of a model can be looked at together."""
    from app.definitions import library
    from app.house import CHECKS, operations

    own = library.read_draft({str(path.resolve()): path.read_bytes() for path in files})
    near = {near for path in files for near in library.neighbours(path)}
    around = {*(path.resolve() for path in files), *library.relevant(own, near)}
    known = library.surroundings(sorted(around), operations().names)
    importable = library.Imports({str(path): path.read_bytes() for path in sorted(around)})
    found = {}
    for path in files:
        draft = library.read_draft({path.name: path.read_bytes()}, importable.of)
        found[str(path)] = library.examine_draft(draft, known, CHECKS)[path.name]
    return found


def _as_json(found: Mapping[str, Sequence[Finding]]) -> dict[str, object]:
    return {
        name: {
            "publishable": publishable(findings),
            "findings": [finding.as_json() for finding in findings],
        }
        for name, findings in found.items()
    }


def _show(found: Mapping[str, Sequence[Finding]]) -> None:
    for name, findings in found.items():
        click.echo(f"{name}: {'kan udgives' if publishable(findings) else 'kan ikke udgives'}")
        for finding in findings:
            at = f" {finding.element}:" if finding.element else ""
            click.echo(f"  {_WORDS[finding.severity]} [{finding.code}]{at} {finding.message}")
            if finding.fix:
                click.echo(f"      {finding.fix}")


@model.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("-o", "out", type=click.Path(dir_okay=False, path_type=Path), help="Skriv her.")
@click.option("--only", multiple=True, metavar="KODE", help="Ret kun det, der har denne kode.")
@click.option("--json", "as_json", is_flag=True, help="Skriv resultatet som JSON.")
def fix(file: Path, out: Path | None, only: tuple[str, ...], *, as_json: bool) -> None:
    """Ret modellen FILE, så den kan udgives og køre, og fortæl om hver ændring.

    Uden -o skrives intet; der fortælles, hvad der ville blive rettet. Formularer, der bliver lavet,
    lægges ved siden af.
    """
    from app.cli.model_fix import mend, not_mended
    from app.errors import DefinitionError

    try:
        mended = mend(file, out, only)
    except DefinitionError as error:
        if not as_json:
            raise click.ClickException(error.message) from error
        click.echo(json.dumps(not_mended(file), ensure_ascii=False, indent=2))
        sys.exit(1)
    if as_json:
        click.echo(json.dumps(mended.as_json(), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(mended.lines()))
        _show({str(out or file): mended.findings})
    sys.exit(0 if publishable(mended.findings) else 1)


@model.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--by", default="system", show_default=True, help="Brugernavn på den, der udgiver.")
def publish(folder: Path, by: str) -> None:
    """Udgiv modellerne i mappen FOLDER med de formularer og processer, som de henviser til."""
    from app import studio
    from app.definitions import library
    from app.errors import Conflict, DefinitionError

    files = library.gather(folder)
    if not files:
        raise click.UsageError(f"{folder} har hverken modeller, formularer eller beslutninger.")
    house = opened()
    try:
        published = house.database.run(lambda work: house.publish(work, files, by))
        house.database.run(lambda work: studio.keep_folder(work, folder, by))
    except DefinitionError as refused:
        click.echo(refused.message, err=True)
        for finding in refused.findings:
            at = f" {finding.element}:" if finding.element else ""
            click.echo(f"  [{finding.code}]{at} {finding.message}", err=True)
        sys.exit(1)
    except Conflict as conflict:
        raise click.ClickException(conflict.message) from conflict
    for version in published.versions:
        state = "udgivet" if version.key in published.new else "uændret"
        click.echo(f"{version.name} ({version.process_id}), version {version.version}: {state}")
    for resource in published.resources:
        if resource.kind == library.REQUIREMENTS:
            continue  # its decisions are named
        state = "udgivet" if resource.key in published.new else "uændret"
        click.echo(f"{resource.resource}, version {resource.version}: {state}")


@model.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--auto", is_flag=True, help="Udfyld hver formular med gyldige, opfundne svar.")
@click.option("--seed", type=int, default=1, show_default=True, help="Andre svar, anden vej.")
@click.option("--json", "as_json", is_flag=True, help="Skriv resultatet som JSON.")
def run(file: Path, seed: int, *, auto: bool, as_json: bool) -> None:
    """Prøvekør modellen FILE til en ende på en database, der smides væk bagefter."""
    from app.cli.model_run import dry_run
    from app.errors import DefinitionError, DomainError

    if not auto:
        raise click.UsageError("Prøvekørsel kræver --auto: svarene bliver fundet på for dig.")
    try:
        result = dry_run(file, seed)
    except (DefinitionError, DomainError) as error:
        for finding in getattr(error, "findings", ()):
            click.echo(f"  [{finding.code}] {finding.element or ''}: {finding.message}", err=True)
        raise click.ClickException(error.message) from error
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False))
    else:
        click.echo("\n".join(result["path"]))
        click.echo("Nåede en ende." if result["ended"] else "Nåede ikke en ende.")
        for incident in result["incidents"]:
            click.echo(f"  {incident['element']}: {incident['message']}")
    sys.exit(0 if result["ended"] and not result["incidents"] else 1)


@model.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Skriv resultatet som JSON.")
def test(folder: Path, *, as_json: bool) -> None:
    """Kør scenarierne i FOLDER/scenarios, og sig, hvor modellen gør noget andet end ventet.

    FOLDER er ét forløbs mappe eller en mappe med flere forløb, fx workflows.
    """
    from app.errors import DefinitionError
    from app.house import open_house
    from app.studio import run_tests

    results = []
    try:
        for result in run_tests(folder, open_house):
            results.append(result)
            if not as_json:
                click.echo("\n".join(result.lines()))
    except DefinitionError as error:
        for finding in error.findings:
            click.echo(f"  [{finding.code}] {finding.element or ''}: {finding.message}", err=True)
        raise click.ClickException(error.message) from error
    if not results:
        raise click.UsageError(f"{folder} har ingen scenarier (scenarios/*.json).")
    failed = sum(bool(result.findings) for result in results)
    if as_json:
        found = {"scenarios": [result.as_json() for result in results], "failed": failed}
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        click.echo(f"{len(results)} scenarier, {failed} med afvigelser.")
    sys.exit(1 if failed else 0)


@model.command()
@click.argument("place", type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Skriv resultatet som JSON.")
def backtest(place: Path, *, as_json: bool) -> None:
    """Genspil historien: afgør alle forløb igen på modellen i PLACE, en mappe eller en .bpmn-fil.

    Intet bliver skrevet. Status 1, hvis noget forløb ville gå en anden vej.
    """
    from app.definitions import library
    from app.errors import DefinitionError, NotFound
    from app.studio import main_process, replay_all

    files = library.gather(place)
    try:
        process_id = main_process(place)
        house = opened()
        with house.database.read() as session:
            found = replay_all(session, house.runtime, process_id, files)
    except (DefinitionError, NotFound) as error:
        raise click.ClickException(error.message) from error
    if as_json:
        click.echo(json.dumps(found.as_json(), ensure_ascii=False))
    else:
        for line in found.lines():
            click.echo(line)
    sys.exit(1 if found.diverging else 0)


@model.command()
@click.argument("old", type=click.Path(exists=True, path_type=Path))
@click.argument("new", type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Skriv resultatet som JSON.")
def diff(old: Path, new: Path, *, as_json: bool) -> None:
    """Sig med ord, hvad der er anderledes i NEW end i OLD: to filer eller to mapper."""
    from app.studio import differences

    found = differences(_by_name(old), _by_name(new))
    if as_json:
        told = [
            {"about": one.about, "how": one.how, "element": one.element, "text": one.text}
            for one in found
        ]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(one.text for one in found) or "Der er ingen forskel.")
    sys.exit(1 if found else 0)


def _by_name(place: Path) -> dict[str, bytes]:
    """Return a folder's files by their path in it; a file alone is called after what it is, so that two compare."""
    from app.definitions import library

    if place.is_file():
        return {f"file{place.suffix}": place.read_bytes()}
    return {
        path.relative_to(place).as_posix(): path.read_bytes()
        for path in library.definition_files(place)
    }
