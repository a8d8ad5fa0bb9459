"""DMN files that import others: found by namespace, and pinned, so that a version never decides by what came later."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TypeAlias

from app import canonical, dmn
from app.definitions.model.findings import Finding, error

BOUND = "dmn-bound"
"""The kind under which it is stored which files a .dmn file imports: `BoundFile.binding`."""

MAX_DEPTH = 10
"""How many files may import one another in a row."""

_CACHED = 128


@lru_cache(maxsize=_CACHED)
def compiled(content: bytes, imports: tuple[dmn.Model, ...] = ()) -> dmn.Model:
    """Read a DMN file and make it ready; remembered by its bytes, so it never goes stale.

    Raises:
        app.dmn.DmnError: it is no DMN model.
    """
    return dmn.read(content, imports)


@dataclass(frozen=True, eq=False)
class BoundFile:
    """A .dmn file with the files that it imports, by their digests in the order of its imports."""

    content: bytes
    imports: tuple[BoundFile, ...] = ()

    @cached_property
    def binding(self) -> bytes:
        """What is stored to find the whole again; b"" for a file that imports nothing."""
        if not self.imports:
            return b""
        digests = [each.digest for each in self.imports]
        said = {"file": canonical.digest_bytes(self.content), "imports": digests}
        return canonical.dumps(said).encode()

    @cached_property
    def digest(self) -> str:
        """How the whole is known: the digest of its binding; of a file that imports nothing, of its bytes."""
        return canonical.digest_bytes(self.binding or self.content)

    @cached_property
    def depth(self) -> int:
        """How many files import one another in a row, from here."""
        return 1 + max((each.depth for each in self.imports), default=0)

    @cached_property
    def model(self) -> dmn.Model:
        """The file ready to be asked; raises `app.dmn.DmnError` where it is no DMN model."""
        return compiled(self.content, tuple(each.model for each in self.imports))


Beyond: TypeAlias = Callable[[str], Sequence[BoundFile]]
"""The files of a namespace that may be imported though they are not among those being read."""


def nothing(_namespace: str) -> Sequence[BoundFile]:
    """Return no file: all that may be imported is among the files."""
    return ()


def bind(content: bytes, binding: bytes, bound: Callable[[str], BoundFile]) -> BoundFile:
    """Put a stored file together with what its binding names; `bound` gives the file of a digest."""
    return BoundFile(content, tuple(map(bound, canonical.loads(binding)["imports"])))


def bound_to(binding: bytes) -> str:
    """Return the digest of the file itself, from its binding."""
    return str(canonical.loads(binding)["file"])


class Imports:
    """The .dmn files among some files, and what each imports.

    Args:
        files: bytes by file name; those that are no .dmn files, or broken ones, are passed over.
        beyond: where a file is found that is not among them; those among them come first.
    """

    def __init__(self, files: Mapping[str, bytes], beyond: Beyond = nothing) -> None:
        self._files = {name: each for name, each in files.items() if name.endswith(".dmn")}
        self._beyond = beyond
        self._known: dict[str, tuple[BoundFile, tuple[Finding, ...]]] = {}
        self._open: list[str] = []

    def file(self, name: str) -> tuple[BoundFile, tuple[Finding, ...]]:
        """Return a file with what it imports, and what is wrong with its imports.

        Raises:
            app.dmn.DmnError: it is no DMN model.
        """
        if name not in self._known:
            self._open.append(name)
            findings: list[Finding] = []
            content = self._files[name]
            wanted = dict.fromkeys(each.namespace for each in compiled(content).definitions.imports)
            found = [self._one(namespace, findings) for namespace in wanted]
            whole = BoundFile(content, tuple(each for each in found if each is not None))
            self._known[name] = whole, tuple(findings)
            self._open.pop()
        return self._known[name]

    def of(self, namespace: str) -> Sequence[BoundFile]:
        """Return the files of a namespace, without what is wrong with them: what `beyond` is to a smaller selection."""
        own = {self._files[name]: name for name in self._named(namespace)}
        return [self.file(name)[0] for name in own.values()] or self._beyond(namespace)

    def names(self, name: str) -> frozenset[str]:
        """Return the names of the files that a file may mean by its imports; none for one that cannot be read."""
        try:
            wanted = compiled(self._files[name]).definitions.imports
        except dmn.DmnError:
            return frozenset()
        return frozenset(home for each in wanted for home in self._named(each.namespace))

    def _one(self, namespace: str, findings: list[Finding]) -> BoundFile | None:
        """The one file of a namespace; where there is none, the model's own finding says so."""
        homes = self._named(namespace)
        if set(homes) & set(self._open):
            text = f"Filen importerer sig selv gennem navnerummet {namespace!r}."
            fix = "Fjern importen, eller giv hver fil sit eget navnerum (namespace)."
            findings.append(error("dmn:import-cycle", None, text, fix))
            return None
        # A row of files is not followed further than it may be long.
        found = self.of(namespace) if len(self._open) < MAX_DEPTH else ()
        if len(self._open) + max((each.depth for each in found), default=1) > MAX_DEPTH:
            text = f"Filerne importerer hinanden i flere end {MAX_DEPTH} led."
            findings.append(error("dmn:import-depth", None, text, "Saml nogle af dem i én fil."))
            return None
        if len(found) > 1:
            among = f": {', '.join(homes)}" if homes else ""
            text = f"Flere filer har navnerummet {namespace!r}{among}."
            fix = "Giv hver fil sit eget navnerum (namespace), så importen kun kan mene én."
            findings.append(error("dmn:import-ambiguous", None, text, fix))
            return None
        return found[0] if found else None

    def _named(self, namespace: str) -> list[str]:
        return [name for name, space in self._spaces if space == namespace]

    @cached_property
    def _spaces(self) -> list[tuple[str, str]]:
        return list(_namespaces(self._files))


def _namespaces(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    for name in sorted(files):
        try:
            yield name, compiled(files[name]).definitions.namespace
        except dmn.DmnError:
            continue  # the file's own findings say so
