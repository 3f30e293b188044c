// TrueType outlines straight into the kernel's rasteriser: what HarfBuzz's path builder does for quadratic contours, without its state in memory, its
// optional points and calls through a table. build.py has HarfBuzz's 'glyf' use it where the callbacks are the rasteriser's (see PATCHES).
#ifndef HFN_OUTLINE_HH
#define HFN_OUTLINE_HH

#define HFN_KERNEL(name) __attribute__((import_module("k"), import_name(#name)))
extern "C" { // as in draw.c, with the first three and the last parameter unused
HFN_KERNEL(moveTo) void k_move_to(void *, void *, void *, float, float, void *);
HFN_KERNEL(lineTo) void k_line_to(void *, void *, void *, float, float, void *);
HFN_KERNEL(quadTo) void k_quad_to(void *, void *, void *, float, float, float, float, void *);
HFN_KERNEL(close) void k_close(void *, void *, void *, void *);
}
#undef HFN_KERNEL

/// Whether callbacks are the rasteriser's.
template <typename Callback> inline bool hfn_is_rasteriser(Callback quadTo) { return (void *)quadTo == (void *)k_quad_to; }

/// Takes the points of a glyph in order, contour by contour (glyf_accelerator_t::get_points); draws on- and off-curve points as lines and quadratic
/// curves. Not for cubic off-curve points, which only 'GLYF' tables have. Scales are pixels a font unit of HarfBuzz's font, 1 where it is in font units.
struct hfn_outline_t {
  const float scaleX, scaleY;
  bool open = false;     // the contour's first point on the curve is known and the pen stands there
  bool bent = false;     // an off-curve point waits for the end of its curve
  bool rotated = false;  // the contour began with an off-curve point, drawn last
  float startX = 0, startY = 0, controlX = 0, controlY = 0, firstX = 0, firstY = 0;

  hfn_outline_t(float x, float y) : scaleX(x), scaleY(y) {}

  static void move(float x, float y) { k_move_to(0, 0, 0, x, y, 0); }
  static void line(float x, float y) { k_line_to(0, 0, 0, x, y, 0); }
  static void quad(float cx, float cy, float x, float y) { k_quad_to(0, 0, 0, cx, cy, x, y, 0); }

  void begin(float x, float y) {
    open = true;
    startX = x;
    startY = y;
    move(x, y);
  }
  void bend(float x, float y) {
    bent = true;
    controlX = x;
    controlY = y;
  }

  template <typename Point>
  __attribute__((always_inline)) void consume_point(const Point &point) {
    const bool onCurve = point.flag & 1;
    const float x = point.x * scaleX, y = point.y * scaleY;
    if (__builtin_expect(open, true)) {
      if (onCurve) {
        if (bent) quad(controlX, controlY, x, y);
        else line(x, y);
        bent = false;
      } else {
        if (bent) quad(controlX, controlY, (controlX + x) * 0.5f, (controlY + y) * 0.5f);
        bend(x, y);
      }
    } else if (onCurve) {
      begin(x, y);
    } else if (rotated) {
      begin((firstX + x) * 0.5f, (firstY + y) * 0.5f);
      bend(x, y);
    } else {
      rotated = true;
      firstX = x;
      firstY = y;
    }
  }

  __attribute__((always_inline)) void contour_end() {
    if (rotated && bent) {
      quad(controlX, controlY, (controlX + firstX) * 0.5f, (controlY + firstY) * 0.5f);
      bent = false;
    }
    if (rotated && !open) { // a single point off the curve
      begin(firstX, firstY);
      quad(firstX, firstY, firstX, firstY);
    } else if (rotated) {
      quad(firstX, firstY, startX, startY);
    } else if (bent) {
      quad(controlX, controlY, startX, startY);
    } else if (open) {
      line(startX, startY);
    }
    if (open) k_close(0, 0, 0, 0);
    open = bent = rotated = false;
  }

  void points_end() {}
  bool is_consuming_contour_points() { return true; }
  decltype(nullptr) get_phantoms_sink() { return nullptr; }
};
#endif
