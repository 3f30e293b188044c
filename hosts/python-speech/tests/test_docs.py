"""The Python examples of docs/speech.md and of the wheel's README run as they stand."""

from __future__ import annotations

import pathlib
import re

import pytest
from conftest import ROOT

from haforu.speech import voices

PAGES = ("docs/speech.md", "hosts/python-speech/README.md")
EXAMPLES = [(page, code) for page in PAGES for code in re.findall(r"```python\n(.*?)```", (ROOT / page).read_text("utf-8"), re.DOTALL)]


def test_there_are_examples() -> None:
    assert {page for page, _ in EXAMPLES} == set(PAGES)


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_an_example_runs(number: int, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page, code = EXAMPLES[number]
    # As if the voices' wheels were installed.
    monkeypatch.setattr(voices, "_wheel_folders", lambda name: (str(ROOT / f"packages/voice-{name}"),))
    monkeypatch.chdir(tmp_path)
    exec(compile(code, page, "exec"), {})
    assert (tmp_path / "hello.wav").stat().st_size > 10_000
