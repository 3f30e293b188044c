"""render_to_numpy and metrics: pixels against the pictures of jobs, views and when they are stale, arguments and errors."""

from __future__ import annotations

import base64
import gc
import json
import pickle
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
import pytest

import haforu


@pytest.fixture
def session() -> Any:
    with haforu.StreamingSession(timing=False) as one:
        yield one


def raw(session: haforu.StreamingSession, font: dict[str, Any], text: dict[str, Any], rendering: dict[str, Any]) -> Any:
    """The canvas of a job: the engine's other way to the same pixels."""
    job = {"id": "a", "font": font, "text": text, "rendering": {"format": "raw", **rendering}}
    result = json.loads(session.render(json.dumps(job)))["rendering"]
    return numpy.frombuffer(base64.b64decode(result["data"]), numpy.uint8).reshape(result["height"], result["width"])


@pytest.mark.parametrize("copy", [True, False])
def test_pixels_are_those_of_the_job(session: haforu.StreamingSession, variable: str, copy: bool) -> None:
    latin = {"script": "Latn", "direction": "ltr", "language": "en"}
    for wght in (200, 431.5, 900):
        for invert in (False, True):
            expected = raw(
                session,
                {"path": variable, "size": 41.5, "variations": {"wght": wght}},
                {"content": "Rágf", **latin, "features": ["-kern"]},
                {"width": 150, "height": 70, "origin": [3.5, 50.25], "invert": invert},
            )
            got = session.render_to_numpy(
                variable, "Rágf", 41.5, 150, 70, {"wght": wght}, features="-kern", origin=(3.5, 50.25), invert=invert, copy=copy
            )
            assert got.shape == (70, 150) and got.dtype == numpy.uint8 and got.flags.c_contiguous
            assert got.flags.writeable == copy
            assert numpy.array_equal(got, expected)
            assert 0 < numpy.count_nonzero(got != (0 if invert else 255)) < got.size


def test_none_has_script_direction_and_language_guessed(session: haforu.StreamingSession) -> None:
    font = "node_modules/@expo-google-fonts/noto-sans-hebrew/400Regular/NotoSansHebrew_400Regular.ttf"
    expected = raw(session, {"path": font, "size": 30}, {"content": "שלום"}, {"width": 120, "height": 50})
    guessed = session.render_to_numpy(font, "שלום", 30, 120, 50, script=None, direction=None, language=None)
    assert numpy.array_equal(guessed, expected)
    assert not numpy.array_equal(session.render_to_numpy(font, "שלום", 30, 120, 50), expected)


def test_out_is_filled_and_returned(session: haforu.StreamingSession, noto: str) -> None:
    out = numpy.full((60, 90), 7, numpy.uint8)
    assert session.render_to_numpy(noto, "a", 30, 90, 60, out=out) is out
    assert numpy.array_equal(out, session.render_to_numpy(noto, "a", 30, 90, 60))
    readonly = out.copy()
    readonly.flags.writeable = False
    for bad in (out.T, out[:, ::2], out.astype(float), out[:30], readonly, b"x", out.tolist()):
        with pytest.raises(ValueError, match="^out: expected a writable, C-contiguous array of uint8 with shape"):
            session.render_to_numpy(noto, "a", 30, 90, 60, out=bad)  # type: ignore[arg-type]


def test_copy_is_true_or_false(session: haforu.StreamingSession, noto: str) -> None:
    for bad in (None, 0, 1, "no"):
        with pytest.raises(ValueError, match="^copy: expected True or False"):
            session.render_to_numpy(noto, "a", 30, 90, 60, copy=bad)  # type: ignore[arg-type]


def test_an_array_is_the_callers(session: haforu.StreamingSession, noto: str) -> None:
    first = session.render_to_numpy(noto, "a", 30, 90, 60)
    kept = first.tobytes()
    session.render_to_numpy(noto, "b", 30, 90, 60)
    session.close()
    assert first.tobytes() == kept
    first[:] = 0


def stale_uses(view: Any, part: Any) -> list[Any]:
    return [
        lambda: view[0, 0],
        lambda: view[3:5],
        lambda: part[0],
        lambda: view + 1,
        lambda: 1 - view,
        lambda: view == view,
        lambda: view.sum(),
        lambda: part.mean(),
        lambda: numpy.mean(view),
        lambda: numpy.stack([view, view]),
        lambda: numpy.where(view > 3),
        lambda: view.copy(),
        lambda: view.tobytes(),
        lambda: view.astype(float),
        lambda: view.reshape(-1),
        lambda: view.T[0],
        lambda: view.tolist(),
        lambda: list(view),
        lambda: 3 in view,
        lambda: pickle.dumps(view),
        lambda: numpy.add(1, 2, out=view),
        lambda: bool(view),
        lambda: float(view),
        lambda: view.__array__(),
        lambda: view.flat[0],
        lambda: view.data[0, 0],
        lambda: view.imag,
    ]


def test_a_stale_view_is_detected(session: haforu.StreamingSession, noto: str) -> None:
    after = [
        lambda: session.render_to_numpy(noto, "b", 30, 90, 60, copy=False),
        lambda: session.render_to_numpy(noto, "b", 30, 9, 6),
        lambda: session.metrics(noto, "b", 30, 90, 60),
        lambda: session.render_line("{}"),
        lambda: session.close(),
    ]
    for call in after:
        view: Any = session.render_to_numpy(noto, "a", 30, 90, 60, copy=False)
        part = view[10:20, ::2]
        assert view.is_valid and part.is_valid and view.sum() > 0
        call()
        assert not view.is_valid and not part.is_valid
        for use in stale_uses(view, part):
            with pytest.raises((haforu.StaleViewError, ValueError)) as raised:
                use()
            assert raised.type is haforu.StaleViewError
        assert "stale" in repr(view) and "stale" in str(part)


def test_a_view_cannot_be_written(session: haforu.StreamingSession, noto: str) -> None:
    view: Any = session.render_to_numpy(noto, "a", 30, 90, 60, copy=False)
    assert view.data.readonly and view.flat[0] == 255 and not view.imag.any() and numpy.array_equal(view.real, view)
    for array in (view, numpy.asarray(view), view.base):
        with pytest.raises(ValueError, match="WRITEABLE"):
            array.flags.writeable = True
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 3


def test_copies_and_results_of_a_view_stay(session: haforu.StreamingSession, noto: str) -> None:
    view = session.render_to_numpy(noto, "a", 30, 90, 60, copy=False)
    same = [view.copy(), numpy.array(view), view + 0, pickle.loads(pickle.dumps(view)), view.flatten().reshape(60, 90), view.astype(numpy.uint8)]
    expected = view.tobytes()
    session.render_to_numpy(noto, "b", 30, 90, 60)
    for one in same:
        assert one.tobytes() == expected


def test_memory_of_a_view_outlives_its_session(noto: str) -> None:
    session = haforu.StreamingSession()
    view = session.render_to_numpy(noto, "a", 300, 900, 600, copy=False)
    plain = numpy.asarray(view)
    total = int(plain.sum())
    session.close()
    del session, view
    gc.collect()
    assert int(plain.sum()) == total


def test_metrics_are_those_of_the_job(session: haforu.StreamingSession, noto: str) -> None:
    job = {"id": "a", "font": {"path": noto, "size": 40}, "text": {"content": "Ag", "script": "Latn", "direction": "ltr", "language": "en"}}
    line = json.loads(session.render(json.dumps({**job, "rendering": {"format": "metrics", "width": 50, "height": 60}})))
    got = session.metrics(noto, "Ag", 40, 50, 60)
    for name, expected in line["metrics"].items():
        assert got[name] == pytest.approx(expected, abs=5e-7), name  # type: ignore[literal-required]
    assert got["clipped"][2] == 0
    empty = session.metrics(noto, "", 40, 50, 60)
    assert empty["centroid"] is None and empty["aspect"] is None and empty["bbox"] == (0, 0, 0, 0)


GOOD: dict[str, Any] = {"text": "a", "size": 20, "width": 30, "height": 30}


@pytest.mark.parametrize(
    ("bad", "code", "field"),
    [
        ({"text": 5}, "invalid_argument", "text"),
        ({"text": "\ud800"}, "invalid_argument", "text"),
        ({"text": "a" * 65537}, "text_too_long", "text"),
        ({"size": 0}, "invalid_argument", "size"),
        ({"size": float("nan")}, "invalid_argument", "size"),
        ({"size": "20"}, "invalid_argument", "size"),
        ({"size": 10001}, "invalid_argument", "size"),
        ({"width": 0}, "invalid_argument", "width"),
        ({"width": 2.5}, "invalid_argument", "width"),
        ({"width": True}, "invalid_argument", "width"),
        ({"height": 32769}, "invalid_argument", "height"),
        ({"width": 32768, "height": 32768}, "canvas_too_large", "width"),
        ({"variations": [("wght", 5)]}, "invalid_argument", "variations"),
        ({"variations": {"wgh": 5}}, "invalid_argument", "variations"),
        ({"variations": {"wght": float("inf")}}, "invalid_argument", "variations"),
        ({"variations": {"ZZZZ": 5}}, "invalid_argument", "variations"),
        ({"variations": {f"a{i:03}": 1 for i in range(65)}}, "invalid_argument", "variations"),
        ({"script": "Latin"}, "invalid_argument", "script"),
        ({"direction": "up"}, "invalid_argument", "direction"),
        ({"language": "e n"}, "invalid_argument", "language"),
        ({"face_index": -1}, "invalid_argument", "face_index"),
        ({"face_index": 3}, "face_index_out_of_range", "font_path"),
        ({"features": "toolong"}, "invalid_argument", "features"),
        ({"features": 5}, "invalid_argument", "features"),
        ({"origin": 5}, "invalid_argument", "origin"),
        ({"origin": (1, 2, 3)}, "invalid_argument", "origin"),
        ({"origin": (1, 2e6)}, "invalid_argument", "origin"),
        ({"invert": 1}, "invalid_argument", "invert"),
        ({"font_path": ""}, "invalid_argument", "font_path"),
        ({"font_path": "a\0b"}, "invalid_argument", "font_path"),
        ({"font_path": 5}, "invalid_argument", "font_path"),
    ],
)
def test_a_bad_argument_is_a_value_error_and_the_next_call_works(variable: str, bad: dict[str, Any], code: str, field: str) -> None:
    with haforu.StreamingSession() as session:
        # Also after a good call of the same arguments: what was checked once must not hide what came now.
        expected = session.render_to_numpy(**{"font_path": variable, **GOOD})
        with pytest.raises(ValueError) as raised:
            session.render_to_numpy(**{"font_path": variable, **GOOD, **bad})
        assert isinstance(raised.value, haforu.HaforuError)
        assert (raised.value.code, raised.value.field) == (code, field)
        assert str(raised.value) and len(str(raised.value)) < 500
        assert numpy.array_equal(session.render_to_numpy(**{"font_path": variable, **GOOD}), expected)


def test_fonts_that_cannot_be_had(session: haforu.StreamingSession, tmp_path: Path, noto: str) -> None:
    with pytest.raises(FileNotFoundError) as missing:
        session.render_to_numpy(tmp_path / "none.ttf", **GOOD)
    assert isinstance(missing.value, haforu.HaforuError) and missing.value.code == "font_not_found"
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(Path(noto).read_bytes()[:2000])
    for path, code in ((broken, "font_invalid"), (tmp_path, "font_unreadable"), (Path("package.json"), "font_unsupported")):
        with pytest.raises(haforu.HaforuError) as raised:
            session.render_to_numpy(path, **GOOD)
        assert raised.value.code == code and not isinstance(raised.value, ValueError)
    assert session.render_to_numpy(Path(noto), **GOOD).min() < 255


def test_a_damaged_font_names_its_table(session: haforu.StreamingSession, tmp_path: Path, noto: str) -> None:
    # The table directory of OpenType: {tag, checksum, offset, length} from byte 12 on. The file ends inside of its last table.
    data = Path(noto).read_bytes()
    tables = [struct.unpack_from(">4s3I", data, 12 + 16 * i) for i in range(struct.unpack_from(">H", data, 4)[0])]
    tag, _, offset, length = max(tables, key=lambda table: table[2])
    path = tmp_path / "cut.ttf"
    path.write_bytes(data[: offset + length - 1])
    expected = f"font {path}, face 0: table {tag.decode()} ends beyond the file. Get the font again, or rebuild it; `haforu fonts FILE` checks one."
    calls: list[Callable[[], object]] = [
        lambda: session.render_to_numpy(path, **GOOD),
        lambda: session.metrics(path, **GOOD),
        lambda: session.shape(path, "a"),
    ]
    for call in calls:
        with pytest.raises(haforu.HaforuError) as raised:
            call()
        assert (raised.value.code, raised.value.field, str(raised.value)) == ("font_invalid", "font_path", expected)


def test_a_damaged_picture_says_what_of_it(session: haforu.StreamingSession) -> None:
    # Four pixels with the indices 0, 1, 2 and 200, and a palette of two colours.
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = chunk(b"IHDR", struct.pack(">2I5B", 4, 1, 8, 3, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(bytes([0, 0, 1, 2, 200])))
    file = b"\x89PNG\r\n\x1a\n" + header + chunk(b"PLTE", bytes(6)) + pixels + chunk(b"IEND", b"")
    with pytest.raises(haforu.HaforuError, match="a pixel has palette index 2, and the palette has 2 colours") as raised:
        session.decode_image(file)
    assert raised.value.code == "image_invalid"


def test_numbers_of_numpy_are_numbers(session: haforu.StreamingSession, variable: str) -> None:
    a = session.render_to_numpy(variable, "a", numpy.float32(20), numpy.int64(30), numpy.int32(30), {"wght": numpy.float64(700)}, origin=numpy.array([1.5, 20.0]))  # type: ignore[arg-type]
    assert numpy.array_equal(a, session.render_to_numpy(variable, "a", 20, 30, 30, {"wght": 700}, origin=(1.5, 20)))


def test_a_changed_font_is_read_again(noto: str, variable: str, tmp_path: Path) -> None:
    path = tmp_path / "font.ttf"
    path.write_bytes(Path(noto).read_bytes())
    with haforu.StreamingSession(font_check_ms=0) as session:
        before = session.render_to_numpy(path, **GOOD)
        path.write_bytes(Path(variable).read_bytes())
        assert numpy.array_equal(session.render_to_numpy(path, **GOOD), session.render_to_numpy(variable, **GOOD))
        assert not numpy.array_equal(session.render_to_numpy(path, **GOOD), before)


def test_caches_stay_within_their_budgets(variable: str) -> None:
    with haforu.StreamingSession(cache_size=3) as session:
        pictures = [session.render_to_numpy(variable, "a", 20, 30, 30, {"wght": 200 + i}).tobytes() for i in range(10)]
        stats = session.cache_stats()
        assert stats["instances"] == 3 and stats["evictions"] == 7 and stats["instance_misses"] == 10
        assert [session.render_to_numpy(variable, "a", 20, 30, 30, {"wght": 200 + i}).tobytes() for i in range(10)] == pictures
        session.set_cache_size(1)
        session.render_to_numpy(variable, "a", 20, 30, 30)
        assert session.cache_stats()["instances"] == 1
        for side in range(4000, 4030):
            session.render_to_numpy(variable, "a", 20, side, side, copy=False)
        # Pixels of two canvases, and what the engine keeps to clear them; thirty would be 480 MB.
        assert session.cache_stats()["canvas_bytes"] <= 128 << 20


def test_a_call_is_checked_whatever_the_one_before_was(variable: str) -> None:
    with haforu.StreamingSession() as session:
        given: dict[str, Any] = {"font_path": variable, "text": "a", "size": 1, "width": 1, "height": 1}
        for call in (session.render_to_numpy, session.metrics):
            moved = call(**{**given, "origin": numpy.array([0.5, 0.5])})
            call(**given)
            assert numpy.array_equal(call(**{**given, "origin": numpy.array([0.5, 0.5])}), moved)
            # Each equals what the last call had.
            for name, value in {"width": 1.0, "height": True, "size": True, "face_index": False}.items():
                call(**given)
                call(**given)
                with pytest.raises(haforu.HaforuInputError, match=f"^{name}: "):
                    call(**{**given, name: value})
            for name in ("text", "script", "features", "variations", "instance", "font_path", "language"):
                call(**given)
                with pytest.raises(haforu.HaforuInputError, match=f"^{name}: "):
                    call(**{**given, name: numpy.array(["a", "b"])})
