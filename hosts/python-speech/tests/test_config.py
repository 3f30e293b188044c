"""Settings: by key, all problems at once, files, the environment, presets."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest
from conftest import VOICE_PATH

from haforu.speech import Pipeline, SpeechConfig, SpeechError


def problem(action: Any) -> SpeechError:
    with pytest.raises(SpeechError) as raised:
        action()
    return raised.value


def test_get_set_and_merge() -> None:
    config = SpeechConfig({"voice": "rms"}, rate=1.1)
    assert (config.get("voice"), config.get("rate"), config.get("pitch")) == ("rms", 1.1, None)
    config.set("rate", None).set("pitch", 2).merge({"volume": 3, "voice": None})
    assert config.to_dict() == {"voice": "rms", "pitch": 2, "volume": 3}
    assert SpeechConfig(config).to_dict() == config.to_dict()


def test_all_problems_are_listed_at_once() -> None:
    config = SpeechConfig(rate=9, workers=0, preset="loud", tempo=1, engine="espeak", voice_path="x")
    assert [one.field for one in config.validate()] == ["rate", "workers", "preset", "tempo", "engine", "voice_path"]
    error = problem(config.check)
    assert error.code == "speech_config_invalid" and len(str(error).split("\n")) == 7
    assert problem(lambda: Pipeline(config)).code == "speech_config_invalid"
    assert SpeechConfig(rate=1).validate() == []


def test_a_file_is_that_of_typescript_too(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "speech.json"
    config = SpeechConfig(voice="awb", sample_rate=44_100, voice_path=["/voices"], include=["words"], chunk_ms=100)
    config.save(path)
    assert SpeechConfig.load(path).to_dict() == config.to_dict()
    saved = json.loads(path.read_text("utf-8"))
    assert saved == {"voice": "awb", "sampleRate": 44_100, "voicePath": ["/voices"], "include": ["words"], "chunkMs": 100}
    path.write_text('\ufeff{"sample_rate": 8000, "chunkMs": 50}', "utf-8")
    assert SpeechConfig.load(path).to_dict() == {"sample_rate": 8000, "chunk_ms": 50}
    assert problem(lambda: SpeechConfig(rate=99).save(path)).code == "speech_config_invalid"
    assert problem(lambda: SpeechConfig().save(tmp_path / "no/a.json")).code == "speech_output_failed"


@pytest.mark.parametrize("text", ["{", "[]", "[" * 100_000, '{"pitch": 40, "volume": "loud"}'])
def test_a_bad_file_says_what_is_wrong(tmp_path: pathlib.Path, text: str) -> None:
    path = tmp_path / "speech.json"
    assert problem(lambda: SpeechConfig.load(path)).code == "speech_file_unreadable"
    path.write_text(text, "utf-8")
    error = problem(lambda: SpeechConfig.load(path))
    assert error.code == "speech_config_invalid" and str(path) in str(error)


def test_file_environment_and_call_lie_over_each_other(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "speech.json"
    path.write_text('{"voice": "awb", "rate": 0.8, "pitch": 2}', "utf-8")
    environment = {
        "HAFORU_SPEECH_RATE": "1.2",
        "HAFORU_SPEECH_SAMPLE_RATE": "22050",
        "HAFORU_SPEECH_INCLUDE": "words,marks",
        "HOME": "/",
        "HAFORU_SPEECH_PITCH": "",
    }
    config = SpeechConfig.resolve(file=path, environment=environment, settings={"pitch": -1, "voice": None})
    assert config.to_dict() == {"voice": "awb", "rate": 1.2, "pitch": -1, "sample_rate": 22_050, "include": ["words", "marks"]}
    error = problem(lambda: SpeechConfig.resolve(environment={"HAFORU_SPEECH_RATE": "fast", "HAFORU_SPEECH_TEMPO": "1"}))
    assert str(error).startswith("the environment has 2 problems:\n  rate: ") and "\n  tempo: unknown" in str(error)


def test_presets_lie_under_what_is_set() -> None:
    options = SpeechConfig(preset="telephone", voice="rms", workers=2).options()
    assert options == {"sample_rate": 8000, "channels": 1, "quality": "standard", "voice": "rms"}
    with Pipeline(voice_path=VOICE_PATH, preset="telephone", voice="kal16") as pipeline:
        assert pipeline.synthesize("a").rate == 8000
        assert pipeline.synthesize("a", sample_rate=16_000).rate == 16_000
