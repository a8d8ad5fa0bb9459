"""The studio: drafts of models, what they change, what they would have made of history, scenarios, moves of many."""

from __future__ import annotations

from app.jobs import Handler
from app.studio import drafts, history, moving, publishing, recording, seeing, trying
from app.studio.background import (
    Installation,
    Piece,
    Workshop,
    stop,
)
from app.studio.background import duties as _duties
from app.studio.differences import About, Change, How, differences
from app.studio.drafts import bring_in
from app.studio.history import replay_all
from app.studio.mending import mend
from app.studio.overview import ModelLine, VersionLine, models, new_drafts, versions
from app.studio.rehearsal import main_process, run_tests
from app.studio.rows import ModelDraft, ModelDraftFile, ModelScenario, StudioRun, StudioRunCourse
from app.studio.scenarios import check_scenario, drop, keep, keep_folder, scenario, scenarios
from app.studio.templates import element_templates
from app.studio.workspace import Files, Workspace, file_named, published, workspace

_PIECES: dict[str, Piece] = {
    history.BACKTEST: history.piece,
    trying.SCENARIOS: trying.piece,
    moving.MOVE: moving.piece,
}


def duties(workshop: Workshop) -> dict[str, Handler]:
    """Return the handlers of the studio's due work, to be registered in `app.house`."""
    return _duties(workshop, _PIECES)


__all__ = [
    "About",
    "Change",
    "Files",
    "How",
    "Installation",
    "ModelDraft",
    "ModelDraftFile",
    "ModelLine",
    "ModelScenario",
    "StudioRun",
    "StudioRunCourse",
    "VersionLine",
    "Workshop",
    "Workspace",
    "bring_in",
    "check_scenario",
    "differences",
    "drafts",
    "drop",
    "duties",
    "element_templates",
    "file_named",
    "history",
    "keep",
    "keep_folder",
    "main_process",
    "mend",
    "models",
    "moving",
    "new_drafts",
    "published",
    "publishing",
    "recording",
    "replay_all",
    "run_tests",
    "scenario",
    "scenarios",
    "seeing",
    "stop",
    "trying",
    "versions",
    "workspace",
]
