"""Where the repository's fonts and cases are. Tests run in the repository's root, against the installed package."""

from __future__ import annotations

import json
import os
import pathlib

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
os.chdir(ROOT)


@pytest.fixture(scope="session")
def noto() -> str:
    return "node_modules/@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf"


@pytest.fixture(scope="session")
def variable() -> str:
    return "node_modules/source-sans-pro/VAR/SourceSansVariable-Roman.ttf"


@pytest.fixture(scope="session")
def fonts() -> dict[str, str]:
    """Paths of the registry's fonts by key."""
    registry = json.loads((ROOT / "test/fonts/registry.json").read_text("utf-8"))
    return {one["key"]: str(pathlib.Path("node_modules", one["package"], one["file"]) if one["package"] else one["file"]) for one in registry}
