// Font files against a real file system: what is read, what is refused and with which code, what counts as changed.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FontFiles } from "./files.ts";
import type { FontRefusal } from "./source.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "haforu-fonts-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Reads and gives the bytes, or the refusal. */
function read(files: FontFiles, path: string): Uint8Array | FontRefusal {
  let bytes: Uint8Array = new Uint8Array(0);
  const answer = files.read(path, (size) => {
    bytes = new Uint8Array(size);
    return bytes;
  });
  return typeof answer === "string" ? bytes : answer;
}

/** Reads and gives the identity. */
function identityOf(files: FontFiles, path: string): string {
  const answer = files.read(path, (size) => new Uint8Array(size));
  if (typeof answer !== "string") throw new Error(answer.code);
  return answer;
}

function codeOf(files: FontFiles, path: string): string {
  const answer = read(files, path);
  return "code" in answer ? answer.code : "read";
}

/** Permissions do not bind root, so root becomes nobody for the call. */
function asOrdinaryUser<T>(call: () => T): T {
  if (process.geteuid?.() !== 0) return call();
  process.seteuid?.(65_534);
  try {
    return call();
  } finally {
    process.seteuid?.(0);
  }
}

function write(name: string, content = "font bytes"): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe("reading", () => {
  test("gives exactly the file's bytes", () => {
    expect(Buffer.from(read(new FontFiles(), write("a.ttf")) as Uint8Array).toString()).toBe("font bytes");
  });

  test("an empty file is no bytes", () => {
    expect(read(new FontFiles(), write("empty.ttf", ""))).toEqual(new Uint8Array(0));
  });

  test("a link to a file is read", () => {
    symlinkSync(write("a.ttf"), join(folder, "link.ttf"));
    expect(codeOf(new FontFiles(), join(folder, "link.ttf"))).toBe("read");
  });

  test.each([
    ["a missing file", "missing.ttf", "font_not_found"],
    ["a path through a file", "a.ttf/b.ttf", "font_not_found"],
    ["a directory", ".", "font_unreadable"],
    ["a device", "/dev/null", "font_unreadable"],
    ["a NUL in the path", "a\0.ttf", "font_unreadable"],
    ["an endless name", "x".repeat(5000), "font_unreadable"],
  ])("%s", (_name, path, code) => {
    write("a.ttf");
    expect(codeOf(new FontFiles(), path.startsWith("/") ? path : `${folder}/${path}`)).toBe(code);
  });

  test("a loop of links is unreadable", () => {
    symlinkSync(join(folder, "b"), join(folder, "a"));
    symlinkSync(join(folder, "a"), join(folder, "b"));
    expect(codeOf(new FontFiles(), join(folder, "a"))).toBe("font_unreadable");
  });

  test("a fifo without a writer is refused at once", () => {
    const fifo = join(folder, "fifo.ttf");
    execFileSync("mkfifo", [fifo]);
    expect(read(new FontFiles(), fifo)).toEqual({ code: "font_unreadable", detail: "it is a fifo, not a regular file" });
  }, 2000);

  test("a socket is refused", async () => {
    const path = join(folder, "socket");
    const server = createServer();
    await new Promise<void>((done) => server.listen(path, done));
    expect(codeOf(new FontFiles(), path)).toBe("font_unreadable");
    await new Promise((done) => server.close(done));
  });

  test("a file without permission is unreadable", () => {
    const path = write("secret.ttf");
    chmodSync(path, 0);
    expect(asOrdinaryUser(() => codeOf(new FontFiles(), path))).toBe("font_unreadable");
  });

  test("a file over the limit is refused by its size, before any memory is asked for", () => {
    const path = write("huge.ttf");
    truncateSync(path, 256 * 1024 * 1024 + 1);
    let asked = false;
    const refusal = new FontFiles().read(path, () => {
      asked = true;
      return undefined;
    });
    expect(refusal).toMatchObject({ code: "font_too_large" });
    expect(asked).toBe(false);
  });

  test("no memory is out_of_memory", () => {
    expect(new FontFiles().read(write("a.ttf"), () => undefined)).toMatchObject({ code: "out_of_memory" });
  });

  test("a file that shrinks while it is read is unreadable", () => {
    const path = write("a.ttf");
    const refusal = new FontFiles().read(path, (size) => {
      truncateSync(path, 3);
      return new Uint8Array(size);
    });
    expect(refusal).toMatchObject({ code: "font_unreadable" });
  });

  test("a trap while memory is asked for is not taken for a bad file", () => {
    const trap = new WebAssembly.RuntimeError("unreachable");
    const path = write("a.ttf");
    expect(() =>
      new FontFiles().read(path, () => {
        throw trap;
      }),
    ).toThrow(trap);
  });
});

describe("changes", () => {
  test("a file left alone is unchanged", () => {
    const files = new FontFiles();
    const path = write("a.ttf");
    expect(files.unchanged(path, identityOf(files, path))).toBe(true);
  });

  test("another file's identity is not this one's", () => {
    const files = new FontFiles();
    expect(files.unchanged(write("a.ttf"), identityOf(files, write("b.ttf")))).toBe(false);
  });

  const changes: [string, (path: string) => void][] = [
    ["other bytes of another length", (path) => writeFileSync(path, "longer than before")],
    [
      "other bytes with the same length and the old time",
      (path) => {
        const before = statSync(path);
        writeFileSync(path, "tnof setyb");
        utimesSync(path, before.atime, before.mtime);
      },
    ],
    [
      "another file moved over it",
      (path) => {
        writeFileSync(`${path}.new`, "font bytes");
        renameSync(`${path}.new`, path);
      },
    ],
    ["it is gone", (path) => rmSync(path)],
  ];
  test.each(changes)("%s", (_name, change) => {
    const files = new FontFiles();
    const path = write("a.ttf");
    const identity = identityOf(files, path);
    change(path);
    expect(files.unchanged(path, identity)).toBe(false);
  });
});

describe("the base folder", () => {
  function fonts(): FontFiles {
    mkdirSync(join(folder, "fon"));
    mkdirSync(join(folder, "fonts"));
    write("fon/in.ttf");
    write("fonts/out.ttf");
    return new FontFiles({ baseDir: join(folder, "fon") });
  }

  test("admits what lies under it, by absolute and by relative path", () => {
    const files = fonts();
    expect(codeOf(files, join(folder, "fon/in.ttf"))).toBe("read");
    expect(codeOf(files, "in.ttf")).toBe("read");
  });

  test("a folder whose name merely begins the same is outside", () => {
    const files = fonts();
    expect(codeOf(files, join(folder, "fonts/out.ttf"))).toBe("path_forbidden");
    expect(codeOf(files, "../fonts/out.ttf")).toBe("path_forbidden");
  });

  test("a link that leads out is forbidden, one that stays inside is read", () => {
    const files = fonts();
    symlinkSync(join(folder, "fonts/out.ttf"), join(folder, "fon/out.ttf"));
    symlinkSync(join(folder, "fonts"), join(folder, "fon/folder"));
    symlinkSync(join(folder, "fon/in.ttf"), join(folder, "fon/again.ttf"));
    expect(codeOf(files, "out.ttf")).toBe("path_forbidden");
    expect(codeOf(files, "folder/out.ttf")).toBe("path_forbidden");
    expect(codeOf(files, "again.ttf")).toBe("read");
  });

  test("a base that is a link itself is followed", () => {
    fonts();
    symlinkSync(join(folder, "fon"), join(folder, "link"));
    const files = new FontFiles({ baseDir: join(folder, "link") });
    expect(codeOf(files, join(folder, "link/in.ttf"))).toBe("read");
    expect(codeOf(files, join(folder, "fon/in.ttf"))).toBe("read");
    expect(codeOf(files, join(folder, "fonts/out.ttf"))).toBe("path_forbidden");
  });

  test("what is missing outside is forbidden, not missing", () => {
    const files = fonts();
    expect(codeOf(files, join(folder, "fonts/none.ttf"))).toBe("path_forbidden");
    expect(codeOf(files, "none.ttf")).toBe("font_not_found");
  });

  test("a file that becomes a link out of it is no longer unchanged", () => {
    const files = fonts();
    const identity = identityOf(files, "in.ttf");
    rmSync(join(folder, "fon/in.ttf"));
    symlinkSync(join(folder, "fonts/out.ttf"), join(folder, "fon/in.ttf"));
    expect(files.unchanged("in.ttf", identity)).toBe(false);
    expect(codeOf(files, "in.ttf")).toBe("path_forbidden");
  });

  test("the root admits everything", () => {
    const path = write("a.ttf");
    expect(codeOf(new FontFiles({ baseDir: "/" }), path)).toBe("read");
  });

  test("a relative base starts at the working directory", () => {
    fonts();
    const files = new FontFiles({ baseDir: relative(process.cwd(), join(folder, "fon")) });
    expect(codeOf(files, "in.ttf")).toBe("read");
  });

  test("a base that is not there is an error", () => {
    expect(() => new FontFiles({ baseDir: join(folder, "none") })).toThrow(/ENOENT/);
  });
});
