"""Sessions and process_jobs beside their bytes: errors at the call, threads, faults, life and end, what an import loads."""

from __future__ import annotations

import json
import os
import pickle
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy
import pytest

import haforu


def job(i: int, font: str, **font_fields: Any) -> str:
    rendering = {"format": "metrics", "width": 60, "height": 40, "include": ["hash"]}
    return json.dumps({"id": str(i), "font": {"path": font, "size": 20 + i % 7, **font_fields}, "text": {"content": "ab"}, "rendering": rendering})


@pytest.mark.parametrize(
    ("spec", "code"),
    [
        ("{nope", "invalid_json"),
        ('{"version": "1.0", "jobs": [}', "invalid_json"),
        ('{"version": "2.0", "jobs": [{}]}', "unsupported"),
        ('{"version": "1.0", "jobs": []}', "invalid_job"),
        ("", "invalid_job"),
        (b" \n\t\r\n", "invalid_job"),
        (5, "invalid_argument"),
        ({"jobs": []}, "invalid_argument"),
    ],
)
def test_what_is_wrong_with_the_whole_is_raised_at_the_call(spec: Any, code: str) -> None:
    with pytest.raises(haforu.HaforuError) as raised:
        haforu.process_jobs(spec)
    assert raised.value.code == code
    assert isinstance(raised.value, ValueError)


def test_lone_surrogates_are_what_the_typescript_package_makes_of_them(noto: str) -> None:
    odd = job(1, noto).replace('"content": "ab"', '"content": "a\ud800\ud83d\ude00"')
    assert odd != job(1, noto)
    even = job(1, noto).replace('"content": "ab"', '"content": "a\ufffd\U0001f600"')
    with haforu.StreamingSession(timing=False) as session:
        expected = session.render(even)
        assert session.render(odd) == expected
    assert list(haforu.process_jobs(odd, timing=False)) == list(haforu.process_jobs([odd], timing=False)) == [expected]


def test_a_document_with_its_config(noto: str) -> None:
    jobs = [json.loads(job(i, "NotoSans_400Regular.ttf")) for i in range(40)]
    spec = {"version": "1.0", "config": {"order": "input", "timing": False, "base_dir": str(Path(noto).parent)}, "jobs": jobs}
    lines = list(haforu.process_jobs(json.dumps(spec)))
    assert [json.loads(line)["id"] for line in lines] == [str(i) for i in range(40)]
    assert all("timing" not in json.loads(line) and json.loads(line)["status"] == "success" for line in lines)


def test_base_dir_holds(noto: str) -> None:
    [line] = haforu.process_jobs(job(1, str(Path(noto).resolve())), base_dir="hosts", timing=False)
    assert json.loads(line)["error"]["code"] == "path_forbidden"
    with pytest.raises(ValueError, match="^base_dir: "):
        haforu.process_jobs(job(1, noto), base_dir="no/such/folder")


def test_an_iterable_is_read_as_results_are_taken(noto: str) -> None:
    read = []

    def lines() -> Any:
        for i in range(1000):
            read.append(i)
            yield job(i, noto) + "\r\n"

    seen: list[tuple[int, int | None]] = []
    results = haforu.process_jobs(lines(), jobs=2, progress=lambda done, total: seen.append((done, total)))
    assert read == []
    next(results)
    assert len(read) < 50
    results.close()  # type: ignore[attr-defined]
    assert seen == [(1, None)]
    assert not [one for one in threading.enumerate() if one.name.startswith("haforu-") and one.name[7:].isdigit()]


def test_an_error_of_the_iterable_comes_out(noto: str) -> None:
    def lines() -> Any:
        yield job(1, noto)
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        list(haforu.process_jobs(lines()))
    assert not [one for one in threading.enumerate() if one.name.startswith("haforu-") and one.name[7:].isdigit()]


def test_one_session_in_many_threads(variable: str) -> None:
    with haforu.StreamingSession(timing=False) as session:
        expected = {w: session.render_to_numpy(variable, "ag", 60, 200, 90, {"wght": w}).tobytes() for w in range(200, 900, 50)}
        lines = {i: session.render(job(i, variable)) for i in range(7)}
        wrong: list[Any] = []

        def work(seed: int) -> None:
            try:
                for k in range(60):
                    w = 200 + 50 * ((seed * 7 + k) % 14)
                    view = session.render_to_numpy(variable, "ag", 60, 200, 90, {"wght": w}, copy=False)
                    if view.tobytes() != expected[w] or session.render(job(k % 7, variable)) != lines[k % 7]:
                        wrong.append((seed, k))
            except BaseException as error:
                wrong.append(error)

        threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert wrong == []


def test_a_closed_session_and_its_threads(noto: str) -> None:
    session = haforu.StreamingSession()
    assert session.ping() is True
    session.close()
    session.close()
    for call in (
        session.ping,
        session.cache_stats,
        session.__enter__,
        lambda: session.render("{}"),
        lambda: session.metrics(noto, "a", 9, 9, 9),
        lambda: session.set_cache_size(9),
        lambda: session.add_font("a", b""),
        lambda: session.remove_font("a"),
        lambda: next(session.sweep(noto, "a", 9, 9, 9, instances=True)),
    ):
        with pytest.raises(haforu.HaforuError) as raised:
            call()
        assert raised.value.code == "invalid_handle"


def test_closing_under_other_threads_crashes_nothing(variable: str) -> None:
    for _ in range(5):
        session = haforu.StreamingSession()
        ended: list[str] = []

        def work(session: haforu.StreamingSession = session, ended: list[str] = ended) -> None:
            try:
                while True:
                    session.render_to_numpy(variable, "ag", 300, 900, 400)
            except haforu.HaforuError as error:
                ended.append(error.code)

        threads = [threading.Thread(target=work) for _ in range(3)]
        for one in threads:
            one.start()
        session.ping()
        session.close()
        for one in threads:
            one.join(20)
        assert ended == ["invalid_handle"] * 3


def test_a_trap_is_an_exception_and_the_next_call_works(noto: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from haforu import _engine

    with haforu.StreamingSession(timing=False) as session:
        expected = session.render_to_numpy(noto, "a", 20, 30, 30)
        line = session.render(job(1, noto))
        view = session.render_to_numpy(noto, "a", 20, 30, 30, copy=False)
        real = _engine.Engine.render
        # A placement beyond the memory's end: the module reads out of bounds.
        monkeypatch.setattr(_engine.Engine, "render", lambda self, instance, canvas: self._hf_render(instance, 0xFFFFFFF0, 0xFFFFFFF0, canvas, 0))
        with pytest.raises(haforu.HaforuError) as raised:
            session.render_to_numpy(noto, "a", 20, 30, 30)
        assert raised.value.code == "engine_fault" and "out of bounds" in str(raised.value)
        assert not view.is_valid  # type: ignore[attr-defined]
        monkeypatch.setattr(_engine.Engine, "render", real)
        assert numpy.array_equal(session.render_to_numpy(noto, "a", 20, 30, 30), expected)
        assert session.render(job(1, noto)) == line
        assert session.cache_stats()["faults"] == 1
        real_job = _engine.Engine.job
        monkeypatch.setattr(_engine.Engine, "job", lambda self, start, size, number, flags: self._hf_job(0xFFFFFFF0, 99, number, flags))
        with pytest.raises(haforu.HaforuError) as raised:
            session.render(job(7, noto))
        assert (raised.value.code, raised.value.job_id) == ("engine_fault", "7")
        monkeypatch.setattr(_engine.Engine, "job", real_job)
        assert session.render(job(1, noto)) == line


def test_strict_sessions_refuse_warnings(noto: str) -> None:
    with haforu.StreamingSession(strict=True) as session:
        assert session.render_to_numpy(noto, "a", 20, 30, 30).min() < 255
        for call in (session.render_to_numpy, session.metrics):
            with pytest.raises(haforu.HaforuError) as raised:
                call(noto, "漢", 20, 30, 30)
            assert raised.value.code == "strict_warning"


def test_an_error_goes_through_pickle() -> None:
    with haforu.StreamingSession() as session, pytest.raises(ValueError) as raised:
        session.render('{"id": "x"}')
    again = pickle.loads(pickle.dumps(raised.value))
    assert type(again) is type(raised.value) and str(again) == str(raised.value)
    assert (again.code, again.job_id, again.field, again.details) == ("invalid_job", "x", raised.value.field, raised.value.details)
    assert again.details["problems"]


def test_the_small_functions(noto: str) -> None:
    assert haforu.is_available() is True
    assert haforu.__version__ == json.loads(Path("packages/haforu/package.json").read_text())["version"]
    assert haforu.schema()["$schema"].startswith("https://json-schema.org/")
    assert haforu.validate(job(1, "anything")) is None
    error = haforu.validate("{}")
    assert error is not None and error["code"] == "invalid_job"
    info = haforu.font_info(noto)
    assert info["faces"][0]["family"] == "Noto Sans" and info["faces"][0]["upem"] == 1000
    with pytest.raises(FileNotFoundError):
        haforu.font_info("no/such.ttf")
    with haforu.StreamingSession() as session:
        session.warm_up([noto])
        assert session.cache_stats()["fonts"] == 2
        with pytest.raises(FileNotFoundError):
            session.warm_up(["no/such.ttf"])


def run(code: str, **environment: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, **environment}, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_imports_are_lazy() -> None:
    loaded = "print(sorted({'numpy', 'wasmtime', 'ctypes'} & set(sys.modules)))"
    assert run(f"import sys, haforu; {loaded}") == "[]"
    assert run(f"import sys, haforu.sql; {loaded}") == "[]"
    assert run(f"import sys, haforu; haforu.__version__, haforu.schema(); {loaded}") == "[]"
    assert run("import haforu; haforu.StreamingSession; from haforu import _module; print(_module.source == '')") == "True"
    with pytest.raises(AttributeError, match="has no attribute 'nope'"):
        haforu.nope  # type: ignore[attr-defined]  # noqa: B018
    for name in haforu.__all__:
        assert getattr(haforu, name) is not None and name in dir(haforu)


LOAD = "from haforu import _module; _module.compiled_module(); print(_module.source)"
#: As LOAD, of a module that compiles at once: an empty one.
LOAD_SMALL = """
import os, pathlib
from haforu import _module
wasm = pathlib.Path(os.environ["HAFORU_CACHE_DIR"]).parent / "empty.wasm"
wasm.write_bytes(b"\\0asm\\1\\0\\0\\0")
print(_module.load(wasm, "(module)", "small")[1])
"""


def test_the_compiled_module_is_cached_in_a_folder_of_this_user_alone(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    assert run(LOAD, HAFORU_CACHE_DIR=str(folder)) == "compiled"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert run(LOAD, HAFORU_CACHE_DIR=str(folder)) == "cache"
    [large] = folder.iterdir()
    large.unlink()
    assert run(LOAD_SMALL, HAFORU_CACHE_DIR=str(folder)) == "compiled"
    [file] = folder.iterdir()
    assert run(LOAD_SMALL, HAFORU_CACHE_DIR=str(folder)) == "cache"
    good = file.read_bytes()
    middle = len(good) // 2
    file.write_bytes(good[:middle] + bytes([good[middle] ^ 1]) + good[middle + 1 :])
    assert run(LOAD_SMALL, HAFORU_CACHE_DIR=str(folder)) == "compiled"
    assert file.read_bytes()[32:36] == good[32:36]
    assert run(LOAD_SMALL, HAFORU_CACHE_DIR=str(folder)) == "cache"
    file.chmod(0o666)
    assert run(LOAD_SMALL, HAFORU_CACHE_DIR=str(folder)) == "compiled"
    folder.chmod(0o755)
    assert run(LOAD_SMALL, HAFORU_CACHE_DIR=str(folder)).startswith("compiled, not cached: ")
    link = tmp_path / "link"
    link.symlink_to(folder)
    assert "is not a folder" in run(LOAD_SMALL, HAFORU_CACHE_DIR=str(link))
    if os.getuid() == 0:
        # Another user's folder, and another user's file in this user's folder.
        folder.chmod(0o700)
        os.chown(folder, 12345, -1)
        assert run(LOAD_SMALL, HAFORU_CACHE_DIR=str(folder)).startswith("compiled, not cached: ")
        os.chown(folder, 0, -1)
        assert run(LOAD_SMALL, HAFORU_CACHE_DIR=str(folder)) == "cache"
        os.chown(file, 12345, -1)
        assert run(LOAD_SMALL, HAFORU_CACHE_DIR=str(folder)) == "compiled"
