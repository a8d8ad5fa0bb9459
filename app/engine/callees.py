"""Callees: the versions that calls of `latest` and of a version tag, and decisions of `latest`, find when entered.

What a call or a decision of `deployment` means is compiled into the model. For the others the shell answers two
questions, and only the first depends on when it is asked:

- `version(call)`: which version does this call mean *as of this command*? The answer is recorded: it stands in the
  marking, on the call's token, so that a running call stays on its version; and in the event `ProcessCalled`, so that
  the journal's entry can name it. A replay must be given the answers of the entry, not those of the day.
- `model(version)`: the version, compiled (`compile_model(..., called=True)`). One digest is one model for ever.

Of decisions it answers the same two: `decision(id)` gives the digest of the newest file, noted in `DecisionCalled`,
and `table(digest)` that file, ready to be asked.

A state can only be decided on or looked at with the models of the versions that it runs in.
"""

from __future__ import annotations

from typing import Protocol

from app import dmn
from app.definitions import Call
from app.engine.model import CompiledModel


class Callees(Protocol):
    """What the shell knows of callable versions, as of one command."""

    def version(self, call: Call) -> str:
        """Return the digest of the version that a call of `latest` or `versionTag` means now; "" for none."""
        ...

    def model(self, version: str) -> CompiledModel:
        """Return a version, compiled to be called; `version` is a digest that `version()` gave, now or earlier.

        Raises:
            KeyError: no such version. A bug of the shell, or a lost file: nothing is decided.
        """
        ...

    def decision(self, decision_id: str) -> str:
        """Return the digest of the file that a decision of `latest` stands in now; "" for none."""
        ...

    def table(self, version: str) -> dmn.Model:
        """Return a .dmn file, ready to be asked; `version` is a digest that `decision()` gave, now or earlier.

        Raises:
            KeyError: no such file.
        """
        ...


class _Nobody:
    """No version is known: each call but one of `deployment` is an incident."""

    def version(self, _call: Call) -> str:
        return ""

    def model(self, version: str) -> CompiledModel:
        raise KeyError(version)

    def decision(self, _decision_id: str) -> str:
        return ""

    def table(self, version: str) -> dmn.Model:
        raise KeyError(version)


NOBODY: Callees = _Nobody()
