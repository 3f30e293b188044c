// Outline callbacks: HarfBuzz draws a glyph straight into the kernel. The kernel's functions are imported by name
// from module "k" and their addresses are taken here, so wasm-merge ties both sides and no host fills a table.
// This file knows neither pixels nor SVG: it only hands HarfBuzz the two sets of callbacks.
#include <hb.h>

#define KERNEL(name) __attribute__((import_module("k"), import_name(#name)))
#define POINT hb_draw_funcs_t *, void *, hb_draw_state_t *, float, float

KERNEL(moveTo) void k_move_to(POINT, void *);
KERNEL(lineTo) void k_line_to(POINT, void *);
KERNEL(quadTo) void k_quad_to(POINT, float, float, void *);
KERNEL(cubicTo) void k_cubic_to(POINT, float, float, float, float, void *);
KERNEL(close) void k_close(hb_draw_funcs_t *, void *, hb_draw_state_t *, void *);
KERNEL(svgMoveTo) void k_svg_move_to(POINT, void *);
KERNEL(svgLineTo) void k_svg_line_to(POINT, void *);
KERNEL(svgQuadTo) void k_svg_quad_to(POINT, float, float, void *);
KERNEL(svgCubicTo) void k_svg_cubic_to(POINT, float, float, float, float, void *);
KERNEL(svgClose) void k_svg_close(hb_draw_funcs_t *, void *, hb_draw_state_t *, void *);

/// The callbacks of one kind: 0 the rasteriser's, 1 the SVG writer's. Made anew on each call and owned by the caller
/// (a kernel asks once and keeps it for its life). Null for another kind or when memory is used up.
hb_draw_funcs_t *hfn_draw_funcs(unsigned kind) {
  if (kind > 1) return 0;
  hb_draw_funcs_t *funcs = hb_draw_funcs_create();
  // HarfBuzz answers a failed allocation with its shared immutable empty set, which would swallow every outline
  if (hb_draw_funcs_is_immutable(funcs)) return 0;
  hb_draw_funcs_set_move_to_func(funcs, kind ? k_svg_move_to : k_move_to, 0, 0);
  hb_draw_funcs_set_line_to_func(funcs, kind ? k_svg_line_to : k_line_to, 0, 0);
  hb_draw_funcs_set_quadratic_to_func(funcs, kind ? k_svg_quad_to : k_quad_to, 0, 0);
  hb_draw_funcs_set_cubic_to_func(funcs, kind ? k_svg_cubic_to : k_cubic_to, 0, 0);
  hb_draw_funcs_set_close_path_func(funcs, kind ? k_svg_close : k_close, 0, 0);
  hb_draw_funcs_make_immutable(funcs);
  return funcs;
}
