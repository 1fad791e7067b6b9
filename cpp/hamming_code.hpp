// 256-bit codes, in the form that every part of the search shares: two halves in two streams.
//
// Only the first half is read for every code: two unrelated codes differ in about 64 of its 128 bits, so the second is
// rarely needed. A half is 16 bytes, so four lie in a cache line and none crosses one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "simd_level.hpp"

namespace safelight::hamming {

inline constexpr std::size_t kWords = 4;
inline constexpr std::size_t kCodeBytes = 32;
inline constexpr std::uint32_t kBits = 256;

using Code = std::array<std::uint64_t, kWords>;

inline Code load_code(const std::uint8_t* bytes) {
  Code code;
  std::memcpy(code.data(), bytes, kCodeBytes);
  return code;
}

struct alignas(16) Half {
  std::uint64_t words[2];
};

// Codes that lie somewhere: the first halves in one stream, the second in another.
struct CodesView {
  const Half* heads;
  const Half* tails;
  std::size_t size;
};

struct Hit {
  std::uint32_t distance;
  std::uint64_t payload;

  bool operator<(const Hit& other) const {
    return distance != other.distance ? distance < other.distance : payload < other.payload;
  }
};

using Hits = std::vector<Hit>;

// Bits by the usual halving sums: right on every processor, and what the plain level uses.
inline std::uint32_t count_bits(std::uint64_t word) {
  word -= (word >> 1) & 0x5555555555555555ULL;
  word = (word & 0x3333333333333333ULL) + ((word >> 2) & 0x3333333333333333ULL);
  word = (word + (word >> 4)) & 0x0F0F0F0F0F0F0F0FULL;
  return static_cast<std::uint32_t>((word * 0x0101010101010101ULL) >> 56);
}

inline std::uint32_t distance_of_halves(const Half& a, std::uint64_t first, std::uint64_t second) {
  return count_bits(a.words[0] ^ first) + count_bits(a.words[1] ^ second);
}

inline std::uint32_t distance_to(const CodesView& codes, std::size_t position, const Code& query) {
  return distance_of_halves(codes.heads[position], query[0], query[1]) +
         distance_of_halves(codes.tails[position], query[2], query[3]);
}

}  // namespace safelight::hamming
