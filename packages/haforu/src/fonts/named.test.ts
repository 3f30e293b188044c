// Fonts given as bytes: found by name before files are, replaced, removed.
import { expect, test } from "vitest";
import { NamedFonts } from "./named.ts";
import type { FontSource } from "./source.ts";

function read(fonts: FontSource, path: string): string {
  let target = new Uint8Array(0);
  const refusal = fonts.read(path, (size) => {
    target = new Uint8Array(size);
    return target;
  });
  return refusal?.code ?? Array.from(target).join(" ");
}

const next: FontSource = {
  read(_path, place) {
    place(1)?.set([9]);
    return undefined;
  },
  unchanged: () => true,
};

test("bytes are copied when they are added", () => {
  const fonts = new NamedFonts();
  const bytes = new Uint8Array([1, 2, 3]);
  fonts.add("a", bytes);
  bytes.fill(0);
  expect(read(fonts, "a")).toBe("1 2 3");
});

test("without files an unknown name is font_not_found", () => {
  expect(read(new NamedFonts(), "b")).toBe("font_not_found");
});

test("names come before files, and removing one uncovers the file", () => {
  const fonts = new NamedFonts(next);
  fonts.add("a", new Uint8Array([1]));
  expect(read(fonts, "a")).toBe("1");
  expect(read(fonts, "b")).toBe("9");
  expect(fonts.remove("a")).toBe(true);
  expect(fonts.unchanged("a")).toBe(false);
  expect(read(fonts, "a")).toBe("9");
  expect(fonts.unchanged("a")).toBe(true);
});

test("a replaced font is changed until it is read", () => {
  const fonts = new NamedFonts();
  fonts.add("a", new Uint8Array([1]));
  read(fonts, "a");
  expect(fonts.unchanged("a")).toBe(true);
  fonts.add("a", new Uint8Array([2]));
  expect(fonts.unchanged("a")).toBe(false);
  expect(read(fonts, "a")).toBe("2");
  expect(fonts.unchanged("a")).toBe(true);
});

test("no room is out_of_memory", () => {
  const fonts = new NamedFonts();
  fonts.add("a", new Uint8Array([1]));
  expect(fonts.read("a", () => undefined)?.code).toBe("out_of_memory");
});
