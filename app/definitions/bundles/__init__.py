"""What belongs to a version of a model: everything it refers to, by digest, DMN files with what they import."""

from __future__ import annotations

from app.definitions.bundles.bundle import Bundle, ModelProcess, bind, load

__all__ = ["Bundle", "ModelProcess", "bind", "load"]
