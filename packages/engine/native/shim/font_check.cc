#include <stdint.h>
extern "C" int hfn_font_check(const uint8_t *, uint32_t, uint32_t, uint32_t *report) { report[0] = report[1] = 0; return 0; }
