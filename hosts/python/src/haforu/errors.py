"""The errors of this package: one class for all of them, and beside it the built-in classes that a caller expects.

Knows the contract's codes and nothing of the engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ._contract import ADVICE

__all__ = ["HaforuError", "HaforuFileNotFoundError", "HaforuInputError"]

#: Codes that tell of what the caller gave: these are ValueErrors too.
_INPUT_CODES = frozenset(
    {
        "invalid_json",
        "invalid_job",
        "invalid_argument",
        "canvas_too_large",
        "text_too_long",
        "line_too_long",
        "face_index_out_of_range",
        "instance_not_found",
        "axis_not_found",
        "sweep_empty",
        "sweep_too_large",
    }
)
_MISSING_FILE_CODES = frozenset({"font_not_found", "image_not_found"})


class HaforuError(RuntimeError):
    """An error with a stable `code` of docs/errors.md ("font_invalid", "engine_fault", ...).

    `field`: the field or argument that is meant, where it is one. `job_id`: the id of the failed job.
    `details`: whatever else the error line of a job says (`line`, `problems`, `warnings`).
    """

    code: str
    field: str | None
    job_id: str | None
    details: Mapping[str, Any]

    def __init__(
        self, code: str, message: str, *, field: str | None = None, job_id: str | None = None, details: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.field = field
        self.job_id = job_id
        self.details = {} if details is None else details

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[Any, ...]:
        # An error goes through a process pool as it is.
        return (_rebuilt, (self.code, self.message, self.field, self.job_id, dict(self.details)))


class HaforuInputError(HaforuError, ValueError):
    """A job or an argument that cannot be used: also a ValueError."""


class HaforuFileNotFoundError(HaforuError, FileNotFoundError):
    """A font or picture file that is not there: also a FileNotFoundError."""


def error_of(
    code: str, message: str, *, field: str | None = None, job_id: str | None = None, details: Mapping[str, Any] | None = None
) -> HaforuError:
    """The error of the class that `code` calls for."""
    return _class_of(code)(code, message, field=field, job_id=job_id, details=details)


def _class_of(code: str) -> type[HaforuError]:
    if code in _INPUT_CODES:
        return HaforuInputError
    return HaforuFileNotFoundError if code in _MISSING_FILE_CODES else HaforuError


def call_error(code: str, subject: str, detail: str, *, field: str | None = None, details: Mapping[str, Any] | None = None) -> HaforuError:
    """An error of a direct call: what is meant, what came (or else the usual cause), what to do."""
    cause, cure = ADVICE[code]
    # A detail of this one says what to do by itself.
    advice = "" if code == "invalid_argument" and detail else f" {cure}"
    return error_of(code, f"{subject}: {detail + '.' if detail else cause}{advice}", field=field, details=details)


def reason_of(error: HaforuError) -> str:
    """What the engine said beyond the code, such as which table of a font is damaged; "": nothing."""
    reason = error.details.get("reason")
    return reason if isinstance(reason, str) else ""


def invalid(field: str, expected: str, value: object) -> HaforuError:
    """The error of an argument: what was expected, for which one, and what came."""
    shown = repr(value) if isinstance(value, (str, bytes, int, float, bool, type(None), tuple, list, dict)) else f"a {type(value).__name__}"
    if len(shown) > 80:
        shown = f"{shown[:80]}…"
    return error_of("invalid_argument", f"{field}: expected {expected}, got {shown}", field=field)


def line_error(result: Mapping[str, Any], *, whole: bool = False) -> HaforuError:
    """The error that an error line tells of; `result` is the parsed line. `whole`: it is about all of what the caller gave."""
    error = result["error"]
    details = {name: value for name, value in error.items() if name not in ("code", "message", "field")}
    if "warnings" in result:
        details["warnings"] = result["warnings"]
    kind = HaforuInputError if whole else _class_of(error["code"])
    return kind(error["code"], error["message"], field=error.get("field"), job_id=result.get("id"), details=details)


def _rebuilt(code: str, message: str, field: str | None, job_id: str | None, details: Mapping[str, Any]) -> HaforuError:
    return error_of(code, message, field=field, job_id=job_id, details=details)
