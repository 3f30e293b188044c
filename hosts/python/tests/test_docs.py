"""The examples of docs/python.md run as they stand."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

EXAMPLES = re.findall(r"```python\n(.*?)```", Path("docs/python.md").read_text("utf-8"), re.DOTALL)


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 5


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_an_example_runs(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, noto: str, variable: str) -> None:
    (tmp_path / "NotoSans.ttf").symlink_to(Path(noto).resolve())
    (tmp_path / "Font[wght].ttf").symlink_to(Path(variable).resolve())
    (tmp_path / "book.txt").write_text("Some words of a book.\n" * 1000, "utf-8")
    job = {"id": "1", "font": {"path": "NotoSans.ttf", "size": 20}, "text": {"content": "a"}, "rendering": {"format": "metrics", "width": 30, "height": 30}}
    (tmp_path / "jobs.jsonl").write_text(f"{json.dumps(job)}\n" * 3, "utf-8")
    monkeypatch.chdir(tmp_path)
    exec(compile(EXAMPLES[number], f"docs/python.md, example {number + 1}", "exec"), {})
