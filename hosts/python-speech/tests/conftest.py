"""Tests run in the repository's root, against the installed wheels; voices come from their packages' folders."""

from __future__ import annotations

import os
import pathlib
from collections.abc import Iterator

import pytest

from haforu.speech import Pipeline

ROOT = pathlib.Path(__file__).resolve().parents[3]
os.chdir(ROOT)

VOICE_PATH = [str(ROOT / f"packages/voice-{name}") for name in ("slt", "rms", "awb", "kal16")]
SENTENCE = "The quick brown fox jumps over the lazy dog, and the clocks were striking thirteen."


@pytest.fixture(scope="session")
def pipeline() -> Iterator[Pipeline]:
    with Pipeline(voice_path=VOICE_PATH, workers=2) as made:
        yield made
