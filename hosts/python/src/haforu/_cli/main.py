"""The commands by name: argv in, exit code out. Only the one that was asked for is imported.

`haforu`, the console script, gives the call to the npm program where that is on the PATH: it has these commands and more.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

from .exits import EXIT_CALL_WRONG, EXIT_OK, CliError, OutputClosed, note, print_out
from .words import Command, HelpAsked, UsageError, listed, unknown_command

_COMMANDS = {
    "batch": ("batch", "BATCH", "run a file of jobs and write one result line each"),
    "stream": ("batch", "STREAM", "answer jobs line by line, as they come"),
    "render": ("render", "RENDER", "render one text with one font to a file"),
    "validate": ("small", "VALIDATE", "check a file of jobs and list every problem"),
    "diagnostics": ("small", "DIAGNOSTICS", "versions, limits and a self-test render"),
    "version": ("small", "VERSION", "print the versions of the program and its parts"),
}
#: Set where the console script has given its call away: whoever finds it set runs the call, so that two scripts cannot call each other.
_GIVEN_ON = "HAFORU_GIVEN_ON"

_HELP = """Usage: haforu [options] [command]

Render text at scale: jobs in, images, measurements, boxes and glyphs out.

Options:
  -V, --version   print the version
  -h, --help      display help for command

Commands:
{commands}

Examples:
  haforu batch jobs.jsonl -o results.jsonl --stats
  haforu render NotoSans.ttf "Hello" --font-size 64 --output-file hello.png

The program of npm (npm install haforu) has more commands: shape, sweep, compare, match, fonts, schema, sql.
Exit codes: 0 all jobs succeeded, 1 some failed, 2 the call or the input as a whole was wrong, 130 interrupted.
"""


def main(words: Sequence[str] | None = None) -> int:
    """Runs the call; gives its exit code."""
    try:
        return _run(list(sys.argv[1:] if words is None else words))
    except UsageError as error:
        note(str(error))
        return EXIT_CALL_WRONG
    except HelpAsked as asked:
        return _print(str(asked))
    except CliError as error:
        if str(error):
            note(f"haforu: {error}")
        return error.exit_code
    except OutputClosed:
        return EXIT_OK
    except KeyboardInterrupt:
        return 130


def _print(text: str) -> int:
    try:
        print_out(text)
    except OutputClosed:
        pass
    except CliError as error:
        note(f"haforu: {error}")
        return error.exit_code
    return EXIT_OK


def _run(words: list[str]) -> int:
    if words[:1] == ["help"] and len(words) > 1 and not words[1].startswith("-"):
        words = [words[1], "--help"] if words[1] in _COMMANDS else [words[1]]
    if not words:
        note(_help().rstrip("\n"))
        return EXIT_CALL_WRONG
    name, *rest = words
    if name in ("-h", "--help", "help"):
        return _print(_help())
    if name in ("-V", "--version"):
        from ..info import __version__

        return _print(f"{__version__}\n")
    if name.startswith("-"):
        raise UsageError(f"error: unknown option '{name}'")
    if name not in _COMMANDS:
        raise unknown_command(name, list(_COMMANDS))
    module, constant, _ = _COMMANDS[name]
    command: Command = getattr(import_module(f"{__package__}.{module}"), constant)
    return command.run(command.parse(rest))


def _help() -> str:
    rows = [(name, summary) for name, (_, _, summary) in _COMMANDS.items()]
    return _HELP.format(commands=listed([*rows, ("help [command]", "display help for command")], len("help [command]")))


def script() -> int:
    """The console script `haforu`."""
    other = None if os.environ.get(_GIVEN_ON) else npm_program(os.environ.get("PATH", ""), sys.argv[0])
    if other is None:
        return main()
    os.environ[_GIVEN_ON] = "1"
    if os.name == "nt":
        import subprocess

        return subprocess.run([other, *sys.argv[1:]]).returncode
    os.execv(other, [other, *sys.argv[1:]])


def npm_program(path: str, own: str) -> str | None:
    """The npm program's `haforu` on this PATH: a script of Node's, where this one is Python's."""
    names = ("haforu.cmd",) if os.name == "nt" else ("haforu",)
    for folder in path.split(os.pathsep):
        for name in names:
            found = os.path.join(folder or ".", name)
            try:
                if os.path.samefile(found, own) or not os.access(found, os.X_OK):
                    continue
            except OSError:
                if not os.path.isfile(found) or not os.access(found, os.X_OK):
                    continue
            try:
                with open(found, "rb") as file:
                    first = file.readline(200)
            except OSError:
                continue
            if os.name == "nt" or (first.startswith(b"#!") and b"node" in first):
                return found
    return None
