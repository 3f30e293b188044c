"""A command's words: options and arguments as data, argv in, values out; help texts and complaints as the npm program words them.

argparse would word them in its own way, take shortened options for whole ones, and print what it expected on standard error whole.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, NamedTuple

_HELP_COLUMNS = 80
_AFTER_ERROR = "(--help shows the options and an example)"


class UsageError(Exception):
    """The call is wrong; the message is for the user, whole."""


class HelpAsked(Exception):
    """`--help`: the text to print."""


class WrongValue(Exception):
    """A value that is none of its option's; the message says what was expected."""


class Option(NamedTuple):
    #: "-o, --output <file>"; without <...> it is on or off.
    flags: str
    help: str
    parse: Callable[[str], Any] | None = None
    choices: tuple[str, ...] = ()
    default: Any = None
    #: The default as help shows it; empty: it says nothing of it.
    shown: str = ""

    @property
    def names(self) -> list[str]:
        return self.flags.split(" <")[0].split(", ")

    @property
    def key(self) -> str:
        """ "-o, --output-file <file>" → "output_file"; "--no-timing" → "timing"."""
        return self.names[-1].removeprefix("--").removeprefix("no-").replace("-", "_")

    @property
    def takes_value(self) -> bool:
        return "<" in self.flags


class Argument(NamedTuple):
    name: str
    help: str
    required: bool = False
    default: str | None = None


class Command(NamedTuple):
    name: str
    summary: str
    description: str
    run: Callable[..., int]
    arguments: tuple[Argument, ...] = ()
    options: tuple[Option, ...] = ()
    epilogue: str = ""

    def parse(self, words: Sequence[str]) -> dict[str, Any]:
        """The values by key, arguments too. Raises UsageError, HelpAsked."""
        values: dict[str, Any] = {option.key: option.names[-1].startswith("--no-") or option.default for option in self.options}
        rest: list[str] = []
        wanted = list(words)
        while wanted:
            word = wanted.pop(0)
            if word == "--":
                rest += wanted
                break
            if not word.startswith("-") or word == "-":
                rest.append(word)
                continue
            name, equals, attached = word.partition("=") if word.startswith("--") else (word[:2], word[2:], word[2:])
            if name in ("-h", "--help"):
                raise HelpAsked(self.help())
            option = next((one for one in self.options if name in one.names), None)
            if option is None:
                known = [*(one.names[-1] for one in self.options), "--help"]
                raise UsageError(f"error: unknown option '{name}'{_suggestion(name, known)}\n{_AFTER_ERROR}")
            if not option.takes_value:
                if attached and not word.startswith("--"):
                    wanted.insert(0, f"-{attached}")
                elif equals:
                    raise UsageError(f"error: unknown option '{word}'\n{_AFTER_ERROR}")
                values[option.key] = not option.names[-1].startswith("--no-")
                continue
            if not equals:
                if not wanted:
                    raise UsageError(f"error: option '{option.flags}' argument missing\n{_AFTER_ERROR}")
                attached = wanted.pop(0)
            values[option.key] = _value(option, attached)
        for argument in self.arguments:
            # An option may have an argument's name: `render FONT TEXT` and `--text`.
            key = f"{argument.name}_argument" if argument.name in values else argument.name
            if rest:
                values[key] = rest.pop(0)
            elif argument.required:
                raise UsageError(f"error: missing required argument '{argument.name}'\n{_AFTER_ERROR}")
            else:
                values[key] = argument.default
        if rest:
            count = len(self.arguments)
            expected = f"{count} argument{'' if count == 1 else 's'} but got {count + len(rest)}"
            raise UsageError(f"error: too many arguments for '{self.name}'. Expected {expected}.\n{_AFTER_ERROR}")
        return values

    def help(self) -> str:
        usage = " ".join(f"<{one.name}>" if one.required else f"[{one.name}]" for one in self.arguments)
        arguments = [(one.name, one.help + (f' (default: "{one.default}")' if one.default else "")) for one in self.arguments]
        options = [(one.flags, _described(one)) for one in self.options]
        options.append(("-h, --help", "display help for command"))
        width = max(len(name) for name, _ in [*arguments, *options])
        parts = [f"Usage: haforu {self.name} [options]{' ' + usage if usage else ''}", "\n".join(textwrap.wrap(self.description, _HELP_COLUMNS))]
        if arguments:
            parts.append("Arguments:\n" + listed(arguments, width))
        parts.append("Options:\n" + listed(options, width))
        return "\n\n".join(parts) + f"\n{self.epilogue}\n"


def listed(rows: Sequence[tuple[str, str]], width: int) -> str:
    """Names, and what they are beside them, wrapped."""
    lines = []
    for name, text in rows:
        wrapped = textwrap.wrap(text, _HELP_COLUMNS - width - 4, break_on_hyphens=False) or [""]
        lines.append(f"  {name.ljust(width)}  {wrapped[0]}")
        lines += [" " * (width + 4) + more for more in wrapped[1:]]
    return "\n".join(lines)


def unknown_command(name: str, known: Sequence[str]) -> UsageError:
    return UsageError(f"error: unknown command '{name}'{_suggestion(name, known)}")


def _described(option: Option) -> str:
    notes = []
    if option.choices:
        notes.append("choices: " + ", ".join(f'"{choice}"' for choice in option.choices))
    if option.shown:
        notes.append(f"default: {option.shown}")
    return " ".join(part for part in (option.help, f"({', '.join(notes)})" if notes else "") if part)


def _value(option: Option, text: str) -> Any:
    if option.choices and text not in option.choices:
        choices = ", ".join(option.choices)
        raise UsageError(f"error: option '{option.flags}' argument '{text}' is invalid. Allowed choices are {choices}.\n{_AFTER_ERROR}")
    try:
        return text if option.parse is None else option.parse(text)
    except WrongValue as wrong:
        raise UsageError(f"error: option '{option.flags}' argument '{text}' is invalid. {wrong}\n{_AFTER_ERROR}") from None


def _suggestion(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name, known, 1, 0.6)
    return f"\n(Did you mean {near[0]}?)" if near else ""


# --- values -------------------------------------------------------------------------------------------------------------


def whole_number(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if re.fullmatch(r"[0-9]+", text) and len(text) < 16 and least <= int(text) <= most:
            return int(text)
        raise WrongValue(f'Expected a whole number from {least} to {most}, got "{text}".')

    return parse


def decimal_number(least: float, most: float) -> Callable[[str], float]:
    def parse(text: str) -> float:
        if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text) and least <= float(text) <= most:
            return _plain(text)
        raise WrongValue(f'Expected a number from {least} to {most}, got "{text}".')

    return parse


_UNITS: Mapping[str, int] = {"": 1, "k": 1024, "m": 1024**2, "g": 1024**3, "t": 1024**4}


def byte_count(text: str) -> int:
    """ "512M", "1.5GiB", "65536" → bytes. Suffixes are binary, case does not matter."""
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)\s*([kmgt]?)(?:i?b)?", text.strip(), re.IGNORECASE)
    if match is None:
        raise WrongValue(f'Expected bytes such as 67108864, 512M or 1.5G, got "{text}".')
    return int(float(match[1]) * _UNITS[match[2].lower()])


def variations(text: str) -> dict[str, float]:
    """ "wght=600,wdth=80" → coordinates by axis."""
    found: dict[str, float] = {}
    for item in text.split(","):
        match = re.fullmatch(r"\s*([\x20-\x7e]{1,4})=(-?[0-9]+(?:\.[0-9]+)?)\s*", item)
        if match is None:
            raise WrongValue(f'Expected axis=value pairs such as wght=600,wdth=80, got "{item}".')
        if match[1] in found:
            raise WrongValue(f"The axis {match[1]} is given twice.")
        found[match[1]] = _plain(match[2])
    return found


def margins(most: int) -> Callable[[str], tuple[int, int, int, int]]:
    """One to four numbers; missing sides are filled in as in CSS: top, right, bottom, left."""

    def parse(text: str) -> tuple[int, int, int, int]:
        values = [whole_number(0, most)(part) for part in re.split(r"[\s,]+", text.strip())]
        if len(values) > 4:
            raise WrongValue(f'Expected one to four numbers, got "{text}".')
        top = values[0]
        right = values[1] if len(values) > 1 else top
        bottom = values[2] if len(values) > 2 else top
        return top, right, bottom, values[3] if len(values) > 3 else right

    return parse


def origin(text: str) -> tuple[float, float]:
    match = re.fullmatch(r"(-?[0-9]+(?:\.[0-9]+)?)[,\s]+(-?[0-9]+(?:\.[0-9]+)?)", text.strip())
    if match is None:
        raise WrongValue(f'Expected two decimal numbers such as 10,80.5, without exponents, got "{text}".')
    return _plain(match[1]), _plain(match[2])


def named(text: str) -> str:
    if text == "":
        raise WrongValue("Expected a name.")
    return text


def _plain(text: str) -> float:
    """A number as JavaScript writes it: 24 and not 24.0."""
    value = float(text)
    return int(value) if value.is_integer() and abs(value) < 2**53 else value
