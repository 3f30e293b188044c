"""A pipeline's configuration: options for every call, how many threads, where voices are; from a file, the environment and the call, each over the one before."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from haforu._whole_file import write_whole

from .errors import speech_error
from .options import OPTION_CHECKS, Check, OptionProblem, SpeechOptions, option_problems, plain

__all__ = ["PRESETS", "SpeechConfig", "SpeechSettings"]

PresetName = Literal["natural", "narration", "telephone", "video", "draft"]


class SpeechSettings(SpeechOptions, total=False):
    """The options, and: engine: "flite". workers: engines at work at once, 1 to 64; default: the machine's cores, at most 4.
    voice_path: folders where NAME.flitevox files are looked for, before the installed voices. preset: one of PRESETS, under all that
    is set itself.
    """

    engine: Literal["flite"] | None
    workers: int | None
    voice_path: Sequence[str] | None
    preset: PresetName | None


#: Named sets of options.
PRESETS: Mapping[str, Mapping[str, Any]] = {
    # As the voice is.
    "natural": {"rate": 1, "pitch": 0, "volume": 0},
    # For listening along while reading.
    "narration": {"rate": 0.9, "sample_rate": 24_000, "quality": "high"},
    # What a telephone carries.
    "telephone": {"sample_rate": 8000, "channels": 1, "quality": "standard"},
    # For video: its usual rate, both channels.
    "video": {"sample_rate": 48_000, "channels": 2, "quality": "high"},
    # Soonest.
    "draft": {"quality": "draft"},
}

_MOST_WORKERS = 64


def _engine(value: object) -> str | None:
    return None if value == "flite" else '"flite" (others are had from TypeScript)'


def _workers(value: object) -> str | None:
    good = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= _MOST_WORKERS
    return None if good else f"a whole number from 1 to {_MOST_WORKERS}"


def _voice_path(value: object) -> str | None:
    good = isinstance(value, (list, tuple)) and all(isinstance(one, (str, os.PathLike)) and os.fspath(one) for one in value)
    return None if good else "a list of folders"


def _preset(value: object) -> str | None:
    return None if isinstance(value, str) and value in PRESETS else f"one of {', '.join(json.dumps(name) for name in PRESETS)}"


_CHECKS: Mapping[str, Check] = {**OPTION_CHECKS, "engine": _engine, "workers": _workers, "voice_path": _voice_path, "preset": _preset}

#: HAFORU_SPEECH_RATE and so on; lists are separated as PATH is (voice_path) or by commas (include).
_ENVIRONMENT_PREFIX = "HAFORU_SPEECH_"
_NUMBERS = frozenset({"rate", "pitch", "volume", "sample_rate", "channels", "chunk_ms", "workers"})
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


class SpeechConfig:
    """Settings that can be read and changed by key. A wrong value is not refused when it is set but by `validate`, with all others."""

    def __init__(self, settings: Mapping[str, Any] | SpeechConfig | None = None, /, **more: Any) -> None:
        self._values: dict[str, Any] = {}
        if settings is not None:
            self.merge(settings)
        self.merge(more)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> SpeechConfig:
        """A JSON file of settings, with names as here or as TypeScript has them ("sampleRate").

        Raises SpeechError speech_config_invalid with every problem, speech_file_unreadable.
        """
        name = os.fspath(path)
        try:
            with open(name, encoding="utf-8-sig") as file:
                text = file.read()
        except (OSError, UnicodeDecodeError) as error:
            raise speech_error("speech_file_unreadable", f"{name} could not be read: {error}") from error
        try:
            settings = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise speech_error("speech_config_invalid", f"{name} is no JSON: {error}") from error
        if not isinstance(settings, dict):
            raise speech_error("speech_config_invalid", f"{name}: expected one JSON object of settings")
        config = cls({_snake(key): value for key, value in settings.items()})
        config.check(name)
        return config

    @classmethod
    def resolve(
        cls,
        *,
        file: str | os.PathLike[str] | None = None,
        environment: Mapping[str, str] | None = None,
        settings: Mapping[str, Any] | SpeechConfig | None = None,
    ) -> SpeechConfig:
        """File, then environment (HAFORU_SPEECH_VOICE, ..._SAMPLE_RATE, ...; os.environ for that of the process), then the settings.

        Raises SpeechError speech_config_invalid, with every problem and where it came from.
        """
        config = cls() if file is None else cls.load(file)
        found = cls(_settings_of({} if environment is None else environment))
        found.check("the environment")
        config.merge(found)
        return config if settings is None else config.merge(settings)

    def get(self, key: str) -> Any:
        """None: it is not set."""
        return self._values.get(key)

    def set(self, key: str, value: Any) -> SpeechConfig:
        """None takes the setting away."""
        if value is None:
            self._values.pop(key, None)
        else:
            self._values[key] = value
        return self

    def merge(self, settings: Mapping[str, Any] | SpeechConfig) -> SpeechConfig:
        """Lays settings over these; those that are None change nothing."""
        values = settings._values if isinstance(settings, SpeechConfig) else settings
        self._values.update({key: value for key, value in values.items() if value is not None})
        return self

    def validate(self) -> list[OptionProblem]:
        """Every problem; none when all is well."""
        return option_problems(self._values, _CHECKS)

    def check(self, where: str = "the configuration") -> None:
        """Raises SpeechError speech_config_invalid that lists every problem."""
        problems = self.validate()
        if problems:
            count = "a problem" if len(problems) == 1 else f"{len(problems)} problems"
            lines = "".join(f"\n  {one.message}" for one in problems)
            raise speech_error("speech_config_invalid", f"{where} has {count}:{lines}", problems[0].field)

    def options(self) -> dict[str, Any]:
        """The options of a call: the preset's, these over it."""
        preset = self._values.get("preset")
        under = PRESETS.get(preset, {}) if isinstance(preset, str) else {}
        return {**under, **{key: value for key, value in self._values.items() if key in OPTION_CHECKS}}

    def to_dict(self) -> dict[str, Any]:
        """A copy of what is set."""
        return dict(self._values)

    def save(self, path: str | os.PathLike[str]) -> None:
        """As JSON that `load` takes, and TypeScript's too. Raises SpeechError speech_config_invalid, speech_output_failed."""
        self.check()
        values = {_camel(key): [os.fspath(one) for one in value] if key == "voice_path" else value for key, value in plain(self._values).items()}
        try:
            write_whole(os.fspath(path), (json.dumps(values, ensure_ascii=False, indent=2) + "\n").encode())
        except OSError as error:
            raise speech_error("speech_output_failed", f"{os.fspath(path)} could not be written: {error}") from error

    def __repr__(self) -> str:
        return f"SpeechConfig({self._values!r})"


def _snake(key: str) -> str:
    return re.sub(r"[A-Z]", lambda letter: f"_{letter[0].lower()}", key)


def _camel(key: str) -> str:
    return re.sub(r"_([a-z])", lambda letter: letter[1].upper(), key)


def _settings_of(environment: Mapping[str, str]) -> dict[str, Any]:
    """HAFORU_SPEECH_SAMPLE_RATE=16000 as {"sample_rate": 16000}. Unknown names stay, for `validate` to refuse."""
    found: dict[str, Any] = {}
    for name, value in environment.items():
        if not name.startswith(_ENVIRONMENT_PREFIX) or value == "":
            continue
        key = name.removeprefix(_ENVIRONMENT_PREFIX).lower()
        if key == "voice_path":
            found[key] = value.split(os.pathsep)
        elif key == "include":
            found[key] = value.split(",")
        elif key in _NUMBERS and _NUMBER.fullmatch(value):
            found[key] = float(value) if "." in value else int(value)
        else:
            found[key] = value
    return found
