"""An audio file to the loudspeaker by a program of the system: the first that is found. It knows nothing of synthesis."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from typing import TYPE_CHECKING

from .cancel import CancelToken
from .errors import SpeechError

if TYPE_CHECKING:
    from .audio import AudioBuffer

__all__ = ["find_player", "play_file"]

#: In this order; the file's path follows the arguments. HAFORU_PLAYER names another.
_PLAYERS: Mapping[str, tuple[str, ...]] = {
    "pw-play": (),
    "paplay": (),
    "aplay": ("-q",),
    "afplay": (),
    "play": ("-q",),
    "ffplay": ("-nodisp", "-autoexit", "-loglevel", "error"),
}


def find_player(environment: Mapping[str, str] | None = None) -> list[str]:
    """The program and its arguments. Raises SpeechError speech_player_missing that says which programs were looked for."""
    found = os.environ if environment is None else environment
    own = found.get("HAFORU_PLAYER", "")
    path = found.get("PATH", "")
    if own:
        if shutil.which(own, path=path) is None:
            raise SpeechError("speech_player_missing", f"the player {own} that HAFORU_PLAYER names is not there")
        return [own]
    for program, words in _PLAYERS.items():
        if shutil.which(program, path=path) is not None:
            return [program, *words]
    message = f"no player was found: looked for {', '.join(_PLAYERS)}; install one of them (Debian: alsa-utils), or name one in HAFORU_PLAYER"
    raise SpeechError("speech_player_missing", message)


def play_file(path: str | os.PathLike[str], *, cancel: CancelToken | None = None) -> None:
    """Plays an audio file to its end, or until it is cancelled. Raises speech_player_missing, speech_output_failed where the player fails."""
    words = find_player()
    token = CancelToken() if cancel is None else cancel
    token.check()
    try:
        player = subprocess.Popen([*words, os.fspath(path)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    except OSError as error:
        raise SpeechError("speech_output_failed", f"{words[0]} could not be started: {error}") from error
    with player:
        token.on_cancel(player.terminate)
        try:
            _, said = player.communicate()
        except BaseException:
            player.terminate()
            raise
        finally:
            token.forget(player.terminate)
    token.check()
    if player.returncode != 0:
        last = said[-500:].decode("utf-8", "replace").strip() or "it said nothing"
        raise SpeechError("speech_output_failed", f"{words[0]} ended with {player.returncode}: {last}")


def play_audio(audio: AudioBuffer, *, cancel: CancelToken | None = None) -> None:
    """The same for audio in memory, through a temporary file."""
    find_player()
    with tempfile.TemporaryDirectory(prefix="haforu-play-") as folder:
        path = os.path.join(folder, "speech.wav")
        audio.save(path)
        play_file(path, cancel=cancel)
