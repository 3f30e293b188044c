"""Streams of glyphs: against shaping at once, whatever the pieces; changes in mid-stream; errors, threads, life and end."""

from __future__ import annotations

import gc
import json
import random
import threading
from pathlib import Path
from typing import Any

import numpy
import pytest

import haforu
from haforu import ShapeStream, StreamingSession, shape_stream


def joined(flushes: list[haforu.Flush]) -> Any:
    """The flushes' glyphs as one array, seven columns."""
    return numpy.concatenate([numpy.stack([column.astype(float) for column in flush[:7]]) for flush in flushes], axis=1)


def at_once(font: str, text: str, **options: Any) -> Any:
    with StreamingSession() as session:
        shaped = session.shape(font, text, **options)
    return numpy.stack([shaped.clusters, *(column.astype(float) for column in (shaped.ids, *shaped[2:6]))])


@pytest.mark.parametrize("key", ["noto-sans", "noto-naskh-arabic", "noto-sans-devanagari"])
def test_a_stream_gives_the_glyphs_of_shaping_at_once(fonts: dict[str, str], key: str) -> None:
    texts = json.loads(Path("test/shaping/expected.json").read_text("utf-8"))["texts"]
    name, script, direction = {
        "noto-sans": ("latin", "Latn", "ltr"),
        "noto-naskh-arabic": ("arabic", "Arab", "rtl"),
        "noto-sans-devanagari": ("devanagari", "Deva", "ltr"),
    }[key]
    text = (texts[name] + " ") * 60
    settings = {"script": script, "direction": direction, "language": "en"}
    expected = at_once(fonts[key], text, **settings)
    random.seed(7)
    data = text.encode()
    cuts = sorted(random.sample(range(len(data)), 90))
    pieces: list[Any] = [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)])]
    for source in (pieces, text, [text[:99], text[99:]]):
        flushes = list(shape_stream(source, fonts[key], order="logical", **settings))
        assert len(flushes) > 5 and not any(flush.forced or flush.warnings for flush in flushes)
        got = joined(flushes)[:6]
        wanted = expected if direction == "ltr" else expected[:, ::-1]
        assert sorted(map(tuple, got.T)) == sorted(map(tuple, wanted.T))
        if direction == "ltr":
            assert numpy.array_equal(got, wanted)
        assert [flush.start for flush in flushes[1:]] == [flush.end for flush in flushes[:-1]] and flushes[-1].end == len(text)
        assert {(flush.script, flush.direction, flush.language, flush.font) for flush in flushes} == {(script, direction, "en", fonts[key])}


def test_flushes_come_before_the_end_and_are_the_receivers_own(noto: str) -> None:
    with ShapeStream(noto) as stream:
        assert stream.push("too short ") == []
        first = stream.push("Some words and more. " * 60)
        assert first and first[0].start == 0 and first[0].run_begins and not first[0].run_ends
        kept = [column.copy() for column in first[0][:7]]
        rest = stream.push(b"And others follow. " * 300) + stream.end()
        assert rest[-1].run_ends and all(numpy.array_equal(a, b) for a, b in zip(kept, first[0][:7]))
        first[0].ids[:] = 0
        kinds = [column.dtype for column in first[0][:7]]
        assert kinds == [numpy.float64, numpy.uint32, numpy.int32, numpy.int32, numpy.int32, numpy.int32, numpy.uint32]
        stats = stream.stats
    assert stats["read"] == rest[-1].end and stats["flushes"] == len(first) + len(rest)


def test_changes_begin_runs(noto: str, variable: str) -> None:
    bold = {"font_path": variable, "variations": {"wght": 900}}
    with ShapeStream(noto, features="-liga", language="en") as stream:
        flushes = stream.push("ab") + stream.push_features("smcp") + stream.push("cd") + stream.pop("features")
        flushes += stream.push_language("tr") + stream.push("i") + stream.pop("language") + stream.push_font(bold) + stream.push("W")
        flushes += stream.pop("font") + stream.push_direction("rtl") + stream.push("xy") + stream.pop("direction")
        flushes += stream.push_script("Grek") + stream.push("1") + stream.pop("script") + stream.push("z") + stream.end()
    got = [(flush.start, flush.end, flush.script, flush.direction, flush.language, flush.font) for flush in flushes]
    assert got == [
        (0, 2, "Latn", "ltr", "en", noto),
        (2, 4, "Latn", "ltr", "en", noto),
        (4, 5, "Latn", "ltr", "tr", noto),
        (5, 6, "Latn", "ltr", "en", bold),
        (6, 8, "Latn", "rtl", "en", noto),
        (8, 9, "Grek", "ltr", "en", noto),
        (9, 10, "Latn", "ltr", "en", noto),
    ]
    with StreamingSession() as session:
        assert flushes[3].ids.tolist() == session.shape(variable, "W", {"wght": 900}).ids.tolist()
        assert flushes[3].x_advances.tolist() == session.shape(variable, "W", {"wght": 900}).x_advances.tolist()
        assert flushes[1].ids.tolist() == session.shape(noto, "cd", features="smcp").ids.tolist()


def test_scripts_are_itemised_and_clusters_flushed_one_by_one(noto: str) -> None:
    flushes = list(shape_stream("abc где ab", noto, itemise=True, flush_mode="cluster", first_cluster=2**40))
    assert [int(flush.start) - 2**40 for flush in flushes] == list(range(10)) and all(len(flush.ids) == 1 for flush in flushes)
    assert [flush.script for flush in flushes][::4] == ["Latn", "Cyrl", "Latn"]
    assert flushes[0].clusters[0] == 2**40


def test_what_is_no_utf8_is_told(noto: str) -> None:
    with ShapeStream(noto) as stream:
        [flush] = stream.push(b"a\xffb") + stream.push("c\ud800d") + stream.end()
        assert len(flush.ids) == 6
        assert [one["code"] for one in flush.warnings][:1] == ["malformed_utf8"]
        assert stream.stats["malformed"] == 2


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"font": 5}, "font_path"),
        ({"font": {"path": "x"}}, "path"),
        ({"features": "toolong"}, "features"),
        ({"script": "Latin"}, "script"),
        ({"script": "Latn", "itemise": True}, "script"),
        ({"direction": "up"}, "direction"),
        ({"language": "e n"}, "language"),
        ({"high_watermark": 2.5}, "high_watermark"),
        ({"flush_mode": "all"}, "flush_mode"),
        ({"order": "none"}, "order"),
        ({"first_cluster": 2**53}, "first_cluster"),
    ],
)
def test_wrong_options(noto: str, options: dict[str, Any], field: str) -> None:
    with pytest.raises(haforu.HaforuInputError) as raised:
        ShapeStream(**{"font": noto, **options})
    assert raised.value.field == field


def test_watermarks_out_of_order_are_named(noto: str) -> None:
    for marks in ({"high_watermark": 0}, {"low_watermark": 999}, {"max_buffer": 5}, {"max_buffer": 65537}):
        with pytest.raises(haforu.HaforuInputError, match="watermark") as raised:
            ShapeStream(noto, **marks)  # type: ignore[arg-type]
        assert raised.value.code == "invalid_argument"
    with pytest.raises(FileNotFoundError):
        ShapeStream("no/such.ttf")


def test_a_refused_change_leaves_the_stream_as_it_was(noto: str) -> None:
    expected = joined(list(shape_stream("abcdef", noto)))
    bad: list[Any] = [5, None, ["a"], {"push": "colour"}, {"pop": "features"}, {"push": "script", "script": "Latin"}, {}]
    bad += [{"push": "features", "features": "smcp[1:2]"}, {"push": "font", "font": "no/such.ttf"}, {"pop": 3}]
    with ShapeStream(noto) as stream:
        stream.push("abc")
        for one in bad:
            with pytest.raises(haforu.HaforuError):
                stream.push(one)
        flushes = stream.push("def") + stream.end()
    assert numpy.array_equal(joined(flushes), expected)


def test_an_ended_or_left_stream_is_closed(noto: str) -> None:
    stream = ShapeStream(noto)
    stream.end()
    for call in (lambda: stream.push("a"), stream.end, lambda: stream.pop("font")):
        with pytest.raises(haforu.HaforuError, match="has ended") as raised:
            call()
        assert raised.value.code == "invalid_handle"
    stream.close()
    left = ShapeStream(noto)
    next(left.take("Some words. " * 500)).ids.sum()
    gc.collect()
    with pytest.raises(haforu.HaforuError, match="is closed"):
        left.push("a")
    waiting = ShapeStream(noto)
    flushes = waiting.take("Some words. " * 500)
    next(flushes)
    with pytest.raises(haforu.HaforuError, match="at work"):
        waiting.push("a")
    assert len(list(flushes)) > 3


def test_streams_that_nobody_has_are_closed_by_the_next(noto: str) -> None:
    with StreamingSession() as session:
        ShapeStream(noto, session=session)
        before = session.cache_stats()["handles"]
        for _ in range(50):
            ShapeStream(noto, session=session).push("abc")
        gc.collect()
        ShapeStream(noto, session=session).close()
        assert session.cache_stats()["handles"] <= before + 1
        stream = ShapeStream(noto, session=session)
    with pytest.raises(haforu.HaforuError, match="session of the stream is closed"):
        stream.push("a")


def test_a_trap_closes_the_streams_of_its_engine_alone(noto: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from haforu import _stream_calls

    with StreamingSession() as session:
        stream, other = ShapeStream(noto, session=session), ShapeStream(noto, session=session)
        real = _stream_calls.StreamCalls.push
        monkeypatch.setattr(_stream_calls.StreamCalls, "push", lambda self, number, utf8, at: self._hf_stats(number, 0xFFFFFFF0))
        with pytest.raises(haforu.HaforuError) as raised:
            stream.push("abc")
        assert raised.value.code == "engine_fault"
        monkeypatch.setattr(_stream_calls.StreamCalls, "push", real)
        with pytest.raises(haforu.HaforuError, match="failed and was replaced"):
            other.push("abc")
        other.close()
        assert len(list(shape_stream("abc", noto, session=session))) == 1


def test_streams_in_many_threads(noto: str) -> None:
    text = "Affine fjord, Toffee. " * 200
    expected = joined(list(shape_stream(text, noto)))
    shared = ShapeStream(noto)
    wrong: list[Any] = []

    def work(k: int) -> None:
        try:
            if not numpy.array_equal(joined(list(shape_stream([text[: 100 * k], text[100 * k :]], noto))), expected):
                wrong.append(k)
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert wrong == []
    # A stream may be taken on by another thread.
    flushes: list[haforu.Flush] = shared.push(text[:500])
    other = threading.Thread(target=lambda: flushes.extend(shared.push(text[500:]) + shared.end()))
    other.start()
    other.join()
    assert numpy.array_equal(joined(flushes), expected)


def test_memory_of_a_long_stream_is_flat(noto: str) -> None:
    with StreamingSession() as session:

        def pieces(count: int) -> Any:
            for _ in range(count):
                yield "Some words of a long text, again and again. " * 25

        sizes = []
        for count in (20, 200):
            assert sum(len(flush.ids) for flush in shape_stream(pieces(count), noto, session=session)) == count * 1100
            sizes.append(session.cache_stats()["linear_bytes"])
        assert sizes[0] == sizes[1]


def test_a_long_text_is_not_copied_for_each_part(noto: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from haforu import _stream_calls

    given: list[bytes] = []
    real = _stream_calls.StreamCalls.push

    def push(self: Any, stream: int, utf8: bytes, *rest: int) -> int:
        given.append(utf8)
        return real(self, stream, utf8, *rest)

    monkeypatch.setattr(_stream_calls.StreamCalls, "push", push)
    with ShapeStream(noto) as stream:
        flushes = stream.push("hello world " * 2000) + stream.end()
    assert sum(len(one.ids) for one in flushes) == 24_000
    # All of the text each time, and where to go on.
    assert len(given) > 10 and all(one is given[0] for one in given)
