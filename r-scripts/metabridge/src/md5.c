/* MD5 after RFC 1321. Only for the checksums by which metafor recognises that two fits used the same data. */
#include "md5.h"
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const uint32_t start[4] = {0x67452301u, 0xefcdab89u, 0x98badcfeu, 0x10325476u};
static const int shifts[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
static uint32_t sines[64];

static uint32_t rotate(uint32_t x, int n) { return (x << n) | (x >> (32 - n)); }

static void fill_sines(void) {
  if (sines[0] != 0) return;
  for (int i = 63; i >= 0; i--) sines[i] = (uint32_t)floor(4294967296.0 * fabs(sin((double)(i + 1))));
}

static uint32_t little_endian(const unsigned char *b) {
  return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static void add_block(uint32_t state[4], const unsigned char *block) {
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
  for (int i = 0; i < 64; i++) {
    uint32_t f;
    int g;
    switch (i / 16) {
      case 0: f = (b & c) | (~b & d); g = i; break;
      case 1: f = (d & b) | (~d & c); g = (5 * i + 1) % 16; break;
      case 2: f = b ^ c ^ d; g = (3 * i + 5) % 16; break;
      default: f = c ^ (b | ~d); g = (7 * i) % 16; break;
    }
    uint32_t next = b + rotate(a + f + sines[i] + little_endian(block + 4 * g), shifts[i / 16][i % 4]);
    a = d;
    d = c;
    c = b;
    b = next;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
}

void md5_hex(const unsigned char *data, size_t length, char out[33]) {
  uint32_t state[4];
  unsigned char tail[128] = {0};
  size_t whole = length / 64 * 64, rest = length - whole, padded = rest < 56 ? 64 : 128;
  uint64_t bits = (uint64_t)length * 8;
  memcpy(state, start, sizeof state);
  fill_sines();
  for (size_t at = 0; at < whole; at += 64) add_block(state, data + at);
  if (rest > 0) memcpy(tail, data + whole, rest);
  tail[rest] = 0x80;
  for (int i = 0; i < 8; i++) tail[padded - 8 + i] = (unsigned char)(bits >> (8 * i));
  for (size_t at = 0; at < padded; at += 64) add_block(state, tail + at);
  for (int i = 0; i < 16; i++) snprintf(out + 2 * i, 3, "%02x", (unsigned)(state[i / 4] >> (8 * (i % 4)) & 0xffu));
}
