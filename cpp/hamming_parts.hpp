// How a 256-bit code is cut into the parts that the directories are addressed by.
//
// The bits are first put into another order, `mix`: by the parity of their row and column in PDQ's 16 x 16 grid. Turning
// a picture over negates every second row or column of its cosine coefficients, so inside one such class the bits of the
// turned picture are those of the original, or their complement, but for the few that the shifted median moves. Parts
// that lie within a class are therefore often the same for several of a picture's eight orientations, and what was
// fetched for one serves the others. For other codes the order does neither harm nor good.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "hamming_code.hpp"

namespace safelight::hamming {

inline constexpr std::uint32_t kFewestParts = 10;
inline constexpr std::uint32_t kMostParts = 16;
inline constexpr std::uint32_t kShortestPart = 8;
inline constexpr std::uint32_t kLongestPart = 28;

// Bits first .. first + length - 1 of a mixed code.
struct Part {
  std::uint32_t first;
  std::uint32_t length;
};

// A code's bits by class: each word of the result holds the 64 bits of one class. A word of a code holds four rows of
// 16 bits, so a class takes every second bit of every second 16 of each word; the four words interleave without gaps.
inline Code mix(const Code& code) {
  constexpr std::uint64_t kClass = 0x0000555500005555ULL;
  constexpr std::uint32_t kShifts[kWords] = {0, 1, 16, 17};
  Code mixed{};
  for (std::size_t c = 0; c < kWords; ++c) {
    for (std::size_t w = 0; w < kWords; ++w) mixed[c] |= ((code[w] >> kShifts[c]) & kClass) << kShifts[w];
  }
  return mixed;
}

inline std::uint32_t count_all(const Code& code) {
  return count_bits(code[0]) + count_bits(code[1]) + count_bits(code[2]) + count_bits(code[3]);
}

inline std::uint32_t value_of(const Code& mixed, const Part& part) {
  const std::uint32_t word = part.first / 64;
  const std::uint32_t shift = part.first % 64;
  std::uint64_t bits = mixed[word] >> shift;
  if (shift + part.length > 64) bits |= mixed[word + 1] << (64 - shift);
  return static_cast<std::uint32_t>(bits & ((std::uint64_t{1} << part.length) - 1));
}

}  // namespace safelight::hamming
