"""What a spoken text is: its audio, and when what is spoken; gathered from the chunks of an engine."""

from __future__ import annotations

from collections.abc import Sequence

import numpy

from ._calls import StreamChunk
from .audio import AudioBuffer
from .captions import CaptionFormat, captions
from .times import Mark, Phoneme, Sentence, Warning, Word

__all__ = ["Speech"]


class Speech(AudioBuffer):
    """Audio that knows what is spoken in it. Operations on it give plain AudioBuffers: times would not hold for them."""

    words: tuple[Word, ...]
    phonemes: tuple[Phoneme, ...]
    sentences: tuple[Sentence, ...]
    marks: tuple[Mark, ...]
    warnings: tuple[Warning, ...]
    voice: str
    #: The plain text that was spoken; None for SSML.
    text: str | None

    def __init__(self, chunks: Sequence[StreamChunk], *, voice: str, language: str, text: str | None = None) -> None:
        parts = [chunk.audio for chunk in chunks]
        samples = parts[0] if len(parts) == 1 else numpy.concatenate(parts) if parts else numpy.zeros(0, numpy.float32)
        rate, channels = (chunks[0].rate, chunks[0].channels) if chunks else (16_000, 1)
        super().__init__(samples, rate, channels, language=language)
        self.words = tuple(one for chunk in chunks for one in chunk.words)
        self.phonemes = tuple(one for chunk in chunks for one in chunk.phonemes)
        self.sentences = tuple(one for chunk in chunks for one in chunk.sentences)
        self.marks = tuple(one for chunk in chunks for one in chunk.marks)
        self.warnings = tuple(one for chunk in chunks for one in chunk.warnings)
        self.voice = voice
        self.text = text

    def captions(
        self,
        format: CaptionFormat,
        *,
        max_characters: float = 84,
        max_seconds: float = 7,
        pause: float = 0.8,
        word_times: bool = True,
    ) -> str:
        """SRT ("srt"), WebVTT ("vtt") or JSON ("json") from the words; see `captions`."""
        return captions(
            format,
            self.words,
            self.text,
            self.sentences,
            max_characters=max_characters,
            max_seconds=max_seconds,
            pause=pause,
            word_times=word_times,
        )
