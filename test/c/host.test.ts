// libhaforu as its users get it: built, its tests through ctest, plain and under sanitizers and valgrind, every conformance case, exported symbols, installed and found by pkg-config and CMake, and built from the source archive by a C
// compiler alone.
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { build, buildRelease, CACHE, HOST, has, moduleArchive, ROOT, run, whyNoC } from "./build.mjs";

const missing = whyNoC();
const why = missing === undefined ? "" : ` (${missing})`;
const scratch = mkdtempSync(join(tmpdir(), "haforu-c-"));
let folder = "";

beforeAll(() => {
  if (missing === undefined) folder = buildRelease();
}, 900_000);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const lines = (path: string): string[] => readFileSync(path, "utf8").trimEnd().split("\n");

it("the C host is tested in CI", () => {
  if (process.env.CI === "true") expect(missing, "the C host must not be skipped in CI").toBeUndefined();
});

it("the reference in docs/c.md is what stands in haforu.h, function by function", () => {
  run(process.execPath, [join(HOST, "tools/docs.mjs"), "--check"]);
  const page = readFileSync(join(ROOT, "docs/c.md"), "utf8");
  for (const name of lines(join(HOST, "exports.txt"))) expect(page, name).toContain(`${name}(`);
});

describe.skipIf(missing !== undefined)(`libhaforu${why}`, () => {
  it("does what its tests say", () => {
    const printed = run("ctest", ["--test-dir", folder, "--output-on-failure", "--no-tests=error"], { env: { TMPDIR: scratch } });
    expect(printed).toMatch(/100% tests passed/);
  }, 300_000);

  it("answers every case of conformance/render with the same bytes", () => {
    const cases = join(ROOT, "conformance/render/cases");
    let count = 0;
    for (const name of readdirSync(cases)) {
      const [, group, kind] = /^(.*)\.(jobs\.jsonl|calls\.tsv)$/.exec(name) ?? [];
      if (group === undefined) continue;
      // With the least stack that docs/c.md asks for.
      const printed = run("sh", [
        "-c",
        'ulimit -s 512 && exec "$0" "$@"',
        join(folder, "haforu_conformance"),
        kind === "calls.tsv" ? "calls" : "jobs",
        join(cases, name),
      ]);
      expect(printed.endsWith("\n"), group).toBe(true);
      const got = printed.trimEnd().split("\n");
      const expected = lines(join(cases, `${group}.${kind === "calls.tsv" ? "answers.txt" : "lines.jsonl"}`));
      const names = lines(join(cases, `${group}.index.jsonl`)).map((line) => JSON.parse(line).name as string);
      expect(got.length, group).toBe(expected.length);
      for (const [i, line] of expected.entries()) expect(got[i], `${group}: ${names[i]}`).toBe(line);
      count += expected.length;
    }
    expect(count).toBeGreaterThan(400);
  });

  it("exports what exports.txt lists, which is what the header declares", () => {
    const listed = lines(join(HOST, "exports.txt"));
    const exported = run("nm", ["-D", "--defined-only", join(folder, "libhaforu.so")])
      .trimEnd()
      .split("\n")
      .map((line) => line.split(" ")[2] as string)
      .sort();
    expect(exported).toEqual(listed);
    const header = readFileSync(join(HOST, "include/haforu.h"), "utf8");
    const declared = [...header.matchAll(/^HAFORU_API [^(]*?\b(haforu_\w+)\(/gm)].map((match) => match[1] as string);
    expect(declared.sort()).toEqual(listed);
  });

  it("has no signal handler and writes no global but handles, counts and the thread's last error", () => {
    const undefined_ = run("nm", ["-D", "--undefined-only", join(folder, "libhaforu.so")]);
    expect(undefined_).not.toMatch(/\bsigaction\b|\bsignal\b|\babort\b.*\bexit\b/);
    expect(undefined_).not.toMatch(/\bprintf\b|\bsetenv\b|\bsetlocale\b/);
  });

  it("does what the examples of the documents say, with the command line's lines", () => {
    const at = mkdtempSync(join(scratch, "documents-"));
    for (const name of ["font.ttf", "Font.ttf"]) copyFileSync(join(ROOT, "node_modules/source-sans-pro/VAR/SourceSansVariable-Roman.ttf"), join(at, name));
    const job = { id: "a", font: { path: "font.ttf", size: 32 }, text: { content: "Ag" }, rendering: { format: "pgm", width: 64, height: 48 } };
    writeFileSync(join(at, "jobs.jsonl"), ["a", "b"].map((id) => `${JSON.stringify({ ...job, id })}\n`).join(""));
    for (const page of ["README.md", "docs/hosts.md", "docs/c.md", "hosts/c/README.md"]) {
      const sources = [...readFileSync(join(ROOT, page), "utf8").matchAll(/^```c\n([\s\S]*?)^```/gm)].map(([, source]) => source ?? "");
      expect(sources.length, page).toBeGreaterThan(0);
      for (const source of sources) {
        // Some are the inside of a program.
        const whole = source.includes("int main(") ? source : `#include <haforu.h>\nint main(void) {\n${source}\nreturn haforu_has_error();\n}\n`;
        writeFileSync(join(at, "example.c"), whole);
        run(
          "gcc",
          ["-std=gnu11", "-Wall", "-Werror", `-I${join(HOST, "include")}`, "-o", "example", "example.c", join(folder, "libhaforu.a"), "-lpthread", "-lm"],
          { cwd: at },
        );
        run(join(at, "example"), [], { cwd: at });
      }
    }
    const lines = run(process.execPath, [join(ROOT, "packages/haforu/bin/haforu.js"), "batch", "jobs.jsonl", "--no-timing"], { cwd: at });
    expect(readFileSync(join(at, "results.jsonl"), "utf8")).toBe(lines);
  });
});

/** Builds of the host's files with a sanitizer over the engine's C as it is: that is checked by itself, every access against its memory. */
const SANITIZERS = [
  ["address", "test_handles|test_config|test_draw|test_threads|test_faults", { ASAN_OPTIONS: "detect_leaks=1:handle_segv=0" }],
  ["undefined", "test_handles|test_config|test_draw|test_faults", { UBSAN_OPTIONS: "halt_on_error=1:print_stacktrace=1" }],
  ["thread", "test_threads", { TSAN_OPTIONS: "halt_on_error=1" }],
] as const;

describe.skipIf(missing !== undefined)(`libhaforu under sanitizers${why}`, () => {
  it.each(SANITIZERS)(
    "%s",
    (name, tests, environment) => {
      const flags = `-fsanitize=${name} -fno-omit-frame-pointer${name === "undefined" ? " -fno-sanitize-recover=all" : ""}`;
      const made = build(`sanitizer-${name}`, {
        HAFORU_TESTS: "ON",
        CMAKE_BUILD_TYPE: "RelWithDebInfo",
        HAFORU_MODULE_ARCHIVE: moduleArchive(),
        CMAKE_C_FLAGS: flags,
        CMAKE_CXX_FLAGS: flags,
      });
      const printed = run("ctest", ["--test-dir", made, "--output-on-failure", "--no-tests=error", "-R", tests], { env: { ...environment, TMPDIR: scratch } });
      expect(printed).toMatch(/100% tests passed/);
    },
    600_000,
  );
});

const noValgrind = missing ?? (has("valgrind") ? undefined : "needs valgrind: Debian's valgrind");
it("valgrind is there in CI", () => {
  if (process.env.CI === "true") expect(noValgrind).toBeUndefined();
});

it.skipIf(noValgrind !== undefined)(
  `libhaforu under valgrind: no error, nothing lost${noValgrind === undefined ? "" : ` (${noValgrind})`}`,
  () => {
    // A small part: valgrind is some thirty times slower.
    for (const name of ["test_handles", "test_faults"])
      run("valgrind", [
        "-q",
        "--error-exitcode=9",
        "--leak-check=full",
        "--errors-for-leak-kinds=definite,possible",
        "--max-stackframe=4000000",
        join(folder, "tests", name),
      ]);
  },
  600_000,
);

describe.skipIf(missing !== undefined)(`libhaforu with guard pages${why}`, () => {
  it("passes the same tests, and its handler claims its own faults alone", () => {
    // -O1: compiled sooner.
    const made = build("guard-quick", { HAFORU_TESTS: "ON", CMAKE_BUILD_TYPE: "Release", HAFORU_GUARD_PAGES: "ON", HAFORU_MODULE_OPTIMISE: "-O1" });
    const printed = run("ctest", ["--test-dir", made, "--output-on-failure", "--no-tests=error"], { env: { TMPDIR: scratch } });
    expect(printed).toMatch(/100% tests passed/);
  }, 900_000);
});

const PROGRAM = `#include <stdio.h>
#include <haforu.h>
int main(void) {
  haforu_engine *engine;
  const char *line;
  if (haforu_engine_create(NULL, &engine) != HAFORU_OK) return 1;
  haforu_code code = haforu_job(engine, "{\\"id\\":\\"x\\",\\"font\\":{\\"path\\":\\"${join(ROOT, "node_modules/source-sans-pro/VAR/SourceSansVariable-Roman.ttf")}\\",\\"size\\":24},\\"text\\":{\\"content\\":\\"a\\"},\\"rendering\\":{\\"format\\":\\"metrics\\",\\"width\\":40,\\"height\\":40}}", HAFORU_NUL_TERMINATED, &line, NULL);
  puts(line);
  haforu_engine_release(engine);
  return code;
}
`;

describe.skipIf(missing !== undefined)(`libhaforu installed${why}`, () => {
  const prefix = join(scratch, "prefix");
  const source = join(scratch, "program.c");
  beforeAll(() => {
    run("cmake", ["--install", folder, "--prefix", prefix]);
    writeFileSync(source, PROGRAM);
  });

  it("puts headers, both libraries, the CMake package and the pkg-config file where they belong", () => {
    const files = readdirSync(prefix, { recursive: true }).map(String);
    for (const name of ["include/haforu.h", "include/haforu_contract.h"]) expect(files).toContain(name);
    for (const end of ["/libhaforu.a", "/libhaforu.so", "/pkgconfig/haforu.pc", "/cmake/haforu/haforu-config.cmake", "/cmake/haforu/haforu-targets.cmake"])
      expect(
        files.some((name) => name.endsWith(end)),
        end,
      ).toBe(true);
  });

  it("is found by what the pkg-config file says", () => {
    const libraries = run("cmake", ["-E", "echo", ""]) && readdirSync(prefix, { recursive: true }).map(String);
    const pcFile = join(prefix, libraries.find((name) => name.endsWith("haforu.pc")) as string);
    const pc = readFileSync(pcFile, "utf8");
    // The file itself, read as pkg-config reads it: that program need not be there.
    const values = new Map([...pc.matchAll(/^(\w+)=(.*)$/gm)].map((match) => [match[1] as string, match[2] as string]));
    // It is not where it was configured to be.
    values.set("pcfiledir", dirname(pcFile));
    const expand = (text: string): string => text.replace(/\$\{(\w+)\}/g, (_, name: string) => expand(values.get(name) ?? ""));
    const field = (name: string): string[] => expand((new RegExp(`^${name}: (.*)$`, "m").exec(pc) as RegExpExecArray)[1] as string).split(" ");
    const program = join(scratch, "with-pkg-config");
    const libdir = expand(values.get("libdir") as string);
    run("gcc", ["-o", program, source, ...field("Cflags"), ...field("Libs"), `-Wl,-rpath,${libdir}`]);
    expect(run(program, [])).toMatch(/"status":"success"/);
    // The static library with what the file says for it.
    run("gcc", ["-o", program, source, ...field("Cflags"), join(libdir, "libhaforu.a"), ...field("Libs.private")]);
    expect(run(program, [])).toMatch(/"status":"success"/);
  });

  it("is found by find_package", () => {
    writeFileSync(
      join(scratch, "CMakeLists.txt"),
      "cmake_minimum_required(VERSION 3.16)\nproject(user C)\nfind_package(haforu 0.1 REQUIRED)\nadd_executable(user program.c)\ntarget_link_libraries(user PRIVATE haforu::haforu_shared)\n",
    );
    run("cmake", ["-S", scratch, "-B", join(scratch, "user"), `-DCMAKE_PREFIX_PATH=${prefix}`]);
    run("cmake", ["--build", join(scratch, "user")]);
    expect(run(join(scratch, "user/user"), [])).toMatch(/"status":"success"/);
  });

  it("can be built from the source archive by a C compiler alone, and by CMake", () => {
    const archive = run(process.execPath, [join(HOST, "tools/archive.mjs"), scratch])
      .trim()
      .split("\n")
      .pop() as string;
    run("tar", ["-xzf", archive, "-C", scratch]);
    const tree = join(scratch, readdirSync(scratch).find((name) => /^haforu-c-[\d.]+$/.test(name)) as string);
    for (const name of ["README.md", "CMakeLists.txt", "LICENSE-MIT", "LICENSE-APACHE", "THIRD_PARTY.md", "generated/haforu_module_0.c", "include/haforu.h"])
      expect(readdirSync(tree, { recursive: true }).map(String)).toContain(name);
    // Nothing else is to be found: no Node, no Python.
    const bin = join(scratch, "bin");
    mkdirSync(bin);
    for (const tool of ["sh", "gcc", "cc", "as", "ld", "ar", "ranlib", "cmake", "make"])
      symlinkSync(run("sh", ["-c", `command -v ${tool}`]).trim(), join(bin, tool));
    const alone = { cwd: tree, env: { PATH: bin } };
    // As the README says, but with -O0, to be done sooner, and the files shared out to two compilers.
    const words = "-std=gnu11 -O0 -fPIC -w -ftls-model=initial-exec -D_DEFAULT_SOURCE -Iinclude -Isrc -Igenerated";
    const generated = readdirSync(join(tree, "generated"))
      .filter((name) => name.endsWith(".c"))
      .map((name) => `generated/${name}`);
    const half = (odd: number): string => `gcc ${words} -c ${generated.filter((_, i) => i % 2 === odd).join(" ")}`;
    run("sh", ["-c", `${half(0)} & ${half(1)}; code=$?; wait $! && exit $code`], alone);
    const program = join(scratch, "alone");
    run("sh", ["-c", `ar rcs libmodule.a *.o && gcc ${words} -o ${program} ${source} src/*.c libmodule.a -lpthread -lm`], alone);
    expect(run(program, [])).toMatch(/"status":"success"/);
    // The same objects for CMake: what is to be seen is that the archive has all that it asks for.
    const made = join(scratch, "with-cmake");
    run("cmake", ["-S", tree, "-B", made, `-DHAFORU_MODULE_ARCHIVE=${join(tree, "libmodule.a")}`, "-DHAFORU_TESTS=ON", `-DHAFORU_ROOT=${ROOT}`], alone);
    run("cmake", ["--build", made, "--parallel", "2"], alone);
    const printed = run("ctest", ["--test-dir", made, "--no-tests=error", "-R", "example_basic|test_handles"]);
    expect(printed).toMatch(/100% tests passed/);
  }, 600_000);
});

it.skipIf(missing !== undefined)(`builds are kept in ${CACHE}${why}`, () => {
  expect(readdirSync(join(HOST, "build"))).toContain("libhaforu_module.a");
});
