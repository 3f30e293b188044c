// Sample rates and sample formats. The resampler is speexdsp's (a windowed sinc, every phase in a table); its delay is taken out here, so that
// n samples give round(n × to / from), each in its place, whatever the pieces they come in.
#include "speech.h"

#include <math.h>
#include <speex_resampler.h>
#include <stdlib.h>
#include <string.h>

struct resampler {
  SpeexResamplerState *state;
  int channels, from, to, latency;
  uint64_t in, out;
};

resampler_t *resampler_create(int channels, int from_hz, int to_hz, int quality) {
  static const int speex[] = {2, 5, 10}; // stopbands of about 60, 100 and over 110 dB
  resampler_t *r = calloc(1, sizeof *r);
  if (!r) return 0;
  int error = 0;
  r->state = speex_resampler_init((spx_uint32_t)channels, (spx_uint32_t)from_hz, (spx_uint32_t)to_hz, speex[quality], &error);
  if (!r->state) return free(r), (resampler_t *)0;
  r->channels = channels;
  r->from = from_hz;
  r->to = to_hz;
  r->latency = speex_resampler_get_input_latency(r->state);
  speex_resampler_skip_zeros(r->state);
  return r;
}

uint32_t resampler_room(const resampler_t *r, uint32_t frames) { return (uint32_t)(((uint64_t)frames + (uint64_t)r->latency * 2) * (uint64_t)r->to / (uint64_t)r->from + 64); }

static uint32_t push(resampler_t *r, const float *in, uint32_t frames, float *out, uint32_t room) {
  uint32_t done = 0, written = 0;
  while (done < frames && written < room) {
    spx_uint32_t take = frames - done, give = room - written;
    speex_resampler_process_interleaved_float(r->state, in + done * (uint32_t)r->channels, &take, out + written * (uint32_t)r->channels, &give);
    if (take == 0 && give == 0) break;
    done += take;
    written += give;
  }
  return written;
}

uint32_t resampler_run(resampler_t *r, const float *in, uint32_t frames, float *out, uint32_t room, bool final) {
  uint32_t written = push(r, in, frames, out, room);
  r->in += frames;
  if (final) {
    const uint64_t wanted = (r->in * (uint64_t)r->to * 2 + (uint64_t)r->from) / (2 * (uint64_t)r->from);
    static const float zeros[64 * CHANNELS_MAX];
    for (int i = 0; r->out + written < wanted && written < room && i < 4 * r->latency + 64; i++) written += push(r, zeros, 64, out + written * (uint32_t)r->channels, room - written);
    if (r->out + written > wanted) written = wanted > r->out ? (uint32_t)(wanted - r->out) : 0;
  }
  r->out += written;
  return written;
}

void resampler_free(resampler_t *r) {
  if (!r) return;
  speex_resampler_destroy(r->state);
  free(r);
}

// ---- formats -----------------------------------------------------------------------------------------------------------------------

uint32_t format_bytes(int format) {
  static const uint32_t bytes[] = {4, 2, 3, 4, 1, 8};
  return bytes[format];
}

/// Triangular noise of ±1 unit: the difference of two uniform numbers (Numerical Recipes' generator).
static double triangle(uint32_t *noise) {
  *noise = *noise * 1664525u + 1013904223u;
  double a = *noise;
  *noise = *noise * 1664525u + 1013904223u;
  return (a - (double)*noise) / 4294967296.0;
}

uint32_t convert(const float *samples, uint32_t count, int format, bool big_endian, bool dither, uint32_t *noise, uint8_t *to) {
  const uint32_t bytes = format_bytes(format);
  const double scale = format == F_UINT8 ? 128 : format == F_INT16 ? 32768 : format == F_INT24 ? 8388608 : 2147483648.0;
  uint32_t clipped = 0;
  for (uint32_t i = 0; i < count; i++, to += bytes) {
    uint64_t bits;
    if (format == F_FLOAT32) {
      uint32_t word;
      memcpy(&word, &samples[i], 4);
      bits = word;
    } else if (format == F_FLOAT64) {
      double value = samples[i];
      memcpy(&bits, &value, 8);
    } else {
      double value = samples[i] * scale;
      if (dither) value += triangle(noise);
      value = floor(value + 0.5);
      if (!(value >= -scale)) clipped++, value = samples[i] != samples[i] ? 0 : -scale;
      else if (value > scale - 1) clipped += samples[i] > 1, value = scale - 1;
      bits = (uint64_t)(int64_t)value;
      if (format == F_UINT8) bits += 128;
    }
    for (uint32_t b = 0; b < bytes; b++) to[big_endian ? bytes - 1 - b : b] = (uint8_t)(bits >> 8 * b);
  }
  return clipped;
}
