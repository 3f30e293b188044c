"""Finds the coordinates of a variable font at which its picture of a text is closest to a target picture: SciPy's SLSQP over renders,
at most 100 of them. Through the Python package where it is there, else through a `haforu stream` child process; it says which.

(`session.match` does this in the engine, without gradients and much faster: this is how to put haforu under an optimiser of your own.)

usage: python examples/font_matcher.py VARIABLE-FONT.ttf TEXT wght=640 [--through package|stream]
The target is the font's own picture at the coordinates given, so that the answer is known.
HAFORU names the program for the child process, with its words; default: haforu.
"""

from __future__ import annotations

import base64
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

import numpy
from scipy.optimize import minimize

Pixels = numpy.ndarray[Any, numpy.dtype[numpy.uint8]]
Render = Callable[[Mapping[str, float]], Pixels]

SIZE, WIDTH, HEIGHT = 120, 360, 180
MOST_RENDERS = 100
#: Step of the gradient's differences, of an axis' range: smaller steps change hardly a pixel's 255 levels.
STEP = 0.01


def through_package(font: str, text: str) -> tuple[Render, dict[str, tuple[float, float]]]:
    from haforu import StreamingSession

    session = StreamingSession()
    axes = session.font_info(font)["faces"][0]["axes"]

    def render(coordinates: Mapping[str, float]) -> Pixels:
        return session.render_to_numpy(font, text, SIZE, WIDTH, HEIGHT, coordinates, script=None, direction=None, language=None)

    return render, {axis["tag"]: (axis["min"], axis["max"]) for axis in axes}


def through_stream(font: str, text: str) -> tuple[Render, dict[str, tuple[float, float]]]:
    words = shlex.split(os.environ.get("HAFORU", "haforu"))
    process = subprocess.Popen([*words, "stream", "--no-timing"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")

    def ask(job: Mapping[str, Any]) -> dict[str, Any]:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(json.dumps(job) + "\n")
        process.stdin.flush()
        result: dict[str, Any] = json.loads(process.stdout.readline())
        if result["status"] != "success":
            raise RuntimeError(result["error"]["message"])
        return result

    def job(coordinates: Mapping[str, float]) -> dict[str, Any]:
        return {"id": "matcher", "font": {"path": font, "size": SIZE, "variations": dict(coordinates)}, "text": {"content": text}}

    def render(coordinates: Mapping[str, float]) -> Pixels:
        rendering = {"format": "raw", "encoding": "base64", "width": WIDTH, "height": HEIGHT}
        data = base64.b64decode(ask({**job(coordinates), "rendering": rendering})["rendering"]["data"])
        return numpy.frombuffer(data, numpy.uint8).reshape(HEIGHT, WIDTH)

    # The ends of an axis are where its values are clamped to.
    measured = {"format": "metrics", "width": 1, "height": 1}
    tags = list(ask({**job({}), "rendering": measured})["font"]["coordinates"])
    ends = [ask({**job(dict.fromkeys(tags, far)), "rendering": measured})["font"]["coordinates"] for far in (-32768, 32768)]
    return render, {tag: (ends[0][tag], ends[1][tag]) for tag in tags}


def ways(asked: str | None) -> tuple[str, Callable[[str, str], tuple[Render, dict[str, tuple[float, float]]]]]:
    if asked in (None, "package"):
        try:
            import haforu

            if haforu.is_available():
                return "the Python package", through_package
        except ImportError:
            pass
        if asked is not None:
            raise SystemExit("the Python package is not here: pip install haforu")
    return "a `haforu stream` child process", through_stream


class Enough(Exception):
    """All renders are used up."""


def main(font: str, text: str, wanted: str, asked: str | None) -> None:
    name, way = ways(asked)
    print(f"rendering through {name}")
    render, ranges = way(font, text)
    goal = {item.split("=")[0]: float(item.split("=")[1]) for item in wanted.split(",")}
    target = render(goal).astype(float)
    tags = [tag for tag in ranges if tag in goal]
    low = numpy.array([ranges[tag][0] for tag in tags])
    span = numpy.array([ranges[tag][1] for tag in tags]) - low
    renders = 0
    best = (float("inf"), numpy.full(len(tags), 0.5))

    def difference(place: Any) -> float:
        """Mean square difference of the pictures, of ink from 0 to 1."""
        nonlocal renders, best
        if renders == MOST_RENDERS:
            raise Enough
        renders += 1
        at = numpy.clip(place, 0, 1)
        pixels = render(dict(zip(tags, (low + at * span).tolist())))
        score = float((((pixels - target) / 255) ** 2).mean())
        if score < best[0]:
            best = (score, at.copy())
        return score

    try:
        # Again from the best place with finer steps, until the renders are used up or nothing is left to gain.
        for step in (STEP * 5, STEP, STEP / 5, STEP / 20):
            minimize(difference, best[1], method="SLSQP", bounds=[(0, 1)] * len(tags), options={"eps": step, "ftol": 1e-12, "maxiter": 50})
    except Enough:
        pass
    found = low + best[1] * span
    print(f"{renders} renders, rmse {best[0] ** 0.5:.6f}")
    for tag, value in zip(tags, found):
        print(f"{tag} {value:.1f} (sought {goal[tag]:g})")


if __name__ == "__main__":
    arguments = sys.argv[1:]
    through = None
    if "--through" in arguments:
        at = arguments.index("--through")
        through = arguments[at + 1]
        del arguments[at : at + 2]
    main(arguments[0], arguments[1], arguments[2], through)
