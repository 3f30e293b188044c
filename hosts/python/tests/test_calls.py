"""Sweeps, matches, comparisons, glyphs and pictures of a session, against other ways to the same: jobs, numpy, uharfbuzz's numbers."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import numpy
import pytest

import haforu

LATIN = {"script": "Latn", "direction": "ltr", "language": "en"}


@pytest.fixture
def session() -> Any:
    with haforu.StreamingSession(timing=False) as one:
        yield one


def result(session: haforu.StreamingSession, job: dict[str, Any]) -> Any:
    return json.loads(session.render(json.dumps({"id": "a", **job})))


def test_a_sweep_gives_what_single_jobs_give(session: haforu.StreamingSession, variable: str) -> None:
    given = list(session.sweep(variable, ["ag", "R"], 40, 90, 60, grid={"wght": numpy.linspace(200, 900, 3)}, include=["hash"], format="pgm"))
    assert [one["index"] for one in given] == list(range(6)) and {one["renders"] for one in given} == {6}
    for one in given:
        single = result(
            session,
            {
                "font": {"path": variable, "size": 40, "variations": {"wght": one["coordinates"]["wght"]}},
                "text": {"content": one["text"], **LATIN},
                "rendering": {"format": "pgm", "width": 90, "height": 60, "include": ["metrics", "hash"]},
            },
        )
        assert one["hash"] == single["hash"] and one["metrics"] == single["metrics"] and one["rendering"]["data"] == single["rendering"]["data"]
    assert [one["coordinates"]["wght"] for one in given[::2]] == [200, 550, 900]


def test_a_sweep_names_the_value_that_json_cannot_hold(session: haforu.StreamingSession, variable: str) -> None:
    loop: list[object] = []
    loop.append(loop)
    for given, said in [
        ({"points": [{"wght": 300}, {"wght": float("nan")}]}, "sweep.points[1].wght: expected a value that JSON can hold"),
        ({"grid": {"wght": numpy.array([1, numpy.inf])}}, "sweep.grid.wght: "),
        ({"grid": {"wght": {1, 2}}}, "got a set"),
        ({"points": loop}, "sweep.points[0]"),
    ]:
        arguments: Any = given
        with pytest.raises(haforu.HaforuInputError, match="invalid_argument|expected") as raised:
            list(session.sweep(variable, "a", 40, 90, 60, **arguments))
        assert raised.value.code == "invalid_argument"
        assert said in str(raised.value)


def test_a_sweep_goes_on_over_its_windows(session: haforu.StreamingSession, variable: str) -> None:
    given = list(session.sweep(variable, "a", 20, 30, 30, sample={"count": 600, "seed": 3}))
    assert [one["index"] for one in given] == list(range(600))
    assert len({one["coordinates"]["wght"] for one in given}) > 590
    named = list(session.sweep(variable, "a", 20, 30, 30, instances=True))
    info = session.font_info(variable)["faces"][0]["named_instances"]
    assert [one["instance"] for one in named] == [one["name"] for one in info]
    with pytest.raises(ValueError) as raised:
        next(session.sweep(variable, "a", 20, 30, 30, grid={"XXXX": 4}))
    assert isinstance(raised.value, haforu.HaforuError) and raised.value.code == "axis_not_found"
    for bad in ({"text": []}, {"text": b"a"}, {"grid": {"wght": float("nan")}}, {"grid": {"wght": object()}}, {"timeout": 0}):
        with pytest.raises(ValueError):
            session.sweep(**{"font_path": variable, "text": "a", "size": 20, "width": 30, "height": 30, **bad})


def test_a_match_finds_the_coordinates_it_was_given(session: haforu.StreamingSession, variable: str) -> None:
    drawn = {"font_path": variable, "text": "ag", "size": 150, "width": 300, "height": 220, "variations": {"wght": 633}}
    image = session.render_to_numpy(**drawn)
    found = session.match(variable, 150, [{"text": "ag", "image": image}])
    assert found["coordinates"]["wght"] == pytest.approx(633, abs=1) and found["score"] < 0.002
    assert set(found) == {"score", "coordinates", "evaluations", "renders", "stopped", "coarse_px", "path", "warnings"}
    assert found["warnings"] == [] and found["path"][-1]["score"] == found["score"]
    like = session.match(variable, 150, [{"text": "ag", "like": drawn}])
    view = session.render_to_numpy(**drawn, copy=False)
    assert session.match(variable, 150, [{"text": "ag", "image": view}]) == like == found
    inverted = session.match(variable, 150, [{"text": "ag", "image": 255 - image, "invert": True}])
    assert inverted == found
    within = session.match(variable, 150, [{"text": "ag", "image": image}], axes={"wght": {"max": 500}}, budget=40, objective="iou", mode="ink", coarse=False)
    assert within["coordinates"]["wght"] <= 500 and within["renders"] <= 40
    missing = session.match(variable, 40, [{"text": "a", "like": {**drawn, "size": 40}}, {"text": "漢", "image": image}], budget=20)
    assert [(one["code"], one["target"]) for one in missing["warnings"]][:1] == [("missing_glyph", 1)]


def test_a_match_says_what_it_cannot_do(session: haforu.StreamingSession, variable: str, noto: str) -> None:
    image = numpy.full((30, 30), 255, numpy.uint8)
    image[5:20, 5:20] = 0
    good: dict[str, Any] = {"font_path": variable, "size": 20, "targets": [{"text": "a", "image": image}]}
    for bad, field in (
        ({"targets": []}, "targets"),
        ({"targets": [{"text": "a"}]}, "targets[0]"),
        ({"targets": [{"text": "a", "image": image, "like": {}}]}, "targets[0]"),
        ({"targets": [{"text": "a", "image": image.astype(float)}]}, "targets[0].image"),
        ({"targets": [{"text": 5, "image": image}]}, "targets[0].text"),
        ({"targets": [{"text": "a", "image": image, "txt": 1}]}, "txt"),
        ({"targets": [{"text": "a", "like": {"font_path": variable}}]}, "targets[0].like.text"),
        ({"budget": 0}, "budget"),
        ({"objective": "mse"}, "objective"),
        ({"mode": "top"}, "mode"),
        ({"reach": 257}, "reach"),
        ({"size": 0}, "size"),
        ({"coarse": 1}, "coarse"),
        ({"axes": {}}, "axes"),
        ({"axes": {"wght": {"min": 5, "max": 4}}}, "axes.wght"),
        ({"axes": {"wght": {"least": 5}}}, "least"),
        ({"axes": {"XXXX": {}}}, "axes"),
        ({"axes": {"wght": {"min": 300, "max": 300}}}, "axes"),
        ({"font_path": noto}, "axes"),
        ({"variations": {"XXXX": 1}}, "variations"),
    ):
        with pytest.raises(ValueError) as raised:
            session.match(**{**good, **bad})
        assert isinstance(raised.value, haforu.HaforuError) and raised.value.field == field, (bad, raised.value)
    assert session.match(**good)["renders"] > 0


def test_comparing_measures_what_numpy_does(session: haforu.StreamingSession, noto: str) -> None:
    a = session.render_to_numpy(noto, "ag", 40, 80, 60)
    b = session.render_to_numpy(noto, "aq", 40, 70, 64)
    one, two = numpy.full((2, 64, 80), 255.0)
    one[:60, :80], two[:64, :70] = a, b
    expected = {"pixel_delta": numpy.abs(one - two).mean() / 255, "rmse": numpy.sqrt(((one - two) ** 2).mean()) / 255}
    got = session.align_and_compare(a, b)
    assert (got["width"], got["height"], got["shift"]) == (80, 64, (0, 0))
    assert got["pixel_delta"] == pytest.approx(expected["pixel_delta"], abs=1e-9) and got["rmse"] == pytest.approx(expected["rmse"], abs=1e-9)
    assert set(session.align_and_compare(a, b, measures=["iou"])) == {"width", "height", "shift", "iou"}
    moved = numpy.roll(a, (3, 5), (0, 1))
    ink = session.align_and_compare(a, moved, "ink", measures=("pixel_delta",))
    assert ink["shift"] == (-5, -3) and ink["pixel_delta"] == 0
    # The same from any memory: copies, slices with steps, transposes, the engine's own, another session's.
    wide = numpy.zeros((120, 160), numpy.uint8)
    wide[::2, ::2] = a
    first = {"font_path": noto, "text": "ag", "size": 40, "width": 80, "height": 60}
    second = {"font_path": noto, "text": "aq", "size": 40, "width": 70, "height": 64}
    assert session.align_and_compare(wide[::2, ::2], numpy.ascontiguousarray(b.T).T) == got
    assert session.align_and_compare(255 - a, b, invert=(True, False)) == got
    assert session.compare_renders(first, second) == got
    assert session.compare_renders({**first, "invert": True}, second) == got
    view = session.render_to_numpy(**first, copy=False)
    assert session.align_and_compare(view, b) == got
    # Comparing draws nothing: the view is still good.
    assert view.is_valid and numpy.array_equal(view, a)  # type: ignore[attr-defined]
    assert haforu.align_and_compare(view, b) == got
    session.render_to_numpy(**second)
    with pytest.raises(haforu.StaleViewError):
        session.align_and_compare(view, b)


def bilinear(image: Any, width: int, height: int) -> Any:
    """By the definition: pixel i of n lies at (i + ½) ÷ n, the edges repeated."""

    def axis(to: int, of: int) -> Any:
        at = numpy.clip((numpy.arange(to) + 0.5) * of / to - 0.5, 0, of - 1)
        low = numpy.minimum(at.astype(int), max(of - 2, 0))
        return low, numpy.minimum(low + 1, of - 1), at - low

    y0, y1, fy = axis(height, image.shape[0])
    x0, x1, fx = axis(width, image.shape[1])
    rows = image[y0] * (1 - fy)[:, None] + image[y1] * fy[:, None]
    return rows[:, x0] * (1 - fx) + rows[:, x1] * fx


def test_resizing_is_bilinear(session: haforu.StreamingSession, noto: str) -> None:
    image = session.render_to_numpy(noto, "ag", 40, 81, 60)
    for width, height in ((81, 60), (40, 30), (200, 90), (1, 1), (3, 170)):
        got = session.resize_bilinear(image, width, height)
        assert got.shape == (height, width) and got.dtype == numpy.uint8 and got.flags.writeable
        assert numpy.abs(got - bilinear(image.astype(float), width, height)).max() <= 1
    assert numpy.array_equal(session.resize_bilinear(image, 81, 60), image)
    view = session.render_to_numpy(noto, "ag", 40, 81, 60, copy=False)
    assert numpy.array_equal(haforu.resize_bilinear(view[:, ::-1], 50, 50), session.resize_bilinear(image[:, ::-1].copy(), 50, 50))


@pytest.mark.parametrize(
    "bad",
    [None, [[0]], b"x", numpy.zeros((3, 3)), numpy.zeros((3, 3), bool), numpy.zeros(9, numpy.uint8), numpy.zeros((3, 3, 1), numpy.uint8)]
    + [numpy.zeros((0, 3), numpy.uint8), numpy.broadcast_to(numpy.uint8(3), (40000, 2)), numpy.zeros((3, 3), ">u2")],
)
def test_what_is_no_picture_is_refused(session: haforu.StreamingSession, bad: Any) -> None:
    good = numpy.zeros((3, 3), numpy.uint8)
    for call in (lambda: session.align_and_compare(bad, good), lambda: session.align_and_compare(good, bad), lambda: session.resize_bilinear(bad, 3, 3)):
        with pytest.raises(ValueError) as raised:
            call()
        assert isinstance(raised.value, haforu.HaforuError) and raised.value.code == "invalid_argument"


def test_options_that_are_none_are_refused(session: haforu.StreamingSession) -> None:
    a = numpy.zeros((3, 3), numpy.uint8)
    for bad, field in (
        ({"mode": "middle"}, "mode"),
        ({"reach": -1}, "reach"),
        ({"measures": []}, "measures"),
        ({"measures": "rmse"}, "measures"),
        ({"measures": ["mse"]}, "measures"),
        ({"invert": 1}, "invert"),
        ({"invert": (True,)}, "invert"),
    ):
        with pytest.raises(haforu.HaforuInputError) as raised:
            session.align_and_compare(a, a, **bad)
        assert raised.value.field == field
    for width, height in ((0, 3), (3, 32769), (2.5, 3), (True, 3)):
        with pytest.raises(haforu.HaforuInputError):
            session.resize_bilinear(a, width, height)  # type: ignore[arg-type]
    with pytest.raises(haforu.HaforuInputError) as raised:
        session.resize_bilinear(a, 32768, 32768)
    assert raised.value.code == "canvas_too_large"


def test_picture_files_are_decoded(session: haforu.StreamingSession, noto: str) -> None:
    job = {"font": {"path": noto, "size": 30}, "text": {"content": "ag", **LATIN}}
    expected = session.render_to_numpy(noto, "ag", 30, 60, 50)
    for format in ("png", "pgm"):
        file = base64.b64decode(result(session, {**job, "rendering": {"format": format, "width": 60, "height": 50}})["rendering"]["data"])
        assert numpy.array_equal(session.decode_image(file), expected)
    with pytest.raises(haforu.HaforuError) as raised:
        session.decode_image(b"GIF89a....")
    assert raised.value.code == "image_unsupported"


def test_glyphs_are_those_of_the_job(session: haforu.StreamingSession, noto: str) -> None:
    text = "AV fi ágű"
    job = {"font": {"path": noto, "size": 30}, "text": {"content": text, **LATIN}, "rendering": {"format": "metrics", "width": 9, "height": 9, "include": ["glyphs"]}}
    glyphs = result(session, job)["glyphs"]
    shaped = session.shape(noto, text)
    assert shaped.ids.tolist() == [one["id"] for one in glyphs] and shaped.clusters.tolist() == [one["cluster"] for one in glyphs]
    assert [list(pair) for pair in zip(shaped.x_advances.tolist(), shaped.y_advances.tolist())] == [one["advance"] for one in glyphs]
    assert [list(pair) for pair in zip(shaped.x_offsets.tolist(), shaped.y_offsets.tolist())] == [one["offset"] for one in glyphs]
    assert (shaped.ids.dtype, shaped.clusters.dtype, shaped.x_offsets.dtype) == (numpy.uint32, numpy.float64, numpy.int32)
    assert len(session.shape(noto, "").ids) == 0
    kerned = session.shape(noto, "AVAV").x_advances.sum() - session.shape(noto, "AVAV", features="-kern").x_advances.sum()
    assert kerned < 0
    with pytest.raises(haforu.HaforuInputError) as raised:
        session.shape(noto, "a" * 65537)
    assert raised.value.code == "text_too_long"


def test_glyphs_are_those_of_harfbuzz(session: haforu.StreamingSession, fonts: dict[str, str]) -> None:
    expected = json.loads(Path("test/shaping/expected.json").read_text("utf-8"))
    wrong = []
    for case in expected["cases"]:
        request = {"script": None, "direction": None, "language": None, **case.get("request", {})}
        shaped = session.shape(fonts[case["font"]], expected["texts"][case["text"]], face_index=case.get("face", 0), **request)
        got = numpy.stack(shaped[:6]).T.astype(int).ravel().tolist()
        if got != case["glyphs"]:
            wrong.append(case)
    assert wrong == [] and len(expected["cases"]) > 500


def test_named_instances_and_added_fonts(session: haforu.StreamingSession, variable: str) -> None:
    named = session.font_info(variable)["faces"][0]["named_instances"][-1]
    expected = session.render_to_numpy(variable, "a", 30, 40, 40, named["coordinates"])
    assert numpy.array_equal(session.render_to_numpy(variable, "a", 30, 40, 40, instance=named["name"]), expected)
    moved = session.render_to_numpy(variable, "a", 30, 40, 40, {"wght": 300}, instance=named["name"])
    assert not numpy.array_equal(moved, expected)
    with pytest.raises(haforu.HaforuError) as raised:
        session.metrics(variable, "a", 30, 40, 40, instance="No Such")
    assert raised.value.code == "instance_not_found"
    session.add_font("mine", Path(variable).read_bytes())
    assert numpy.array_equal(session.render_to_numpy("mine", "a", 30, 40, 40, named["coordinates"]), expected)
    assert json.loads(session.render(json.dumps({"id": "a", "font": {"path": "mine", "size": 9}, "text": {"content": "a"}, "rendering": {"format": "metrics", "width": 9, "height": 9}})))
    assert session.remove_font("mine") is True and session.remove_font("mine") is False
    with pytest.raises(FileNotFoundError):
        session.metrics("mine", "a", 30, 40, 40)
