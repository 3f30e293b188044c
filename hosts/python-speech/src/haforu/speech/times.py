"""When what is spoken: the records that the engine gives."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

__all__ = ["Mark", "Phoneme", "Sentence", "Times", "Warning", "Word"]


class Word(NamedTuple):
    """`start`, `end`: seconds of the audio. `text_start`, `text_end`: half-open range of code points of the source text (SSML: of the
    document, markup included). The words that a number becomes all own the number's range.
    """

    text: str
    start: float
    end: float
    text_start: int
    text_end: int


class Phoneme(NamedTuple):
    """As Word; `text` is ARPAbet with a stress digit on vowels of stressed syllables ("ae1")."""

    text: str
    start: float
    end: float
    text_start: int
    text_end: int


class Sentence(NamedTuple):
    """As Word, without its text."""

    start: float
    end: float
    text_start: int
    text_end: int


class Mark(NamedTuple):
    """An SSML mark: when the speech passes it, and where it stands in the document."""

    name: str
    time: float
    text_start: int


#: What the engine noticed without failing: `code`, `message`, and details by name.
Warning = Mapping[str, Any]


class Times(NamedTuple):
    """What begins in a piece of audio; what was not asked for is empty."""

    words: tuple[Word, ...] = ()
    phonemes: tuple[Phoneme, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    marks: tuple[Mark, ...] = ()
    warnings: tuple[Warning, ...] = ()


def times_of(text: bytes) -> Times:
    """The engine's JSON of a chunk or of a result line."""
    if not text:
        return Times()
    found = json.loads(text)
    return Times(
        tuple(Word(one["text"], float(one["start"]), float(one["end"]), one["text_start"], one["text_end"]) for one in found.get("words", ())),
        tuple(
            Phoneme(one["text"], float(one["start"]), float(one["end"]), one["text_start"], one["text_end"])
            for one in found.get("phonemes", ())
        ),
        tuple(Sentence(float(one["start"]), float(one["end"]), one["text_start"], one["text_end"]) for one in found.get("sentences", ())),
        tuple(Mark(one["name"], float(one["time"]), one["text_start"]) for one in found.get("marks", ())),
        tuple(found.get("warnings", ())),
    )
