"""The stored face of definitions: publish files, look versions up, load their bundles.

Upper floors import it by its name. It is not part of the face of `app.definitions`, which stays free
of SQLAlchemy so that the engine can stand on it.
"""

from __future__ import annotations

from app.definitions.bundles.imports import BOUND, Imports
from app.definitions.bundles.tables import REQUIREMENTS
from app.definitions.library.draft import Check, Draft, examine_draft, read_draft
from app.definitions.library.folder import (
    definition_files,
    gather,
    neighbours,
    relevant,
    surroundings,
)
from app.definitions.library.publish import Published, publish
from app.definitions.library.stored import (
    DefinitionFile,
    DefinitionResource,
    DefinitionVersion,
    bundle_of,
    content,
    decision_model,
    latest,
    latest_resource,
    load_bundle,
    published_calls,
    published_resources,
    published_tables,
    tagged,
    tagged_decision,
    version,
)

__all__ = [
    "BOUND",
    "REQUIREMENTS",
    "Check",
    "DefinitionFile",
    "DefinitionResource",
    "DefinitionVersion",
    "Draft",
    "Imports",
    "Published",
    "bundle_of",
    "content",
    "decision_model",
    "definition_files",
    "examine_draft",
    "gather",
    "latest",
    "latest_resource",
    "load_bundle",
    "neighbours",
    "publish",
    "published_calls",
    "published_resources",
    "published_tables",
    "read_draft",
    "relevant",
    "surroundings",
    "tagged",
    "tagged_decision",
    "version",
]
