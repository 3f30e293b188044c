// The native peers of the benchmark: HarfBuzz + FreeType, hb-raster, and an exact-coverage picture to measure errors against.
// In: MODE FONT SIZE_PX ROUNDS [OUT]; out: one line of JSON with the best time a glyph, or pictures in OUT (see writePictures).
// Built by bench/peers.mjs with -O3 from the same HarfBuzz sources as the module. It knows nothing of haforu.
#include <hb.h>
#include <hb-ot.h>
#include <hb-raster.h>

#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_OUTLINE_H

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

const char kLetters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const int kLetterCount = 52;

struct Canvas {
  int width, height;
  std::vector<uint8_t> pixels;
  // The box that the last glyph wrote to, half-open, in rows from the top.
  int left = 0, top = 0, right = 0, bottom = 0;

  explicit Canvas(int sizePx) : width(std::max(64, sizePx * 2)), height(sizePx * 12 / 10), pixels(size_t(width) * height) {}

  void clear() {
    for (int y = top; y < bottom; y++) memset(&pixels[size_t(y) * width + left], 0, size_t(std::max(0, right - left)));
    left = top = right = bottom = 0;
  }
};

struct Measures {
  uint64_t ink = 0, sumX = 0, sumY = 0;
  int left = 1 << 30, top = 1 << 30, right = 0, bottom = 0, beam = 0;
};

// Longest run of non-zero bytes in a row, and the first and last of them, eight bytes at a time where they agree.
void runs(const uint8_t *row, int left, int right, int &first, int &last, int &beam) {
  int run = 0;
  for (int x = left; x < right;) {
    if (x + 8 <= right) {
      uint64_t word;
      memcpy(&word, row + x, 8);
      if (!word) {
        run = 0;
        x += 8;
        continue;
      }
      if (!((word - 0x0101010101010101u) & ~word & 0x8080808080808080u)) {
        if (first < 0) first = x;
        run += 8;
        x += 8;
        last = x - 1;
        beam = std::max(beam, run);
        continue;
      }
    }
    for (int end = std::min(x + 8, right); x < end; x++) {
      if (!row[x]) {
        run = 0;
        continue;
      }
      if (first < 0) first = x;
      last = x;
      beam = std::max(beam, ++run);
    }
  }
}

// Sum, centroid, ink box and longest run over the written box: what a careful native caller would write (the sums are vectorised by -O3).
Measures measure(const Canvas &c) {
  Measures m;
  for (int y = c.top; y < c.bottom; y++) {
    const uint8_t *row = &c.pixels[size_t(y) * c.width];
    int first = -1, last = -1;
    runs(row, c.left, c.right, first, last, m.beam);
    if (first < 0) continue;
    // The weights of a wide row sum to more than 32 bits hold, so blocks of 1,024 are summed in 32 and added in 64.
    uint64_t ink = 0, weighted = 0;
    for (int block = first; block <= last; block += 1024) {
      uint32_t sum = 0, part = 0;
      int end = std::min(block + 1024, last + 1);
      for (int x = block; x < end; x++) {
        sum += row[x];
        part += uint32_t(row[x]) * uint32_t(x - block);
      }
      ink += sum;
      weighted += part + uint64_t(sum) * block;
    }
    m.ink += ink;
    m.sumX += weighted;
    m.sumY += ink * y;
    m.left = std::min(m.left, first);
    m.right = std::max(m.right, last + 1);
    m.top = std::min(m.top, y);
    m.bottom = y + 1;
  }
  return m;
}

struct Shaper {
  hb_blob_t *blob;
  hb_face_t *face;
  hb_font_t *font;
  hb_buffer_t *buffer;
  unsigned upem;

  explicit Shaper(const char *path) {
    blob = hb_blob_create_from_file_or_fail(path);
    if (!blob) {
      fprintf(stderr, "peers: cannot read font %s\n", path);
      exit(2);
    }
    face = hb_face_create(blob, 0);
    font = hb_font_create(face);
    buffer = hb_buffer_create();
    upem = hb_face_get_upem(face);
  }

  hb_codepoint_t shape(char letter) {
    hb_buffer_clear_contents(buffer);
    hb_buffer_add_utf8(buffer, &letter, 1, 0, 1);
    hb_buffer_guess_segment_properties(buffer);
    hb_shape(font, buffer, nullptr, 0);
    unsigned n;
    return hb_buffer_get_glyph_infos(buffer, &n)[0].codepoint;
  }
};

// ---- HarfBuzz's outline as an FT_Outline --------------------------------------------------------------------------

const int kMaxPoints = 4096, kMaxContours = 256;

struct Path {
  FT_Vector points[kMaxPoints];
  char tags[kMaxPoints];
  short contours[kMaxContours];
  int pointCount = 0, contourCount = 0;
  float scale = 1, dx = 0, dy = 0;

  void add(float x, float y, char tag) {
    if (pointCount == kMaxPoints) return;
    points[pointCount].x = FT_Pos(lrintf((x * scale + dx) * 64));
    points[pointCount].y = FT_Pos(lrintf((y * scale + dy) * 64));
    tags[pointCount++] = tag;
  }
  FT_Outline outline() {
    FT_Outline o;
    memset(&o, 0, sizeof o);
    o.n_points = short(pointCount);
    o.n_contours = short(contourCount);
    o.points = points;
    o.tags = tags;
    o.contours = contours;
    return o;
  }
};

void pathMove(hb_draw_funcs_t *, void *p, hb_draw_state_t *, float x, float y, void *) { static_cast<Path *>(p)->add(x, y, FT_CURVE_TAG_ON); }
void pathLine(hb_draw_funcs_t *, void *p, hb_draw_state_t *, float x, float y, void *) { static_cast<Path *>(p)->add(x, y, FT_CURVE_TAG_ON); }
void pathQuad(hb_draw_funcs_t *, void *p, hb_draw_state_t *, float cx, float cy, float x, float y, void *) {
  static_cast<Path *>(p)->add(cx, cy, FT_CURVE_TAG_CONIC);
  static_cast<Path *>(p)->add(x, y, FT_CURVE_TAG_ON);
}
void pathCubic(hb_draw_funcs_t *, void *p, hb_draw_state_t *, float ax, float ay, float bx, float by, float x, float y, void *) {
  static_cast<Path *>(p)->add(ax, ay, FT_CURVE_TAG_CUBIC);
  static_cast<Path *>(p)->add(bx, by, FT_CURVE_TAG_CUBIC);
  static_cast<Path *>(p)->add(x, y, FT_CURVE_TAG_ON);
}
void pathClose(hb_draw_funcs_t *, void *p, hb_draw_state_t *, void *) {
  Path *path = static_cast<Path *>(p);
  if (path->pointCount && path->contourCount < kMaxContours) path->contours[path->contourCount++] = short(path->pointCount - 1);
}

hb_draw_funcs_t *pathFuncs() {
  hb_draw_funcs_t *f = hb_draw_funcs_create();
  hb_draw_funcs_set_move_to_func(f, pathMove, nullptr, nullptr);
  hb_draw_funcs_set_line_to_func(f, pathLine, nullptr, nullptr);
  hb_draw_funcs_set_quadratic_to_func(f, pathQuad, nullptr, nullptr);
  hb_draw_funcs_set_cubic_to_func(f, pathCubic, nullptr, nullptr);
  hb_draw_funcs_set_close_path_func(f, pathClose, nullptr, nullptr);
  hb_draw_funcs_make_immutable(f);
  return f;
}

// ---- FreeType -----------------------------------------------------------------------------------------------------

struct FreeType {
  FT_Library library;
  FT_Face face;
  Path path;
  hb_draw_funcs_t *funcs = pathFuncs();
  float penX, penY;

  FreeType(const char *fontPath, int sizePx) {
    if (FT_Init_FreeType(&library) || FT_New_Face(library, fontPath, 0, &face) || FT_Set_Char_Size(face, 0, FT_F26Dot6(sizePx) * 64, 72, 72)) {
      fprintf(stderr, "peers: FreeType cannot open %s\n", fontPath);
      exit(2);
    }
  }

  // Into the canvas, which is blank where the glyph falls; remembers the written box.
  void rasterise(FT_Outline *outline, Canvas &c) {
    FT_BBox box;
    FT_Outline_Get_CBox(outline, &box);
    FT_Bitmap bitmap;
    memset(&bitmap, 0, sizeof bitmap);
    bitmap.rows = unsigned(c.height);
    bitmap.width = unsigned(c.width);
    bitmap.pitch = c.width;
    bitmap.buffer = c.pixels.data();
    bitmap.num_grays = 256;
    bitmap.pixel_mode = FT_PIXEL_MODE_GRAY;
    FT_Outline_Get_Bitmap(library, outline, &bitmap);
    c.left = std::max(0, int(box.xMin >> 6));
    c.right = std::min(c.width, int((box.xMax + 63) >> 6));
    c.top = std::max(0, c.height - int((box.yMax + 63) >> 6));
    c.bottom = std::min(c.height, c.height - int(box.yMin >> 6));
  }

  void load(hb_codepoint_t glyph, Canvas &c) {
    FT_Load_Glyph(face, glyph, FT_LOAD_NO_HINTING | FT_LOAD_NO_BITMAP);
    FT_Outline_Translate(&face->glyph->outline, FT_Pos(lrintf(penX * 64)), FT_Pos(lrintf(penY * 64)));
    rasterise(&face->glyph->outline, c);
  }

  void draw(hb_font_t *font, hb_codepoint_t glyph, float scale, Canvas &c) {
    path.pointCount = path.contourCount = 0;
    path.scale = scale;
    path.dx = penX;
    path.dy = penY;
    hb_font_draw_glyph_or_fail(font, glyph, funcs, &path);
    FT_Outline o = path.outline();
    rasterise(&o, c);
  }
};

// ---- exact coverage: curves cut finely, area of every pixel in doubles ---------------------------------------------

struct Exact {
  int width, height;
  std::vector<double> area, cover;
  double scale, dx, dy, x0 = 0, y0 = 0, x = 0, y = 0;
  static const int kPieces = 256;

  Exact(int w, int h) : width(w), height(h), area(size_t(w + 2) * h), cover(size_t(w + 2) * h) {}

  void point(double fx, double fy, double &px, double &py) const {
    px = fx * scale + dx;
    py = height - (fy * scale + dy);
  }
  // Adds one straight edge, cut at every row and column, to the signed area and cover of each pixel.
  void edge(double ax, double ay, double bx, double by) {
    if (ay == by) return;
    double sign = 1;
    if (ay > by) std::swap(ax, bx), std::swap(ay, by), sign = -1;
    double slope = (bx - ax) / (by - ay);
    for (int row = std::max(0, int(floor(ay))); row < height && row < by; row++) {
      double top = std::max(ay, double(row)), bottom = std::min(by, double(row + 1));
      if (bottom <= top) continue;
      double left = ax + (top - ay) * slope, right = ax + (bottom - ay) * slope, y1 = top, y2 = bottom;
      if (left > right) std::swap(left, right);
      double span = right - left;
      for (int column = int(floor(left)); column <= int(floor(right)); column++) {
        double a = std::max(left, double(column)), b = std::min(right, double(column + 1));
        double part = span > 0 ? (y2 - y1) * (b - a) / span : y2 - y1;
        if (part <= 0) continue;
        int at = std::min(std::max(column, 0), width);
        double middle = std::min(std::max((a + b) / 2 - at, 0.0), 1.0);
        area[size_t(row) * (width + 2) + at] += sign * part * (1 - middle);
        cover[size_t(row) * (width + 2) + at] += sign * part;
      }
    }
  }
  void lineTo(double fx, double fy) {
    double px, py;
    point(fx, fy, px, py);
    edge(x, y, px, py);
    x = px;
    y = py;
  }
  std::vector<float> picture() const {
    std::vector<float> out(size_t(width) * height);
    for (int row = 0; row < height; row++) {
      double sum = 0;
      for (int column = 0; column < width; column++) {
        size_t at = size_t(row) * (width + 2) + column;
        out[size_t(row) * width + column] = float(std::min(1.0, fabs(sum + area[at])));
        sum += cover[at];
      }
    }
    return out;
  }
};

void exactMove(hb_draw_funcs_t *, void *p, hb_draw_state_t *, float x, float y, void *) {
  Exact *e = static_cast<Exact *>(p);
  e->point(x, y, e->x, e->y);
}
void exactLine(hb_draw_funcs_t *, void *p, hb_draw_state_t *, float x, float y, void *) { static_cast<Exact *>(p)->lineTo(x, y); }
void exactQuad(hb_draw_funcs_t *, void *p, hb_draw_state_t *s, float cx, float cy, float x, float y, void *) {
  for (int i = 1; i <= Exact::kPieces; i++) {
    double t = double(i) / Exact::kPieces, u = 1 - t;
    static_cast<Exact *>(p)->lineTo(u * u * s->current_x + 2 * u * t * cx + t * t * x, u * u * s->current_y + 2 * u * t * cy + t * t * y);
  }
}
void exactCubic(hb_draw_funcs_t *, void *p, hb_draw_state_t *s, float ax, float ay, float bx, float by, float x, float y, void *) {
  for (int i = 1; i <= Exact::kPieces; i++) {
    double t = double(i) / Exact::kPieces, u = 1 - t;
    static_cast<Exact *>(p)->lineTo(u * u * u * s->current_x + 3 * u * u * t * ax + 3 * u * t * t * bx + t * t * t * x,
                                    u * u * u * s->current_y + 3 * u * u * t * ay + 3 * u * t * t * by + t * t * t * y);
  }
}
void exactClose(hb_draw_funcs_t *, void *, hb_draw_state_t *, void *) {}

// ---- the runs -----------------------------------------------------------------------------------------------------

double nowUs() { return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

// Best of `rounds` rounds over the 52 letters, in µs a glyph. A round lasts one to three milliseconds: long enough for the clock, short enough that some
// rounds run undisturbed on a busy machine.
template <class Each> double best(int rounds, int sizePx, Each each) {
  int repeats = sizePx >= 1000 ? 1 : sizePx >= 256 ? 3 : sizePx >= 64 ? 8 : 12;
  double bestUs = 1e18;
  for (int r = 0; r < rounds; r++) {
    double start = nowUs();
    for (int k = 0; k < repeats; k++)
      for (int i = 0; i < kLetterCount; i++) each(kLetters[i]);
    bestUs = std::min(bestUs, (nowUs() - start) / (repeats * kLetterCount));
  }
  return bestUs;
}

uint64_t fnv(uint64_t hash, const Canvas &c) {
  for (uint8_t v : c.pixels) hash = (hash ^ v) * 1099511628211u;
  return hash;
}

// OUT: for each letter, width × height bytes of FreeType's picture, then width × height floats of exact coverage (0 to 1).
void writePictures(const char *fontPath, int sizePx, const char *out) {
  Shaper s(fontPath);
  FreeType ft(fontPath, sizePx);
  Canvas c(sizePx);
  float scale = float(sizePx) / s.upem;
  ft.penX = 10;
  ft.penY = float(c.height - int(floor(sizePx * 0.9 + 0.5)));
  hb_draw_funcs_t *f = hb_draw_funcs_create();
  hb_draw_funcs_set_move_to_func(f, exactMove, nullptr, nullptr);
  hb_draw_funcs_set_line_to_func(f, exactLine, nullptr, nullptr);
  hb_draw_funcs_set_quadratic_to_func(f, exactQuad, nullptr, nullptr);
  hb_draw_funcs_set_cubic_to_func(f, exactCubic, nullptr, nullptr);
  hb_draw_funcs_set_close_path_func(f, exactClose, nullptr, nullptr);
  FILE *file = fopen(out, "wb");
  if (!file) {
    fprintf(stderr, "peers: cannot write %s\n", out);
    exit(2);
  }
  for (int i = 0; i < kLetterCount; i++) {
    hb_codepoint_t glyph = s.shape(kLetters[i]);
    ft.load(glyph, c);
    fwrite(c.pixels.data(), 1, c.pixels.size(), file);
    c.clear();
    Exact exact(c.width, c.height);
    exact.scale = double(sizePx) / s.upem;
    exact.dx = ft.penX;
    exact.dy = ft.penY;
    hb_font_draw_glyph_or_fail(s.font, glyph, f, &exact);
    std::vector<float> picture = exact.picture();
    fwrite(picture.data(), 4, picture.size(), file);
  }
  fclose(file);
  printf("{\"width\":%d,\"height\":%d,\"pen_x\":%g,\"pen_y\":%g}\n", c.width, c.height, double(ft.penX), double(c.height - ft.penY));
}

} // namespace

// Shapes a whole text file as one buffer; nanoseconds a code point, the best of the rounds, and a hash over ids and advances.
int shapeText(hb_font_t *font, int rounds, const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file) return 2;
  std::vector<char> text(1 << 22);
  text.resize(fread(text.data(), 1, text.size(), file));
  fclose(file);
  size_t points = 0;
  for (char byte : text) points += (byte & 0xc0) != 0x80;
  hb_buffer_t *buffer = hb_buffer_create();
  double best = 1e300;
  uint32_t check = 0;
  for (int round = 0; round < rounds; round++) {
    auto start = std::chrono::steady_clock::now();
    hb_buffer_clear_contents(buffer);
    hb_buffer_add_utf8(buffer, text.data(), int(text.size()), 0, int(text.size()));
    hb_buffer_set_language(buffer, hb_language_from_string("und", 3));
    hb_buffer_guess_segment_properties(buffer);
    hb_shape(font, buffer, nullptr, 0);
    std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
    best = std::min(best, took.count());
    unsigned count;
    const hb_glyph_info_t *infos = hb_buffer_get_glyph_infos(buffer, &count);
    const hb_glyph_position_t *positions = hb_buffer_get_glyph_positions(buffer, &count);
    check = 2166136261u;
    for (unsigned i = 0; i < count; i++) check = ((check ^ infos[i].codepoint) * 16777619u ^ uint32_t(positions[i].x_advance)) * 16777619u;
  }
  printf("{\"ns\":%f,\"check\":%u,\"code_points\":%zu}\n", best / double(points), check, points);
  return 0;
}

int main(int argc, char **argv) {
  if (argc < 5) {
    fprintf(stderr, "usage: peers versions|freetype-load|freetype-draw|freetype-metrics|raster|raster-tight|pictures|shape FONT SIZE_PX ROUNDS [OUT|TEXT]\n");
    return 2;
  }
  std::string mode = argv[1];
  const char *fontPath = argv[2];
  int sizePx = atoi(argv[3]), rounds = atoi(argv[4]);
  if (sizePx < 1 || sizePx > 4096 || rounds < 1) {
    fprintf(stderr, "peers: size 1 to 4096 and rounds from 1 expected\n");
    return 2;
  }
  if (mode == "versions") {
    FT_Library library;
    FT_Int major, minor, patch;
    FT_Init_FreeType(&library);
    FT_Library_Version(library, &major, &minor, &patch);
    printf("{\"harfbuzz\":\"%s\",\"freetype\":\"%d.%d.%d\",\"compiler\":\"g++ %s -O3\"}\n", hb_version_string(), major, minor, patch, __VERSION__);
    return 0;
  }
  if (mode == "pictures") {
    if (argc < 6) return 2;
    writePictures(fontPath, sizePx, argv[5]);
    return 0;
  }
  Shaper s(fontPath);
  if (mode == "shape") {
    if (argc < 6) return 2;
    return shapeText(s.font, rounds, argv[5]);
  }
  Canvas c(sizePx);
  float scale = float(sizePx) / s.upem;
  float penX = 10, penY = float(c.height - int(floor(sizePx * 0.9 + 0.5)));
  double us = 0;
  uint64_t check = 1469598103934665603u;
  if (mode == "freetype-load" || mode == "freetype-draw" || mode == "freetype-metrics") {
    FreeType ft(fontPath, sizePx);
    ft.penX = penX;
    ft.penY = penY;
    bool drawn = mode == "freetype-draw", measured = mode == "freetype-metrics";
    uint64_t ink = 0;
    us = best(rounds, sizePx, [&](char letter) {
      hb_codepoint_t glyph = s.shape(letter);
      if (drawn) ft.draw(s.font, glyph, scale, c);
      else ft.load(glyph, c);
      if (measured) ink += measure(c).ink;
      c.clear();
    });
    for (uint8_t v : c.pixels)
      if (v) {
        fprintf(stderr, "peers: %s left ink on the canvas\n", mode.c_str());
        return 3;
      }
    hb_codepoint_t glyph = s.shape('Q');
    if (drawn) ft.draw(s.font, glyph, scale, c);
    else ft.load(glyph, c);
    check = fnv(check, c) ^ (measured ? ink & 1 : 0);
  } else if (mode == "raster" || mode == "raster-tight") {
    // raster: hb-raster makes a picture of the whole canvas; raster-tight: one of the glyph's box, which is copied to the canvas and cleared there.
    hb_raster_draw_t *draw = hb_raster_draw_create_or_fail();
    hb_raster_extents_t whole = {0, 0, unsigned(c.width), unsigned(c.height), 0};
    us = best(rounds, sizePx, [&](char letter) {
      hb_codepoint_t glyph = s.shape(letter);
      hb_raster_draw_set_transform(draw, scale, 0, 0, scale, penX, penY);
      if (mode == "raster") hb_raster_draw_set_extents(draw, &whole);
      hb_raster_draw_glyph_or_fail(draw, s.font, glyph);
      hb_raster_image_t *image = hb_raster_draw_render(draw);
      if (!image) {
        fprintf(stderr, "peers: hb-raster gave no image\n");
        exit(3);
      }
      const uint8_t *from = hb_raster_image_get_buffer(image);
      if (mode == "raster-tight") {
        hb_raster_extents_t box;
        hb_raster_image_get_extents(image, &box);
        c.left = std::max(0, box.x_origin);
        c.right = std::min(c.width, box.x_origin + int(box.width));
        c.top = std::max(0, c.height - box.y_origin - int(box.height));
        c.bottom = std::min(c.height, c.height - box.y_origin);
        for (int y = c.top; y < c.bottom && c.left < c.right; y++)
          memcpy(&c.pixels[size_t(y) * c.width + c.left], from + size_t(c.height - 1 - y - box.y_origin) * box.stride + (c.left - box.x_origin), size_t(c.right - c.left));
        check = check * 31 + c.pixels[c.pixels.size() / 2];
        c.clear();
      } else check = check * 31 + from[0];
      hb_raster_draw_recycle_image(draw, image);
    });
  } else {
    fprintf(stderr, "peers: unknown mode %s\n", mode.c_str());
    return 2;
  }
  printf("{\"mode\":\"%s\",\"size_px\":%d,\"us_per_glyph\":%.4f,\"check\":\"%016llx\"}\n", mode.c_str(), sizePx, us, (unsigned long long)check);
  return 0;
}
