// Made by words.mjs; not to be edited. Constant pieces of a line: the length in a byte, then the bytes.
/** {"id": */
export const ID: usize = memory.data<u8>([6, 123, 34, 105, 100, 34, 58]);
/** ,"status":"success" */
export const STATUS_SUCCESS: usize = memory.data<u8>([19, 44, 34, 115, 116, 97, 116, 117, 115, 34, 58, 34, 115, 117, 99, 99, 101, 115, 115, 34]);
/** {"status":"success" */
export const STATUS_SUCCESS_FIRST: usize = memory.data<u8>([19, 123, 34, 115, 116, 97, 116, 117, 115, 34, 58, 34, 115, 117, 99, 99, 101, 115, 115, 34]);
/** ,"status":"error" */
export const STATUS_ERROR: usize = memory.data<u8>([17, 44, 34, 115, 116, 97, 116, 117, 115, 34, 58, 34, 101, 114, 114, 111, 114, 34]);
/** {"status":"error" */
export const STATUS_ERROR_FIRST: usize = memory.data<u8>([17, 123, 34, 115, 116, 97, 116, 117, 115, 34, 58, 34, 101, 114, 114, 111, 114, 34]);
/** ,"error":{"code": */
export const ERROR: usize = memory.data<u8>([17, 44, 34, 101, 114, 114, 111, 114, 34, 58, 123, 34, 99, 111, 100, 101, 34, 58]);
/** ,"rendering":{"format":" */
export const FORMAT: usize = memory.data<u8>([24, 44, 34, 114, 101, 110, 100, 101, 114, 105, 110, 103, 34, 58, 123, 34, 102, 111, 114, 109, 97, 116, 34, 58, 34]);
/** ","encoding":" */
export const ENCODING: usize = memory.data<u8>([14, 34, 44, 34, 101, 110, 99, 111, 100, 105, 110, 103, 34, 58, 34]);
/** " */
export const QUOTE: usize = memory.data<u8>([1, 34]);
/** ,"data":" */
export const DATA: usize = memory.data<u8>([9, 44, 34, 100, 97, 116, 97, 34, 58, 34]);
/** ,"path": */
export const PATH: usize = memory.data<u8>([8, 44, 34, 112, 97, 116, 104, 34, 58]);
/** ,"width": */
export const WIDTH: usize = memory.data<u8>([9, 44, 34, 119, 105, 100, 116, 104, 34, 58]);
/** ,"height": */
export const HEIGHT: usize = memory.data<u8>([10, 44, 34, 104, 101, 105, 103, 104, 116, 34, 58]);
/** ,"actual_bbox":[ */
export const ACTUAL_BBOX: usize = memory.data<u8>([16, 44, 34, 97, 99, 116, 117, 97, 108, 95, 98, 98, 111, 120, 34, 58, 91]);
/** ]} */
export const LIST_OBJECT_END: usize = memory.data<u8>([2, 93, 125]);
/** ,"comparison":{"width": */
export const COMPARISON: usize = memory.data<u8>([23, 44, 34, 99, 111, 109, 112, 97, 114, 105, 115, 111, 110, 34, 58, 123, 34, 119, 105, 100, 116, 104, 34, 58]);
/** ,"shift":[ */
export const SHIFT: usize = memory.data<u8>([10, 44, 34, 115, 104, 105, 102, 116, 34, 58, 91]);
/** ,"pixel_delta": */
export const PIXEL_DELTA: usize = memory.data<u8>([15, 44, 34, 112, 105, 120, 101, 108, 95, 100, 101, 108, 116, 97, 34, 58]);
/** ,"pixel_delta_center": */
export const PIXEL_DELTA_CENTER: usize = memory.data<u8>([22, 44, 34, 112, 105, 120, 101, 108, 95, 100, 101, 108, 116, 97, 95, 99, 101, 110, 116, 101, 114, 34, 58]);
/** ,"rmse": */
export const RMSE: usize = memory.data<u8>([8, 44, 34, 114, 109, 115, 101, 34, 58]);
/** ,"ssim": */
export const SSIM: usize = memory.data<u8>([8, 44, 34, 115, 115, 105, 109, 34, 58]);
/** ,"iou": */
export const IOU: usize = memory.data<u8>([7, 44, 34, 105, 111, 117, 34, 58]);
/** ,"with":{"font":{"path": */
export const WITH_FONT: usize = memory.data<u8>([24, 44, 34, 119, 105, 116, 104, 34, 58, 123, 34, 102, 111, 110, 116, 34, 58, 123, 34, 112, 97, 116, 104, 34, 58]);
/** ,"with":{"image": */
export const WITH_IMAGE: usize = memory.data<u8>([17, 44, 34, 119, 105, 116, 104, 34, 58, 123, 34, 105, 109, 97, 103, 101, 34, 58]);
/** ,"image_size":[ */
export const IMAGE_SIZE: usize = memory.data<u8>([15, 44, 34, 105, 109, 97, 103, 101, 95, 115, 105, 122, 101, 34, 58, 91]);
/** {"score": */
export const MATCH_SCORE: usize = memory.data<u8>([9, 123, 34, 115, 99, 111, 114, 101, 34, 58]);
/** ,"evaluations": */
export const MATCH_EVALUATIONS: usize = memory.data<u8>([15, 44, 34, 101, 118, 97, 108, 117, 97, 116, 105, 111, 110, 115, 34, 58]);
/** ,"renders": */
export const MATCH_RENDERS: usize = memory.data<u8>([11, 44, 34, 114, 101, 110, 100, 101, 114, 115, 34, 58]);
/** ,"stopped":" */
export const MATCH_STOPPED: usize = memory.data<u8>([12, 44, 34, 115, 116, 111, 112, 112, 101, 100, 34, 58, 34]);
/** ","coarse_px": */
export const MATCH_COARSE: usize = memory.data<u8>([14, 34, 44, 34, 99, 111, 97, 114, 115, 101, 95, 112, 120, 34, 58]);
/** ,"path":[ */
export const MATCH_PATH: usize = memory.data<u8>([9, 44, 34, 112, 97, 116, 104, 34, 58, 91]);
/** {"evaluation": */
export const MATCH_EVALUATION: usize = memory.data<u8>([14, 123, 34, 101, 118, 97, 108, 117, 97, 116, 105, 111, 110, 34, 58]);
/** ,"stage":"coarse","score": */
export const MATCH_IN_COARSE: usize = memory.data<u8>([26, 44, 34, 115, 116, 97, 103, 101, 34, 58, 34, 99, 111, 97, 114, 115, 101, 34, 44, 34, 115, 99, 111, 114, 101, 34, 58]);
/** ,"stage":"fine","score": */
export const MATCH_IN_FINE: usize = memory.data<u8>([24, 44, 34, 115, 116, 97, 103, 101, 34, 58, 34, 102, 105, 110, 101, 34, 44, 34, 115, 99, 111, 114, 101, 34, 58]);
/** ,"metrics":{"density": */
export const METRICS: usize = memory.data<u8>([22, 44, 34, 109, 101, 116, 114, 105, 99, 115, 34, 58, 123, 34, 100, 101, 110, 115, 105, 116, 121, 34, 58]);
/** ,"beam": */
export const BEAM: usize = memory.data<u8>([8, 44, 34, 98, 101, 97, 109, 34, 58]);
/** ,"bbox":[ */
export const BBOX: usize = memory.data<u8>([9, 44, 34, 98, 98, 111, 120, 34, 58, 91]);
/** ],"ink_area": */
export const INK_AREA: usize = memory.data<u8>([13, 93, 44, 34, 105, 110, 107, 95, 97, 114, 101, 97, 34, 58]);
/** ,"centroid":[ */
export const CENTROID: usize = memory.data<u8>([13, 44, 34, 99, 101, 110, 116, 114, 111, 105, 100, 34, 58, 91]);
/** ],"aspect": */
export const ASPECT: usize = memory.data<u8>([11, 93, 44, 34, 97, 115, 112, 101, 99, 116, 34, 58]);
/** ,"centroid":null,"aspect":null */
export const NO_CENTROID_ASPECT: usize = memory.data<u8>([30, 44, 34, 99, 101, 110, 116, 114, 111, 105, 100, 34, 58, 110, 117, 108, 108, 44, 34, 97, 115, 112, 101, 99, 116, 34, 58, 110, 117, 108, 108]);
/** ,"advance":[ */
export const ADVANCE: usize = memory.data<u8>([12, 44, 34, 97, 100, 118, 97, 110, 99, 101, 34, 58, 91]);
/** ,"ink_density": */
export const INK_DENSITY: usize = memory.data<u8>([15, 44, 34, 105, 110, 107, 95, 100, 101, 110, 115, 105, 116, 121, 34, 58]);
/** ,"moments":[ */
export const MOMENTS: usize = memory.data<u8>([12, 44, 34, 109, 111, 109, 101, 110, 116, 115, 34, 58, 91]);
/** ,"moments":null */
export const NO_MOMENTS: usize = memory.data<u8>([15, 44, 34, 109, 111, 109, 101, 110, 116, 115, 34, 58, 110, 117, 108, 108]);
/** ,"perimeter": */
export const PERIMETER: usize = memory.data<u8>([13, 44, 34, 112, 101, 114, 105, 109, 101, 116, 101, 114, 34, 58]);
/** ,"bearings":[ */
export const BEARINGS: usize = memory.data<u8>([13, 44, 34, 98, 101, 97, 114, 105, 110, 103, 115, 34, 58, 91]);
/** ,"bearings":null */
export const NO_BEARINGS: usize = memory.data<u8>([16, 44, 34, 98, 101, 97, 114, 105, 110, 103, 115, 34, 58, 110, 117, 108, 108]);
/** ,"gap_count": */
export const GAP_COUNT: usize = memory.data<u8>([13, 44, 34, 103, 97, 112, 95, 99, 111, 117, 110, 116, 34, 58]);
/** ,"gaps":[ */
export const GAPS: usize = memory.data<u8>([9, 44, 34, 103, 97, 112, 115, 34, 58, 91]);
/** [ */
export const LIST_BEGIN: usize = memory.data<u8>([1, 91]);
/** ],"gap_variation": */
export const GAP_VARIATION: usize = memory.data<u8>([18, 93, 44, 34, 103, 97, 112, 95, 118, 97, 114, 105, 97, 116, 105, 111, 110, 34, 58]);
/** ,"advance_variation": */
export const ADVANCE_VARIATION: usize = memory.data<u8>([21, 44, 34, 97, 100, 118, 97, 110, 99, 101, 95, 118, 97, 114, 105, 97, 116, 105, 111, 110, 34, 58]);
/** ,"width_rhythm": */
export const WIDTH_RHYTHM: usize = memory.data<u8>([16, 44, 34, 119, 105, 100, 116, 104, 95, 114, 104, 121, 116, 104, 109, 34, 58]);
/** ,"rendered_aspect": */
export const RENDERED_ASPECT: usize = memory.data<u8>([19, 44, 34, 114, 101, 110, 100, 101, 114, 101, 100, 95, 97, 115, 112, 101, 99, 116, 34, 58]);
/** ,"consistency": */
export const CONSISTENCY: usize = memory.data<u8>([15, 44, 34, 99, 111, 110, 115, 105, 115, 116, 101, 110, 99, 121, 34, 58]);
/** ,"boxes":[ */
export const BOXES: usize = memory.data<u8>([10, 44, 34, 98, 111, 120, 101, 115, 34, 58, 91]);
/** ,"glyphs":[ */
export const GLYPHS: usize = memory.data<u8>([11, 44, 34, 103, 108, 121, 112, 104, 115, 34, 58, 91]);
/** {"text":[ */
export const BOX_TEXT: usize = memory.data<u8>([9, 123, 34, 116, 101, 120, 116, 34, 58, 91]);
/** ],"ink":[ */
export const BOX_INK: usize = memory.data<u8>([9, 93, 44, 34, 105, 110, 107, 34, 58, 91]);
/** ],"advance":[ */
export const BOX_ADVANCE: usize = memory.data<u8>([13, 93, 44, 34, 97, 100, 118, 97, 110, 99, 101, 34, 58, 91]);
/** {"id": */
export const GLYPH_ID: usize = memory.data<u8>([6, 123, 34, 105, 100, 34, 58]);
/** ,"name": */
export const GLYPH_NAME: usize = memory.data<u8>([8, 44, 34, 110, 97, 109, 101, 34, 58]);
/** ,"cluster": */
export const GLYPH_CLUSTER: usize = memory.data<u8>([11, 44, 34, 99, 108, 117, 115, 116, 101, 114, 34, 58]);
/** ],"offset":[ */
export const GLYPH_OFFSET: usize = memory.data<u8>([12, 93, 44, 34, 111, 102, 102, 115, 101, 116, 34, 58, 91]);
/** ],"advance_px":[ */
export const GLYPH_ADVANCE_PX: usize = memory.data<u8>([16, 93, 44, 34, 97, 100, 118, 97, 110, 99, 101, 95, 112, 120, 34, 58, 91]);
/** ],"position_px":[ */
export const GLYPH_POSITION_PX: usize = memory.data<u8>([17, 93, 44, 34, 112, 111, 115, 105, 116, 105, 111, 110, 95, 112, 120, 34, 58, 91]);
/** ] */
export const LIST_END: usize = memory.data<u8>([1, 93]);
/** ,"hash":" */
export const HASH: usize = memory.data<u8>([9, 44, 34, 104, 97, 115, 104, 34, 58, 34]);
/** ,"sweep":{"renders": */
export const SWEEP: usize = memory.data<u8>([20, 44, 34, 115, 119, 101, 101, 112, 34, 58, 123, 34, 114, 101, 110, 100, 101, 114, 115, 34, 58]);
/** ,"first": */
export const SWEEP_FIRST: usize = memory.data<u8>([9, 44, 34, 102, 105, 114, 115, 116, 34, 58]);
/** ,"texts":[ */
export const SWEEP_TEXTS: usize = memory.data<u8>([10, 44, 34, 116, 101, 120, 116, 115, 34, 58, 91]);
/** ],"results":[ */
export const SWEEP_RESULTS: usize = memory.data<u8>([13, 93, 44, 34, 114, 101, 115, 117, 108, 116, 115, 34, 58, 91]);
/** ],"shaped": */
export const SWEEP_SHAPED: usize = memory.data<u8>([11, 93, 44, 34, 115, 104, 97, 112, 101, 100, 34, 58]);
/** {"text": */
export const ITEM_TEXT: usize = memory.data<u8>([8, 123, 34, 116, 101, 120, 116, 34, 58]);
/** ,"instance": */
export const ITEM_INSTANCE: usize = memory.data<u8>([12, 44, 34, 105, 110, 115, 116, 97, 110, 99, 101, 34, 58]);
/** ,"warnings":[ */
export const WARNINGS: usize = memory.data<u8>([13, 44, 34, 119, 97, 114, 110, 105, 110, 103, 115, 34, 58, 91]);
/** ,"font":{"path": */
export const FONT: usize = memory.data<u8>([16, 44, 34, 102, 111, 110, 116, 34, 58, 123, 34, 112, 97, 116, 104, 34, 58]);
/** ,"face_index": */
export const FACE_INDEX: usize = memory.data<u8>([14, 44, 34, 102, 97, 99, 101, 95, 105, 110, 100, 101, 120, 34, 58]);
/** ,"coordinates":{ */
export const COORDINATES: usize = memory.data<u8>([16, 44, 34, 99, 111, 111, 114, 100, 105, 110, 97, 116, 101, 115, 34, 58, 123]);
/** } */
export const OBJECT_END: usize = memory.data<u8>([1, 125]);
/** }} */
export const OBJECTS_END: usize = memory.data<u8>([2, 125, 125]);
/** ,"text":{"script": */
export const SCRIPT: usize = memory.data<u8>([18, 44, 34, 116, 101, 120, 116, 34, 58, 123, 34, 115, 99, 114, 105, 112, 116, 34, 58]);
/** ,"direction":" */
export const DIRECTION: usize = memory.data<u8>([14, 44, 34, 100, 105, 114, 101, 99, 116, 105, 111, 110, 34, 58, 34]);
/** ","language": */
export const LANGUAGE: usize = memory.data<u8>([13, 34, 44, 34, 108, 97, 110, 103, 117, 97, 103, 101, 34, 58]);
/** null */
export const NULL: usize = memory.data<u8>([4, 110, 117, 108, 108]);
/** ,"timing":{"shape_ms": */
export const SHAPE_MS: usize = memory.data<u8>([22, 44, 34, 116, 105, 109, 105, 110, 103, 34, 58, 123, 34, 115, 104, 97, 112, 101, 95, 109, 115, 34, 58]);
/** ,"render_ms": */
export const RENDER_MS: usize = memory.data<u8>([13, 44, 34, 114, 101, 110, 100, 101, 114, 95, 109, 115, 34, 58]);
/** ,"total_ms": */
export const TOTAL_MS: usize = memory.data<u8>([12, 44, 34, 116, 111, 116, 97, 108, 95, 109, 115, 34, 58]);
/** ,"message": */
export const MESSAGE: usize = memory.data<u8>([11, 44, 34, 109, 101, 115, 115, 97, 103, 101, 34, 58]);
/** ,"field": */
export const FIELD: usize = memory.data<u8>([9, 44, 34, 102, 105, 101, 108, 100, 34, 58]);
/** ,"line": */
export const LINE: usize = memory.data<u8>([8, 44, 34, 108, 105, 110, 101, 34, 58]);
/** ,"problems":[ */
export const PROBLEMS: usize = memory.data<u8>([13, 44, 34, 112, 114, 111, 98, 108, 101, 109, 115, 34, 58, 91]);
/** {"code": */
export const PROBLEM_CODE: usize = memory.data<u8>([8, 123, 34, 99, 111, 100, 101, 34, 58]);
/** ,"problem_count": */
export const PROBLEM_COUNT: usize = memory.data<u8>([17, 44, 34, 112, 114, 111, 98, 108, 101, 109, 95, 99, 111, 117, 110, 116, 34, 58]);
/** <svg xmlns='http://www.w3.org/2000/svg' */
export const SVG_OPEN: usize = memory.data<u8>([39, 60, 115, 118, 103, 32, 120, 109, 108, 110, 115, 61, 39, 104, 116, 116, 112, 58, 47, 47, 119, 119, 119, 46, 119, 51, 46, 111, 114, 103, 47, 50, 48, 48, 48, 47, 115, 118, 103, 39]);
/**  viewBox='0 0  */
export const SVG_VIEW_BOX: usize = memory.data<u8>([14, 32, 118, 105, 101, 119, 66, 111, 120, 61, 39, 48, 32, 48, 32]);
/**   */
export const SVG_SPACE: usize = memory.data<u8>([1, 32]);
/** '><rect */
export const SVG_RECT: usize = memory.data<u8>([7, 39, 62, 60, 114, 101, 99, 116]);
/**  width=' */
export const SVG_WIDTH: usize = memory.data<u8>([8, 32, 119, 105, 100, 116, 104, 61, 39]);
/** ' height=' */
export const SVG_HEIGHT: usize = memory.data<u8>([10, 39, 32, 104, 101, 105, 103, 104, 116, 61, 39]);
/** ' */
export const SVG_ATTRIBUTE_END: usize = memory.data<u8>([1, 39]);
/** ' fill='#fff'/><path fill='#000' fill-rule='nonzero' d=' */
export const SVG_WHITE_BLACK: usize = memory.data<u8>([56, 39, 32, 102, 105, 108, 108, 61, 39, 35, 102, 102, 102, 39, 47, 62, 60, 112, 97, 116, 104, 32, 102, 105, 108, 108, 61, 39, 35, 48, 48, 48, 39, 32, 102, 105, 108, 108, 45, 114, 117, 108, 101, 61, 39, 110, 111, 110, 122, 101, 114, 111, 39, 32, 100, 61, 39]);
/** ' fill='#000'/><path fill='#fff' fill-rule='nonzero' d=' */
export const SVG_BLACK_WHITE: usize = memory.data<u8>([56, 39, 32, 102, 105, 108, 108, 61, 39, 35, 48, 48, 48, 39, 47, 62, 60, 112, 97, 116, 104, 32, 102, 105, 108, 108, 61, 39, 35, 102, 102, 102, 39, 32, 102, 105, 108, 108, 45, 114, 117, 108, 101, 61, 39, 110, 111, 110, 122, 101, 114, 111, 39, 32, 100, 61, 39]);
/** '/></svg> */
export const SVG_CLOSE: usize = memory.data<u8>([9, 39, 47, 62, 60, 47, 115, 118, 103, 62]);
/** Distance of the words in a list. */
export const STRIDE: usize = 16;
/** pgm, png, svg, raw, metrics */
export const FORMATS: usize = memory.data<u8>([3, 112, 103, 109, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 112, 110, 103, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 115, 118, 103, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 114, 97, 119, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 109, 101, 116, 114, 105, 99, 115, 0, 0, 0, 0, 0, 0, 0, 0]);
export const FORMATS_COUNT: u32 = 5;
/** base64, binary, json, none */
export const ENCODINGS: usize = memory.data<u8>([6, 98, 97, 115, 101, 54, 52, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6, 98, 105, 110, 97, 114, 121, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 106, 115, 111, 110, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 110, 111, 110, 101, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
export const ENCODINGS_COUNT: u32 = 4;
/** ltr, rtl, ttb, btt */
export const DIRECTIONS: usize = memory.data<u8>([3, 108, 116, 114, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 114, 116, 108, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 116, 116, 98, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 98, 116, 116, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
export const DIRECTIONS_COUNT: u32 = 4;
/** exact, converged, budget */
export const STOPS: usize = memory.data<u8>([5, 101, 120, 97, 99, 116, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 99, 111, 110, 118, 101, 114, 103, 101, 100, 0, 0, 0, 0, 0, 0, 6, 98, 117, 100, 103, 101, 116, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
export const STOPS_COUNT: u32 = 3;
