"""What the arguments of direct calls may be: the contract's rules for a job's fields. A value goes in, and comes out as the
engine takes it, or a HaforuInputError with the argument, what it takes and what came. Knows nothing of the engine.
"""

from __future__ import annotations

import operator
import os
import re
from collections.abc import Mapping, Sequence

from . import _contract as contract
from ._engine import pack_tag
from .errors import error_of, invalid

_FEATURE = re.compile(r"[+-]?[0-9A-Za-z_]{1,4}(\[[0-9]{0,9}(:[0-9]{0,9})?\])?(=([0-9]{1,9}|on|off))?")
_SCRIPT = re.compile(r"[A-Za-z]{4}")
_LANGUAGE = re.compile(r"[A-Za-z0-9]{1,8}(-[A-Za-z0-9]{1,8}){0,%d}" % (contract.LIMIT_LANGUAGE_SUBTAGS - 1))
_AXIS_TAG = re.compile(r"[ -~]{4}")
#: hb_direction_t.
_DIRECTIONS = {"ltr": 4, "rtl": 5, "ttb": 6, "btt": 7}


def whole(name: str, value: object, least: int, most: int, unit: str = "") -> int:
    """A whole number in [least, most]; numpy's integers are whole numbers, True is none."""
    if not isinstance(value, bool):
        try:
            number = operator.index(value)  # type: ignore[arg-type]
        except TypeError:
            pass
        else:
            if least <= number <= most:
                return number
    raise invalid(name, f"a whole number{unit} from {least} to {most}", value)


def number(name: str, value: object, expected: str, least: float, most: float) -> float:
    """A number in [least, most]; no text, though float() would read it."""
    if not isinstance(value, (bool, str, bytes, bytearray)):
        try:
            given = float(value)  # type: ignore[arg-type]
        except (TypeError, ValueError, OverflowError):
            pass
        else:
            if least <= given <= most:
                return given
    raise invalid(name, expected, value)


def flag(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise invalid(name, "True or False", value)
    return value


def font_path(value: object) -> str:
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    most = contract.LIMIT_PATH_CODE_POINTS
    if not isinstance(value, str) or not 1 <= len(value) <= most or "\0" in value:
        raise invalid("font_path", f"the path of a font file, 1 to {most} characters without NUL", value)
    return value


def coords(value: object) -> tuple[tuple[str, float], ...]:
    """Variations as the engine takes them."""
    if value is None:
        return ()
    if not isinstance(value, Mapping) or len(value) > contract.LIMIT_VARIATIONS:
        raise invalid("variations", f'at most {contract.LIMIT_VARIATIONS} numbers by axis tag, such as {{"wght": 600}}', value)
    limit = contract.LIMIT_AXIS_VALUE
    checked = []
    for tag, one in value.items():
        if not isinstance(tag, str) or not _AXIS_TAG.fullmatch(tag):
            raise invalid("variations", "axis tags of 4 printable ASCII characters, such as wght", tag)
        checked.append((tag, number("variations", one, f"a number from {-limit} to {limit} for {tag}", -limit, limit)))
    return tuple(checked)


def text(value: object) -> bytes:
    """The text as UTF-8."""
    if not isinstance(value, str):
        raise invalid("text", "a string", value)
    if len(value) > contract.LIMIT_TEXT_CODE_POINTS:
        cause, cure = contract.ADVICE["text_too_long"]
        raise error_of("text_too_long", f"text: it has {len(value)} code points. {cure}", field="text")
    try:
        return value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise invalid("text", "Unicode text without lone surrogates", value) from error


def script_tag(value: object) -> int:
    """0: to be guessed."""
    if value is None:
        return 0
    if not isinstance(value, str) or not _SCRIPT.fullmatch(value):
        raise invalid("script", "an ISO 15924 code of 4 letters, such as Latn or Arab, or None to guess it", value)
    return pack_tag(value)


def direction(value: object) -> int:
    """0: to be guessed."""
    if value is None:
        return 0
    if not isinstance(value, str) or value not in _DIRECTIONS:
        raise invalid("direction", '"ltr", "rtl", "ttb", "btt", or None to guess it', value)
    return _DIRECTIONS[value]


def language(value: object) -> bytes:
    """Empty: to be guessed."""
    if value is None:
        return b""
    if not isinstance(value, str) or not _LANGUAGE.fullmatch(value):
        raise invalid("language", "a BCP 47 language tag, such as en or sr-Latn, or None to guess it", value)
    return value.encode("ascii")


def features(value: object) -> bytes:
    """As the engine reads them: one string."""
    if value is None or value == "":
        return b""
    items = re.split(", ?", value) if isinstance(value, str) else value
    most = contract.LIMIT_FEATURES
    if not isinstance(items, Sequence) or isinstance(items, (bytes, bytearray)) or len(items) > most:
        raise invalid("features", f'at most {most} features, such as ["kern", "-liga"] or "kern,-liga"', value)
    for item in items:
        if not isinstance(item, str) or not _FEATURE.fullmatch(item):
            raise invalid("features", "a feature in HarfBuzz's syntax, such as kern, -liga, ss01=1 or smcp[0:5]", item)
    return ",".join(items).encode("ascii")


def instance(value: object) -> str:
    """The name of a named instance."""
    most = contract.LIMIT_INSTANCE_CODE_POINTS
    if not isinstance(value, str) or not 1 <= len(value) <= most:
        raise invalid("instance", f"the name of an instance, 1 to {most} characters", value)
    return value


def seconds(name: str, value: object) -> float | None:
    """A time limit; None: none."""
    if value is None:
        return None
    most = contract.LIMIT_TIMEOUT_MS / 1000
    expected = f"seconds, a number over 0 and at most {most:g}, or None for no limit"
    given = number(name, value, expected, 0, most)
    if given == 0:
        raise invalid(name, expected, value)
    return given


def origin(value: object) -> tuple[float, float] | None:
    if value is None:
        return None
    limit = contract.LIMIT_ORIGIN_PX
    expected = f"(x, y) in pixels, two numbers from {-limit} to {limit}"
    try:
        x, y = iter(value)  # type: ignore[call-overload]
    except (TypeError, ValueError):
        raise invalid("origin", expected, value) from None
    return number("origin", x, expected, -limit, limit), number("origin", y, expected, -limit, limit)


def place(size: object, width: object, height: object, at: object) -> tuple[float, int, int, tuple[float, float] | None]:
    """Size, canvas and pen."""
    side = contract.LIMIT_CANVAS_SIDE_PX
    columns = whole("width", width, 1, side, " of pixels")
    rows = whole("height", height, 1, side, " of pixels")
    if columns * rows > contract.LIMIT_CANVAS_AREA_PX:
        raise error_of("canvas_too_large", f"canvas {columns} × {rows}: {' '.join(contract.ADVICE['canvas_too_large'])}", field="width")
    most = contract.LIMIT_SIZE_PX
    expected = f"pixels per em, a number over 0 and at most {most}"
    sized = number("size", size, expected, 0, most)
    if sized == 0:
        raise invalid("size", expected, size)
    return sized, columns, rows, origin(at)
