"""`validate`, `diagnostics`, `version`: what is wrong with a file of jobs, what this installation is, and whether it works."""

from __future__ import annotations

import json
import os
import platform
import sys
from importlib.metadata import version
from typing import Any, NamedTuple

from .. import _contract as contract
from .._engine import ABI_VERSION, LINE_FLAG_NUMBERED, OP_LINE
from .._fonts import FontFiles
from .._host import FontHost
from .._jobs import EngineConfig, JobRunner
from .._processors import processors
from ..info import __version__
from ._self_test_font import BLOCKS_HASH, CURVES_AREA, SELF_TEST_FONT, SELF_TEST_SIZE
from .exits import EXIT_OK, EXIT_SOME_FAILED, CliError, note, print_out
from .source import BrokenDocument, open_input
from .words import Argument, Command, Option

#: Share of the area by which ink may differ: pixels hold 256 levels, and their errors are of both signs.
_AREA_TOLERANCE = 0.001


def _validate(values: dict[str, Any]) -> int:
    runner = JobRunner(FontHost(FontFiles(), 0), EngineConfig())
    name = "stdin" if values["file"] == "-" else values["file"]
    try:
        batches = open_input(values["file"]).batches
    except BrokenDocument as broken:
        if values["json"]:
            print_out(f"{broken.line}\n")
        raise CliError("" if values["json"] else _readable(name, json.loads(broken.line))) from None
    jobs = bad = 0
    for batch in batches:
        for data, number, too_long in batch:
            runner.load(data)
            if too_long:
                status = runner.answer(0, len(data), number, LINE_FLAG_NUMBERED, "line_too_long", f"it has {too_long} bytes")
            else:
                status = runner.validate(0, len(data), number, LINE_FLAG_NUMBERED)
            jobs += status != OP_LINE
            if status < 0:
                bad += 1
                line = runner.result().decode("utf-8")
                print_out(f"{line if values['json'] else _readable(name, json.loads(line))}\n")
    note(f"{name}: {jobs} job{'' if jobs == 1 else 's'}, {bad} invalid")
    return EXIT_SOME_FAILED if bad else EXIT_OK


def _readable(file: str, line: dict[str, Any]) -> str:
    """file:line: field: what is wrong; one row a problem, as compilers write it."""
    error = line["error"]
    place = f"{file}:{error['line']}" if "line" in error else file
    of = f" [{line['id']}]" if "id" in line else ""
    return "\n".join(f"{place}:{of} {one['message']} ({error['code']})" for one in error.get("problems", [error]))


def _versions() -> dict[str, str]:
    runner = JobRunner(FontHost(FontFiles(), 0), EngineConfig())
    at = runner.engine.bind("hf_harfbuzz_version", 0)() & 0xFFFFFFFF
    return {
        "haforu": __version__,
        "harfbuzz": runner.engine.read(at, 32).split(b"\0", 1)[0].decode(),
        "contract": contract.CONTRACT_VERSION,
        "abi": str(ABI_VERSION),
        "python": platform.python_version(),
        "wasmtime": version("wasmtime"),
        "numpy": version("numpy"),
    }


def _version(values: dict[str, Any]) -> int:
    found = _versions()
    width = max(map(len, found)) + 2
    print_out(_json(found) if values["json"] else "".join(f"{name:<{width}}{one}\n" for name, one in found.items()))
    return EXIT_OK


class _Test(NamedTuple):
    name: str
    expected: str
    got: str
    passed: bool


def _self_test() -> list[_Test]:
    """Renders of a font that this package carries, compared with what they must give."""
    host = FontHost(FontFiles(), contract.DEFAULT_FONT_CACHE)
    host.add("haforu-self-test", SELF_TEST_FONT)
    runner = JobRunner(host, EngineConfig(timing=False))

    def render(content: str) -> dict[str, Any]:
        size, width, height = SELF_TEST_SIZE
        rendering = {"format": "metrics", "width": width, "height": height, "include": ["hash"]}
        job = {"id": content, "font": {"path": "haforu-self-test", "size": size}, "text": {"content": content}, "rendering": rendering}
        line = json.dumps(job).encode()
        runner.load(line)
        runner.run(0, len(line), 1, 0)
        result: dict[str, Any] = json.loads(runner.result())
        return result

    def told(result: dict[str, Any]) -> str:
        return f"{result['error']['code']}: {result['error']['message']}" if "error" in result else ""

    blocks, curves = render("ffi"), render("O")
    blocks_got = told(blocks) or str(blocks["hash"])
    area = curves.get("metrics", {}).get("ink_area", 0)
    return [
        _Test("shaping, and edges on pixel borders", BLOCKS_HASH, blocks_got, blocks_got == BLOCKS_HASH),
        _Test(
            "curves",
            f"{_number(CURVES_AREA)} px² of ink",
            told(curves) or f"{_number(area)} px² of ink",
            abs(area - CURVES_AREA) <= _AREA_TOLERANCE * CURVES_AREA,
        ),
    ]


def _diagnostics(values: dict[str, Any]) -> int:
    limits = {name[6:].lower(): value for name, value in vars(contract).items() if name.startswith("LIMIT_")}
    memory, free = _memory()
    machine: dict[str, str | int] = {
        "platform": f"{sys.platform} {platform.release()} {_architecture()}",
        "cores": processors(),
        "memory_bytes": memory,
        "free_memory_bytes": free,
        "memory_limit_bytes": min(_memory_limit() or memory, memory),
    }
    tests = _self_test()
    versions = _versions()
    if values["json"]:
        print_out(_json({"versions": versions, "machine": machine, "limits": limits, "self_test": [test._asdict() for test in tests]}))
    else:
        sizes = [
            (name.removesuffix("_bytes"), f"{value / 2**30:.1f} GiB") if name.endswith("_bytes") and isinstance(value, int) else (name, str(value))
            for name, value in machine.items()
        ]
        print_out(
            "\n".join(
                [
                    _section("Versions", list(versions.items())),
                    _section("Machine", sizes),
                    _section("Limits", [(name, str(value)) for name, value in limits.items()]),
                    _section("Self-test", [(one.name, "passed" if one.passed else f"FAILED: expected {one.expected}, got {one.got}") for one in tests]),
                ]
            )
        )
    return EXIT_OK if all(test.passed for test in tests) else EXIT_SOME_FAILED


def _section(title: str, rows: list[tuple[str, str]]) -> str:
    width = max(len(name) for name, _ in rows) + 2
    return f"{title}\n" + "".join(f"  {name.replace('_', ' '):<{width}}{value}\n" for name, value in rows)


def _architecture() -> str:
    machine = platform.machine().lower()
    return {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64"}.get(machine, machine)


def _memory() -> tuple[int, int]:
    """Bytes of memory there are and are free; 0 where the system does not say."""
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            rows = dict(line.split(":", 1) for line in file)
        return int(rows["MemTotal"].split()[0]) * 1024, int(rows["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        pass
    try:
        page = os.sysconf("SC_PAGE_SIZE")
        return os.sysconf("SC_PHYS_PAGES") * page, 0
    except (AttributeError, OSError, ValueError):
        return 0, 0


def _memory_limit() -> int:
    """The limit of this process's control group; 0: none."""
    for path in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            with open(path, encoding="ascii") as file:
                return int(file.read())
        except (OSError, ValueError):
            continue
    return 0


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


VALIDATE = Command(
    "validate",
    "check a file of jobs and list every problem",
    "Check a file of jobs, a JobSpec document or JSON Lines, and list every problem.",
    _validate,
    (Argument("file", "the jobs, or - for stdin", required=True),),
    (Option("--json", "one JSON object a line, one line a bad job, as `haforu batch` would answer it"),),
    """
Example:
  haforu validate samples/broken.jsonl

Exit codes: 0 all jobs are valid, 1 some are not, 2 the file as a whole is wrong or cannot be read.""",
)

DIAGNOSTICS = Command(
    "diagnostics",
    "versions, limits and a self-test render",
    "Print versions, the machine's cores and memory, the limits, and run a self-test render.",
    _diagnostics,
    (),
    (Option("--json", "as one JSON object"),),
    """
Example:
  haforu diagnostics

Exit codes: 0 the self-test passed, 1 it did not, 2 the call was wrong.""",
)

VERSION = Command(
    "version",
    "print the versions of the program and its parts",
    "Print the versions of the program, HarfBuzz, the engine, the job contract and Python.",
    _version,
    (),
    (Option("--json", "as one JSON object"),),
    """
Example:
  haforu version --json""",
)
