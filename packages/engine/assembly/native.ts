// The C side of the module: every function of native.wasm that the kernel calls, under its C name, and the arena.
// The arena holds what belongs to one job; it is reset after the job, so nothing in it is freed by itself.

// ---- libc ----
@external("env", "malloc") export declare function malloc(bytes: usize): usize;
@external("env", "free") export declare function free(p: usize): void;
@external("env", "realloc") export declare function realloc(p: usize, bytes: usize): usize;
@external("env", "strtod") export declare function strtod(text: usize, end: usize): f64;

// ---- HarfBuzz: blobs and faces ----
@external("env", "hb_blob_create") export declare function hb_blob_create(data: usize, length: u32, mode: u32, user: usize, destroy: usize): usize;
@external("env", "hb_blob_destroy") export declare function hb_blob_destroy(blob: usize): void;
@external("env", "hb_blob_get_data") export declare function hb_blob_get_data(blob: usize, length: usize): usize;
@external("env", "hb_blob_get_length") export declare function hb_blob_get_length(blob: usize): u32;
@external("env", "hb_face_count") export declare function hb_face_count(blob: usize): u32;
@external("env", "hb_face_create") export declare function hb_face_create(blob: usize, index: u32): usize;
@external("env", "hb_face_destroy") export declare function hb_face_destroy(face: usize): void;
@external("env", "hb_face_get_upem") export declare function hb_face_get_upem(face: usize): u32;
@external("env", "hb_face_get_glyph_count") export declare function hb_face_get_glyph_count(face: usize): u32;
@external("env", "hb_face_reference_table") export declare function hb_face_reference_table(face: usize, tag: u32): usize;
@external("env", "hb_face_get_table_tags") export declare function hb_face_get_table_tags(face: usize, start: u32, count: usize, tags: usize): u32;

// ---- HarfBuzz: fonts (one an instance) ----
@external("env", "hb_font_create") export declare function hb_font_create(face: usize): usize;
@external("env", "hb_font_destroy") export declare function hb_font_destroy(font: usize): void;
@external("env", "hb_font_set_var_coords_design") export declare function hb_font_set_var_coords_design(font: usize, coords: usize, count: u32): void;
@external("env", "hb_font_get_glyph_h_advance") export declare function hb_font_get_glyph_h_advance(font: usize, glyph: u32): i32;
@external("env", "hb_font_glyph_to_string") export declare function hb_font_glyph_to_string(font: usize, glyph: u32, out: usize, capacity: u32): void;
@external("env", "hb_font_get_nominal_glyph") export declare function hb_font_get_nominal_glyph(font: usize, codePoint: u32, glyph: usize): i32;
@external("env", "hb_font_get_h_extents") export declare function hb_font_get_h_extents(font: usize, out: usize): i32;
@external("env", "hb_font_get_v_extents") export declare function hb_font_get_v_extents(font: usize, out: usize): i32;
@external("env", "hb_font_get_glyph_extents") export declare function hb_font_get_glyph_extents(font: usize, glyph: u32, out: usize): i32;
@external("env", "hb_font_draw_glyph") export declare function hb_font_draw_glyph(font: usize, glyph: u32, funcs: usize, data: usize): void;
@external("env", "hb_font_draw_glyph_or_fail") export declare function hb_font_draw_glyph_or_fail(font: usize, glyph: u32, funcs: usize, data: usize): i32;

// ---- HarfBuzz: variations, names, layout tables ----
@external("env", "hb_ot_var_get_axis_count") export declare function hb_ot_var_get_axis_count(face: usize): u32;
@external("env", "hb_ot_var_get_axis_infos") export declare function hb_ot_var_get_axis_infos(face: usize, start: u32, count: usize, infos: usize): u32;
@external("env", "hb_ot_var_get_named_instance_count") export declare function hb_ot_var_get_named_instance_count(face: usize): u32;
@external("env", "hb_ot_var_named_instance_get_subfamily_name_id") export declare function hb_ot_var_named_instance_get_subfamily_name_id(face: usize, index: u32): u32;
@external("env", "hb_ot_var_named_instance_get_postscript_name_id") export declare function hb_ot_var_named_instance_get_postscript_name_id(face: usize, index: u32): u32;
@external("env", "hb_ot_var_named_instance_get_design_coords") export declare function hb_ot_var_named_instance_get_design_coords(face: usize, index: u32, count: usize, coords: usize): u32;
@external("env", "hb_ot_name_get_utf8") export declare function hb_ot_name_get_utf8(face: usize, id: u32, language: usize, capacity: usize, out: usize): u32;
@external("env", "hb_language_from_string") export declare function hb_language_from_string(text: usize, length: i32): usize;
@external("env", "hb_language_to_string") export declare function hb_language_to_string(language: usize): usize;
@external("env", "hb_ot_layout_table_get_script_tags") export declare function hb_ot_layout_table_get_script_tags(face: usize, table: u32, start: u32, count: usize, tags: usize): u32;
@external("env", "hb_ot_layout_table_get_feature_tags") export declare function hb_ot_layout_table_get_feature_tags(face: usize, table: u32, start: u32, count: usize, tags: usize): u32;
@external("env", "hb_aat_layout_has_substitution") export declare function hb_aat_layout_has_substitution(face: usize): i32;
@external("env", "hb_aat_layout_has_positioning") export declare function hb_aat_layout_has_positioning(face: usize): i32;
@external("env", "hb_aat_layout_get_feature_types") export declare function hb_aat_layout_get_feature_types(face: usize, start: u32, count: usize, out: usize): u32;

// ---- HarfBuzz: buffers and shaping ----
@external("env", "hb_buffer_create") export declare function hb_buffer_create(): usize;
@external("env", "hb_buffer_destroy") export declare function hb_buffer_destroy(buffer: usize): void;
@external("env", "hb_buffer_clear_contents") export declare function hb_buffer_clear_contents(buffer: usize): void;
@external("env", "hb_buffer_add_codepoints") export declare function hb_buffer_add_codepoints(buffer: usize, text: usize, length: i32, offset: u32, count: i32): void;
@external("env", "hb_buffer_set_flags") export declare function hb_buffer_set_flags(buffer: usize, flags: u32): void;
@external("env", "hb_buffer_set_direction") export declare function hb_buffer_set_direction(buffer: usize, direction: u32): void;
@external("env", "hb_buffer_set_script") export declare function hb_buffer_set_script(buffer: usize, script: u32): void;
@external("env", "hb_buffer_set_language") export declare function hb_buffer_set_language(buffer: usize, language: usize): void;
@external("env", "hb_buffer_get_length") export declare function hb_buffer_get_length(buffer: usize): u32;
@external("env", "hb_buffer_get_glyph_infos") export declare function hb_buffer_get_glyph_infos(buffer: usize, length: usize): usize;
@external("env", "hb_buffer_get_glyph_positions") export declare function hb_buffer_get_glyph_positions(buffer: usize, length: usize): usize;
@external("env", "hb_buffer_allocation_successful") export declare function hb_buffer_allocation_successful(buffer: usize): i32;
@external("env", "hb_shape") export declare function hb_shape(font: usize, buffer: usize, features: usize, count: u32): void;
@external("env", "hb_feature_from_string") export declare function hb_feature_from_string(text: usize, length: i32, out: usize): i32;
@external("env", "hb_script_from_iso15924_tag") export declare function hb_script_from_iso15924_tag(tag: u32): u32;
@external("env", "hb_script_get_horizontal_direction") export declare function hb_script_get_horizontal_direction(script: u32): u32;
@external("env", "hb_unicode_funcs_get_default") export declare function hb_unicode_funcs_get_default(): usize;
@external("env", "hb_unicode_combining_class") export declare function hb_unicode_combining_class(funcs: usize, codePoint: u32): u32;
@external("env", "hb_unicode_script") export declare function hb_unicode_script(funcs: usize, codePoint: u32): u32;
@external("env", "hb_version_string") export declare function hb_version_string(): usize;

// ---- our own C (native/shim) ----
@external("env", "hfn_draw_funcs") export declare function hfn_draw_funcs(kind: u32): usize;
@external("env", "hfn_shape") export declare function hfn_shape(
  font: usize, buffer: usize, codePoints: usize, total: u32, offset: u32, count: u32, script: u32, direction: u32, language: usize, features: usize, featureCount: u32, flags: u32, level: u32,
  how: u32, out: usize,
): void;
@external("env", "hfn_container") export declare function hfn_container(data: usize, length: u32): i32;
@external("env", "hfn_decode") export declare function hfn_decode(data: usize, length: u32, maxOut: u32, outPtr: usize, outLength: usize): i32;
@external("env", "hfn_font_check") export declare function hfn_font_check(data: usize, length: u32, faceIndex: u32, report: usize): i32;
@external("env", "hfn_deflate") export declare function hfn_deflate(level: i32, input: usize, inputLength: u32, out: usize, capacity: u32): u32;
@external("env", "hfn_deflate_bound") export declare function hfn_deflate_bound(level: i32, inputLength: u32): u32;
@external("env", "hfn_picture") export declare function hfn_picture(data: usize, length: u32, maxSide: u32, maxArea: u32, out: usize): i32;
@external("env", "hfn_crc32") export declare function hfn_crc32(crc: u32, data: usize, length: u32): u32;

// ---- the host: a monotonic clock in milliseconds, read only where timing is asked for ----
@external("host", "now") export declare function hostNow(): f64;
// ---- of many jobs in one call, which is next: 0 run it, else leave the call ----
@external("host", "begin") export declare function hostBegin(index: u32): i32;

// ---- cancelling: a host that can write memory from another thread puts a number other than 0 here, and the running call ends with `cancelled` ----
export const cancelWord: usize = memory.data(4, 4);
// @ts-ignore: decorator
@inline
export function cancelAsked(): bool {
  return load<i32>(cancelWord) != 0;
}

// ---- the arena: blocks of memory from malloc, handed out by a bump pointer ----
// A block, once got, stays for the next job; only blocks over ARENA_KEEP_BYTES go back, so that one huge job does not hold memory for ever.
const ARENA_BLOCK_BYTES: usize = 1 << 18;
const ARENA_KEEP_BYTES: usize = 1 << 20;
const ARENA_HEADER_BYTES: usize = 16; // {next: u32, bytes: u32}, padded so that what follows stays aligned to 16

let firstBlock: usize = 0;
let currentBlock: usize = 0;
let cursor: usize = 0;
let limit: usize = 0;
let heldBytes: usize = 0;

/** Memory for this job, aligned to 16 bytes, not zeroed; 0 when the memory is used up. */
export function arenaAlloc(bytes: usize): usize {
  const need = (bytes + 15) & ~15;
  if (need < bytes) return 0;
  const at = cursor;
  if (at != 0 && need <= limit - at) {
    cursor = at + need;
    return at;
  }
  return arenaBlock(need);
}

function arenaBlock(need: usize): usize {
  // the next block was kept from an earlier job and may be large enough
  const next: usize = currentBlock == 0 ? firstBlock : <usize>load<u32>(currentBlock);
  let block: usize = 0;
  if (next != 0 && <usize>load<u32>(next, 4) >= need) {
    block = next;
  } else {
    const bytes = max(need, ARENA_BLOCK_BYTES);
    if (bytes > 0xffff0000) return 0;
    block = malloc(bytes + ARENA_HEADER_BYTES);
    if (block == 0) return 0;
    store<u32>(block, <u32>next);
    store<u32>(block, <u32>bytes, 4);
    if (currentBlock == 0) firstBlock = block;
    else store<u32>(currentBlock, <u32>block);
    heldBytes += bytes;
  }
  currentBlock = block;
  const base = block + ARENA_HEADER_BYTES;
  cursor = base + need;
  limit = base + <usize>load<u32>(block, 4);
  return base;
}

/** Forgets everything the arena handed out. */
export function arenaReset(): void {
  if (heldBytes > ARENA_KEEP_BYTES) {
    let block = firstBlock;
    while (block != 0) {
      const next = <usize>load<u32>(block);
      free(block);
      block = next;
    }
    firstBlock = 0;
    heldBytes = 0;
  }
  currentBlock = 0;
  cursor = 0;
  limit = 0;
}

let markedBlock: usize = 0;
let markedCursor: usize = 0;
let markedLimit: usize = 0;

/** Remembers how much the arena has handed out. One mark is kept. */
export function arenaMark(): void {
  markedBlock = currentBlock;
  markedCursor = cursor;
  markedLimit = limit;
}
/** Forgets what was handed out since arenaMark; the arena must not have been reset in between. */
export function arenaRewind(): void {
  currentBlock = markedBlock;
  cursor = markedCursor;
  limit = markedLimit;
}

/** Bytes the arena holds from malloc. */
export function arenaBytes(): usize {
  return heldBytes;
}
