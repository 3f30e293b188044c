"""Word times in, captions out: SRT, WebVTT or JSON. Cues are cut at sentences, at pauses, and where a cue would become too long to read."""

from __future__ import annotations

import bisect
import json
import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from .errors import speech_error
from .options import is_number, shown
from .times import Sentence, Word

__all__ = ["CaptionFormat", "Cue", "captions", "cues_of"]

CaptionFormat = Literal["srt", "vtt", "json"]
_BLANKS = re.compile(r"\s+")
_EVERYTHING = 1 << 62


class Cue(NamedTuple):
    """Seconds; half-open range of code points of the source text."""

    start: float
    end: float
    text: str
    text_start: int
    text_end: int
    words: tuple[Word, ...]


def cues_of(
    words: Sequence[Word],
    source: str | None = None,
    sentences: Sequence[Sentence] = (),
    *,
    max_characters: float = 84,
    max_seconds: float = 7,
    pause: float = 0.8,
) -> list[Cue]:
    """source: the text that was spoken; cues then show it as it is written ("25 dollars"). Without it, or for SSML, they show the words
    as spoken ("twenty five dollars"). sentences: where known, no cue goes over the end of one. max_characters, max_seconds: of a cue.
    pause: seconds of silence that end one. Raises SpeechError speech_option_invalid.
    """
    for field, value in (("max_characters", max_characters), ("max_seconds", max_seconds), ("pause", pause)):
        if not is_number(value) or not value > 0:
            raise speech_error("speech_option_invalid", f"{field}: expected a number over 0, got {shown(value)}", field)
    starts = [sentence.start for sentence in sentences]
    cues: list[Cue] = []
    opened: list[Word] = []
    opened_sentence = -1

    def shown_text(between: Sequence[Word], limit: int) -> str:
        if source is None:
            return " ".join(word.text for word in between)
        last = between[-1]
        return _BLANKS.sub(" ", source[between[0].text_start : _end_of_word(source, last.text_end, limit)]).strip()

    def close(limit: int) -> None:
        if opened:
            first, last = opened[0], opened[-1]
            cues.append(Cue(first.start, last.end, shown_text(opened, limit), first.text_start, last.text_end, tuple(opened)))
            opened.clear()

    for word in words:
        sentence = bisect.bisect_right(starts, word.start + 1e-6) - 1
        if opened:
            long = len(shown_text([*opened, word], word.text_end)) > max_characters
            last = opened[-1]
            # A number's words stay in one cue: they are shown by one piece of the text.
            together = source is not None and word.text_start == last.text_start
            apart = sentence != opened_sentence or long or word.end - opened[0].start > max_seconds or word.start - last.end > pause
            if not together and apart:
                close(word.text_start)
        if not opened:
            opened_sentence = sentence
        opened.append(word)
    close(_EVERYTHING)
    return cues


def captions(
    format: CaptionFormat,
    words: Sequence[Word],
    source: str | None = None,
    sentences: Sequence[Sentence] = (),
    *,
    max_characters: float = 84,
    max_seconds: float = 7,
    pause: float = 0.8,
    word_times: bool = True,
) -> str:
    """A document in the format. word_times: WebVTT has the time of each word inside its cue (<00:00:01.500>), for players that highlight
    words. JSON: {"cues": [...]}, times in seconds. The rest as cues_of.
    """
    cues = cues_of(words, source, sentences, max_characters=max_characters, max_seconds=max_seconds, pause=pause)
    if format == "srt":
        return "\n".join(f"{i}\n{_clock(cue.start, ',')} --> {_clock(cue.end, ',')}\n{cue.text}\n" for i, cue in enumerate(cues, 1))
    if format == "vtt":
        return _vtt(cues, source, word_times)
    if format == "json":
        rows = [{**cue._asdict(), "words": [word._asdict() for word in cue.words]} for cue in cues]
        return json.dumps({"cues": rows}, ensure_ascii=False, indent=2) + "\n"
    raise speech_error("speech_option_invalid", f'format: expected "srt", "vtt" or "json", got {shown(format)}', "format")


def _end_of_word(source: str, end: int, limit: int) -> int:
    """What stands behind a word up to the next white space is shown with it: punctuation, a closing quote. Not what the next word owns."""
    while end < len(source) and end < limit and not source[end].isspace():
        end += 1
    return end


def _clock(seconds: float, point: str) -> str:
    """hours:minutes:seconds with three decimals; "." for WebVTT, "," for SRT."""
    # Half of a millisecond goes up, as in the other hosts.
    ms = int(seconds * 1000 + 0.5)
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}{point}{ms % 1000:03}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _vtt(cues: Sequence[Cue], source: str | None, word_times: bool) -> str:
    """WebVTT (W3C). "<", ">" and "&" of the text are escaped."""
    lines = []
    for i, cue in enumerate(cues):
        limit = cues[i + 1].text_start if i + 1 < len(cues) else _EVERYTHING
        text = _timed(cue, source, limit) if word_times else _escaped(cue.text)
        lines.append(f"{_clock(cue.start, '.')} --> {_clock(cue.end, '.')}\n{text}\n")
    return "WEBVTT\n\n" + "\n".join(lines)


def _timed(cue: Cue, source: str | None, limit: int) -> str:
    parts = []
    for i, word in enumerate(cue.words):
        # The words of a number share one piece of the text: it is shown once, at the first.
        if source is not None and i > 0 and cue.words[i - 1].text_start == word.text_start:
            continue
        if source is None:
            text = f"{word.text} "
        else:
            after = next((one.text_start for one in cue.words[i + 1 :] if one.text_start != word.text_start), None)
            end = _end_of_word(source, cue.text_end, limit) if after is None else after
            text = _BLANKS.sub(" ", source[word.text_start : end])
        parts.append(("" if i == 0 else f"<{_clock(word.start, '.')}>") + _escaped(text))
    return "".join(parts).strip()
