"""haforu.speech: text and SSML to audio, with word times, by flite.wasm: the same samples on every machine and in every host.

>>> from haforu.speech import Pipeline
>>> with Pipeline(voice="slt") as pipeline:                         # doctest: +SKIP
...     speech = pipeline.synthesize("Hello, 25 worlds.", rate=1.1)
...     speech.save("hello.wav")
...     print(speech.words)
"""

from __future__ import annotations

from ._calls import Progress, StreamChunk
from ._encoding import FILE_FORMATS, EncodeOptions, FileFormat, SampleBits
from ._metadata import AudioMetadata
from .audio import AudioBuffer, AudioStatistics, Converted, MixPart
from .cancel import CancelToken
from .captions import CaptionFormat, Cue, captions, cues_of
from .config import PRESETS, SpeechConfig, SpeechSettings
from .errors import SpeechError, SpeechInputError
from .files import AudioFileWriter, format_of_name
from .options import SAMPLE_RATES, OptionProblem, Quality, SpeechOptions, TimeKind
from .pipeline import BatchProgress, BatchResult, Pipeline, SpeakOptions, create_pipeline
from .player import find_player, play_file
from .speech import Speech
from .times import Mark, Phoneme, Sentence, Word
from .version import __version__
from .voices import Voice

__all__ = [
    "FILE_FORMATS",
    "PRESETS",
    "SAMPLE_RATES",
    "AudioBuffer",
    "AudioFileWriter",
    "AudioMetadata",
    "AudioStatistics",
    "BatchProgress",
    "BatchResult",
    "CancelToken",
    "CaptionFormat",
    "Converted",
    "Cue",
    "EncodeOptions",
    "FileFormat",
    "Mark",
    "MixPart",
    "OptionProblem",
    "Phoneme",
    "Pipeline",
    "Progress",
    "Quality",
    "SampleBits",
    "Sentence",
    "SpeakOptions",
    "Speech",
    "SpeechConfig",
    "SpeechError",
    "SpeechInputError",
    "SpeechOptions",
    "SpeechSettings",
    "StreamChunk",
    "TimeKind",
    "Voice",
    "Word",
    "__version__",
    "captions",
    "create_pipeline",
    "cues_of",
    "find_player",
    "format_of_name",
    "play_file",
]
