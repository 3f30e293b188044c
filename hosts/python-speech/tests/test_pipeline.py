"""Speaking: whole, as a stream, in pieces, many at once, in event loops; voices, options, callbacks, errors."""

from __future__ import annotations

import asyncio
import io
import pathlib
import pickle
from collections.abc import AsyncIterator, Callable
from typing import Any

import numpy
import pytest
from conftest import ROOT, SENTENCE, VOICE_PATH

from haforu import HaforuError
from haforu.speech import BatchProgress, CancelToken, Pipeline, Progress, SpeechError, StreamChunk, create_pipeline
from haforu.speech._engine import SpeechEngine


def joined(chunks: list[StreamChunk]) -> Any:
    return numpy.concatenate([chunk.audio for chunk in chunks])


def test_text_becomes_samples_and_words(pipeline: Pipeline) -> None:
    speech = pipeline.synthesize("Hello, 25 worlds.", voice="kal16")
    assert speech.samples.dtype == numpy.float32 and speech.samples.ndim == 1
    assert (speech.rate, speech.channels, speech.voice, speech.text) == (16_000, 1, "kal16", "Hello, 25 worlds.")
    assert [(word.text, word.text_start, word.text_end) for word in speech.words] == [
        ("hello", 0, 5),
        ("twenty", 7, 9),
        ("five", 7, 9),
        ("worlds", 10, 16),
    ]
    assert all(before.end <= after.start for before, after in zip(speech.words, speech.words[1:]))
    assert 0.5 < speech.words[-1].end < speech.duration
    assert speech.metadata.language == "en-US"


def test_samples_are_no_copy(pipeline: Pipeline) -> None:
    speech = pipeline.synthesize("One.", voice="kal16")
    assert speech.samples is speech.samples
    assert numpy.asarray(speech) is speech.samples
    assert numpy.shares_memory(speech.by_channel, speech.samples)
    speech.samples[:] = 0.5
    assert speech.peak() == 0.5
    kept = speech.samples
    del speech
    assert kept[0] == 0.5


def test_streams_join_to_the_whole(pipeline: Pipeline) -> None:
    include: Any = ["words", "phonemes", "sentences", "marks"]
    whole = pipeline.synthesize(SENTENCE, include=include)
    for chunk_ms in (20, 250, 60_000):
        chunks = list(pipeline.synthesize_stream(SENTENCE, chunk_ms=chunk_ms, include=include))
        assert numpy.array_equal(joined(chunks), whole.samples)
        assert tuple(word for chunk in chunks for word in chunk.words) == whole.words
        assert tuple(one for chunk in chunks for one in chunk.phonemes) == whole.phonemes
        assert [chunk.index for chunk in chunks] == list(range(len(chunks)))
        assert [chunk.final for chunk in chunks] == [False] * (len(chunks) - 1) + [True]
        assert [chunk.start_frame for chunk in chunks] == [sum(len(one.audio) for one in chunks[:i]) for i in range(len(chunks))]
    assert chunks[0].consumed == len(SENTENCE)


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_text_may_come_in_pieces_cut_anywhere(pipeline: Pipeline, size: int) -> None:
    text = "Größe 25 € 😀 is spoken. And so on."
    whole = pipeline.synthesize(text, voice="kal16")
    data = text.encode()
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    sources: list[Any] = [pieces, iter(pieces), io.BytesIO(data), [text[:9], "", text[9:]]]
    for source in sources:
        chunks = list(pipeline.synthesize_stream(source, voice="kal16"))
        assert numpy.array_equal(joined(chunks), whole.samples)
        assert tuple(word for chunk in chunks for word in chunk.words) == whole.words


def test_ssml_and_its_marks(pipeline: Pipeline) -> None:
    document = "<speak>one <mark name='here'/>two <break time='500ms'/> three</speak>"
    speech = pipeline.synthesize_ssml(document, voice="kal16")
    assert [word.text for word in speech.words] == ["one", "two", "three"]
    (mark,) = speech.marks
    assert mark.name == "here" and speech.words[0].end - 1e-6 <= mark.time <= speech.words[1].start + 1e-6
    assert speech.text is None
    assert numpy.array_equal(joined(list(pipeline.synthesize_ssml_stream(document, voice="kal16"))), speech.samples)


def test_options_change_the_sound(pipeline: Pipeline) -> None:
    plain = pipeline.synthesize(SENTENCE, voice="kal16")
    louder = pipeline.synthesize(SENTENCE, voice="kal16", volume=6)
    assert abs(20 * numpy.log10(louder.rms() / plain.rms()) - 6) < 0.3
    fast = pipeline.synthesize(SENTENCE, voice="kal16", rate=1.5)
    assert abs(plain.duration / fast.duration / 1.5 - 1) < 0.03
    wide = pipeline.synthesize(SENTENCE, voice="kal16", sample_rate=44_100, channels=2, quality="high")
    assert (wide.rate, wide.channels) == (44_100, 2)
    assert abs(wide.duration - plain.duration) < 0.001
    assert numpy.array_equal(wide.by_channel[:, 0], wide.by_channel[:, 1])
    assert wide.words[3].start == pytest.approx(plain.words[3].start, abs=1e-4)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rate": 3}, "rate: expected a number from 0.5 to 2 (1 is the voice's own), got 3"),
        ({"rate": float("nan")}, "rate: expected a number from 0.5 to 2 (1 is the voice's own), got nan"),
        ({"rate": True}, "rate: expected a number from 0.5 to 2 (1 is the voice's own), got true"),
        ({"pitch": -12.5}, "pitch: expected a number from -12 to 12 semitones, got -12.5"),
        ({"volume": "loud"}, 'volume: expected a number from -20 to 20 dB, got "loud"'),
        ({"sample_rate": 44_000}, "sample_rate: expected one of 8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000, got 44000"),
        ({"channels": 3}, "channels: expected one of 1, 2, got 3"),
        ({"quality": "best"}, 'quality: expected one of "draft", "standard", "high", got "best"'),
        ({"voice": "../slt"}, 'voice: expected the name of a voice: 1 to 64 of A–Z a–z 0–9 . _ -, got "../slt"'),
        ({"language": "some language"}, 'language: expected a BCP 47 tag such as "en-US", got "some language"'),
        ({"include": ["letters"]}, 'include: expected a list of "words", "phonemes", "sentences", "marks", each at most once, got ["letters"]'),
        ({"chunk_ms": 19}, "chunk_ms: expected a whole number from 20 to 60000 ms, got 19"),
        ({"chunk_ms": 20.5}, "chunk_ms: expected a whole number from 20 to 60000 ms, got 20.5"),
        ({"speed": 2}, "speed: unknown; expected one of voice, language, rate,"),
        ({"cancel": 1}, "cancel: expected a CancelToken, got 1"),
    ],
)
def test_options_out_of_range_say_what_was_expected(pipeline: Pipeline, options: dict[str, Any], message: str) -> None:
    calls: list[Callable[..., object]] = [pipeline.synthesize, pipeline.synthesize_stream]
    for call in calls:
        with pytest.raises(SpeechError) as raised:
            call("a", **options)
        assert (raised.value.code, raised.value.field) == ("speech_option_invalid", next(iter(options)))
        assert isinstance(raised.value, ValueError) and isinstance(raised.value, HaforuError)
        assert str(raised.value).startswith(message)


def test_none_is_as_absent_and_numpy_numbers_are_numbers(pipeline: Pipeline) -> None:
    plain = pipeline.synthesize("One.", voice="kal16", rate=1.25, sample_rate=8000)
    numbers: Any = {"rate": numpy.float32(1.25), "sample_rate": numpy.int64(8000)}
    assert numpy.array_equal(plain.samples, pipeline.synthesize("One.", voice="kal16", **numbers, pitch=None, include=None).samples)


def test_what_is_no_text_is_refused(pipeline: Pipeline) -> None:
    bads: list[Any] = [1, None, b"bytes", ["a"]]
    for bad in bads:
        with pytest.raises(SpeechError, match="text: expected a string"):
            pipeline.synthesize(bad)
        with pytest.raises(SpeechError, match="ssml: expected a string"):
            pipeline.synthesize_ssml_stream(bad)
    with pytest.raises(SpeechError, match="text: expected a string or an iterable"):
        pipeline.synthesize_stream(bads[0])
    with pytest.raises(SpeechError, match="pieces that are strings or bytes"):
        list(pipeline.synthesize_stream(bads[:1]))


def test_malformed_ssml_says_where(pipeline: Pipeline) -> None:
    with pytest.raises(SpeechError) as raised:
        pipeline.synthesize_ssml("<speak>\n <p>a</s>\n</speak>", voice="kal16")
    error = raised.value
    assert (error.code, error.line) == ("speech_ssml_invalid", 2)
    assert str(error).startswith(f"line 2, column {error.column}: ")
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), str(copy), copy.code, copy.line, copy.column) == (type(error), str(error), error.code, error.line, error.column)


def test_warnings_come_once(pipeline: Pipeline) -> None:
    (warning,) = pipeline.synthesize("Hello 你好 there.", voice="kal16").warnings
    assert warning["code"] == "speech_characters_skipped"
    assert (warning["text_start"], warning["text_end"]) == (6, 8)
    stream = pipeline.synthesize_stream("Hello 你好 there.", voice="kal16", chunk_ms=20)
    assert [one for chunk in stream for one in chunk.warnings] == [warning]


def test_voices(pipeline: Pipeline) -> None:
    names = {voice.name: voice for voice in pipeline.voices()}
    assert all(names[name].installed for name in ("slt", "rms", "awb", "kal16"))
    assert pipeline.voice == "slt"
    with Pipeline(voice_path=VOICE_PATH) as other:
        other.set_voice("rms")
        assert other.voice == "rms" and other.synthesize("a").voice == "rms"
        with pytest.raises(SpeechError) as raised:
            other.set_voice("nobody")
        assert raised.value.code == "speech_voice_not_found"
        with pytest.raises(SpeechError, match='there is no voice "nobody": expected one of slt, rms, awb, kal16, or a .flitevox file'):
            other.synthesize("a", voice="nobody")


def test_a_damaged_voice_is_refused_and_the_others_go_on(tmp_path: pathlib.Path) -> None:
    good = (ROOT / "packages/voice-slt/slt.flitevox").read_bytes()
    (tmp_path / "cut.flitevox").write_bytes(good[:100_000])
    (tmp_path / "empty.flitevox").write_bytes(b"")
    (tmp_path / "own.flitevox").write_bytes(good)
    with Pipeline(voice_path=[str(tmp_path), *VOICE_PATH]) as pipeline:
        for name in ("cut", "empty"):
            with pytest.raises(SpeechError) as raised:
                pipeline.synthesize("a", voice=name)
            assert raised.value.code == "speech_voice_invalid"
        assert numpy.array_equal(pipeline.synthesize("a", voice="own").samples, pipeline.synthesize("a", voice="slt").samples)


def test_a_voice_over_the_limit_is_not_read(tmp_path: pathlib.Path) -> None:
    with open(tmp_path / "long.flitevox", "wb") as file:
        # No such bytes are on the disk.
        file.truncate((256 << 20) + 1)
    with Pipeline(voice_path=[str(tmp_path)]) as pipeline:
        with pytest.raises(SpeechError, match="is a file of 268435457 bytes; expected a file of at most 268435456 bytes") as raised:
            pipeline.synthesize("a", voice="long")
    assert (raised.value.code, raised.value.field) == ("speech_voice_invalid", "voice")


def test_sizes_over_32_bits_are_refused() -> None:
    engine = SpeechEngine()
    for size in (2**32 + 100, 2**32 - 1):
        with pytest.raises(SpeechError, match=f"has no {size} bytes left") as raised:
            engine._allocate(size)
        assert raised.value.code == "out_of_memory"


def test_callbacks_hear_of_each_chunk(pipeline: Pipeline) -> None:
    chunks: list[StreamChunk] = []
    progress: list[Progress] = []
    speech = pipeline.synthesize(SENTENCE, voice="kal16", on_chunk=chunks.append, on_progress=progress.append)
    assert numpy.array_equal(joined(chunks), speech.samples)
    assert len(progress) == len(chunks) > 5
    assert progress[-1] == (len(SENTENCE), len(SENTENCE), speech.duration)
    assert [one.code_points for one in progress] == sorted(one.code_points for one in progress)
    assert numpy.array_equal(speech.samples, pipeline.synthesize(SENTENCE, voice="kal16").samples)


def test_a_callback_may_speak_and_what_it_raises_ends_the_call() -> None:
    def fail(_: object) -> None:
        raise KeyError("mine")

    with Pipeline(voice_path=VOICE_PATH, voice="kal16", workers=1) as pipeline:
        inner: list[float] = []
        pipeline.synthesize("One two three.", on_chunk=lambda _: inner.append(pipeline.synthesize("a").duration))
        assert len(inner) > 2 and len(set(inner)) == 1
        heard: list[Exception] = []
        with pytest.raises(KeyError, match="mine"):
            pipeline.synthesize(SENTENCE, on_chunk=fail, on_error=heard.append)
        assert isinstance(heard[0], KeyError)
        assert pipeline.synthesize("a").duration == inner[0]
        assert [size["open_streams"] for size in pipeline.memory()] == [0]
        for call in (pipeline.synthesize_batch, lambda *words, **named: asyncio.run(pipeline.synthesize_batch_async(*words, **named))):
            with pytest.raises(KeyError, match="mine"):
                call([SENTENCE] * 50, on_result=fail)
        token = CancelToken()
        with pytest.raises(SpeechError, match="cancelled"):
            pipeline.synthesize_batch([SENTENCE] * 50, on_result=lambda _: token.cancel(), cancel=token)


def test_leaving_a_stream_ends_it() -> None:
    with Pipeline(voice_path=VOICE_PATH, voice="kal16", workers=1) as pipeline:
        for chunk in pipeline.synthesize_stream(SENTENCE * 50):
            assert not chunk.final
            break
        stream = pipeline.synthesize_stream(SENTENCE)
        next(stream)
        assert pipeline.memory()[0]["open_streams"] == 1
        del stream
        assert [size["open_streams"] for size in pipeline.memory()] == [0]


def test_many_streams_take_turns() -> None:
    with Pipeline(voice_path=VOICE_PATH, voice="kal16", workers=2) as pipeline:
        texts = [f"Number {i}, and more of it." for i in range(10)]
        streams = [pipeline.synthesize_stream(text, chunk_ms=100) for text in texts]
        parts: list[list[StreamChunk]] = [[] for _ in streams]
        going = set(range(10))
        while going:
            for i in sorted(going):
                chunk = next(streams[i], None)
                if chunk is None:
                    going.remove(i)
                else:
                    parts[i].append(chunk)
        for chunks, text in zip(parts, texts):
            assert numpy.array_equal(joined(chunks), pipeline.synthesize(text).samples)
        assert len(pipeline.memory()) == 2


def test_a_batch_keeps_the_order_and_an_item_its_error(pipeline: Pipeline) -> None:
    items: list[Any] = [f"Item {i}." for i in range(20)]
    items[3] = {"ssml": "<speak>not closed"}
    items[5] = {"text": "Five.", "voice": "rms", "rate": 1.5}
    items[7] = {"text": "x", "rate": 9}
    items[9] = {"text": "x", "ssml": "x"}
    items[11] = 5
    ended: list[int] = []
    progress: list[BatchProgress] = []
    results = pipeline.synthesize_batch(items, voice="kal16", on_result=lambda one: ended.append(one.index), on_batch_progress=progress.append)
    assert [one.index for one in results] == list(range(20)) and sorted(ended) == list(range(20))
    assert [one.index for one in results if one.status == "error"] == [3, 7, 9, 11]
    assert [getattr(results[i].error, "code", None) for i in (3, 7, 9, 11)] == ["speech_ssml_invalid"] + ["speech_option_invalid"] * 3
    assert progress[-1] == (20, 4, 20)
    audio = results[5].audio
    assert audio is not None and numpy.array_equal(audio.samples, pipeline.synthesize("Five.", voice="rms", rate=1.5).samples)
    for one, other in zip(results, asyncio.run(pipeline.synthesize_batch_async(items, voice="kal16"))):
        assert (one.audio is None) == (other.audio is None)
        assert one.audio is None or other.audio is None or numpy.array_equal(one.audio.samples, other.audio.samples)
    assert pipeline.synthesize_batch([]) == []


def test_event_loops_get_the_same(pipeline: Pipeline) -> None:
    whole = pipeline.synthesize(SENTENCE, voice="kal16")

    async def pieces() -> AsyncIterator[str]:
        for at in range(0, len(SENTENCE), 9):
            await asyncio.sleep(0)
            yield SENTENCE[at : at + 9]

    async def run() -> None:
        loop = asyncio.get_running_loop()
        loops: set[bool] = set()
        spoken = await pipeline.synthesize_async(SENTENCE, voice="kal16")
        assert numpy.array_equal(spoken.samples, whole.samples) and spoken.words == whole.words
        told = await pipeline.synthesize_async(SENTENCE, voice="kal16", on_chunk=lambda _: loops.add(asyncio.get_running_loop() is loop))
        assert numpy.array_equal(told.samples, whole.samples) and loops == {True}
        for source in (SENTENCE, pieces(), [SENTENCE[:5], SENTENCE[5:]]):
            chunks = [chunk async for chunk in pipeline.synthesize_stream_async(source, voice="kal16")]
            assert numpy.array_equal(joined(chunks), whole.samples)
        document = f"<speak>{SENTENCE}</speak>"
        assert numpy.array_equal((await pipeline.synthesize_ssml_async(document, voice="kal16")).samples, whole.samples)
        heard: list[Exception] = []
        with pytest.raises(SpeechError, match="rate: expected"):
            await pipeline.synthesize_async("a", rate=9, on_error=heard.append)
        with pytest.raises(SpeechError, match="rate: expected"):
            async for _ in pipeline.synthesize_stream_async("a", rate=9, on_error=heard.append):
                pass
        assert len(heard) == 2
        many = await asyncio.gather(*(pipeline.synthesize_async(f"Number {i % 10}.", voice="kal16") for i in range(120)))
        for i in range(20, 120):
            assert numpy.array_equal(many[i].samples, many[i % 10].samples)

    asyncio.run(run())


def test_a_closed_pipeline_says_so() -> None:
    pipeline = create_pipeline(voice_path=VOICE_PATH, voice="kal16")
    stream = pipeline.synthesize_stream(SENTENCE)
    next(stream)
    with pipeline as same:
        assert same is pipeline
    assert pipeline.closed
    calls: list[Callable[[], object]] = [lambda: pipeline.synthesize("a"), lambda: list(pipeline.synthesize_stream("a")), lambda: next(stream), pipeline.memory]
    for call in calls:
        with pytest.raises(SpeechError) as raised:
            call()
        assert raised.value.code == "speech_disposed"
    pipeline.close()

    async def run() -> None:
        async with create_pipeline(voice_path=VOICE_PATH, voice="kal16") as other:
            await other.synthesize_async("a")
        with pytest.raises(SpeechError, match="closed"):
            await other.synthesize_async("a")

    asyncio.run(run())


@pytest.mark.parametrize("text", ["", " \n\t", "...", "😀", "\x00\x01\x7f", "\ud800 lone", "a" * 3000, "Привет 你好", "<speak>&nope;"])
def test_any_text_gives_audio_and_words_within_it(pipeline: Pipeline, text: str) -> None:
    speech = pipeline.synthesize(text, voice="kal16")
    assert numpy.isfinite(speech.samples).all()
    assert all(0 <= word.text_start < word.text_end <= len(text) for word in speech.words)
    assert numpy.array_equal(joined(list(pipeline.synthesize_stream([text], voice="kal16"))), speech.samples)
