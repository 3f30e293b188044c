"""What can go wrong, and how it is told: error lines, exceptions with a code, the built-in classes that a caller expects.

usage: python examples/error_handling.py FONT.ttf
"""

from __future__ import annotations

import json
import sys

from haforu import HaforuError, StreamingSession, process_jobs, validate

font = sys.argv[1]


def job(job_id: str, path: str, **fields: object) -> str:
    rendering = {"format": "metrics", "width": 60, "height": 40}
    return json.dumps({"id": job_id, "font": {"path": path, "size": 20, **fields}, "text": {"content": "a"}, "rendering": rendering})


# A failing job is an error line, and the others go on.
for line in process_jobs([job("good", font), job("missing", "no/such/font.ttf"), job("wrong", font, size=-1)], ordered=True):
    result = json.loads(line)
    print(result["id"], result["status"], result.get("error", {}).get("code", ""))

# What is wrong with the whole is raised at the call.
try:
    process_jobs('{"version": "1.0", "jobs": []}')
except ValueError as error:
    print(f"ValueError: {error}")

with StreamingSession() as session:
    # Direct calls raise.
    try:
        session.render_to_numpy("no/such/font.ttf", "a", 20, 60, 40)
    except FileNotFoundError as error:
        print(f"FileNotFoundError: {error}")
    try:
        session.render_to_numpy(font, "a", 20, 60, 0)
    except ValueError as error:
        print(f"ValueError: {error}")
    # All of them are HaforuError: the code is stable, the words may change.
    try:
        session.render(job("of a package", __file__))
    except HaforuError as error:
        print(f"{error.code} of job {error.job_id!r}")
    # An array is told to be none.
    print(session.render_to_numpy(font, "a", 20, 60, 40).shape, "the next call works")

# Every problem of a job at once, without its font.
problems = validate(job("several", "", size=0, face_index=-1))
assert problems is not None
for problem in problems["problems"]:
    print(problem["message"])
