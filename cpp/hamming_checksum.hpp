// A 64-bit checksum against damage: not against forgery.
//
// Eight lanes of words, each step turning, mixing in a word and multiplying: one multiplication for 8 bytes, the same on
// every processor, at about the speed of memory. Each step loses nothing, so a single changed word always shows. Long
// data is cut into pieces that can be summed on several threads.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace safelight::hamming {

inline constexpr std::size_t kSumPiece = std::size_t{16} << 20;

inline std::uint64_t turn_and_mix(std::uint64_t sum, std::uint64_t word) {
  constexpr std::uint64_t kPrime = 0x9E3779B185EBCA87ULL;
  return ((sum << 29 | sum >> 35) ^ word) * kPrime;
}

inline std::uint64_t sum_of_piece(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kLanes = 8;
  std::uint64_t lanes[kLanes];
  for (std::size_t l = 0; l < kLanes; ++l) lanes[l] = 0xC2B2AE3D27D4EB4FULL * (l + 1);
  std::size_t done = 0;
  for (; size - done >= sizeof lanes; done += sizeof lanes) {
    std::uint64_t words[kLanes];
    std::memcpy(words, data + done, sizeof words);
    for (std::size_t l = 0; l < kLanes; ++l) lanes[l] = turn_and_mix(lanes[l], words[l]);
  }
  std::uint64_t rest[kLanes] = {};
  if (done < size) std::memcpy(rest, data + done, size - done);
  std::uint64_t sum = size;
  for (std::size_t l = 0; l < kLanes; ++l) sum = turn_and_mix(turn_and_mix(sum, lanes[l]), rest[l]);
  return sum ^ sum >> 32;
}

inline std::size_t pieces_of(std::size_t size) { return (size + kSumPiece - 1) / kSumPiece; }

inline std::uint64_t sum_of_sums(const std::vector<std::uint64_t>& sums) {
  return sum_of_piece(reinterpret_cast<const std::uint8_t*>(sums.data()), sums.size() * sizeof(std::uint64_t));
}

// The checksum of anything: that of the checksums of its pieces.
inline std::uint64_t checksum(const std::uint8_t* data, std::size_t size) {
  std::vector<std::uint64_t> sums;
  for (std::size_t done = 0; done < size; done += kSumPiece) {
    sums.push_back(sum_of_piece(data + done, std::min(kSumPiece, size - done)));
  }
  return sum_of_sums(sums);
}

}  // namespace safelight::hamming
