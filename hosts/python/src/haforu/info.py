"""What does not need a session of the caller's: version, schema, a look into a font, a check of a job, whether the engine runs."""

from __future__ import annotations

import importlib.util
import json
import os
from pathlib import Path
from typing import Any

__all__ = ["__version__", "font_info", "is_available", "schema", "validate"]

__version__ = "0.1.0"


def is_available() -> bool:
    """Whether the engine can be loaded here: numpy and wasmtime are installed and haforu.wasm starts. Compiles it at first."""
    try:
        from ._shared import shared_session

        return shared_session().ping()
    except Exception:
        # Whatever it is (a missing package, a platform that wasmtime does not know): rendering would fail with it.
        return False


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a job, as `haforu schema` prints it: with `speech` where haforu-speech is installed."""
    job: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "job.schema.json").read_text("utf-8"))
    # Found, not imported: that would load numpy and wasmtime.
    spec = importlib.util.find_spec("haforu.speech")
    if spec is None or spec.origin is None:
        return job
    speech = json.loads((Path(spec.origin).parent / "data" / "speech.schema.json").read_text("utf-8"))
    # As packages/haforu/src/cli/schema.ts: a job may be spoken as well, or spoken alone; then it needs no font and no text.
    kinds, required, properties, definitions = (job.pop(name) for name in ("oneOf", "required", "properties", "$defs"))
    return {
        **job,
        "required": ["id"],
        "properties": {**properties, "speech": {"description": "What to speak of it, or alone.", "$ref": "#/$defs/speech"}},
        "if": {"anyOf": kinds},
        "then": {"required": required, "oneOf": kinds},
        "else": {"required": ["speech"], "properties": {"font": False}},
        "$defs": {**definitions, "speech": speech},
    }


def validate(job_json: str | bytes) -> dict[str, Any] | None:
    """Checks a job without reading its font: None, or the error with all problems (`code`, `message`, `problems`, ...)."""
    from ._shared import shared_session

    return shared_session().validate(job_json)


def font_info(font_path: str | os.PathLike[str]) -> dict[str, Any]:
    """What is in a font file: container, faces, names, axes, named instances, scripts, features.

    Raises HaforuFileNotFoundError, HaforuError font_invalid, font_unsupported, font_unreadable, font_too_large.
    """
    from ._shared import shared_session

    return shared_session().font_info(font_path)
