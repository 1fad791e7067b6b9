// A part's directory: which codes have a given value in this part.
//
// The codes are listed by their value, as ids of 3 or 4 bytes: the postings. The directory says where each value's
// bucket starts and ends, in about a byte: eight buckets share a word of a 32-bit start and eight 4-bit counts. Where a
// count would not fit, the word is marked and leads to an entry of a table that has all nine ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace safelight::hamming {

inline constexpr std::uint32_t kBucketsOfGroup = 8;
inline constexpr std::uint32_t kLargestCount = 14;            // 15 in all eight is the mark
inline constexpr std::uint32_t kOverflowMark = 0xFFFFFFFFU;   // in the upper half of a group's word
inline constexpr std::size_t kPostingsPadding = 16;           // ids are read as whole words, and one ahead

// Where the postings of eight buckets start; the ninth is the end of the last.
struct Overflow {
  std::uint32_t starts[kBucketsOfGroup + 1];
};

// A bucket's postings.
struct Range {
  std::uint32_t first;
  std::uint32_t count;
};

struct Directory {
  const std::uint64_t* groups;
  const std::uint8_t* postings;
  const Overflow* overflows;
  std::uint32_t overflow_count;
  std::uint32_t id_bytes;
  std::uint32_t id_mask;
  std::uint32_t size;  // codes listed

  // Whatever the words hold, the range lies within the postings: a file that lies can't lead us out of them.
  Range range_of(std::uint32_t bucket) const {
    const std::uint64_t word = groups[bucket / kBucketsOfGroup];
    const auto counts = static_cast<std::uint32_t>(word >> 32);
    const std::uint32_t shift = bucket % kBucketsOfGroup * 4;
    if (__builtin_expect(counts == kOverflowMark, 0)) return range_of_overflow(static_cast<std::uint32_t>(word), bucket);
    const std::uint32_t before = counts & ((1U << shift) - 1);
    const std::uint32_t pairs = (before & 0x0F0F0F0FU) + ((before >> 4) & 0x0F0F0F0FU);
    return within(static_cast<std::uint32_t>(word) + ((pairs * 0x01010101U) >> 24), (counts >> shift) & 15U);
  }

  const std::uint8_t* address_of(std::size_t position) const { return postings + position * id_bytes; }

  // The id is below `size` for the same reason.
  std::uint32_t id_at(std::size_t position) const {
    std::uint32_t id;
    std::memcpy(&id, address_of(position), sizeof id);
    id &= id_mask;
    return id < size ? id : 0;
  }

 private:
  Range within(std::uint32_t first, std::uint32_t count) const {
    return {first, first <= size && count <= size - first ? count : 0};
  }

  Range range_of_overflow(std::uint32_t entry, std::uint32_t bucket) const {
    if (entry >= overflow_count) return {0, 0};
    const std::uint32_t* ends = overflows[entry].starts + bucket % kBucketsOfGroup;
    return within(ends[0], ends[1] - ends[0]);
  }
};

}  // namespace safelight::hamming
