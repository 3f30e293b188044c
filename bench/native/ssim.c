// The peer of the SSIM row: the same window (11 × 11 Gaussian, σ = 1.5, weights summing to 1) over the same box in C, single precision, the filter taken apart into its two
// directions, five maps (a, b, a², b², ab). usage: ssim A.raw B.raw WIDTH HEIGHT ROUNDS; the files hold ink, what lies beyond them is 0. Prints the least time in µs and Σ(1 − SSIM).
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { REACH = 5, TAPS = 11, MAPS = 5 };
static float weights[TAPS];

static double deficit(const unsigned char *a, const unsigned char *b, int width, int height, float *maps, float *across) {
  const int columns = width + 2 * REACH, rows = height + 2 * REACH; // where the window sees ink
  const int padded = columns + 2 * REACH;
  const size_t plane = (size_t)columns * rows;
  for (int y = 0; y < height; y++) {
    for (int m = 0; m < MAPS; m++) memset(maps + (size_t)m * padded, 0, padded * sizeof(float));
    for (int x = 0; x < width; x++) {
      const float p = a[(size_t)y * width + x], q = b[(size_t)y * width + x];
      float *to = maps + x + 2 * REACH;
      to[0] = p;
      to[padded] = q;
      to[2 * padded] = p * p;
      to[3 * padded] = q * q;
      to[4 * padded] = p * q;
    }
    for (int m = 0; m < MAPS; m++) {
      const float *from = maps + (size_t)m * padded;
      float *to = across + m * plane + (size_t)(y + REACH) * columns;
      for (int x = 0; x < columns; x++) {
        float sum = 0;
        for (int k = 0; k < TAPS; k++) sum += weights[k] * from[x + k];
        to[x] = sum;
      }
    }
  }
  double total = 0;
  float *down = maps;
  for (int y = 0; y < rows; y++) {
    for (int m = 0; m < MAPS; m++) {
      float *to = down + (size_t)m * columns;
      memset(to, 0, columns * sizeof(float));
      for (int k = 0; k < TAPS; k++) {
        const int from = y + k - REACH;
        if (from < REACH || from >= REACH + height) continue;
        const float *row = across + m * plane + (size_t)from * columns;
        for (int x = 0; x < columns; x++) to[x] += weights[k] * row[x];
      }
    }
    float rest = 0;
    for (int x = 0; x < columns; x++) {
      const float ma = down[x], mb = down[columns + x];
      const float va = down[2 * columns + x] - ma * ma, vb = down[3 * columns + x] - mb * mb, c = down[4 * columns + x] - ma * mb;
      rest += 1 - ((2 * ma * mb + 6.5025f) * (2 * c + 58.5225f)) / ((ma * ma + mb * mb + 6.5025f) * (va + vb + 58.5225f));
    }
    total += rest;
  }
  return total;
}

static unsigned char *file(const char *path, size_t bytes) {
  unsigned char *data = malloc(bytes);
  FILE *in = fopen(path, "rb");
  if (!in || fread(data, 1, bytes, in) != bytes) exit(2);
  fclose(in);
  return data;
}

int main(int argc, char **argv) {
  if (argc != 6) return 2;
  const int width = atoi(argv[3]), height = atoi(argv[4]), rounds = atoi(argv[5]);
  unsigned char *a = file(argv[1], (size_t)width * height), *b = file(argv[2], (size_t)width * height);
  float sum = 0;
  for (int k = 0; k < TAPS; k++) sum += weights[k] = expf(-(float)((k - REACH) * (k - REACH)) / 4.5f);
  for (int k = 0; k < TAPS; k++) weights[k] /= sum;
  const size_t columns = width + 2 * REACH, rows = height + 2 * REACH;
  float *maps = malloc((columns + 2 * REACH) * MAPS * sizeof(float)), *across = malloc(columns * rows * MAPS * sizeof(float));
  double best = 1e300, value = 0;
  for (int i = 0; i < rounds; i++) {
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    value = deficit(a, b, width, height, maps, across);
    clock_gettime(CLOCK_MONOTONIC, &to);
    const double us = (to.tv_sec - from.tv_sec) * 1e6 + (to.tv_nsec - from.tv_nsec) * 1e-3;
    if (us < best) best = us;
  }
  printf("%.3f %.6f\n", best, value);
  return 0;
}
