"""How a text is to be spoken: the options, their ranges and defaults, and the check of them all at once."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from numbers import Real
from typing import Any, Literal, NamedTuple, TypedDict

from ._engine import QUALITIES
from .errors import speech_error

__all__ = ["OptionProblem", "Quality", "SAMPLE_RATES", "SpeechOptions", "TimeKind"]

SAMPLE_RATES = (8000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)
TIMES = ("words", "phonemes", "sentences", "marks")
TimeKind = Literal["words", "phonemes", "sentences", "marks"]
#: Of resampling: how much is left of what does not belong there, against time.
Quality = Literal["draft", "standard", "high"]


class SpeechOptions(TypedDict, total=False):
    """All may be absent (or None): then they are the pipeline's, or else the defaults.

    voice: one of the pipeline's voices(); default "slt". language: BCP 47; default "en-US". rate: 0.5 to 2, 1 is the voice's own.
    pitch: -12 to 12 semitones, 0 is the voice's own. volume: -20 to 20 dB, applied to floats: nothing is limited before an integer
    format is made. sample_rate: frames a second, one of SAMPLE_RATES; default: the voice's own. channels: 1 or 2 (both the same);
    default 1. quality: of resampling; default "standard". include: which times come with the audio; default words, sentences and
    marks. chunk_ms: 20 to 60,000 ms, whole, of audio in each chunk of a stream; default 250.
    """

    voice: str | None
    language: str | None
    rate: float | None
    pitch: float | None
    volume: float | None
    sample_rate: int | None
    channels: int | None
    quality: Quality | None
    include: Sequence[TimeKind] | None
    chunk_ms: float | None


class OptionProblem(NamedTuple):
    """One problem of an option or setting."""

    field: str
    message: str


#: Gives what was expected, where a value is not it.
Check = Callable[[object], "str | None"]


def is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _number(least: float, most: float, unit: str) -> Check:
    def check(value: object) -> str | None:
        good = isinstance(value, Real) and not isinstance(value, bool) and least <= float(value) <= most
        return None if good else f"a number from {least:g} to {most:g}{unit}"

    return check


def _whole(least: int, most: int, unit: str) -> Check:
    def check(value: object) -> str | None:
        good = isinstance(value, Real) and not isinstance(value, bool) and least <= float(value) <= most and float(value).is_integer()
        return None if good else f"a whole number from {least} to {most}{unit}"

    return check


def _one_of(values: Sequence[object]) -> Check:
    expected = f"one of {', '.join(json.dumps(one) for one in values)}"

    def check(value: object) -> str | None:
        return None if not isinstance(value, (bool, list, dict)) and value in values else expected

    return check


def _text(pattern: str, expected: str) -> Check:
    compiled = re.compile(pattern)

    def check(value: object) -> str | None:
        return None if isinstance(value, str) and compiled.fullmatch(value) else expected

    return check


def _include(value: object) -> str | None:
    if isinstance(value, (list, tuple)) and all(isinstance(one, str) and one in TIMES for one in value) and len(set(value)) == len(value):
        return None
    return f"a list of {', '.join(json.dumps(one) for one in TIMES)}, each at most once"


#: What each option must be; the words that follow "expected".
OPTION_CHECKS: Mapping[str, Check] = {
    "voice": _text(r"[A-Za-z0-9._-]{1,64}", "the name of a voice: 1 to 64 of A–Z a–z 0–9 . _ -"),
    "language": _text(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", 'a BCP 47 tag such as "en-US"'),
    "rate": _number(0.5, 2, " (1 is the voice's own)"),
    "pitch": _number(-12, 12, " semitones"),
    "volume": _number(-20, 20, " dB"),
    "sample_rate": _one_of(SAMPLE_RATES),
    "channels": _one_of((1, 2)),
    "quality": _one_of(QUALITIES),
    "include": _include,
    "chunk_ms": _whole(20, 60_000, " ms"),
}


def option_problems(options: Mapping[str, object], checks: Mapping[str, Check] = OPTION_CHECKS) -> list[OptionProblem]:
    """Every problem, in the order of the keys. None is as absent."""
    problems = []
    for field, value in options.items():
        if value is None:
            continue
        check = checks.get(field)
        if check is None:
            problems.append(OptionProblem(field, f"{field}: unknown; expected one of {', '.join(checks)}"))
            continue
        expected = check(value)
        if expected is not None:
            problems.append(OptionProblem(field, f"{field}: expected {expected}, got {shown(value)}"))
    return problems


def shown(value: object) -> str:
    """A value as messages have it."""
    if isinstance(value, Real) and not isinstance(value, bool):
        number = float(value)
        text = f"{value:g}" if math.isfinite(number) and number == int(number) and abs(number) < 1e6 else str(value)
    else:
        try:
            text = json.dumps(value, ensure_ascii=False)
        except (TypeError, ValueError):
            text = f"a {type(value).__name__}"
    return f"{text[:80]}…" if len(text) > 80 else text


def check_options(options: Mapping[str, object]) -> None:
    """Raises speech_option_invalid for the first problem; its message has them all."""
    problems = option_problems(options)
    if problems:
        raise speech_error("speech_option_invalid", "; ".join(one.message for one in problems), problems[0].field)


def check_number(field: str, value: object, least: float, most: float, unit: str) -> float:
    """Raises speech_option_invalid for a value that is no number in [least, most]."""
    if isinstance(value, Real) and not isinstance(value, bool) and least <= float(value) <= most:
        return float(value)
    limits = f"from {least:g} to {most:g}" if math.isfinite(most) else f"from {least:g}"
    raise speech_error("speech_option_invalid", f"{field}: expected a number {limits}{f' {unit}' if unit else ''}, got {shown(value)}", field)


def refuse(field: str, expected: str, value: object) -> Exception:
    """The error of an argument: what was expected, for which one, and what came."""
    return speech_error("speech_option_invalid", f"{field}: expected {expected}, got {shown(value)}", field)


def plain(options: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is None, and numbers as JSON has them."""
    return {key: _plain(value) for key, value in options.items() if value is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, (str, int, float)):
        return value
    if isinstance(value, Real):
        number = float(value)
        return int(number) if number.is_integer() else number
    return list(value) if isinstance(value, (list, tuple)) else value
