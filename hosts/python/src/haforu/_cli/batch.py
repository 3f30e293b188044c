"""`batch` and `stream`: jobs of a file or pipe in, one result line each out, on all cores; signals to an orderly stop."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

from .. import _contract as contract
from .._fonts import FontFiles
from .._host import FontHost
from .._jobs import EngineConfig
from .._processors import processors
from .exits import (
    EXIT_INTERRUPTED,
    EXIT_OK,
    EXIT_SOME_FAILED,
    EXIT_TERMINATED,
    STDOUT,
    CliError,
    OutputClosed,
    node_words,
    note,
    write_all,
)
from .images import Images
from .pool import Pool
from .results import ResultFile, without_done
from .runner import DROPPED, STATS, LineRunner
from .source import Line, open_input, standard_lines
from .words import Argument, Command, Option, WrongValue, byte_count, named, whole_number

_CODES = {-number: code for code, number in contract.ERRORS.items()}
_PROGRESS_S = 0.1
_GUESS_FROM = 0.01


def _folder(path: str) -> str:
    problem = _folder_problem(path)
    if problem:
        raise WrongValue(f"{problem}.")
    return path


def _folder_problem(path: str) -> str:
    if not path:
        return 'expected the path of a folder, got ""'
    try:
        return "" if os.path.isdir(path) or not os.stat(path) else f"expected a folder, {path} is a file"
    except OSError as error:
        return f"expected a folder: {node_words(error, 'stat', path)}"


def _font_cache(text: str) -> int:
    size, least, most = byte_count(text), contract.LIMIT_FONT_CACHE_BYTES_MIN, contract.LIMIT_FONT_CACHE_BYTES
    if least <= size <= most:
        return size
    raise WrongValue(f"Expected {least} to {most} bytes, got {size}.")


def _engine_options(workers: str) -> tuple[Option, ...]:
    cache = contract.DEFAULT_FONT_CACHE // 1024**2
    return (
        Option("-j, --jobs <n>", f"worker threads (default: {workers})", whole_number(1, contract.LIMIT_WORKERS)),
        Option("--timeout-ms <ms>", "time limit of one job (default: none)", whole_number(0, contract.LIMIT_TIMEOUT_MS)),
        Option("--strict", "make warnings errors"),
        Option("--base-dir <dir>", "read fonts under this folder only, links resolved", _folder),
        Option("--no-timing", "leave `timing` out of the results, so that two runs give the same bytes"),
        Option("--font-cache <bytes>", f"font data kept, all workers together: 512M, 2G (default: {cache}M)", _font_cache),
        Option(
            "--max-fonts <n>",
            f"instances kept, all workers together (default: {contract.DEFAULT_MAX_FONTS})",
            whole_number(1, contract.LIMIT_MAX_FONTS),
        ),
    )


def _batch(values: dict[str, Any]) -> int:
    given = open_input(values["file"])
    config = given.config
    base_dir = config.get("base_dir")
    if values["base_dir"] is None and base_dir is not None and _folder_problem(base_dir):
        raise CliError(f"config.base_dir: {_folder_problem(base_dir)}")
    images = _images(values["out_dir"], values["overwrite"] is True)
    results = ResultFile.open(
        values["output"],
        resume=values["resume"] is True,
        overwrite=values["overwrite"] is True,
        jobs=values["file"],
        tell=lambda text: note(f"haforu: {text}"),
    )
    skipped = [0]
    batches = without_done(given.batches, results.done, skipped) if results.done else given.batches
    order = values["order"] or config.get("order", contract.DEFAULT_ORDER)
    run = _Run(values, config, batches, processors(), images, ordered=order == "input", at_once=False)
    run.progress_total = given.total_bytes
    run.progress = values["progress"] == "always" or (values["progress"] == "auto" and sys.stderr.isatty())
    try:
        exit_code, complete = run.to(results.fd)
        if complete:
            results.complete()
        else:
            results.leave()
            if results.writing_to is not None:
                note(f"haforu: stopped; {results.writing_to} holds the results so far, --resume goes on from it")
        return exit_code
    except OSError as error:
        results.leave()
        where = "" if results.writing_to is None else f" (results so far: {results.writing_to})"
        raise CliError(f"{node_words(error, 'write')}{where}") from error
    finally:
        if values["stats"]:
            more = {"resumed_jobs": skipped[0]} if skipped[0] or values["resume"] else {}
            note(json.dumps({**run.stats(), **more}, separators=(",", ":")))


def _stream(values: dict[str, Any]) -> int:
    run = _Run(values, {}, standard_lines(), 1, None, ordered=True, at_once=True)
    try:
        return run.to(STDOUT)[0]
    except OSError as error:
        raise CliError(node_words(error, "write")) from error


def _images(folder: str | None, overwrite: bool) -> Images | None:
    if folder is None:
        return None
    try:
        os.makedirs(folder, exist_ok=True)
        return Images(folder, overwrite)
    except OSError as error:
        raise CliError(node_words(error, "mkdir", folder)) from error


class _Run:
    """A batch from its input to its output."""

    def __init__(
        self,
        flags: dict[str, Any],
        config: dict[str, Any],
        batches: Iterator[list[Line]],
        workers: int,
        images: Images | None,
        ordered: bool,
        at_once: bool,
    ) -> None:
        def said(flag: str, name: str, default: Any) -> Any:
            return flags[flag] if flags[flag] is not None else config.get(name, default)

        workers = said("jobs", "jobs", min(workers, contract.LIMIT_WORKERS))
        timeout_ms = said("timeout_ms", "timeout_ms", contract.DEFAULT_TIMEOUT_MS)
        engine = EngineConfig(
            max_instances=max(1, said("max_fonts", "max_fonts", contract.DEFAULT_MAX_FONTS) // workers),
            strict=flags["strict"] is True or config.get("strict") is True,
            timing=flags["timing"] and config.get("timing") is not False,
        )
        # One budget for the fonts of all workers, which is split where each takes more than its part.
        host = FontHost(FontFiles(said("base_dir", "base_dir", None)), said("font_cache", "font_cache", contract.DEFAULT_FONT_CACHE))
        self._pool = Pool(batches, workers, lambda: LineRunner(host, engine, images, timeout_ms), ordered, at_once)
        self._succeeded = 0
        self._failed: Counter[int] = Counter()
        self._bytes_out = 0
        self._began = time.perf_counter()
        self._shown = 0.0
        self.progress = False
        self.progress_total: int | None = None

    def to(self, fd: int) -> tuple[int, bool]:
        """Exit code, and whether every job has its line in the output. Raises what reading or writing raises, but for a closed pipe."""
        signalled: list[int] = []

        def on_signal(number: int, _frame: object) -> None:
            code = EXIT_INTERRUPTED if number == signal.SIGINT else EXIT_TERMINATED
            # The second time the user means it: at once, the line under way may be cut.
            if signalled:
                os._exit(code)
            signalled.append(code)
            self._pool.stop()

        before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            for answers in self._pool.answers():
                lines = [self._line(line, status) for line, status in answers if status != DROPPED]
                if lines:
                    write_all(fd, b"".join(lines))
                self._show()
        except OutputClosed:
            return EXIT_OK, False
        finally:
            self._show(last=True)
            for number, handler in before.items():
                signal.signal(number, handler)
        if signalled:
            return signalled[0], False
        return (EXIT_SOME_FAILED if self._failed else EXIT_OK), True

    def _line(self, line: bytes, status: int) -> bytes:
        if status == STATS:
            line = json.dumps({**json.loads(line), "op": "stats", "status": "success", **self.stats()}, separators=(",", ":")).encode()
        elif status == 0:
            self._succeeded += 1
        elif status < 0:
            self._failed[status] += 1
        self._bytes_out += len(line) + 1
        return line + b"\n"

    def stats(self) -> dict[str, Any]:
        engines = [runner.stats() for runner in list(self._pool.runners)]

        def total(name: str) -> float:
            return _number(sum(engine[name] for engine in engines))

        failed = sum(self._failed.values())
        elapsed_ms = (time.perf_counter() - self._began) * 1000
        return {
            "jobs": self._succeeded + failed,
            "succeeded": self._succeeded,
            "failed": failed,
            "errors": {_CODES.get(status, "internal"): count for status, count in self._failed.items()},
            "elapsed_ms": _number(elapsed_ms),
            "jobs_per_second": _number((self._succeeded + failed) * 1000 / max(elapsed_ms, 1e-3)),
            "bytes_in": self._pool.bytes_in,
            "bytes_out": self._bytes_out,
            "peak_memory_bytes": _peak_memory(),
            "workers": self._pool.workers,
            "workers_replaced": sum(runner.faults for runner in self._pool.runners),
            "reorder_peak": self._pool.reorder_peak,
            "fonts": {"hits": total("font_hits"), "misses": total("font_misses"), "evictions": total("evictions"), "bytes": total("font_bytes")},
            "instances": {"hits": total("instance_hits"), "misses": total("instance_misses")},
            "stages": {"shape_ms": total("shape_ms"), "render_ms": total("render_ms"), "encode_ms": total("encode_ms")},
        }

    def _show(self, last: bool = False) -> None:
        """A line on standard error, written over itself."""
        now = time.perf_counter()
        if not self.progress or (not last and now - self._shown < _PROGRESS_S):
            return
        self._shown = now
        failed = sum(self._failed.values())
        done, elapsed = self._succeeded + failed, now - self._began
        fraction = None if self.progress_total is None else min(1.0, self._pool.bytes_in / max(1, self.progress_total))
        left = "time left unknown"
        if fraction is not None and fraction >= _GUESS_FROM:
            seconds = round(elapsed * (1 - fraction) / fraction)
            left = f"{seconds // 60}:{seconds % 60:02} left"
        percent = "" if fraction is None else f"{int(fraction * 100)} % | "
        text = f"{percent}{done} jobs, {failed} failed | {round(done / max(elapsed, 1e-3))}/s | {left}"
        end = "\n" if last else ""
        sys.stderr.write(f"\r{text:<70}{end}")
        sys.stderr.flush()


def _number(value: float) -> float:
    """Three decimals, and none where there are none: as JavaScript writes numbers."""
    rounded = round(value, 3)
    return int(rounded) if rounded == int(rounded) else rounded


def _peak_memory() -> int:
    try:
        import resource
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


BATCH = Command(
    "batch",
    "run a file of jobs and write one result line each",
    "Run a file of jobs and write one result line for each.",
    _batch,
    (Argument("file", "jobs: JSON Lines or a JobSpec document; - for standard input", default="-"),),
    (
        Option("-o, --output <file>", "write results to FILE.part, renamed to FILE when complete (default: standard output)", named),
        Option("--resume", "go on from FILE.part: keep its successes, run what is missing or failed"),
        Option("--out-dir <dir>", "write images to files in this folder; result lines carry `path` in place of `data`", named),
        Option("--overwrite", "let images replace files that are there, and drop a FILE.part"),
        Option("--order <order>", "order of the results (default: input)", choices=("input", "completion")),
        Option("--stats", "write one JSON line of statistics to standard error at the end"),
        Option("--progress <when>", "show a progress bar", choices=("auto", "always", "never"), default="auto", shown='"auto"'),
        *_engine_options("the machine's cores"),
    ),
    """
Examples:
  haforu batch jobs.jsonl -o results.jsonl --stats
  generate-jobs | haforu batch - --order completion | consume-results
  haforu batch jobs.jsonl -o results.jsonl --out-dir images --resume

FILE holds JSON Lines (one job a line) or a JobSpec document ({"version": "1.0", "jobs": […]}); which is seen from its
first bytes. Exit code: 0 all jobs succeeded, 1 some failed, 2 the call or the input as a whole was wrong, 130 Ctrl-C.""",
)

STREAM = Command(
    "stream",
    "answer jobs line by line, as they come",
    "Answer jobs line by line: one result line for each, flushed at once.",
    _stream,
    (),
    _engine_options("1"),
    """
Example:
  echo '{"op": "ping"}' | haforu stream
  {"op":"ping","status":"success"}

Lines {"op": "ping"}, {"op": "warm_up"} and {"op": "stats"} are answered in their turn. Results come in the order of the
jobs. Exit code: 0 all jobs succeeded, 1 some failed, 2 the call was wrong, 130 Ctrl-C.""",
)
