"""A voice's name in, the file that holds it out: a folder of the user's, or a wheel haforu-voice-NAME. It reads nothing but folders."""

from __future__ import annotations

import importlib.util
import os
import re
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from .errors import SpeechError, speech_error

if TYPE_CHECKING:
    from ._engine import SpeechEngine

__all__ = ["Voice"]

#: The voices that the project publishes, whether installed or not.
_PUBLISHED = {
    "slt": "US English, female (CMU Arctic, statistical)",
    "rms": "US English, male (CMU Arctic, statistical)",
    "awb": "Scottish English, male (CMU Arctic, statistical)",
    "kal16": "US English, male (diphones; smallest and fastest)",
}
#: A voice as flite's tools write it, and haforu's file of diphones.
_ENDINGS = (".flitevox", ".diphones")
#: The largest voice known has 18 MB. The module has a lower limit, which it tells by itself; this one is before a file is read.
MOST_VOICE_BYTES = 256 << 20
_MODULE_NAME = re.compile(r"[A-Za-z0-9_]+")


class Voice(NamedTuple):
    #: What the option `voice` takes.
    name: str
    engine: str
    #: Of the voice: SPDX, or where it stands.
    licence: str
    #: BCP 47.
    language: str
    #: Where it was found, or the wheel that has it.
    source: str
    #: Whether it can be used now; otherwise `install` says how it can.
    installed: bool
    install: str | None = None
    description: str | None = None


def find_voice_file(name: str, folders: Sequence[str]) -> Path | None:
    """The file of a voice; None where there is none."""
    for folder in (*folders, *_wheel_folders(name)):
        for ending in _ENDINGS:
            path = Path(folder, name + ending)
            if path.is_file():
                return path
    return None


def _wheel_folders(name: str) -> Sequence[str]:
    """Where the wheel haforu-voice-NAME has its file: a package without code, which is not imported."""
    if _MODULE_NAME.fullmatch(name) is None:
        return ()
    try:
        found = importlib.util.find_spec(f"haforu_voice_{name}")
    except (ImportError, ValueError):
        return ()
    return () if found is None else tuple(found.submodule_search_locations or ())


def read_voice(name: str, path: Path) -> bytes:
    """The bytes of a voice's file. Raises SpeechError speech_voice_invalid for what is no file of a voice's size (a device may never
    end), speech_voice_not_found where it cannot be read.
    """
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode) or found.st_size > MOST_VOICE_BYTES:
            kind = f"a file of {found.st_size} bytes" if stat.S_ISREG(found.st_mode) else "no file"
            message = f'the voice "{name}": {path} is {kind}; expected a file of at most {MOST_VOICE_BYTES} bytes'
            raise speech_error("speech_voice_invalid", message, "voice")
        return path.read_bytes()
    except OSError as error:
        raise SpeechError("speech_voice_not_found", f'the voice "{name}" could not be read: {error}', field="voice") from error


def bring_voice(engine: SpeechEngine, folders: Sequence[str]) -> None:
    """Gives an engine the voice that it asks for, or says that there is none. Raises SpeechError as read_voice does."""
    name = engine.needed()
    path = find_voice_file(name, folders)
    if path is None:
        engine.refuse_voice(name, missing_voice(name, folders))
    else:
        engine.load_voice(name, read_voice(name, path))


def missing_voice(name: str, folders: Sequence[str]) -> str:
    """What an error says of a voice that is not there."""
    if name in _PUBLISHED:
        return f'the voice "{name}" is not installed: pip install haforu-voice-{name}'
    looked = f"looked for {name}.flitevox in {', '.join(folders)}" if folders else "set voice_path to the folder of its file"
    return f'there is no voice "{name}": expected one of {", ".join(_PUBLISHED)}, or a .flitevox file of your own ({looked})'


def list_voices(folders: Sequence[str]) -> list[Voice]:
    """The published voices and those of the folders, by name; a folder's comes before a wheel's of the same name."""
    found: dict[str, Voice] = {}
    for name, description in _PUBLISHED.items():
        path = find_voice_file(name, ())
        wheel = f"haforu-voice-{name}"
        source, install = (wheel, f"pip install {wheel}") if path is None else (str(path), None)
        found[name] = Voice(name, "flite", f"see {wheel}", "en-US", source, path is not None, install, description)
    for folder in reversed(folders):
        for file in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
            for ending in _ENDINGS:
                if file.endswith(ending):
                    name = file.removesuffix(ending)
                    found[name] = Voice(name, "flite", "unknown", "en-US", str(Path(folder, file)), True)
    return list(found.values())
