"""AudioBuffer against numpy and hand calculation, loudness against libebur128; captions; pictures."""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Callable
from typing import Any

import numpy
import pytest
from conftest import ROOT, SENTENCE

from haforu.speech import AudioBuffer, Pipeline, SpeechError, Word, captions, cues_of


def sine(frequency: float, rate: int, seconds: float, level: float = 1.0) -> Any:
    return (level * numpy.sin(2 * numpy.pi * frequency * numpy.arange(round(rate * seconds)) / rate)).astype(numpy.float32)


NOISE = (numpy.random.default_rng(1).random(30_000) * 2.5 - 1.25).astype(numpy.float32)


def test_it_takes_over_an_array_and_copies_what_is_none() -> None:
    samples = numpy.zeros(4, numpy.float32)
    assert AudioBuffer(samples, 8000).samples is samples
    assert AudioBuffer([0, 0.5, 1], 8000).samples.tolist() == [0, 0.5, 1]
    assert AudioBuffer(numpy.arange(4.0), 8000).samples.dtype == numpy.float32
    assert AudioBuffer(numpy.array([[1, 2], [3, 4]], numpy.float32), 8000, 2).samples.tolist() == [1, 2, 3, 4]
    assert numpy.asarray(AudioBuffer(samples, 8000), numpy.float64).dtype == numpy.float64


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (([], 999), "rate"),
        (([], 16_000.5), "rate"),
        (([], 8000, 3), "channels"),
        (([1.0], 8000, 2), "samples"),
        ((["a"], 8000), "samples"),
        ((numpy.zeros((2, 2, 2)), 8000), "samples"),
    ],
)
def test_what_is_no_audio_is_refused(words: tuple[Any, ...], field: str) -> None:
    with pytest.raises(SpeechError) as raised:
        AudioBuffer(*words)
    assert (raised.value.code, raised.value.field) == ("speech_audio_invalid", field)


def test_levels() -> None:
    found = AudioBuffer(sine(1000, 48_000, 1, 0.5), 48_000).statistics()
    assert found.peak_db == pytest.approx(-6.0206, abs=1e-3)
    assert found.rms_db == pytest.approx(-6.0206 - 3.0103, abs=1e-3)
    assert found.zero_crossing_rate == pytest.approx(2000, abs=2)
    assert (found.frames, found.duration, found.over_full_scale) == (48_000, 1.0, 0)
    assert abs(found.dc_offset) < 1e-6
    assert AudioBuffer(NOISE, 8000).statistics().over_full_scale == int((numpy.abs(NOISE) > 1).sum())
    empty = AudioBuffer([], 8000).statistics()
    assert (empty.peak, empty.peak_db, empty.loudness, empty.duration) == (0, -math.inf, -math.inf, 0)


def signal(kind: str, rate: int, channels: int, seconds: float, level: float) -> Any:
    """As test/speech/make_loudness.py makes it."""
    frames = round(rate * seconds)
    time = numpy.arange(frames) / rate
    mono: Any = numpy.empty(frames)
    if kind == "noise":
        state = 12345
        for i in range(frames):
            state = (1103515245 * state + 12345) % 2**31
            mono[i] = state / 2**30 - 1
    elif kind == "gaps":
        mono = numpy.sin(2 * numpy.pi * 440 * time) * numpy.choose((time / 0.7).astype(int) % 3, [1.0, 0.05, 0.0])
    else:
        mono = numpy.sin(2 * numpy.pi * (997 if kind == "sine" else 60) * time)
    mono = mono * level
    return numpy.stack([mono] if channels == 1 else [mono, mono / 2], axis=1).astype(numpy.float32).reshape(-1)


def test_loudness_is_what_libebur128_measures() -> None:
    cases = json.loads((ROOT / "test/speech/expected-loudness.json").read_text("utf-8"))
    for case in cases:
        audio = AudioBuffer(signal(*(case[name] for name in ("kind", "rate", "channels", "seconds", "level"))), case["rate"], case["channels"])
        assert abs(audio.loudness() - case["lufs"]) < 0.01, case
    assert len(cases) >= 20
    assert AudioBuffer(numpy.zeros(16_000, numpy.float32), 16_000).loudness() == -math.inf
    assert AudioBuffer(sine(997, 48_000, 0.2), 48_000).loudness() == pytest.approx(-3.01, abs=0.05)


@pytest.mark.parametrize(("name", "bits"), [("int16", 16), ("int32", 32), ("uint8", 8)])
def test_integers_are_rounded_and_limited(name: Any, bits: int) -> None:
    audio = AudioBuffer(NOISE, 8000)
    made: Any = getattr(audio, f"to_{name}")()
    scale = 2 ** (bits - 1)
    wide = made.astype(numpy.int64) - (128 if name == "uint8" else 0)
    wanted = NOISE.astype(numpy.float64) * scale
    # A tie may go either way.
    assert numpy.abs(wide - numpy.clip(wanted, -scale, scale - 1)).max() <= 0.5 + 1e-6
    # Louder than full scale after rounding; that 1 itself has no integer of its own is not counted.
    assert audio.convert(name).clipped == int((NOISE > 1).sum() + (wanted < -scale - 0.5).sum())


def test_bytes_and_back() -> None:
    audio = AudioBuffer(numpy.clip(NOISE, -1, 0.99), 8000, 2)
    steps: dict[Any, float] = {"int16": 2**-15, "int24": 2**-23, "int32": 2**-24, "uint8": 2**-7, "float32": 0, "float64": 0}
    endians: list[Any] = ["little", "big"]
    for name, step in steps.items():
        for endian in endians:
            data, clipped = audio.convert(name, endian=endian)
            back = AudioBuffer.from_bytes(data, name, 8000, 2, endian=endian)
            assert clipped == 0 and numpy.abs(back.samples - audio.samples).max() <= step * 0.51
    assert audio.to_float64().tolist() == audio.samples.tolist()
    assert audio.convert("int16", dither=True).data != audio.convert("int16").data
    bad: Any = "int8"
    with pytest.raises(SpeechError, match="format: expected one of"):
        audio.convert(bad)
    with pytest.raises(SpeechError, match="endian: expected"):
        audio.convert("int16", endian=bad)


def test_resampling_keeps_a_sine() -> None:
    audio = AudioBuffer(sine(997, 16_000, 1, 0.5), 16_000)
    for rate in (8000, 22_050, 44_100, 48_000):
        made = audio.resample(rate, quality="high")
        assert made.frames == rate
        inner = slice(rate // 10, -rate // 10)
        wrong = numpy.sqrt(numpy.mean((made.samples[inner] - sine(997, rate, 1, 0.5)[inner]) ** 2))
        assert 20 * numpy.log10(wrong / 0.3535) < -80
    assert audio.stereo().resample(8000).channels == 2
    assert numpy.array_equal(audio.resample(16_000).samples, audio.samples)
    assert AudioBuffer([], 16_000).resample(8000).frames == 0
    bads: list[Any] = [999, 500_000, 8000.5, "8000"]
    for bad in bads:
        with pytest.raises(SpeechError, match="rate: expected"):
            audio.resample(bad)


def test_operations_against_numpy() -> None:
    audio = AudioBuffer(NOISE, 1000, 2, title="t")
    frames = audio.by_channel.astype(numpy.float64)
    assert numpy.array_equal(audio.mono().samples, frames.mean(axis=1).astype(numpy.float32))
    assert numpy.array_equal(audio.mono().stereo().by_channel[:, 1], audio.mono().samples)
    assert numpy.allclose(audio.gain(-6.0206).samples, NOISE / 2, atol=1e-6)
    assert audio.normalize(peak=-1).peak() == pytest.approx(10 ** (-1 / 20))
    assert audio.normalize(rms=-20).rms() == pytest.approx(0.1)
    assert AudioBuffer(sine(997, 48_000, 1, 0.1), 48_000).normalize(lufs=-23).loudness() == pytest.approx(-23, abs=1e-4)
    assert AudioBuffer.silence(1, 8000).normalize(peak=0).peak() == 0
    part = audio.slice(1, 2.5)
    assert numpy.array_equal(part.samples, NOISE[2000:5000]) and part.metadata.title == "t"
    faded = audio.fade(fade_in=1, fade_out=2).by_channel
    assert numpy.allclose(faded[:1000], frames[:1000] * (numpy.arange(1000) / 1000)[:, None], atol=1e-6)
    assert numpy.allclose(faded[-2000:], frames[-2000:] * (numpy.arange(2000)[::-1] / 2000)[:, None], atol=1e-6)
    crossed = audio.crossfade(part, 0.5)
    assert crossed.frames == audio.frames + part.frames - 500
    assert numpy.array_equal(crossed.samples[-1000:], part.samples[-1000:])
    at = (numpy.arange(500) + 0.5) / 500 * numpy.pi / 2
    wanted = frames[-500:] * numpy.cos(at)[:, None] + part.by_channel[:500] * numpy.sin(at)[:, None]
    assert numpy.allclose(crossed.by_channel[14_500:15_000], wanted, atol=1e-6)
    mixed = AudioBuffer.mix([audio, (part, 1.0, -6.0206)])
    assert numpy.allclose(mixed.samples[2000:5000], NOISE[2000:5000] * 1.5, atol=1e-5)
    assert AudioBuffer.concatenate([audio, part]).duration == audio.duration + part.duration
    padded = AudioBuffer.concatenate([AudioBuffer.silence(1, 1000, 2), part, AudioBuffer.silence(0.5, 1000, 2)])
    assert numpy.array_equal(padded.trim_silence().samples, part.samples)
    assert padded.trim_silence(keep=0.25).frames == part.frames + 500
    assert AudioBuffer.silence(1, 8000).trim_silence().frames == 0


def slow_limit(samples: Any, rate: int, ceiling: float) -> Any:
    """The definition, frame by frame."""
    reach = max(1, round(0.005 * rate))
    need = [min(1.0, ceiling / abs(x)) if x else 1.0 for x in samples.astype(float)]
    least = [min(need[max(0, n - reach) : n + reach + 1]) for n in range(len(need))]
    edge = [least[0]] * reach + least + [least[-1]] * reach
    return numpy.array([x * sum(edge[n : n + 2 * reach + 1]) / (2 * reach + 1) for n, x in enumerate(samples.astype(float))])


def test_the_limiter_is_what_its_definition_says() -> None:
    samples = NOISE[:1500] * numpy.hanning(1500).astype(numpy.float32)
    for ceiling in (-0.1, -3, -12):
        made = AudioBuffer(samples, 8000).limit(ceiling)
        most = 10 ** (ceiling / 20)
        assert made.peak() <= most
        assert numpy.allclose(made.samples, slow_limit(samples, 8000, most), atol=1e-6)
    quiet = AudioBuffer(samples / 4, 8000)
    assert numpy.array_equal(quiet.limit(-0.1).samples, quiet.samples)


ACTIONS: list[Callable[[Any], object]] = [
    lambda a: a.gain(500),
    lambda a: a.gain(float("nan")),
    lambda a: a.limit(1),
    lambda a: a.slice(2, 1),
    lambda a: a.slice(-1),
    lambda a: a.fade(fade_in=100),
    lambda a: a.fade(curve="cubic"),
    lambda a: a.normalize(),
    lambda a: a.normalize(peak=-1, rms=-1),
    lambda a: a.crossfade(a, 100),
    lambda a: a.trim_silence(threshold=3),
    lambda a: a.resample(8000, quality="best"),
    lambda a: a.waveform_svg(width=0),
    lambda a: a.waveform_svg(width=10.5),
    lambda a: a.waveform_svg(depth=1),
    lambda a: a.waveform_png(color="red"),
    lambda a: a.waveform_png(full_scale=0),
    lambda a: AudioBuffer.silence(-1, 8000),
]


@pytest.mark.parametrize("number", range(len(ACTIONS)))
def test_arguments_out_of_range_are_refused(number: int) -> None:
    with pytest.raises(SpeechError) as raised:
        ACTIONS[number](AudioBuffer(sine(100, 8000, 1), 8000))
    assert raised.value.code == "speech_option_invalid" and raised.value.field


def test_unlike_audio_is_refused() -> None:
    one, other = AudioBuffer([0.0], 8000), AudioBuffer([0.0], 16_000)
    actions: list[Callable[[], object]] = [
        lambda: AudioBuffer.concatenate([one, other]),
        lambda: AudioBuffer.mix([one, other]),
        lambda: one.crossfade(other, 0),
        lambda: AudioBuffer.mix([]),
    ]
    for action in actions:
        with pytest.raises(SpeechError) as raised:
            action()
        assert raised.value.code == "speech_audio_invalid"


def test_waveforms() -> None:
    audio = AudioBuffer(numpy.repeat(numpy.array([0, 0.5, -1], numpy.float32), 100), 8000)
    picture = audio.waveform_png(width=3, height=8)
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    start = picture.index(b"IDAT") + 4
    rows = numpy.frombuffer(zlib.decompress(picture[start : picture.index(b"IEND") - 8]), numpy.uint8).reshape(8, 4)[:, 1:]
    # Silence is a line in the middle; what is constant has its RMS on both sides of it.
    assert rows[:, 0].tolist() == [0, 0, 0, 0, 1, 0, 0, 0]
    assert rows[:, 1].tolist() == [0, 0, 2, 2, 2, 2, 2, 0]
    assert rows[:, 2].tolist() == [2] * 8
    svg = audio.waveform_svg(width=3, height=8, color="#ff0000")
    assert svg.startswith("<svg ") and "M1.5 2V2" in svg and "M2.5 8V8" in svg and "#ff0000" in svg


WORDS = [Word("one", 0.1, 0.4, 0, 3), Word("twenty", 0.5, 0.8, 4, 6), Word("five", 0.8, 1.0004, 4, 6), Word("last", 3.0, 3.5005, 8, 12)]


def test_captions_are_cut_at_pauses_and_show_the_source() -> None:
    source = "one 25, last"
    assert captions("srt", WORDS, source) == "1\n00:00:00,100 --> 00:00:01,000\none 25,\n\n2\n00:00:03,000 --> 00:00:03,501\nlast\n"
    assert captions("vtt", WORDS, source) == (
        "WEBVTT\n\n00:00:00.100 --> 00:00:01.000\none <00:00:00.500>25,\n\n00:00:03.000 --> 00:00:03.501\nlast\n"
    )
    assert [cue.text for cue in cues_of(WORDS)] == ["one twenty five", "last"]
    assert [cue["text"] for cue in json.loads(captions("json", WORDS, source))["cues"]] == ["one 25,", "last"]
    assert captions("vtt", [Word("a", 0, 1, 0, 3)], "<&>", word_times=False).endswith("&lt;&amp;&gt;\n")
    assert [cue.text for cue in cues_of(WORDS, source, max_characters=4)] == ["one", "25,", "last"]
    bads: list[dict[str, Any]] = [{"pause": 0}, {"max_seconds": "7"}, {"max_characters": -1}]
    for bad in bads:
        with pytest.raises(SpeechError, match="expected a number over 0"):
            cues_of(WORDS, **bad)
    ass: Any = "ass"
    with pytest.raises(SpeechError, match="format: expected"):
        captions(ass, WORDS)


def test_speech_has_captions(pipeline: Pipeline) -> None:
    speech = pipeline.synthesize(f"{SENTENCE} Next.", voice="kal16")
    cues = json.loads(speech.captions("json"))["cues"]
    assert [cue["text"] for cue in cues] == [SENTENCE, "Next."]
    assert [word["text"] for cue in cues for word in cue["words"]] == [word.text for word in speech.words]
