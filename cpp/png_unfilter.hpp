// PNG's five line filters undone: the fast form of src/safelight/hashing/png_unfilter_py.py, the specification.
//
// A pixel depends on the one to its left, so what costs time is how long each waits for the one before. The lines are
// therefore walked pixel by pixel with all channels in one register, and every step that does not need the left pixel
// is kept out of the chain. Source of the filters: the PNG specification (third edition), clause 9.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <vector>

#include "simd_level.hpp"

namespace safelight::png {

inline constexpr std::size_t kMostPixelBytes = 4;

// What inflating gave: for each row a byte that names its filter, and `row_bytes` filtered bytes.
struct Lines {
  const std::uint8_t* bytes;
  std::size_t size;
  std::size_t rows;
  std::size_t row_bytes;
  std::size_t pixel_bytes;  // 1 to 4, a divisor of row_bytes
};

// Eight channels as whole numbers that may leave 0 to 255. GCC and Clang have such types for every processor.
typedef std::int16_t Channels [[gnu::vector_size(16)]];
typedef std::uint8_t Octets [[gnu::vector_size(8)]];

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the first byte of a pixel is loaded as the lowest");

// By way of whole numbers: bytes copied straight into a register would be laid down in memory first.
template <std::size_t kSize>
Channels load(const std::uint8_t* bytes) {
  std::uint64_t word = 0;
  if constexpr (kSize == 4) {
    std::uint32_t half = 0;
    std::memcpy(&half, bytes, kSize);
    word = half;
  } else {
    std::memcpy(&word, bytes, kSize);
  }
  Octets octets;
  std::memcpy(&octets, &word, sizeof octets);
  return __builtin_convertvector(octets, Channels);
}

template <std::size_t kSize>
void store(Channels channels, std::uint8_t* bytes) {
  const Octets octets = __builtin_convertvector(channels, Octets);
  std::uint64_t word = 0;
  std::memcpy(&word, &octets, sizeof word);
  const auto half = static_cast<std::uint32_t>(word);
  std::memcpy(bytes, &half, kSize);
}

// What each filter foretells of a pixel from its neighbours: left, above, and above the left one.
struct Sub {
  static Channels foretell(Channels left, Channels, Channels) { return left; }
};
struct Average {
  static Channels foretell(Channels left, Channels above, Channels) { return (left + above) >> 1; }
};
struct Paeth {
  // The neighbour nearest to left + above - corner. That is the smaller of left and above where the larger is at most
  // 3 corner - left - above, the larger where the smaller is at least that, and else the corner; where both hold, all
  // three are equal. Two comparisons instead of three distances: a shorter wait. (The identity is Fabian Giesen's.)
  static Channels foretell(Channels left, Channels above, Channels corner) {
    const Channels threshold = (3 * corner - above) - left;
    const Channels smaller = left < above ? left : above;
    const Channels larger = left < above ? above : left;
    const Channels to_smaller = (smaller ^ corner) & (larger <= threshold);
    const Channels to_larger = (larger ^ corner) & (threshold <= smaller);
    return corner ^ (to_smaller ^ to_larger);
  }
};

// `above` is the finished row before this one. Pixels are read and written `kStep` bytes at a time, the last one alone
// in its true size: what is written beyond a pixel is its right neighbour, which comes next.
template <class Filter, std::size_t kPixelBytes>
void undo_row(const std::uint8_t* line, const std::uint8_t* above, std::uint8_t* row, std::size_t row_bytes) {
  constexpr std::size_t kStep = kPixelBytes == 3 ? 4 : kPixelBytes;
  Channels left{};
  Channels corner{};
  const std::size_t last = row_bytes - kPixelBytes;
  for (std::size_t at = 0; at < last; at += kPixelBytes) {
    const Channels up = load<kStep>(above + at);
    left = (load<kStep>(line + at) + Filter::foretell(left, up, corner)) & 0xFF;
    corner = up;
    store<kStep>(left, row + at);
  }
  left = load<kPixelBytes>(line + last) + Filter::foretell(left, load<kPixelBytes>(above + last), corner);
  store<kPixelBytes>(left & 0xFF, row + last);
}

inline void undo_up(const std::uint8_t* line, const std::uint8_t* above, std::uint8_t* row, std::size_t row_bytes) {
  for (std::size_t i = 0; i < row_bytes; ++i) row[i] = static_cast<std::uint8_t>(line[i] + above[i]);
}

template <std::size_t kPixelBytes>
bool undo_lines(const Lines& lines, std::uint8_t* pixels) {
  const std::size_t row_bytes = lines.row_bytes;
  const std::vector<std::uint8_t> nothing(row_bytes);  // what is above the first row
  const std::uint8_t* above = nothing.data();
  const std::uint8_t* line = lines.bytes;
  for (std::size_t y = 0; y < lines.rows; ++y, line += row_bytes + 1, above = pixels, pixels += row_bytes) {
    switch (line[0]) {
      case 0:
        std::memcpy(pixels, line + 1, row_bytes);
        break;
      case 1:
        undo_row<Sub, kPixelBytes>(line + 1, above, pixels, row_bytes);
        break;
      case 2:
        undo_up(line + 1, above, pixels, row_bytes);
        break;
      case 3:
        undo_row<Average, kPixelBytes>(line + 1, above, pixels, row_bytes);
        break;
      case 4:
        undo_row<Paeth, kPixelBytes>(line + 1, above, pixels, row_bytes);
        break;
      default:
        return false;
    }
  }
  return true;
}

// ISA-L, which inflates the lines, comes back with the upper halves of the wide registers in use. Until they are
// cleared, plain vector code (ours, Pillow's) waits for them at every step: it was measured to take twice as long.
#ifdef SAFELIGHT_X86
[[gnu::target("avx")]] inline void clear_upper_halves() { __builtin_ia32_vzeroupper(); }
inline void settle_registers() {
  if (is_supported(SimdLevel::avx2)) clear_upper_halves();
}
#else
inline void settle_registers() {}
#endif

// Undo the filters of all rows into `pixels`, rows without gaps. False where a row names a filter that there is not.
// Throws std::invalid_argument unless all sizes fit together, before a byte is touched.
inline bool unfilter(const Lines& lines, std::uint8_t* pixels, std::size_t pixels_size) {
  const std::size_t rows = lines.rows;
  const bool has_form = lines.pixel_bytes >= 1 && lines.pixel_bytes <= kMostPixelBytes && lines.row_bytes > 0 &&
                        lines.row_bytes % lines.pixel_bytes == 0;
  // Divided, not multiplied: a product could wrap around.
  const auto holds = [rows](std::size_t size, std::size_t each) {
    return rows > 0 ? size % rows == 0 && size / rows == each : size == 0;
  };
  if (!has_form || !holds(lines.size, lines.row_bytes + 1) || !holds(pixels_size, lines.row_bytes)) {
    throw std::invalid_argument("The lines of a PNG do not have the size of its pixels.");
  }
  settle_registers();
  switch (lines.pixel_bytes) {
    case 1:
      return undo_lines<1>(lines, pixels);
    case 2:
      return undo_lines<2>(lines, pixels);
    case 3:
      return undo_lines<3>(lines, pixels);
    default:
      return undo_lines<4>(lines, pixels);
  }
}

}  // namespace safelight::png
