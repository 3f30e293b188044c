// HarfBuzz, and one call to shape a run in the same unit: the compiler sees through to the buffer, and the kernel asks once instead of fifteen times.
// The plan of the last font is kept, so that a run of the same script, direction and language goes to its lookups without a search.
#include <harfbuzz.cc>

#pragma GCC diagnostic ignored "-Wmissing-prototypes" // the kernel is the only caller

/// The last plan without features of its own, and what it was made for: a font at a serial of its coordinates. The plan is held; the font is not, but tells when it goes.
static struct {
  hb_font_t *font;
  unsigned serial;
  hb_shape_plan_t *plan;
} kept;

/// Lets go of what is kept for a font.
static void forget(hb_font_t *font) {
  if (kept.font != font) return;
  hb_shape_plan_destroy(kept.plan);
  kept.font = nullptr;
  kept.plan = nullptr;
}

/// Has a font tell when it is destroyed, so that another one at its place is not taken for it. False: there is no memory for that.
static bool watch(hb_font_t *font) {
  static hb_user_data_key_t key;
  return hb_font_get_user_data(font, &key) == font || hb_font_set_user_data(font, &key, font, (hb_destroy_func_t)forget, true);
}

/// As hb_shape for a buffer whose properties are set.
static void shape(hb_font_t *font, hb_buffer_t *buffer, const hb_feature_t *features, unsigned featureCount) {
  if (!buffer->len) return;
  if (featureCount > 0) {
    hb_shape(font, buffer, features, featureCount);
    return;
  }
  if (kept.font != font || kept.serial != font->serial_coords || !hb_segment_properties_equal(&kept.plan->key.props, &buffer->props)) {
    if (unlikely(!watch(font))) {
      hb_shape(font, buffer, nullptr, 0);
      return;
    }
    hb_shape_plan_t *plan = hb_shape_plan_create_cached2(font->face, &buffer->props, nullptr, 0, font->coords,
                                                         font->has_nonzero_coords ? font->num_coords : 0, nullptr);
    forget(kept.font);
    kept.font = font;
    kept.serial = font->serial_coords;
    kept.plan = plan; // without memory the inert one, which does nothing and is let go of below
  }
  buffer->enter();
  hb_shape_plan_execute(kept.plan, font, buffer, nullptr, 0);
  if (unlikely(!hb_object_is_valid(kept.plan))) forget(font);
  buffer->leave();
}

/// A shaped run: hb_glyph_info_t and hb_glyph_position_t in the buffer, what was used, and whether there was memory for it.
struct hfn_run {
  uint32_t length;
  hb_glyph_info_t *infos;
  hb_glyph_position_t *positions;
  uint32_t script, direction;
  const char *language;
  uint32_t complete;
  uint32_t doubts; // spans of clusters, {first, last} each, in which a ligature's number hangs on the whole buffer: ligature_ids.hh
  const void *spans;
};

/// Shapes [offset, offset + count) of `total` code points, the rest being context, in a buffer that is emptied before. `script`: ISO 15924 or 0,
/// `direction`: hb_direction_t or 0, both guessed where 0; `how`: bits, 1: backward runs in the order they had before HarfBuzz turned
/// them round, 2: no script is guessed, 0 being none.
extern "C" void hfn_shape(hb_font_t *font, hb_buffer_t *buffer, const hb_codepoint_t *codePoints, unsigned total, unsigned offset, unsigned count,
                          hb_tag_t script, hb_direction_t direction, hb_language_t language, const hb_feature_t *features, unsigned featureCount,
                          unsigned flags, unsigned level, unsigned how, hfn_run *out) {
  out->length = out->complete = 0;
  if (unlikely(hb_object_is_immutable(buffer))) return; // there was no memory to make one
  buffer->clear();
  buffer->flags = (hb_buffer_flags_t)flags;
  buffer->cluster_level = (hb_buffer_cluster_level_t)level;
  hb_buffer_add_codepoints(buffer, codePoints, (int)total, offset, (int)count);
  // what guessing would find first: a letter of ASCII
  if (script != 0) buffer->props.script = hb_script_from_iso15924_tag(script);
  else if (!(how & 2) && buffer->len > 0 && (buffer->info[0].codepoint | 32) - 'a' < 26) buffer->props.script = HB_SCRIPT_LATIN;
  buffer->props.direction = direction;
  buffer->props.language = language;
  if (!(how & 2) && (script == 0 || direction == HB_DIRECTION_INVALID)) buffer->guess_segment_properties();
  hfn_ligature_ids.begin();
  shape(font, buffer, features, featureCount);
  if ((how & 1) && HB_DIRECTION_IS_BACKWARD(buffer->props.direction)) hb_buffer_reverse(buffer);
  out->length = buffer->len;
  out->infos = buffer->info;
  out->positions = hb_buffer_get_glyph_positions(buffer, nullptr);
  out->script = buffer->props.script;
  out->direction = buffer->props.direction;
  out->language = hb_language_to_string(buffer->props.language);
  out->complete = buffer->successful;
  out->doubts = hfn_ligature_ids.spans;
  out->spans = hfn_ligature_ids.span;
}
