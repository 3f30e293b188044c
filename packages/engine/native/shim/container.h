// Font containers: what the file is, and turning WOFF and WOFF2 into the sfnt that HarfBuzz reads.
#pragma once
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

enum { HFN_OK = 0, HFN_INVALID = -1, HFN_TOO_LARGE = -2, HFN_NO_MEMORY = -3, HFN_UNSUPPORTED = -4, HFN_NO_COLOUR = -5 };
enum { HFN_UNKNOWN, HFN_TRUETYPE, HFN_OPENTYPE_CFF, HFN_COLLECTION, HFN_WOFF, HFN_WOFF2 };

int hfn_container(const uint8_t *data, uint32_t length);
int hfn_woff_decode(const uint8_t *data, uint32_t length, uint32_t maxOut, uint8_t **out, uint32_t *outLength);
int hfn_woff2_decode(const uint8_t *data, uint32_t length, uint32_t maxOut, uint8_t **out, uint32_t *outLength);

static inline uint32_t be16(const uint8_t *p) { return (uint32_t)p[0] << 8 | p[1]; }
static inline uint32_t be32(const uint8_t *p) { return be16(p) << 16 | be16(p + 2); }
static inline void put16(uint8_t *p, uint32_t v) { p[0] = (uint8_t)(v >> 8); p[1] = (uint8_t)v; }
static inline void put32(uint8_t *p, uint32_t v) { put16(p, v >> 16); put16(p + 2, v); }

#ifdef __cplusplus
}
#endif
