"""The cases that every host must pass: the same bytes as the TypeScript session and `haforu batch`."""

from __future__ import annotations

import json
import os
import pathlib

import pytest

import haforu

FOLDER = pathlib.Path(__file__).resolve().parents[3] / "conformance/render/cases"


def read(name: str) -> list[str]:
    return (FOLDER / name).read_text("utf-8").split("\n")[:-1]


def group(name: str) -> list[dict[str, str]]:
    """A group's jobs with their lines; `numbered` where a program that reads lines of a file answers otherwise."""
    index = [json.loads(entry) for entry in read(f"{name}.index.jsonl")]
    return [
        {"name": entry["name"], "job": job, "line": line, "numbered": entry.get("numbered", line)}
        for entry, job, line in zip(index, read(f"{name}.jobs.jsonl"), read(f"{name}.lines.jsonl"))
    ]


GROUPS = {path.name.removesuffix(".jobs.jsonl"): group(path.name.removesuffix(".jobs.jsonl")) for path in sorted(FOLDER.glob("*.jobs.jsonl"))}
CASES = [case for cases in GROUPS.values() for case in cases]


@pytest.mark.skipif(os.name == "nt", reason="the expected messages of the file system are those of POSIX")
def test_every_case_gives_the_line_of_the_typescript_session() -> None:
    wrong = {}
    with haforu.StreamingSession(timing=False) as session:
        for case in CASES:
            line = session.render_line(case["job"])
            if line != case["line"]:
                wrong[case["name"]] = (line, case["line"])
    assert wrong == {}
    assert len(CASES) > 350


def test_render_gives_a_success_and_raises_an_error() -> None:
    with haforu.StreamingSession(timing=False) as session:
        for case in CASES:
            expected = json.loads(case["line"])
            if expected["status"] == "success":
                assert session.render(case["job"]) == case["line"], case["name"]
                continue
            with pytest.raises(haforu.HaforuError) as raised:
                session.render(case["job"])
            error = expected["error"]
            assert (raised.value.code, str(raised.value), raised.value.field) == (error["code"], error["message"], error.get("field"))
            assert raised.value.job_id == expected.get("id")


@pytest.mark.parametrize("threads", [1, 3])
def test_process_jobs_gives_the_lines_of_the_program(threads: int) -> None:
    for name, cases in GROUPS.items():
        text = "".join(case["job"] + "\n" for case in cases)
        expected = [case["numbered"] for case in cases]
        assert list(haforu.process_jobs(text, ordered=True, jobs=threads, timing=False)) == expected, name
        assert sorted(haforu.process_jobs(text.encode(), jobs=threads, timing=False)) == sorted(expected), name
    # Of an iterable a line has no number, as in the TypeScript package.
    unnumbered = list(haforu.process_jobs((case["job"] for case in CASES), ordered=True, jobs=threads, timing=False))
    assert unnumbered == [case["line"] for case in CASES]


def test_a_case_is_checked_as_it_is_rendered() -> None:
    with haforu.StreamingSession() as session:
        for case in CASES:
            error = json.loads(case["line"]).get("error", {})
            if error.get("code") in ("invalid_json", "invalid_job"):
                assert session.validate(case["job"]) == error, case["name"]
