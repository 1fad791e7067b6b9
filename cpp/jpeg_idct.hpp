// Coefficients to samples: the inverse discrete cosine transform that libjpeg calls ISLOW, to the last bit.
//
// Loeffler, Ligtenberg and Moschytz (ICASSP 1989) in whole numbers: constants of 13 bits; columns first, kept with two
// more bits; then rows. A sum before its rounding is the same in whichever order it is added up, so equal results need
// only equal constants and equal roundings. Lanes are the columns of one block or of two side by side.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "jpeg_entropy.hpp"

namespace safelight::jpeg {

// libjpeg-turbo's vector code keeps some sums in 16 bits. Where the dequantized coefficients of a column add up to no
// more than this, in absolute values, none of them overflows (4 * 1.3871 * 2952 < 2^14); honest pictures stay below.
inline constexpr std::int32_t kLargestColumn = 2950;

// Vectors of eight lanes (one block) or sixteen (two), and how two of them are woven into each other: by one, two or
// four lanes at a time, from the low or the high part of each group.
template <std::size_t kLanes>
struct Weave;

template <>
struct Weave<8> {
  typedef std::int16_t Shorts [[gnu::vector_size(16)]];
  typedef std::int32_t Signed [[gnu::vector_size(32)]];
  typedef std::uint32_t Sums [[gnu::vector_size(32)]];
  typedef std::uint64_t Pairs [[gnu::vector_size(32)]];

  SAFELIGHT_JPEG_INLINE static void singles(const Sums& x, const Sums& y, Sums& low, Sums& high) {
    low = __builtin_shufflevector(x, y, 0, 8, 1, 9, 4, 12, 5, 13);
    high = __builtin_shufflevector(x, y, 2, 10, 3, 11, 6, 14, 7, 15);
  }
  SAFELIGHT_JPEG_INLINE static void pairs(const Sums& a, const Sums& b, Sums& low, Sums& high) {
    const Pairs x = (Pairs)a, y = (Pairs)b;
    low = (Sums)__builtin_shufflevector(x, y, 0, 4, 2, 6);
    high = (Sums)__builtin_shufflevector(x, y, 1, 5, 3, 7);
  }
  SAFELIGHT_JPEG_INLINE static void fours(const Sums& a, const Sums& b, Sums& low, Sums& high) {
    const Pairs x = (Pairs)a, y = (Pairs)b;
    low = (Sums)__builtin_shufflevector(x, y, 0, 1, 4, 5);
    high = (Sums)__builtin_shufflevector(x, y, 2, 3, 6, 7);
  }
};

template <>
struct Weave<16> {
  typedef std::int16_t Shorts [[gnu::vector_size(32)]];
  typedef std::int32_t Signed [[gnu::vector_size(64)]];
  typedef std::uint32_t Sums [[gnu::vector_size(64)]];
  typedef std::uint64_t Pairs [[gnu::vector_size(64)]];

  SAFELIGHT_JPEG_INLINE static void singles(const Sums& x, const Sums& y, Sums& low, Sums& high) {
    low = __builtin_shufflevector(x, y, 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29);
    high = __builtin_shufflevector(x, y, 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31);
  }
  SAFELIGHT_JPEG_INLINE static void pairs(const Sums& a, const Sums& b, Sums& low, Sums& high) {
    const Pairs x = (Pairs)a, y = (Pairs)b;
    low = (Sums)__builtin_shufflevector(x, y, 0, 8, 2, 10, 4, 12, 6, 14);
    high = (Sums)__builtin_shufflevector(x, y, 1, 9, 3, 11, 5, 13, 7, 15);
  }
  SAFELIGHT_JPEG_INLINE static void fours(const Sums& a, const Sums& b, Sums& low, Sums& high) {
    const Pairs x = (Pairs)a, y = (Pairs)b;
    low = (Sums)__builtin_shufflevector(x, y, 0, 1, 8, 9, 4, 5, 12, 13);
    high = (Sums)__builtin_shufflevector(x, y, 2, 3, 10, 11, 6, 7, 14, 15);
  }
};

// Rows become columns, in each group of eight lanes.
template <std::size_t kLanes>
SAFELIGHT_JPEG_INLINE void transpose(typename Weave<kLanes>::Sums (&rows)[8]) {
  using W = Weave<kLanes>;
  typename W::Sums a[8], b[8];
  for (std::size_t i = 0; i < 8; i += 2) W::singles(rows[i], rows[i + 1], a[i], a[i + 1]);
  for (std::size_t i = 0; i < 8; i += 4) {
    W::pairs(a[i], a[i + 2], b[i], b[i + 1]);
    W::pairs(a[i + 1], a[i + 3], b[i + 2], b[i + 3]);
  }
  for (std::size_t i = 0; i < 4; ++i) W::fours(b[i], b[i + 4], rows[i], rows[i + 4]);
}

// One dimension, in all lanes at once: eight values become eight, times 2^13 and not rounded yet. Unsigned, so that
// what a refused block overflows is defined.
template <class Sums>
SAFELIGHT_JPEG_INLINE void transform(Sums (&x)[8]) {
  const Sums even = (x[2] + x[6]) * 4433U;
  const Sums even3 = even + x[2] * 6270U;
  const Sums even2 = even - x[6] * 15137U;
  const Sums sum = (x[0] + x[4]) << 13;
  const Sums difference = (x[0] - x[4]) << 13;
  const Sums top[4] = {sum + even3, difference + even2, difference - even2, sum - even3};

  const Sums fifth = (x[7] + x[3] + x[5] + x[1]) * 9633U;
  const Sums first = (x[7] + x[1]) * 7373U;
  const Sums second = (x[5] + x[3]) * 20995U;
  const Sums third = fifth - (x[7] + x[3]) * 16069U;
  const Sums fourth = fifth - (x[5] + x[1]) * 3196U;
  const Sums odd[4] = {x[1] * 12299U + fourth - first, x[3] * 25172U + third - second, x[5] * 16819U + fourth - second,
                       x[7] * 2446U + third - first};
  for (std::size_t i = 0; i < 4; ++i) {
    x[i] = top[i] + odd[i];
    x[7 - i] = top[i] - odd[i];
  }
}

// What the blocks are multiplied by, laid out as they are.
using Steps = std::array<std::int32_t, 8 * kRowLanes>;

// The largest sums of columns seen so far, in each lane.
using ColumnSums = std::array<std::int32_t, kRowLanes>;

struct Target {
  std::uint8_t* samples;
  std::size_t stride;
};

// The coefficients from `lane` on, dequantized; the sums of their columns are noted.
template <std::size_t kLanes>
SAFELIGHT_JPEG_INLINE void load_blocks(const Coefficients& blocks, const Steps& steps, std::size_t lane,
                                       typename Weave<kLanes>::Sums (&x)[8], ColumnSums& largest) {
  using Signed = typename Weave<kLanes>::Signed;
  Signed column{};
  for (std::size_t row = 0; row < 8; ++row) {
    typename Weave<kLanes>::Shorts coded;
    Signed step;
    std::memcpy(&coded, blocks.data() + row * kRowLanes + lane, sizeof coded);
    std::memcpy(&step, steps.data() + row * kRowLanes + lane, sizeof step);
    const Signed whole = __builtin_convertvector(coded, Signed) * step;  // 15 bits times 8
    column += whole < 0 ? -whole : whole;
    x[row] = (typename Weave<kLanes>::Sums)whole;
  }
  Signed most;
  std::memcpy(&most, largest.data() + lane, sizeof most);
  most = column > most ? column : most;
  std::memcpy(largest.data() + lane, &most, sizeof most);
}

// Blocks from `lane` on to their samples, a target for each.
template <std::size_t kLanes>
SAFELIGHT_JPEG_INLINE void transform_blocks(const Coefficients& blocks, const Steps& steps, std::size_t lane,
                                            const Target* targets, ColumnSums& largest) {
  using W = Weave<kLanes>;
  using Signed = typename W::Signed;
  using Sums = typename W::Sums;
  constexpr int columns_bits = 11;
  constexpr int rows_bits = 18;
  constexpr std::uint32_t middle = 128U << rows_bits;
  Sums x[8];
  load_blocks<kLanes>(blocks, steps, lane, x, largest);
  transform(x);
  for (Sums& row : x) row = (Sums)((Signed)(row + (1U << (columns_bits - 1))) >> columns_bits);
  transpose<kLanes>(x);
  transform(x);
  for (Sums& row : x) {  // columns, by now: each lane is a row of samples
    Signed sample = (Signed)(row + (middle + (1U << (rows_bits - 1)))) >> rows_bits;
    sample = sample < 0 ? Signed{} : sample;
    row = (Sums)(sample > 255 ? Signed{} + 255 : sample);
  }
  const Sums left = x[0] | x[1] << 8 | x[2] << 16 | x[3] << 24;
  const Sums right = x[4] | x[5] << 8 | x[6] << 16 | x[7] << 24;
  Sums first, second;
  W::singles(left, right, first, second);
  const auto lows = (typename W::Pairs)first;  // rows 0, 1, 4, 5 of each block
  const auto highs = (typename W::Pairs)second;
  for (std::size_t i = 0; i < kLanes / 2; ++i) {
    const Target& target = targets[i / 4];
    std::uint8_t* row = target.samples + (i % 2 + i / 2 % 2 * 4) * target.stride;
    const std::uint64_t low = lows[i];
    const std::uint64_t high = highs[i];
    std::memcpy(row, &low, sizeof low);
    std::memcpy(row + 2 * target.stride, &high, sizeof high);
  }
}

// A block that has its first coefficient only.
SAFELIGHT_JPEG_INLINE void fill_block(std::int32_t first, const Target& target) {
  const std::int32_t sample = ((first + 4) >> 3) + 128;
  const int byte = sample < 0 ? 0 : sample > 255 ? 255 : static_cast<int>(sample);
  for (std::size_t y = 0; y < 8; ++y) std::memset(target.samples + y * target.stride, byte, 8);
}

}  // namespace safelight::jpeg
