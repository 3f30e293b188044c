// Fonts given as bytes: found by name before files are, replaced, removed.
import { expect, test } from "vitest";
import { NamedFonts } from "./named.ts";
import type { FontSource } from "./source.ts";

/** The bytes read, or the refusal's code; and the identity for `unchanged`. */
function read(fonts: FontSource, path: string): [string, string] {
  let target = new Uint8Array(0);
  const answer = fonts.read(path, (size) => {
    target = new Uint8Array(size);
    return target;
  });
  return typeof answer === "string" ? [Array.from(target).join(" "), answer] : [answer.code, ""];
}

const next: FontSource = {
  read(_path, place) {
    place(1)?.set([9]);
    return "file";
  },
  unchanged: (_path, identity) => identity === "file",
};

test("bytes are copied when they are added", () => {
  const fonts = new NamedFonts();
  const bytes = new Uint8Array([1, 2, 3]);
  fonts.add("a", bytes);
  bytes.fill(0);
  expect(read(fonts, "a")[0]).toBe("1 2 3");
});

test("the bytes of a Buffer are copied too, although its slice() copies nothing", () => {
  const fonts = new NamedFonts();
  const buffer = Buffer.from([1, 2, 3]);
  fonts.add("a", buffer);
  buffer.fill(0);
  expect(read(fonts, "a")[0]).toBe("1 2 3");
});

test("without files an unknown name is font_not_found", () => {
  expect(read(new NamedFonts(), "b")[0]).toBe("font_not_found");
});

test("names come before files, and removing one uncovers the file", () => {
  const fonts = new NamedFonts(next);
  fonts.add("a", new Uint8Array([1]));
  const [bytes, added] = read(fonts, "a");
  expect(bytes).toBe("1");
  expect(read(fonts, "b")).toEqual(["9", "file"]);
  expect(fonts.remove("a")).toBe(true);
  expect(fonts.remove("a")).toBe(false);
  expect(fonts.unchanged("a", added)).toBe(false);
  expect(read(fonts, "a")).toEqual(["9", "file"]);
  expect(fonts.unchanged("a", "file")).toBe(true);
});

test("a replaced font has changed for every reader of the old one", () => {
  const fonts = new NamedFonts();
  fonts.add("a", new Uint8Array([1]));
  const [, first] = read(fonts, "a");
  expect(fonts.unchanged("a", first)).toBe(true);
  fonts.add("a", new Uint8Array([2]));
  const [bytes, second] = read(fonts, "a");
  expect(bytes).toBe("2");
  expect(fonts.unchanged("a", first)).toBe(false);
  expect(fonts.unchanged("a", second)).toBe(true);
});

test("no room is out_of_memory", () => {
  const fonts = new NamedFonts();
  fonts.add("a", new Uint8Array([1]));
  expect(fonts.read("a", () => undefined)).toMatchObject({ code: "out_of_memory" });
});
