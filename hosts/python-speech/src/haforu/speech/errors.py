"""What haforu.speech raises: one class with a stable code and where in the input; beside it ValueError where the input is at fault."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from haforu.errors import HaforuError, HaforuInputError

__all__ = ["SpeechError", "SpeechInputError"]

#: Codes that tell of what the caller gave: these are ValueErrors too.
_INPUT_CODES = frozenset(
    {
        "speech_option_invalid",
        "speech_config_invalid",
        "speech_ssml_invalid",
        "speech_text_too_long",
        "speech_audio_invalid",
        "speech_voice_invalid",
    }
)


class SpeechError(HaforuError):
    """An error with a stable `code` of docs/speech.md ("speech_option_invalid", "speech_voice_not_found", "cancelled", ...).

    `field`: the option, setting or job field that is meant. `line`, `column`: from 1, where the place in an SSML document is known.
    """

    line: int | None
    column: int | None

    def __init__(
        self,
        code: str,
        message: str,
        *,
        field: str | None = None,
        line: int | None = None,
        column: int | None = None,
        job_id: str | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        placed = message if line is None or message.startswith("line ") else f"line {line}, column {column or 1}: {message}"
        super().__init__(code, placed, field=field, job_id=job_id, details=details)
        self.line = line
        self.column = column

    def __reduce__(self) -> tuple[Any, ...]:
        # An error goes through a process pool as it is.
        return (speech_error, (self.code, self.message, self.field, self.line, self.column))


class SpeechInputError(SpeechError, HaforuInputError):
    """A text, document, option or file that cannot be used: also a ValueError."""


def speech_error(code: str, message: str, field: str | None = None, line: int | None = None, column: int | None = None) -> SpeechError:
    """The error of the class that `code` calls for."""
    kind = SpeechInputError if code in _INPUT_CODES else SpeechError
    return kind(code, message, field=field, line=line, column=column)
