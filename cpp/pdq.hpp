// PDQ of a decoded picture, exact: the fast form of src/safelight/hashing/pdq_py.py, which is the specification.
//
// Box filter twice along both axes, then 64 x 64 samples: one separable linear filter. Each sample is a sum of pixels
// that count a whole number of times (a tent), times a scale. So the rows are added up in 16-bit whole numbers, exactly;
// a block of rows becomes a row of luma in double precision; and that is summed across. Every pixel is read once.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <vector>

#include "simd_level.hpp"

namespace safelight::pdq {

inline constexpr std::size_t kSamples = 64;
inline constexpr std::size_t kFrequencies = 16;
inline constexpr std::size_t kBits = kFrequencies * kFrequencies;
inline constexpr std::size_t kOrientations = 8;
inline constexpr std::size_t kMinimumSide = 5;

using Bytes32 = std::array<std::uint8_t, kBits / 8>;
using Samples = std::array<std::array<double, kSamples>, kSamples>;
using Coefficients = std::array<std::array<double, kFrequencies>, kFrequencies>;

struct Picture {
  const std::uint8_t* rgb;  // rows of `width` red-green-blue triples, without gaps
  std::size_t height;
  std::size_t width;
};

struct Hash {
  int quality;                                    // 0 to 100
  std::array<Bytes32, kOrientations> orientations;  // in pdqhash's order; the bytes of the usual hexadecimal text
  int unsettled_bits;                             // in the orientation that has most of them
};

// ---- The filter along one axis ----

// Part of one sample: position first + i counts taps[i] times, and the sum is scaled. A sample is the sum of its
// parts; it has more than one only where a box is shortened by the end of the axis and so has another divisor.
struct Part {
  std::size_t sample;
  std::size_t first;
  std::vector<std::int32_t> taps;
  double scale;
};

inline std::vector<Part> axis_parts(std::size_t length) {
  struct Range {
    std::size_t start, stop;
  };
  const std::size_t width = (length + 127) / 128;
  const auto box = [&](std::size_t centre) {
    const std::size_t left = (width - 1) / 2;
    return Range{centre > left ? centre - left : 0, std::min(length, centre + width / 2 + 1)};
  };
  std::vector<Part> parts;
  for (std::size_t sample = 0; sample < kSamples; ++sample) {
    const Range outer = box((2 * sample + 1) * length / (2 * kSamples));
    std::size_t centre = outer.start;
    while (centre < outer.stop) {
      // A run of inner boxes of one size: its taps rise by one where a box starts and fall by one where it stops.
      const Range begin = box(centre);
      const std::size_t size = begin.stop - begin.start;
      Part part{sample, begin.start, {}, 1.0 / static_cast<double>((outer.stop - outer.start) * size)};
      part.taps.resize(box(outer.stop - 1).stop - begin.start + 1);
      for (; centre < outer.stop; ++centre) {
        const Range inner = box(centre);
        if (inner.stop - inner.start != size) break;
        part.taps[inner.start - part.first] += 1;
        part.taps[inner.stop - part.first] -= 1;
      }
      for (std::size_t i = 1; i < part.taps.size(); ++i) part.taps[i] += part.taps[i - 1];
      while (part.taps.back() == 0) part.taps.pop_back();
      parts.push_back(std::move(part));
    }
  }
  return parts;
}

// One row of pixels and how often it counts.
struct Row {
  const std::uint8_t* bytes;
  std::uint16_t count;
};

inline constexpr std::size_t kMostCounts = 65535 / 255;  // so many bytes always fit into 16 bits

// Split a part into blocks of rows whose counts fit into 16 bits.
inline std::vector<std::vector<Row>> row_blocks(const Part& part, const Picture& picture) {
  std::vector<std::vector<Row>> blocks;
  std::size_t room = 0;
  for (std::size_t i = 0; i < part.taps.size(); ++i) {
    const std::uint8_t* bytes = picture.rgb + (part.first + i) * picture.width * 3;
    auto left = static_cast<std::size_t>(part.taps[i]);
    while (left > 0) {
      if (room == 0) {
        blocks.emplace_back();
        room = kMostCounts;
      }
      const std::size_t taken = std::min(left, room);
      blocks.back().push_back({bytes, static_cast<std::uint16_t>(taken)});
      left -= taken;
      room -= taken;
    }
  }
  return blocks;
}

// ---- The inner loops, compiled once for each instruction set ----

#if defined(__GNUC__) || defined(__clang__)
#define SAFELIGHT_INLINE [[gnu::always_inline]] inline
#else
#define SAFELIGHT_INLINE inline
#endif

// Some bytes, and as many 16-bit sums: one register of each. GCC and Clang have such types for every processor.
struct Narrow {
  typedef std::uint8_t Bytes [[gnu::vector_size(8)]];
  typedef std::uint16_t Sums [[gnu::vector_size(16)]];
};
struct Wide {
  typedef std::uint8_t Bytes [[gnu::vector_size(16)]];
  typedef std::uint16_t Sums [[gnu::vector_size(32)]];
};

inline constexpr std::size_t kStrip = 64;      // so many bytes at once: their sums fill half the registers or fewer
inline constexpr std::size_t kPrefetch = 512;  // fetch so far ahead: a dozen rows at once are too many for the processor

// The weighted sum of the rows of a block, for kStrip bytes from an offset on; it stays in registers until it is whole.
template <class Vector>
SAFELIGHT_INLINE void sum_strip(const std::vector<Row>& block, std::size_t offset, std::uint16_t* result) {
  typename Vector::Sums sums[kStrip / sizeof(typename Vector::Bytes)] = {};
  for (const Row& row : block) {
    const std::uint8_t* bytes = row.bytes + offset;
    __builtin_prefetch(bytes + kPrefetch);
#pragma GCC unroll 8
    for (auto& sum : sums) {
      typename Vector::Bytes loaded;
      std::memcpy(&loaded, bytes, sizeof loaded);
      sum += __builtin_convertvector(loaded, typename Vector::Sums) * row.count;
      bytes += sizeof loaded;
    }
  }
  std::memcpy(result, sums, sizeof sums);
}

template <class Vector>
SAFELIGHT_INLINE void sum_rows(const std::vector<Row>& block, std::size_t size, std::uint16_t* result) {
  if (size < kStrip) {
    for (std::size_t i = 0; i < size; ++i) {
      result[i] = 0;
      for (const Row& row : block) result[i] = static_cast<std::uint16_t>(result[i] + row.bytes[i] * row.count);
    }
    return;
  }
  for (std::size_t offset = 0; offset + kStrip <= size; offset += kStrip) {
    sum_strip<Vector>(block, offset, result + offset);
  }
  if (size % kStrip != 0) sum_strip<Vector>(block, size - kStrip, result + size - kStrip);  // some of it a second time
}

// luma += scale * (0.299 red + 0.587 green + 0.114 blue), the weights as whole thousandths: exact but for one rounding.
SAFELIGHT_INLINE void add_luma(const std::uint16_t* sums, std::size_t pixels, double scale, double* luma) {
  for (std::size_t x = 0; x < pixels; ++x) {
    const std::int32_t thousandths = 299 * sums[3 * x] + 587 * sums[3 * x + 1] + 114 * sums[3 * x + 2];
    luma[x] += scale * thousandths;
  }
}

SAFELIGHT_INLINE double sum_across(const double* luma, const std::vector<std::int32_t>& taps) {
  std::array<double, 8> lanes{};
  std::size_t i = 0;
  for (; i + 8 <= taps.size(); i += 8) {
    for (std::size_t lane = 0; lane < 8; ++lane) lanes[lane] += luma[i + lane] * taps[i + lane];
  }
  for (; i < taps.size(); ++i) lanes[i % 8] += luma[i] * taps[i];
  return ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
}

template <class Vector>
SAFELIGHT_INLINE Samples downsample_with(const Picture& picture) {
  Samples samples{};
  const std::vector<Part> down = axis_parts(picture.height);
  const std::vector<Part> across = axis_parts(picture.width);
  std::vector<std::uint16_t> sums(picture.width * 3);
  std::vector<double> luma(picture.width);
  for (const Part& row : down) {
    std::fill(luma.begin(), luma.end(), 0.0);
    for (const auto& block : row_blocks(row, picture)) {
      sum_rows<Vector>(block, sums.size(), sums.data());
      add_luma(sums.data(), picture.width, row.scale / 1000.0, luma.data());
    }
    for (const Part& column : across) {
      samples[row.sample][column.sample] += column.scale * sum_across(luma.data() + column.first, column.taps);
    }
  }
  return samples;
}

// Frequencies 1 to 16, rows of 64: the cosine transform without its constant.
inline const std::array<std::array<double, kSamples>, kFrequencies>& cosines() {
  static const auto table = [] {
    std::array<std::array<double, kSamples>, kFrequencies> rows{};
    const double pi = std::acos(-1.0);
    for (std::size_t i = 0; i < kFrequencies; ++i) {
      for (std::size_t k = 0; k < kSamples; ++k) {
        const auto turn = static_cast<double>((i + 1) * (2 * k + 1));
        rows[i][k] = std::sqrt(2.0 / kSamples) * std::cos(pi / (2.0 * kSamples) * turn);
      }
    }
    return rows;
  }();
  return table;
}

SAFELIGHT_INLINE Coefficients transform_with(const Samples& samples) {
  const auto& table = cosines();
  std::array<std::array<double, kSamples>, kFrequencies> narrow{};
  Coefficients result{};
  for (std::size_t i = 0; i < kFrequencies; ++i) {
    std::array<double, kSamples> row{};
    for (std::size_t k = 0; k < kSamples; ++k) {
      for (std::size_t x = 0; x < kSamples; ++x) row[x] += table[i][k] * samples[k][x];
    }
    narrow[i] = row;
  }
  for (std::size_t i = 0; i < kFrequencies; ++i) {
    for (std::size_t j = 0; j < kFrequencies; ++j) {
      std::array<double, 8> lanes{};
      for (std::size_t k = 0; k < kSamples; k += 8) {
        for (std::size_t lane = 0; lane < 8; ++lane) lanes[lane] += narrow[i][k + lane] * table[j][k + lane];
      }
      for (const double lane : lanes) result[i][j] += lane;
    }
  }
  return result;
}

struct Filtered {
  Samples samples;
  Coefficients coefficients;
};

template <class Vector>
SAFELIGHT_INLINE Filtered filter_with(const Picture& picture) {
  const Samples samples = downsample_with<Vector>(picture);
  return {samples, transform_with(samples)};
}

inline Filtered filter_plain(const Picture& picture) { return filter_with<Narrow>(picture); }
#ifdef SAFELIGHT_X86
[[gnu::target("avx2,fma")]] inline Filtered filter_avx2(const Picture& picture) { return filter_with<Wide>(picture); }
[[gnu::target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl")]] inline Filtered filter_avx512(const Picture& picture) {
  return filter_with<Wide>(picture);
}
#endif

inline Filtered filter(const Picture& picture, SimdLevel level) {
#ifdef SAFELIGHT_X86
  if (level == SimdLevel::avx512) return filter_avx512(picture);
  if (level == SimdLevel::avx2) return filter_avx2(picture);
#endif
  static_cast<void>(level);
  return filter_plain(picture);
}

// ---- From samples to a hash ----

// In single precision and cut off to whole percentages, as the reference does.
inline int quality_of(const Samples& samples) {
  const auto step = [](double from, double to) {
    return std::abs(static_cast<int>((static_cast<float>(from) - static_cast<float>(to)) * 100.0F / 255.0F));
  };
  int steps = 0;
  for (std::size_t i = 0; i < kSamples; ++i) {
    for (std::size_t j = 0; j + 1 < kSamples; ++j) {
      steps += step(samples[i][j], samples[i][j + 1]) + step(samples[j][i], samples[j + 1][i]);
    }
  }
  return std::min(steps / 90, 100);
}

// How much of the rounding error reaches each coefficient: the less, the higher its frequencies.
inline const std::array<double, kBits>& frequency_weights() {
  static const auto table = [] {
    std::array<double, kBits> weights{};
    for (std::size_t k = 0; k < kBits; ++k) {
      const auto down = static_cast<double>(k / kFrequencies + 1);
      const auto across = static_cast<double>(k % kFrequencies + 1);
      weights[k] = std::pow(down * across * std::min(down, across), -0.4);
    }
    return weights;
  }();
  return table;
}

// How far off single precision may put each coefficient. How it was measured: pdq_py.rounding_band.
inline std::array<double, kBits> rounding_bands(const Picture& picture, const Samples& samples) {
  double sum = 0.0;
  for (const auto& row : samples) {
    for (const double sample : row) sum += sample;
  }
  const double sides = std::cbrt(static_cast<double>(picture.height)) + std::cbrt(static_cast<double>(picture.width));
  const double scale = std::ldexp(sum / (kSamples * kSamples), -19) * sides;
  std::array<double, kBits> bands = frequency_weights();
  for (double& band : bands) band *= scale;
  return bands;
}

// One of the four mirrorings: even frequencies change their sign in a mirrored axis.
struct Mirrored {
  std::array<double, kBits> values;
  double median;
  int unsettled_bits;

  Mirrored(const Coefficients& coefficients, bool flips_rows, bool flips_columns,
           const std::array<double, kBits>& bands) {
    for (std::size_t k = 0; k < kBits; ++k) {
      const std::size_t i = k / kFrequencies, j = k % kFrequencies;
      const bool is_negative = (flips_rows && i % 2 == 0) != (flips_columns && j % 2 == 0);
      values[k] = is_negative ? -coefficients[i][j] : coefficients[i][j];
    }
    std::array<std::uint16_t, kBits> order{};
    for (std::size_t k = 0; k < kBits; ++k) order[k] = static_cast<std::uint16_t>(k);
    const auto is_before = [this](std::uint16_t a, std::uint16_t b) {
      return values[a] < values[b] || (values[a] == values[b] && a < b);
    };
    const auto middle = order.begin() + kBits / 2 - 1;  // the lower median
    std::nth_element(order.begin(), middle, order.end(), is_before);
    median = values[*middle];
    unsettled_bits = -1;  // the median itself is counted, and does not count
    for (std::size_t k = 0; k < kBits; ++k) {
      unsettled_bits += std::abs(values[k] - median) <= bands[k] + bands[*middle] ? 1 : 0;
    }
  }

  // The last bit of the last byte is the lowest frequency.
  Bytes32 bits(bool is_transposed) const {
    Bytes32 bytes{};
    for (std::size_t k = 0; k < kBits; ++k) {
      const std::size_t place = is_transposed ? k % kFrequencies * kFrequencies + k / kFrequencies : k;
      if (values[k] > median) bytes[31 - place / 8] |= static_cast<std::uint8_t>(1U << (place % 8));
    }
    return bytes;
  }
};

inline Hash hash_rgb(const Picture& picture, SimdLevel level) {
  if (picture.height < kMinimumSide || picture.width < kMinimumSide) {
    throw std::invalid_argument("A picture with a side under 5 px has no PDQ hash.");
  }
  const Filtered filtered = filter(picture, level);
  const auto bands = rounding_bands(picture, filtered.samples);
  const Mirrored plain(filtered.coefficients, false, false, bands);
  const Mirrored rows(filtered.coefficients, true, false, bands);
  const Mirrored columns(filtered.coefficients, false, true, bands);
  const Mirrored both(filtered.coefficients, true, true, bands);
  return {quality_of(filtered.samples),
          {plain.bits(false), columns.bits(true), both.bits(false), rows.bits(true), rows.bits(false),
           columns.bits(false), plain.bits(true), both.bits(true)},
          std::max({plain.unsettled_bits, rows.unsettled_bits, columns.unsettled_bits, both.unsettled_bits})};
}

}  // namespace safelight::pdq
