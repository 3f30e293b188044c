// libhaforu_speech as its users get it: built, its tests through ctest, plain and under sanitizers and valgrind, every conformance case, exported symbols, installed, beside libhaforu in one program.
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildRelease as buildText, HOST, has, ROOT, run, whyNoC } from "../c/build.mjs";
import { build, buildRelease, SPEECH_HOST } from "./build.mjs";

const missing = whyNoC();
const why = missing === undefined ? "" : ` (${missing})`;
const scratch = mkdtempSync(join(tmpdir(), "haforu-c-speech-"));
let folder = "";

beforeAll(() => {
  if (missing === undefined) folder = buildRelease();
}, 900_000);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const lines = (path: string): string[] => readFileSync(path, "utf8").trimEnd().split("\n");

it("the C host of speech is tested in CI", () => {
  if (process.env.CI === "true") expect(missing, "the C host must not be skipped in CI").toBeUndefined();
});

describe.skipIf(missing !== undefined)(`libhaforu_speech${why}`, () => {
  it("does what its tests say", () => {
    const printed = run("ctest", ["--test-dir", folder, "--output-on-failure", "--no-tests=error"], { env: { TMPDIR: scratch } });
    expect(printed).toMatch(/100% tests passed/);
  }, 300_000);

  it("answers every case of conformance/speech with the same samples and times", () => {
    const cases = join(ROOT, "conformance/speech/cases");
    let count = 0;
    for (const name of readdirSync(cases)) {
      const [, group, kind] = /^(.*)\.(requests\.jsonl|calls\.tsv)$/.exec(name) ?? [];
      if (group === undefined) continue;
      const got = run(join(folder, "haforu_speech_conformance"), [kind === "calls.tsv" ? "calls" : "requests", join(cases, name)]).split("\n");
      const names = lines(join(cases, `${group}.names.txt`));
      for (const [i, line] of lines(join(cases, `${group}.answers.txt`)).entries()) {
        expect(got[i], `${group}: ${names[i]}`).toBe(line);
        count++;
      }
    }
    expect(count).toBeGreaterThan(100);
  }, 300_000);

  it("exports what exports.txt lists, which is what the header declares", () => {
    const listed = lines(join(SPEECH_HOST, "exports.txt"));
    const exported = run("nm", ["-D", "--defined-only", join(folder, "libhaforu_speech.so")])
      .trimEnd()
      .split("\n")
      .map((line) => line.split(" ")[2] as string)
      .sort();
    expect(exported).toEqual(listed);
    const header = readFileSync(join(SPEECH_HOST, "include/haforu_speech.h"), "utf8");
    expect([...header.matchAll(/^HAFORU_SPEECH_API [^(]*?\b(haforu_speech_\w+)\(/gm)].map((match) => match[1] as string).sort()).toEqual(listed);
  });

  it("takes no plain names from the programs that link it, and stands beside libhaforu in one", () => {
    const text = buildText();
    for (const library of [join(folder, "libhaforu_speech.a"), join(text, "libhaforu.a")]) {
      const names = [...run("nm", ["--defined-only", library]).matchAll(/^[0-9a-f]+ [A-TV-Z] (\S+)$/gm)].map((match) => match[1] as string);
      expect(names.length).toBeGreaterThan(100);
      // Those of wasm2c carry the module's name.
      expect(names.filter((name) => !/^haforu_|haforu/.test(name))).toEqual([]);
    }
    const source = join(scratch, "both.c");
    writeFileSync(
      source,
      `#include <haforu.h>
#include <haforu_speech.h>
int fail(void) { return 0; }
int main(void) {
  haforu_engine *engine;
  haforu_speech_pipeline *pipeline;
  if (haforu_engine_create(NULL, &engine) != HAFORU_OK || haforu_speech_create(NULL, &pipeline) != HAFORU_SPEECH_OK) return 1;
  return haforu_engine_release(engine) + haforu_speech_destroy(pipeline) + fail();
}
`,
    );
    const program = join(scratch, "both");
    run("gcc", [
      `-I${HOST}/include`,
      `-I${SPEECH_HOST}/include`,
      "-o",
      program,
      source,
      `${text}/libhaforu.a`,
      `${folder}/libhaforu_speech.a`,
      "-lm",
      "-lpthread",
    ]);
    run(program, []);
  }, 900_000);

  const lame = existsSync("/usr/include/lame/lame.h");
  const noFlac = has("flac") && missing === undefined && existsSync("/usr/include/FLAC/stream_encoder.h") ? undefined : "needs Debian's libflac-dev and flac";
  it.skipIf(noFlac !== undefined)(`writes FLAC files that flac reads, sample by sample${noFlac === undefined ? "" : ` (${noFlac})`}`, () => {
    const example = join(folder, "examples/speech_example_basic");
    const voice = "packages/voice-kal16/kal16.diphones";
    run(example, [voice, join(scratch, "a.wav")]);
    run(example, [voice, join(scratch, "a.flac")]);
    run("flac", ["-s", "-d", "-o", join(scratch, "b.wav"), join(scratch, "a.flac")]);
    expect(readFileSync(join(scratch, "b.wav")).equals(readFileSync(join(scratch, "a.wav")))).toBe(true);
  });

  it("is loaded into a program that runs, together with libhaforu", () => {
    const libhaforu = join(buildText(), "libhaforu.so");
    const program = join(scratch, "loading");
    run("gcc", ["-std=gnu11", "-Wall", "-Werror", "-o", program, join(HOST, "tests/test_loading.c"), "-lpthread", "-ldl"]);
    const both = [
      libhaforu,
      "haforu_engine_release",
      "haforu_last_error",
      join(folder, "libhaforu_speech.so"),
      "haforu_speech_destroy",
      "haforu_speech_last_error",
    ];
    expect(run(program, both)).toBe("2 libraries, 0 failures\n");
  });

  it.each([
    ["address", "test_pipeline|test_audio|test_threads", { ASAN_OPTIONS: "detect_leaks=1:handle_segv=0" }],
    ["undefined", "test_pipeline|test_audio", { UBSAN_OPTIONS: "halt_on_error=1:print_stacktrace=1" }],
    ["thread", "test_threads", { TSAN_OPTIONS: "halt_on_error=1" }],
  ] as const)(
    "passes under the sanitizer %s",
    (name, tests, environment) => {
      const flags = `-fsanitize=${name} -fno-omit-frame-pointer${name === "undefined" ? " -fno-sanitize-recover=all" : ""}`;
      const made = build(`sanitizer-${name}`, {
        HAFORU_SPEECH_TESTS: "ON",
        CMAKE_BUILD_TYPE: "RelWithDebInfo",
        HAFORU_MODULE_ARCHIVE: join(folder, "libhaforu_speech_module.a"),
        CMAKE_C_FLAGS: flags,
        CMAKE_CXX_FLAGS: flags,
        // One of the builds writes MP3, where LAME is there to be linked.
        HAFORU_SPEECH_MP3: name === "address" && lame ? "ON" : "OFF",
      });
      if (name === "address" && lame) {
        run(join(made, "examples/speech_example_basic"), ["packages/voice-kal16/kal16.diphones", join(scratch, "a.mp3")], {
          env: { ASAN_OPTIONS: "handle_segv=0" },
        });
        // A tag of LAME's first, which tells the encoder's delay; then frames.
        const file = readFileSync(join(scratch, "a.mp3"));
        expect([file[0], (file[1] as number) & 0xe0]).toEqual([0xff, 0xe0]);
        expect(file.subarray(0, 200).includes("LAME")).toBe(true);
        expect(file.length).toBeGreaterThan(5000);
      }
      const printed = run("ctest", ["--test-dir", made, "--output-on-failure", "--no-tests=error", "-R", tests], { env: { ...environment, TMPDIR: scratch } });
      expect(printed).toMatch(/100% tests passed/);
    },
    600_000,
  );

  it("passes with guard pages", () => {
    const made = build("guard", { HAFORU_SPEECH_TESTS: "ON", CMAKE_BUILD_TYPE: "Release", HAFORU_GUARD_PAGES: "ON" });
    const printed = run("ctest", ["--test-dir", made, "--output-on-failure", "--no-tests=error", "-R", "test_"], { env: { TMPDIR: scratch } });
    expect(printed).toMatch(/100% tests passed/);
  }, 900_000);

  it("does what the examples of the documents say", () => {
    const at = mkdtempSync(join(scratch, "documents-"));
    mkdirSync(join(at, "voices"));
    copyFileSync(join(ROOT, "packages/voice-slt/slt.flitevox"), join(at, "voices/slt.flitevox"));
    const printed: string[] = [];
    for (const page of ["docs/speech.md", "hosts/c-speech/README.md"]) {
      const sources = [...readFileSync(join(ROOT, page), "utf8").matchAll(/^```c\n([\s\S]*?)^```/gm)].map(([, source]) => source ?? "");
      expect(sources.length, page).toBeGreaterThan(0);
      for (const source of sources) {
        writeFileSync(join(at, "example.c"), source);
        const words = ["-std=gnu11", "-Wall", "-Werror", `-I${join(SPEECH_HOST, "include")}`, "-o", "example", "example.c"];
        run("gcc", [...words, `-L${folder}`, "-lhaforu_speech", `-Wl,-rpath,${folder}`], { cwd: at });
        rmSync(join(at, "hello.wav"), { force: true });
        printed.push(run(join(at, "example"), [], { cwd: at }));
        expect(readFileSync(join(at, "hello.wav")).subarray(0, 4).toString()).toBe("RIFF");
      }
    }
    expect(printed[0]).toMatch(/^chunk 0: \d+ frames at 16000 Hz\nchunk 1: [\s\S]*^[\d.]+ [\d.]+ twenty\n[\d.]+ [\d.]+ five\n/m);
  });

  it("can be built from the source archive by a C compiler alone, and by CMake", () => {
    const archive = run(process.execPath, [join(SPEECH_HOST, "tools/archive.mjs"), scratch])
      .trim()
      .split("\n")
      .pop() as string;
    run("tar", ["-xzf", archive, "-C", scratch]);
    const tree = join(scratch, readdirSync(scratch).find((name) => /^haforu-speech-c-[\d.]+$/.test(name)) as string);
    const held = readdirSync(tree, { recursive: true }).map(String);
    for (const name of [
      "README.md",
      "LICENSE-MIT",
      "LICENSE-APACHE",
      "THIRD_PARTY.md",
      "generated/simde/COPYING",
      "common/third_party/jsmn/jsmn.h",
      "voices/slt.flitevox",
      "voices/LICENSE",
    ])
      expect(held).toContain(name);
    // Nothing else is to be found: no Node, no Python.
    const bin = join(scratch, "bin");
    mkdirSync(bin);
    for (const tool of ["sh", "gcc", "cc", "as", "ld", "ar", "ranlib", "cmake", "make"])
      symlinkSync(run("sh", ["-c", `command -v ${tool}`]).trim(), join(bin, tool));
    const alone = { cwd: tree, env: { PATH: bin } };
    // As the README says, but with -O0, to be done sooner, and the files shared out to two compilers.
    const words =
      "-std=gnu11 -O0 -fPIC -w -ftls-model=initial-exec -D_DEFAULT_SOURCE -DHAFORU_PREFIX=haforu_speech_i_ -Iinclude -Isrc -Icommon/src -Icommon/include -Igenerated";
    const largest = "generated/haforu_speech_module_0.c";
    const others = held.filter((name) => /^generated\/[^/]+\.c$/.test(name) && name !== largest).join(" ");
    run("sh", ["-c", `gcc ${words} -c ${largest} & gcc ${words} -c ${others}; code=$?; wait $! && exit $code`], alone);
    const program = join(scratch, "alone");
    run("sh", ["-c", `ar rcs libmodule.a *.o && gcc ${words} -o ${program} examples/basic.c src/*.c common/src/*.c libmodule.a -lpthread -lm`], alone);
    expect(run(program, ["voices/slt.flitevox", join(scratch, "alone.wav")], { cwd: tree })).toMatch(/ twenty\n.* five\n/);
    // The same objects for CMake: what is to be seen is that the archive has all that it asks for.
    const made = join(scratch, "with-cmake");
    run("cmake", ["-S", tree, "-B", made, `-DHAFORU_MODULE_ARCHIVE=${join(tree, "libmodule.a")}`, "-DHAFORU_SPEECH_TESTS=ON", `-DHAFORU_ROOT=${ROOT}`], alone);
    run("cmake", ["--build", made, "--parallel", "2"], alone);
    const ran = run("ctest", ["--test-dir", made, "--no-tests=error", "-R", "speech_example_basic|test_audio"], { env: { TMPDIR: scratch } });
    expect(ran).toMatch(/100% tests passed/);
  }, 600_000);

  it("is installed with its header, libraries, pkg-config file and CMake package, and found", () => {
    const prefix = join(scratch, "prefix");
    run("cmake", ["--install", folder, "--prefix", prefix]);
    const files = readdirSync(prefix, { recursive: true }).map(String);
    for (const end of [
      "include/haforu_speech.h",
      "/libhaforu_speech.a",
      "/libhaforu_speech.so",
      "/pkgconfig/haforu_speech.pc",
      "/cmake/haforu_speech/haforu_speech-config.cmake",
    ])
      expect(
        files.some((name) => name.endsWith(end)),
        end,
      ).toBe(true);
    const user = join(scratch, "user");
    run("cmake", ["-E", "make_directory", user]);
    writeFileSync(
      join(user, "program.c"),
      "#include <haforu_speech.h>\nint main(void) { haforu_speech_leaks leaks; return haforu_speech_leak_check(&leaks); }\n",
    );
    writeFileSync(
      join(user, "CMakeLists.txt"),
      "cmake_minimum_required(VERSION 3.16)\nproject(user C)\nfind_package(haforu_speech 0.1 REQUIRED)\nadd_executable(user program.c)\ntarget_link_libraries(user PRIVATE haforu::haforu_speech_shared)\n",
    );
    run("cmake", ["-S", user, "-B", join(user, "build"), `-DCMAKE_PREFIX_PATH=${prefix}`]);
    run("cmake", ["--build", join(user, "build")]);
    run(join(user, "build/user"), []);
  });
});

const noValgrind = missing ?? (has("valgrind") ? undefined : "needs valgrind: Debian's valgrind");
it.skipIf(noValgrind !== undefined)(
  `libhaforu_speech under valgrind: no error, nothing lost${noValgrind === undefined ? "" : ` (${noValgrind})`}`,
  () => {
    run("valgrind", ["-q", "--error-exitcode=9", "--leak-check=full", "--errors-for-leak-kinds=definite,possible", join(folder, "tests/speech_header_cpp")]);
  },
  600_000,
);
