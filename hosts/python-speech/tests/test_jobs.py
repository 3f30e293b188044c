"""Jobs with speech: beside the npm program's lines they stand in test/python/speech.test.ts; here their audio, time limits, checks."""

from __future__ import annotations

import base64
import json
import sys
from typing import Any

import numpy
import pytest
from conftest import SENTENCE, VOICE_PATH

import haforu
from haforu.speech import AudioBuffer, Pipeline


@pytest.fixture(autouse=True)
def voice_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HAFORU_SPEECH_VOICE_PATH", (";" if sys.platform == "win32" else ":").join(VOICE_PATH))


def job(speech: object, **more: Any) -> str:
    return json.dumps({"id": "a", **more, "speech": speech})


def test_a_job_has_the_audio_of_a_call(pipeline: Pipeline) -> None:
    whole = pipeline.synthesize("One 25.", voice="kal16", volume=20)
    for kind, more in (("wav", {"bits": 24}), ("flac", {}), ("raw", {})):
        with haforu.StreamingSession() as session:
            line = json.loads(session.render_line(job({"text": "One 25.", "voice": "kal16", "volume": 20, "format": kind, **more})))
        assert line["status"] == "success", line
        assert [word["text"] for word in line["words"]] == [word.text for word in whole.words]
        data = base64.b64decode(line["speech"]["data"])
        if kind == "raw":
            assert numpy.array_equal(numpy.frombuffer(data, "<f4"), whole.samples)
            assert "warnings" not in line
            continue
        name: Any = f"int{more.get('bits', 16)}"
        made = whole.convert(name)
        assert numpy.array_equal(AudioBuffer.decode(data).samples, AudioBuffer.from_bytes(made.data, name, 16_000).samples)
        (warning,) = line["warnings"]
        assert warning["code"] == "speech_clipped" and warning["message"].startswith(f"{made.clipped} samples")


def test_a_job_over_its_time_is_answered_and_the_next_one_runs() -> None:
    lines = [job({"text": SENTENCE * 400, "format": "none"}), job({"text": "One.", "voice": "kal16", "format": "none"})]
    answers = [json.loads(line) for line in haforu.process_jobs("\n".join(lines), ordered=True, jobs=1, timeout=0.5)]
    assert answers[0]["error"]["code"] == "timeout"
    assert answers[1]["status"] == "success"


def test_checking_says_every_problem() -> None:
    with haforu.StreamingSession() as session:
        assert session.validate(job({"text": "a", "voice": "kal16"})) is None
        found = session.validate(job({"text": "a", "rate": 9, "tempo": 1, "format": "ogg"}, nope=1))
        assert found is not None
        assert [one["field"] for one in found["problems"]] == ["nope", "speech.rate", "speech.tempo", "speech.format"]
        # What was checked is not spoken, and the session goes on.
        assert json.loads(session.render_line(job({"text": "a", "voice": "kal16", "format": "none"})))["status"] == "success"


def test_strict_jobs_refuse_warnings() -> None:
    spoken = job({"text": "a 你", "voice": "kal16", "format": "none"})
    (line,) = haforu.process_jobs([spoken], strict=True)
    assert json.loads(line)["error"]["code"] == "strict_warning"
    (line,) = haforu.process_jobs([spoken], timing=True)
    assert json.loads(line)["timing"]["total_ms"] > 0


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib

    real = importlib.import_module

    def missing(name: str, package: str | None = None) -> Any:
        if name == "haforu.speech.jobs":
            raise ModuleNotFoundError("No module named 'haforu.speech'", name="haforu.speech")
        return real(name, package)

    monkeypatch.setattr(importlib, "import_module", missing)
    (line,) = haforu.process_jobs([job({"text": "a"})], timing=False)
    assert json.loads(line)["error"]["code"] == "unsupported" and "pip install haforu-speech" in line
