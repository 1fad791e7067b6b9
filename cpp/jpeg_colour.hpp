// Samples to pixels, row by row: chroma is widened as libjpeg's "fancy upsampling" does it, then luma and chroma become
// red, green and blue with libjpeg's constants and roundings. Source of the colours: JFIF 1.02.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "jpeg_entropy.hpp"
#include "simd_level.hpp"

#ifdef SAFELIGHT_X86
#include <immintrin.h>
#endif

namespace safelight::jpeg {

inline constexpr std::size_t kStep = 32;  // pixels at a time; rows have room for as many behind their end

typedef std::uint8_t Octets [[gnu::vector_size(kStep)]];
typedef std::int16_t Shorts [[gnu::vector_size(2 * kStep)]];

SAFELIGHT_JPEG_INLINE void load(const std::uint8_t* bytes, Shorts& shorts) {
  Octets octets;
  std::memcpy(&octets, bytes, sizeof octets);
  shorts = __builtin_convertvector(octets, Shorts);
}

// Twice as many samples: three parts of the nearer one, one of the farther; the outermost are neighbours to themselves.
// `sums` holds `size` values that are four times (kBits 4) or once (kBits 2) as large as samples, and room for one
// before and a step behind.
template <int kBits>
SAFELIGHT_JPEG_INLINE void widen(std::int16_t* sums, std::size_t size, std::uint8_t* wide) {
  constexpr std::int16_t before = kBits == 4 ? 8 : 1;
  constexpr std::int16_t behind = kBits == 4 ? 7 : 2;
  sums[-1] = sums[0];
  sums[size] = sums[size - 1];
  for (std::size_t i = 0; i < size; i += kStep) {
    Shorts middle, left, right;
    std::memcpy(&middle, sums + i, sizeof middle);
    std::memcpy(&left, sums + i - 1, sizeof left);
    std::memcpy(&right, sums + i + 1, sizeof right);
    middle *= 3;
    const Shorts both = ((middle + left + before) >> kBits) | (((middle + right + behind) >> kBits) << 8);
    std::memcpy(wide + 2 * i, &both, sizeof both);
  }
}

// Three parts of one row and one of another.
SAFELIGHT_JPEG_INLINE void mix_rows(const std::uint8_t* near, const std::uint8_t* far, std::size_t size,
                                    std::int16_t* sums) {
  for (std::size_t i = 0; i < size; i += kStep) {
    Shorts nearer, farther;
    load(near + i, nearer);
    load(far + i, farther);
    nearer = nearer * 3 + farther;
    std::memcpy(sums + i, &nearer, sizeof nearer);
  }
}

SAFELIGHT_JPEG_INLINE void copy_row(const std::uint8_t* row, std::size_t size, std::int16_t* sums) {
  for (std::size_t i = 0; i < size; i += kStep) {
    Shorts shorts;
    load(row + i, shorts);
    std::memcpy(sums + i, &shorts, sizeof shorts);
  }
}

SAFELIGHT_JPEG_INLINE void repeat_samples(const std::uint8_t* row, std::size_t size, std::uint8_t* wide) {
  for (std::size_t i = 0; i < size; ++i) wide[2 * i] = wide[2 * i + 1] = row[i];
}

struct Row {
  const std::uint8_t* luma;
  const std::uint8_t* blue;  // chroma
  const std::uint8_t* red;
};

inline std::uint8_t clamp(std::int32_t sample) { return static_cast<std::uint8_t>(std::clamp(sample, 0, 255)); }

// The definition: whole numbers with 16 bits behind the point.
inline void colour_row_plain(const Row& row, std::size_t width, std::uint8_t* rgb) {
  constexpr std::int32_t half = 1 << 15;
  for (std::size_t x = 0; x < width; ++x) {
    const std::int32_t y = row.luma[x];
    const std::int32_t cb = row.blue[x] - 128;
    const std::int32_t cr = row.red[x] - 128;
    rgb[3 * x] = clamp(y + ((91881 * cr + half) >> 16));
    rgb[3 * x + 1] = clamp(y + ((half - 22554 * cb - 46802 * cr) >> 16));
    rgb[3 * x + 2] = clamp(y + ((116130 * cb + half) >> 16));
  }
}

#ifdef SAFELIGHT_X86
#define SAFELIGHT_AVX2 [[gnu::target("avx2")]] inline

// value * factor / 2^16, rounded: half the high half of twice the product, so that 16 bits do.
SAFELIGHT_AVX2 __m256i scale(__m256i twice, std::int16_t factor) {
  const __m256i high = _mm256_mulhi_epi16(twice, _mm256_set1_epi16(factor));
  return _mm256_srai_epi16(_mm256_sub_epi16(high, _mm256_set1_epi16(-1)), 1);
}

struct Half {
  __m256i red, green, blue;
};

// Sixteen pixels in 16 bits each. Factors beyond one half are split: what is whole is added (1.402 = 1 + 0.402,
// 1.772 = 2 - 0.228, -0.71414 = -1 + 0.28586).
SAFELIGHT_AVX2 Half colour_half(__m256i y, __m256i cb, __m256i cr) {
  const __m256i factors = _mm256_set1_epi32(static_cast<int>(18734U << 16 | (-22554U & 0xFFFF)));
  const __m256i half = _mm256_set1_epi32(1 << 15);
  const __m256i cb2 = _mm256_add_epi16(cb, cb);
  const __m256i cr2 = _mm256_add_epi16(cr, cr);
  __m256i low = _mm256_madd_epi16(_mm256_unpacklo_epi16(cb, cr), factors);
  __m256i high = _mm256_madd_epi16(_mm256_unpackhi_epi16(cb, cr), factors);
  low = _mm256_srai_epi32(_mm256_add_epi32(low, half), 16);
  high = _mm256_srai_epi32(_mm256_add_epi32(high, half), 16);
  Half out;
  out.red = _mm256_add_epi16(_mm256_add_epi16(y, cr), scale(cr2, 26345));
  out.green = _mm256_add_epi16(_mm256_sub_epi16(y, cr), _mm256_packs_epi32(low, high));
  out.blue = _mm256_add_epi16(_mm256_add_epi16(y, cb2), scale(cb2, -14942));
  return out;
}

// In each 16 bytes of a third of the triples: which of the samples of one colour stands there, or none.
SAFELIGHT_AVX2 __m256i places(int third, int colour) {
  alignas(16) std::int8_t at[16];
  for (int i = 0; i < 16; ++i) {
    const int byte = 16 * third + i - colour;
    at[i] = static_cast<std::int8_t>(byte >= 0 && byte % 3 == 0 ? byte / 3 : -1);
  }
  return _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(at)));
}

struct Weaver {
  __m256i red[3], green[3], blue[3];
};

SAFELIGHT_AVX2 void colour_step(const Row& row, std::size_t at, const Weaver& weaver, std::uint8_t* rgb) {
  const __m256i none = _mm256_setzero_si256();
  const __m256i middle = _mm256_set1_epi16(128);
  const __m256i y = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(row.luma + at));
  const __m256i cb = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(row.blue + at));
  const __m256i cr = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(row.red + at));
  const Half low = colour_half(_mm256_unpacklo_epi8(y, none), _mm256_sub_epi16(_mm256_unpacklo_epi8(cb, none), middle),
                               _mm256_sub_epi16(_mm256_unpacklo_epi8(cr, none), middle));
  const Half high = colour_half(_mm256_unpackhi_epi8(y, none), _mm256_sub_epi16(_mm256_unpackhi_epi8(cb, none), middle),
                                _mm256_sub_epi16(_mm256_unpackhi_epi8(cr, none), middle));
  const __m256i red = _mm256_packus_epi16(low.red, high.red);
  const __m256i green = _mm256_packus_epi16(low.green, high.green);
  const __m256i blue = _mm256_packus_epi16(low.blue, high.blue);
  for (int third = 0; third < 3; ++third) {
    const __m256i both = _mm256_or_si256(_mm256_shuffle_epi8(red, weaver.red[third]),
                                         _mm256_shuffle_epi8(green, weaver.green[third]));
    const __m256i all = _mm256_or_si256(both, _mm256_shuffle_epi8(blue, weaver.blue[third]));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(rgb + 16 * third), _mm256_castsi256_si128(all));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(rgb + 48 + 16 * third), _mm256_extracti128_si256(all, 1));
  }
}

SAFELIGHT_AVX2 void colour_row_avx2(const Row& row, std::size_t width, std::uint8_t* rgb) {
  Weaver weaver;
  for (int third = 0; third < 3; ++third) {
    weaver.red[third] = places(third, 0);
    weaver.green[third] = places(third, 1);
    weaver.blue[third] = places(third, 2);
  }
  std::size_t at = 0;
  for (; at + kStep <= width; at += kStep) colour_step(row, at, weaver, rgb + 3 * at);
  if (at == width) return;
  std::uint8_t last[3 * kStep];
  colour_step(row, at, weaver, last);
  std::memcpy(rgb + 3 * at, last, 3 * (width - at));
}
#endif

template <SimdLevel kLevel>
SAFELIGHT_JPEG_INLINE void colour_row(const Row& row, std::size_t width, std::uint8_t* rgb) {
#ifdef SAFELIGHT_X86
  if constexpr (kLevel != SimdLevel::plain) return colour_row_avx2(row, width, rgb);
#endif
  colour_row_plain(row, width, rgb);
}

SAFELIGHT_JPEG_INLINE void grey_row(const std::uint8_t* luma, std::size_t width, std::uint8_t* rgb) {
  for (std::size_t x = 0; x < width; ++x) rgb[3 * x] = rgb[3 * x + 1] = rgb[3 * x + 2] = luma[x];
}

}  // namespace safelight::jpeg
