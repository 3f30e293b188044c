"""Files: written, read back by the standard library, libsndfile and by ourselves; damaged ones; files that cannot grow; players."""

from __future__ import annotations

import os
import pathlib
import struct
import subprocess
import sys
import wave
from collections.abc import Callable
from typing import Any

import numpy
import pytest
import soundfile  # type: ignore[import-untyped]
from conftest import ROOT

from haforu.speech import AudioBuffer, AudioFileWriter, CancelToken, Pipeline, SpeechError, find_player, play_file

RAMP = (numpy.linspace(-1.2, 1.2, 6000) * numpy.sin(numpy.arange(6000))).astype(numpy.float32)


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("bits", [16, 24, 32])
def test_wav_is_read_by_the_standard_library(tmp_path: pathlib.Path, bits: Any, channels: int) -> None:
    audio = AudioBuffer(RAMP, 22_050, channels, title="Tïtle", language="en-GB")
    path = tmp_path / "a.wav"
    clipped = audio.save(path, bits=bits)
    with wave.open(str(path)) as file:
        facts = (file.getnchannels(), file.getframerate(), file.getsampwidth() * 8, file.getnframes())
        data = file.readframes(file.getnframes())
    assert facts == (channels, 22_050, bits, audio.frames)
    name: Any = f"int{bits}"
    assert audio.convert(name) == (data, clipped) and clipped > 0
    assert audio.encode(bits=bits) == path.read_bytes()
    back = AudioBuffer.load(path)
    assert (back.rate, back.channels, back.metadata) == (22_050, channels, ("Tïtle", "en-GB"))
    assert numpy.abs(back.samples - numpy.clip(RAMP, -1, 1)).max() <= 2.0 ** (1 - bits) + 1e-7


def test_floats_keep_every_bit_and_go_beyond_full_scale(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "a.wave"
    AudioBuffer(RAMP, 16_000).save(path, bits="float")
    assert numpy.array_equal(AudioBuffer.load(path).samples, RAMP)
    data, rate = soundfile.read(path, dtype="float32")
    assert rate == 16_000 and numpy.array_equal(data, RAMP)


def test_a_links_file_is_replaced_and_a_pipe_is_written_to_as_it_is(tmp_path: pathlib.Path) -> None:
    audio = AudioBuffer(RAMP, 16_000)
    wanted = audio.encode(bits=16)
    (tmp_path / "there").mkdir()
    target = tmp_path / "there" / "real.wav"
    target.write_bytes(b"before")
    target.chmod(0o640)
    (tmp_path / "link.wav").symlink_to(target)
    audio.save(tmp_path / "link.wav", bits=16)
    assert (tmp_path / "link.wav").is_symlink() and target.read_bytes() == wanted and target.stat().st_mode & 0o777 == 0o640
    pipe = tmp_path / "pipe.wav"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE) as reader:
        audio.save(pipe, bits=16)
        through, _ = reader.communicate()
    assert pipe.is_fifo() and len(through) == len(wanted) and through[44:] == wanted[44:]
    with pytest.raises(SpeechError, match="/dev/full could not be written"):
        audio.save("/dev/full", format="wav")
    assert pathlib.Path("/dev/full").is_char_device()
    (tmp_path / "folder.wav").mkdir()
    with pytest.raises(SpeechError, match="it is a folder"):
        audio.save(tmp_path / "folder.wav")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.wav", "link.wav", "pipe.wav", "there"]
    assert [path.name for path in (tmp_path / "there").iterdir()] == ["real.wav"]


@pytest.mark.parametrize("bits", [16, 24])
@pytest.mark.parametrize("channels", [1, 2])
def test_flac_holds_the_modules_integers(tmp_path: pathlib.Path, bits: Any, channels: int) -> None:
    audio = AudioBuffer(RAMP, 44_100, channels)
    path = tmp_path / "a.flac"
    audio.save(path, bits=bits, title="Title", language="en-US")
    data, _ = soundfile.read(path, dtype="int32", always_2d=True)
    info = soundfile.info(path)
    assert (info.samplerate, info.channels, info.subtype, info.frames) == (44_100, channels, f"PCM_{bits}", audio.frames)
    name: Any = f"int{bits}"
    wanted = AudioBuffer.from_bytes(audio.convert(name).data, name, 44_100, channels)
    assert numpy.array_equal(data.reshape(-1) / 2**31, wanted.samples.astype(numpy.float64))
    back = AudioBuffer.load(path)
    assert numpy.array_equal(back.samples, wanted.samples) and back.metadata == ("Title", "en-US")
    assert audio.encode(format="flac", bits=bits, title="Title", language="en-US") == path.read_bytes()


def test_mp3_is_near(tmp_path: pathlib.Path, pipeline: Pipeline) -> None:
    speech = pipeline.synthesize("One two three.", voice="kal16")
    path = tmp_path / "a.mp3"
    speech.save(path, title="Title")
    back = AudioBuffer.load(path)
    assert back.metadata == ("Title", "en-US") and abs(back.duration - speech.duration) < 0.1
    count = min(back.frames, speech.frames)
    assert numpy.corrcoef(back.samples[:count], speech.samples[:count])[0, 1] > 0.9
    for rate in (32, 64, 128):
        # kbit/s as a reader of the stream counts them.
        assert len(speech.encode(format="mp3", bitrate=rate)) * 8 / speech.duration / 1000 == pytest.approx(rate, rel=0.15)
    with pytest.raises(SpeechError, match="for MP3"):
        AudioBuffer(RAMP, 96_000).save(tmp_path / "b.mp3")
    assert os.listdir(tmp_path) == ["a.mp3"]


def test_a_writer_takes_pieces(tmp_path: pathlib.Path) -> None:
    for kind in ("wav", "flac"):
        with AudioFileWriter(tmp_path / f"a.{kind}", 16_000, title="T") as writer:
            for at in range(0, 6000, 1000):
                writer.write(RAMP[at : at + 1000])
        back = AudioBuffer.load(tmp_path / f"a.{kind}")
        assert (back.metadata.title, back.frames) == ("T", 6000)
        assert numpy.array_equal(back.to_int16(), AudioBuffer(RAMP, 16_000).to_int16())
    with pytest.raises(KeyError):
        with AudioFileWriter(tmp_path / "b.flac", 16_000) as writer:
            writer.write(RAMP)
            raise KeyError
    assert sorted(os.listdir(tmp_path)) == ["a.flac", "a.wav"]


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"format": "ogg"}, "format"),
        ({"bits": 8}, "bits"),
        ({"format": "flac", "bits": 32}, "bits"),
        ({"format": "flac", "bits": "float"}, "bits"),
        ({"bitrate": 100}, "bitrate"),
        ({"title": "a\0b"}, "title"),
        ({"title": 5}, "title"),
        ({"language": "x" * 5000}, "language"),
        ({"dither": 1}, "dither"),
        ({"compression": 1}, "compression"),
    ],
)
def test_options_of_a_file_are_checked(options: dict[str, Any], field: str) -> None:
    with pytest.raises(SpeechError) as raised:
        AudioBuffer(RAMP, 16_000).encode(**options)
    assert (raised.value.code, raised.value.field) == ("speech_option_invalid", field)


def test_a_name_says_the_format(tmp_path: pathlib.Path) -> None:
    with pytest.raises(SpeechError, match="expected a name that ends in .wav, .flac or .mp3"):
        AudioBuffer(RAMP, 16_000).save(tmp_path / "a.ogg")
    AudioBuffer(RAMP, 16_000).save(tmp_path / "a.ogg", format="wav")
    assert AudioBuffer.load(tmp_path / "a.ogg").frames == 6000


def damaged() -> dict[str, tuple[bytes, str]]:
    good = AudioBuffer(RAMP, 16_000, 2).encode()
    flac = AudioBuffer(RAMP, 16_000).encode(format="flac")
    return {
        "nothing": (b"", "expected a WAV, FLAC or MP3 file"),
        "text": (b"hello world, this is no audio", "expected a WAV, FLAC or MP3 file"),
        "no data": (good[:36], '"data"'),
        "no format": (good[:12] + good[36:], '"fmt "'),
        "a short format": (b"RIFF\0\0\0\0WAVEfmt \4\0\0\0abcd", "expected 16 or more"),
        "a-law": (good[:20] + struct.pack("<H", 6) + good[22:], "format 6"),
        "five channels": (good[:22] + struct.pack("<H", 5) + good[24:], "5 channels"),
        "12 bits": (good[:34] + struct.pack("<H", 12) + good[36:], "12 bits"),
        "rate 0": (good[:24] + struct.pack("<I", 0) + good[28:], "rate: expected"),
        "half a FLAC file": (flac[: len(flac) // 2], "damaged"),
        "a FLAC head": (flac[:50], "damaged"),
        "an MP3 that is none": (b"ID3\x04\0\0\0\0\0\0" + b"x" * 100, "damaged"),
    }


@pytest.mark.parametrize("name", damaged())
def test_damaged_files_are_errors(tmp_path: pathlib.Path, name: str) -> None:
    data, message = damaged()[name]
    path = tmp_path / "a.wav"
    path.write_bytes(data)
    actions: list[Callable[[], object]] = [lambda: AudioBuffer.decode(data), lambda: AudioBuffer.load(path)]
    for action in actions:
        with pytest.raises(SpeechError) as raised:
            action()
        assert raised.value.code == "speech_audio_invalid" and message in str(raised.value)


def test_a_cut_wav_gives_what_is_there() -> None:
    data = AudioBuffer(RAMP, 16_000).encode()
    assert AudioBuffer.decode(data[:-1001]).frames == 6000 - 501
    assert AudioBuffer.decode(data[:40] + b"\xff\xff\xff\xff" + data[44:]).frames == 6000


def test_random_damage_is_an_error_or_audio() -> None:
    generator = numpy.random.default_rng(7)
    bases = [AudioBuffer(RAMP[:600], 16_000, 2, title="t").encode(format="wav"), AudioBuffer(RAMP[:600], 16_000).encode(format="flac")]
    for number in range(400):
        data = bytearray(bases[number % 2])
        for at in generator.integers(0, min(len(data), 200), 4):
            data[at] = int(generator.integers(256))
        try:
            assert AudioBuffer.decode(bytes(data)).frames >= 0
        except SpeechError as error:
            assert error.code in ("speech_audio_invalid", "speech_package_missing")


def test_files_that_cannot_be_had(tmp_path: pathlib.Path) -> None:
    paths: list[Any] = [tmp_path / "none.wav", tmp_path, "a\0b.wav"]
    for path in paths:
        with pytest.raises(SpeechError) as raised:
            AudioBuffer.load(path)
        assert raised.value.code == "speech_file_unreadable"
    with pytest.raises(SpeechError) as raised:
        AudioBuffer(RAMP, 16_000).save(tmp_path / "none/a.wav")
    assert raised.value.code == "speech_output_failed"


@pytest.mark.skipif(os.name == "nt", reason="limits of a file's size are POSIX's")
@pytest.mark.parametrize("kind", ["wav", "flac", "mp3"])
def test_a_file_that_cannot_grow_leaves_nothing(tmp_path: pathlib.Path, kind: str) -> None:
    program = f"""
import resource, signal, numpy
from haforu.speech import AudioBuffer, SpeechError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
audio = AudioBuffer(numpy.random.default_rng(1).random(300_000) - 0.5, 16_000)
audio.encode(format={kind!r})
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
try:
    audio.save({str(tmp_path / ("a." + kind))!r})
except SpeechError as error:
    print(error.code)
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT)
    assert (ran.stdout, os.listdir(tmp_path)) == ("speech_output_failed\n", []), ran.stderr


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    flac = AudioBuffer(RAMP, 16_000).encode(format="flac")
    monkeypatch.setitem(sys.modules, "soundfile", None)
    actions: list[Callable[[], object]] = [lambda: AudioBuffer(RAMP, 16_000).save(tmp_path / "a.flac"), lambda: AudioBuffer.decode(flac)]
    for action in actions:
        with pytest.raises(SpeechError, match="pip install soundfile") as raised:
            action()
        assert raised.value.code == "speech_package_missing"
    assert os.listdir(tmp_path) == []
    assert AudioBuffer.decode(AudioBuffer(RAMP, 16_000).encode()).frames == 6000


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for a player is a shell script")
def test_playing(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, pipeline: Pipeline) -> None:
    def player(script: str) -> None:
        path = tmp_path / "own-player"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        monkeypatch.setenv("HAFORU_PLAYER", str(path))

    speech = pipeline.synthesize("One.", voice="kal16")
    player(f'cp "$1" {tmp_path}/played.wav')
    pipeline.play("One.", voice="kal16")
    assert (tmp_path / "played.wav").read_bytes() == speech.encode()
    speech.play()
    player("echo cannot >&2; exit 3")
    with pytest.raises(SpeechError, match="ended with 3: cannot"):
        speech.play()
    player("exec sleep 60")
    with pytest.raises(SpeechError) as raised:
        play_file("x.wav", cancel=CancelToken.after(0.2))
    assert raised.value.code == "cancelled"
    monkeypatch.setenv("HAFORU_PLAYER", "/no/such/player")
    with pytest.raises(SpeechError, match="HAFORU_PLAYER names is not there"):
        pipeline.play("One.", voice="kal16")
    with pytest.raises(SpeechError, match="looked for pw-play, paplay, aplay, afplay, play, ffplay"):
        find_player({"PATH": str(tmp_path / "empty")})
