// Writes generated/words.ts: the constant pieces of a result line and of an SVG document as static bytes (word.ts says how they are laid out).
// `node words.mjs` writes it, `--check` fails where it is stale. Names of fields and values come from the contract.
import { readFileSync, writeFileSync } from "node:fs";
import { argv, exit, stderr } from "node:process";
import { pathToFileURL } from "node:url";
import { directions, encodings, formats } from "../../contract/fields.mjs";

const target = new URL("generated/words.ts", import.meta.url);

/** Words of one kind that are chosen by number lie this far apart. */
export const STRIDE = 16;

/** name → text */
export const words = {
  ID: '{"id":',
  STATUS_SUCCESS: ',"status":"success"',
  STATUS_SUCCESS_FIRST: '{"status":"success"',
  STATUS_ERROR: ',"status":"error"',
  STATUS_ERROR_FIRST: '{"status":"error"',
  ERROR: ',"error":{"code":',
  FORMAT: ',"rendering":{"format":"',
  ENCODING: '","encoding":"',
  QUOTE: '"',
  DATA: ',"data":"',
  PATH: ',"path":',
  WIDTH: ',"width":',
  HEIGHT: ',"height":',
  ACTUAL_BBOX: ',"actual_bbox":[',
  LIST_OBJECT_END: "]}",
  COMPARISON: ',"comparison":{"width":',
  SHIFT: ',"shift":[',
  PIXEL_DELTA: ',"pixel_delta":',
  PIXEL_DELTA_CENTER: ',"pixel_delta_center":',
  RMSE: ',"rmse":',
  SSIM: ',"ssim":',
  IOU: ',"iou":',
  WITH_FONT: ',"with":{"font":{"path":',
  WITH_IMAGE: ',"with":{"image":',
  IMAGE_SIZE: ',"image_size":[',
  MATCH_SCORE: '{"score":',
  MATCH_EVALUATIONS: ',"evaluations":',
  MATCH_RENDERS: ',"renders":',
  MATCH_STOPPED: ',"stopped":"',
  MATCH_COARSE: '","coarse_px":',
  MATCH_PATH: ',"path":[',
  MATCH_EVALUATION: '{"evaluation":',
  MATCH_IN_COARSE: ',"stage":"coarse","score":',
  MATCH_IN_FINE: ',"stage":"fine","score":',
  METRICS: ',"metrics":{"density":',
  BEAM: ',"beam":',
  BBOX: ',"bbox":[',
  INK_AREA: '],"ink_area":',
  CENTROID: ',"centroid":[',
  ASPECT: '],"aspect":',
  NO_CENTROID_ASPECT: ',"centroid":null,"aspect":null',
  ADVANCE: ',"advance":[',
  INK_DENSITY: ',"ink_density":',
  MOMENTS: ',"moments":[',
  NO_MOMENTS: ',"moments":null',
  PERIMETER: ',"perimeter":',
  BEARINGS: ',"bearings":[',
  NO_BEARINGS: ',"bearings":null',
  GAP_COUNT: ',"gap_count":',
  GAPS: ',"gaps":[',
  LIST_BEGIN: "[",
  GAP_VARIATION: '],"gap_variation":',
  ADVANCE_VARIATION: ',"advance_variation":',
  WIDTH_RHYTHM: ',"width_rhythm":',
  RENDERED_ASPECT: ',"rendered_aspect":',
  CONSISTENCY: ',"consistency":',
  BOXES: ',"boxes":[',
  GLYPHS: ',"glyphs":[',
  BOX_TEXT: '{"text":[',
  BOX_INK: '],"ink":[',
  BOX_ADVANCE: '],"advance":[',
  GLYPH_ID: '{"id":',
  GLYPH_NAME: ',"name":',
  GLYPH_CLUSTER: ',"cluster":',
  GLYPH_OFFSET: '],"offset":[',
  GLYPH_ADVANCE_PX: '],"advance_px":[',
  GLYPH_POSITION_PX: '],"position_px":[',
  LIST_END: "]",
  HASH: ',"hash":"',
  SWEEP: ',"sweep":{"renders":',
  SWEEP_FIRST: ',"first":',
  SWEEP_TEXTS: ',"texts":[',
  SWEEP_RESULTS: '],"results":[',
  SWEEP_SHAPED: '],"shaped":',
  ITEM_TEXT: '{"text":',
  ITEM_INSTANCE: ',"instance":',
  WARNINGS: ',"warnings":[',
  FONT: ',"font":{"path":',
  FACE_INDEX: ',"face_index":',
  COORDINATES: ',"coordinates":{',
  OBJECT_END: "}",
  OBJECTS_END: "}}",
  SCRIPT: ',"text":{"script":',
  DIRECTION: ',"direction":"',
  LANGUAGE: '","language":',
  NULL: "null",
  SHAPE_MS: ',"timing":{"shape_ms":',
  RENDER_MS: ',"render_ms":',
  TOTAL_MS: ',"total_ms":',
  MESSAGE: ',"message":',
  FIELD: ',"field":',
  LINE: ',"line":',
  PROBLEMS: ',"problems":[',
  PROBLEM_CODE: '{"code":',
  PROBLEM_COUNT: ',"problem_count":',
  SVG_OPEN: "<svg xmlns='http://www.w3.org/2000/svg'",
  SVG_VIEW_BOX: " viewBox='0 0 ",
  SVG_SPACE: " ",
  SVG_RECT: "'><rect",
  SVG_WIDTH: " width='",
  SVG_HEIGHT: "' height='",
  SVG_ATTRIBUTE_END: "'",
  SVG_WHITE_BLACK: "' fill='#fff'/><path fill='#000' fill-rule='nonzero' d='",
  SVG_BLACK_WHITE: "' fill='#000'/><path fill='#fff' fill-rule='nonzero' d='",
  SVG_CLOSE: "'/></svg>",
};

/** name → texts, chosen by their number in the contract */
export const lists = { FORMATS: formats, ENCODINGS: encodings, DIRECTIONS: directions, STOPS: ["exact", "converged", "budget"] };

function bytesOf(text) {
  const bytes = [...Buffer.from(text)];
  if (bytes.length > 255) throw new Error(`a word of ${bytes.length} bytes: at most 255`);
  return [bytes.length, ...bytes];
}

export function emit() {
  const lines = [
    "// Made by words.mjs; not to be edited. Constant pieces of a line: the length in a byte, then the bytes.",
    ...Object.entries(words).map(([name, text]) => `/** ${text} */\nexport const ${name}: usize = memory.data<u8>([${bytesOf(text).join(", ")}]);`),
    `/** Distance of the words in a list. */\nexport const STRIDE: usize = ${STRIDE};`,
    ...Object.entries(lists).map(([name, texts]) => {
      const bytes = texts.flatMap((text) => {
        const word = bytesOf(text);
        if (word.length > STRIDE) throw new Error(`${text}: longer than a list's stride`);
        return [...word, ...new Array(STRIDE - word.length).fill(0)];
      });
      return `/** ${texts.join(", ")} */\nexport const ${name}: usize = memory.data<u8>([${bytes.join(", ")}]);\nexport const ${name}_COUNT: u32 = ${texts.length};`;
    }),
  ];
  return `${lines.join("\n")}\n`;
}

if (argv[1] !== undefined && import.meta.url === pathToFileURL(argv[1]).href) {
  if (!argv.includes("--check")) writeFileSync(target, emit());
  else if (readFileSync(target, "utf8") !== emit()) {
    stderr.write("encode/generated/words.ts is stale: run node packages/engine/assembly/encode/words.mjs\n");
    exit(1);
  }
}
