"""`forloeb model fix`: mend a drawing, write it with the forms made for it, and tell of every change."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.definitions import Finding, FixResult, Surroundings, findings, library, publishable
from app.definitions import fix as fixed
from app.house import CHECKS, operations


@dataclass(frozen=True)
class Mended:
    """A mended file, and what is still to be said about it."""

    file: Path
    out: Path | None
    result: FixResult
    findings: tuple[Finding, ...]

    def as_json(self) -> dict[str, Any]:
        """Return what `--json` prints."""
        return {
            "file": str(self.file),
            "out": str(self.out) if self.out else None,
            "publishable": publishable(self.findings),
            "changes": [change.as_json() for change in self.result.report],
            "forms": sorted(self.result.forms),
            "findings": [finding.as_json() for finding in self.findings],
        }

    def lines(self) -> Iterator[str]:
        """Return what is printed: a line a change, then what was written."""
        for change in self.result.report:
            at = f" {change.element}:" if change.element else ""
            yield f"  rettet [{change.code}]{at} {change.message}"
        if not self.result.report:
            yield "Der var intet at rette."
        if self.out is not None:
            names = [
                str(self.out),
                *(str(self.out.parent / name) for name in sorted(self.result.forms)),
            ]
            yield f"Skrevet: {', '.join(names)}"


def mend(file: Path, out: Path | None, only: Collection[str]) -> Mended:
    """Mend a file; with `out`, write it there and its forms beside it.

    Raises:
        DefinitionError: nothing can be read from the file.
    """
    content = file.read_bytes()
    near = {path for path in library.neighbours(file) if path != file.resolve()}
    own = library.read_draft({file.name: content})
    known = library.surroundings(library.relevant(own, near), operations().names)
    result = fixed(content, set(only) or None, known)
    if out is not None:
        out.write_text(result.text, encoding="utf-8")
        for name, form in result.forms.items():
            (out.parent / name).write_bytes(form)
    return Mended(file, out, result, _left(file.name, result, known))


def not_mended(file: Path) -> dict[str, Any]:
    """Return what `--json` prints of a file from which nothing can be read."""
    told = [finding.as_json() for finding in findings(file.read_bytes())]
    return {
        "file": str(file),
        "out": None,
        "publishable": False,
        "changes": [],
        "forms": [],
        "findings": told,
    }


def _left(name: str, result: FixResult, known: Surroundings) -> tuple[Finding, ...]:
    draft = library.read_draft({name: result.text.encode(), **result.forms})
    return library.examine_draft(draft, known, CHECKS)[name]
