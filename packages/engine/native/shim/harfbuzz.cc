// HarfBuzz, and one call to shape a run in the same unit: the compiler sees through to the buffer, and the kernel asks once instead of fifteen times.
// The plan of the last font is kept, so that a run of the same script, direction and language goes to its lookups without a search.
#include <harfbuzz.cc>

#pragma GCC diagnostic ignored "-Wmissing-prototypes" // the kernel is the only caller

/// The last plan without features of its own, and the font it was made for. The plan is held; the font is not: see hfn_shape_forget.
static struct {
  hb_font_t *font;
  hb_shape_plan_t *plan;
} kept;

/// Lets go of what is kept for a font. To be called before a font that hfn_shape has seen is destroyed or gets other coordinates.
extern "C" void hfn_shape_forget(hb_font_t *font) {
  if (kept.font != font) return;
  hb_shape_plan_destroy(kept.plan);
  kept.font = nullptr;
  kept.plan = nullptr;
}

/// As hb_shape for a buffer whose properties are set.
static void shape(hb_font_t *font, hb_buffer_t *buffer, const hb_feature_t *features, unsigned featureCount) {
  if (!buffer->len) return;
  if (featureCount > 0) {
    hb_shape(font, buffer, features, featureCount);
    return;
  }
  if (kept.font != font || !hb_segment_properties_equal(&kept.plan->key.props, &buffer->props)) {
    hb_shape_plan_t *plan = hb_shape_plan_create_cached2(font->face, &buffer->props, nullptr, 0, font->coords,
                                                         font->has_nonzero_coords ? font->num_coords : 0, nullptr);
    hfn_shape_forget(kept.font);
    kept.font = font;
    kept.plan = plan; // without memory the inert one, which does nothing and is let go of below
  }
  buffer->enter();
  hb_shape_plan_execute(kept.plan, font, buffer, nullptr, 0);
  if (unlikely(!hb_object_is_valid(kept.plan))) hfn_shape_forget(font);
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
};

/// Shapes [offset, offset + count) of `total` code points, the rest being context, in a buffer that is emptied before. `script`: ISO 15924 or 0,
/// `direction`: hb_direction_t or 0, both guessed where 0; `logical`: backward runs in the order they had before HarfBuzz turned them round.
extern "C" void hfn_shape(hb_font_t *font, hb_buffer_t *buffer, const hb_codepoint_t *codePoints, unsigned total, unsigned offset, unsigned count,
                          hb_tag_t script, hb_direction_t direction, hb_language_t language, const hb_feature_t *features, unsigned featureCount,
                          unsigned flags, unsigned level, int logical, hfn_run *out) {
  out->length = out->complete = 0;
  if (unlikely(hb_object_is_immutable(buffer))) return; // there was no memory to make one
  buffer->clear();
  buffer->flags = (hb_buffer_flags_t)flags;
  buffer->cluster_level = (hb_buffer_cluster_level_t)level;
  hb_buffer_add_codepoints(buffer, codePoints, (int)total, offset, (int)count);
  // what guessing would find first: a letter of ASCII
  if (script != 0) buffer->props.script = hb_script_from_iso15924_tag(script);
  else if (buffer->len > 0 && (buffer->info[0].codepoint | 32) - 'a' < 26) buffer->props.script = HB_SCRIPT_LATIN;
  buffer->props.direction = direction;
  buffer->props.language = language;
  if (script == 0 || direction == HB_DIRECTION_INVALID) buffer->guess_segment_properties();
  shape(font, buffer, features, featureCount);
  if (logical && HB_DIRECTION_IS_BACKWARD(buffer->props.direction)) hb_buffer_reverse(buffer);
  out->length = buffer->len;
  out->infos = buffer->info;
  out->positions = hb_buffer_get_glyph_positions(buffer, nullptr);
  out->script = buffer->props.script;
  out->direction = buffer->props.direction;
  out->language = hb_language_to_string(buffer->props.language);
  out->complete = buffer->successful;
}
