// The coded pixels of an ordinary JPEG: bits to coefficients, one block at a time.
//
// What costs time is that each code says where the next one begins. So one look-up takes two coefficients wherever both
// fit into its bits, with their zeros and the end of the block; and the stuffed bytes are taken out beforehand, so
// that bits come eight bytes at a time. Source of the coding: ITU-T T.81 annex F.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "jpeg_header.hpp"

namespace safelight::jpeg {

#define SAFELIGHT_JPEG_INLINE [[gnu::always_inline]] inline

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "eight bytes are loaded as one number and turned");

// The coded bytes between two markers, without stuffing. Behind them lie zeros, so that bits may be read too far by a
// block, and be found missing afterwards.
class Segments {
 public:
  static constexpr std::size_t kSpareBytes = 512;

  Segments(const std::uint8_t* data, std::size_t size, std::size_t start) : data_(data), size_(size), at_(start) {
    plain_.resize(size - start + kSpareBytes);
  }

  // Load the bytes up to the next marker, whose name is given. False where there is none, or it is no plain marker.
  bool next(std::uint8_t& name) {
    std::uint8_t* to = plain_.data();
    while (true) {
      const void* found = std::memchr(data_ + at_, 0xFF, size_ - at_);
      if (found == nullptr) return false;
      const auto stop = static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - data_);
      std::memcpy(to, data_ + at_, stop - at_);
      to += stop - at_;
      if (size_ - stop < 2) return false;
      name = data_[stop + 1];
      at_ = stop + 2;
      if (name != 0) break;
      *to++ = 0xFF;
    }
    bytes_ = static_cast<std::size_t>(to - plain_.data());
    std::memset(to, 0, kSpareBytes);
    return true;
  }

  const std::uint8_t* begin() const { return plain_.data(); }
  std::size_t bytes() const { return bytes_; }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
  std::size_t at_;
  std::vector<std::uint8_t> plain_;
  std::size_t bytes_ = 0;
};

// ---- Bits ----

// At least kReady bits are ready after `refill`; the next one is the highest of `ready`.
class Bits {
 public:
  static constexpr unsigned kReady = 56;

  Bits() = default;
  Bits(const std::uint8_t* begin, std::size_t bytes) : begin_(begin), at_(begin), bytes_(bytes) {}

  SAFELIGHT_JPEG_INLINE void refill() {
    std::uint64_t word = 0;
    std::memcpy(&word, at_, sizeof word);
    ready_ |= __builtin_bswap64(word) >> count_;
    at_ += (63 - count_) >> 3;
    count_ |= 56;
  }
  SAFELIGHT_JPEG_INLINE std::uint64_t peek(unsigned count) const { return ready_ >> (64 - count); }  // 1 to 63
  SAFELIGHT_JPEG_INLINE void skip(unsigned count) {
    ready_ <<= count;
    count_ -= count;
  }

  // Whether no bit was taken that is not there.
  SAFELIGHT_JPEG_INLINE bool is_within() const { return used() <= bytes_ * 8; }
  // Whether all is used but what fills up the last byte.
  bool is_at_end() const { return is_within() && bytes_ * 8 - used() < 8; }

 private:
  SAFELIGHT_JPEG_INLINE std::size_t used() const { return static_cast<std::size_t>(at_ - begin_) * 8 - count_; }

  const std::uint8_t* begin_ = nullptr;
  const std::uint8_t* at_ = nullptr;
  std::size_t bytes_ = 0;
  std::uint64_t ready_ = 0;
  unsigned count_ = 0;
};

// A coefficient as it is coded: its size in bits, then so many bits; those that begin with 0 stand for negative ones.
SAFELIGHT_JPEG_INLINE int value_of(unsigned bits, unsigned size) {
  return size == 0 ? 0 : static_cast<int>(bits) - ((bits >> (size - 1)) != 0 ? 0 : (1 << size) - 1);
}

// The same, `length` bits behind the first of 32.
inline int value_behind(std::uint32_t bits, unsigned length, unsigned size) {
  return size == 0 ? 0 : value_of(bits << length >> (32 - size), size);
}

// ---- Codes ----

struct Code {
  std::uint8_t symbol = 0;
  std::uint8_t length = 0;  // 0: there is no such code
};

// Codes by definition: the numbers of each length follow upon each other.
class CodeBook {
 public:
  // False unless the codes are a prefix code, with no code of ones alone.
  bool build(const HuffmanCodes& codes) {
    symbols_ = codes.symbols;
    std::uint32_t code = 0;
    std::uint32_t index = 0;
    for (unsigned length = 1; length <= kLongestCode; ++length) {
      code <<= 1;
      first_index_[length] = static_cast<int>(index) - static_cast<int>(code);
      index += codes.counts[length];
      code += codes.counts[length];
      if (codes.counts[length] > 0 && code >= 1U << length) return false;
      stop_[length] = code << (kLongestCode - length);
    }
    return index > 0 && index <= symbols_.size();
  }

  // The code at the beginning of 16 bits.
  Code find(std::uint32_t bits) const {
    for (unsigned length = 1; length <= kLongestCode; ++length) {
      if (bits >= stop_[length]) continue;
      const int index = static_cast<int>(bits >> (kLongestCode - length)) + first_index_[length];
      return {symbols_[static_cast<std::size_t>(index)], static_cast<std::uint8_t>(length)};
    }
    return {};
  }

  // What stands at the beginning of every number of `kBits` bits; no code where it is longer.
  template <unsigned kBits>
  std::array<Code, 1U << kBits> spread() const {
    std::array<Code, 1U << kBits> all{};
    std::uint32_t at = 0;
    for (unsigned length = 1; length <= kBits; ++length) {
      const std::uint32_t stop = stop_[length] >> (kLongestCode - kBits);
      while (at < stop) {
        const Code code = find(at << (kLongestCode - kBits));
        const std::uint32_t next = at + (1U << (kBits - length));
        for (; at < next; ++at) all[at] = code;
      }
    }
    return all;
  }

 private:
  std::array<std::uint8_t, 256> symbols_{};
  std::array<int, kLongestCode + 1> first_index_{};       // index of a symbol less its code
  std::array<std::uint32_t, kLongestCode + 1> stop_{};  // the first 16 bits that are beyond this length's codes
};

// How a block's first coefficient differs from the one of the block before.
class DcCodes {
 public:
  static constexpr unsigned kBits = 10;
  static constexpr unsigned kLargestSize = 11;

  bool build(const HuffmanCodes& codes) {
    for (const std::uint8_t symbol : codes.symbols) {
      if (symbol > kLargestSize) return false;
    }
    if (!book_.build(codes)) return false;
    const auto all = book_.spread<kBits>();
    for (unsigned i = 0; i < all.size(); ++i) {
      const unsigned length = all[i].length;
      const unsigned size = all[i].symbol;
      entries_[i] = {};
      if (length == 0 || length + size > kBits) continue;
      const unsigned bits = i >> (kBits - length - size) & ((1U << size) - 1);
      entries_[i] = {static_cast<std::int16_t>(value_of(bits, size)), static_cast<std::uint16_t>(length + size)};
    }
    return true;
  }

  SAFELIGHT_JPEG_INLINE bool read(Bits& bits, int& difference) const {
    bits.refill();
    Entry entry = entries_[bits.peek(kBits)];
    if (entry.length == 0) entry = read_long(static_cast<std::uint32_t>(bits.peek(32)));
    difference = entry.difference;
    bits.skip(entry.length);
    return entry.length != 0;
  }

 private:
  struct Entry {
    std::int16_t difference = 0;
    std::uint16_t length = 0;  // 0: it does not fit into the bits, or there is no such code
  };

  [[gnu::noinline]] Entry read_long(std::uint32_t bits) const {
    const Code code = book_.find(bits >> kLongestCode);
    if (code.length == 0) return {};
    return {static_cast<std::int16_t>(value_behind(bits, code.length, code.symbol)),
            static_cast<std::uint16_t>(code.length + code.symbol)};
  }

  CodeBook book_;
  std::array<Entry, 1U << kBits> entries_{};
};

// ---- Blocks ----

// Where coefficients are laid down: eight rows of 16, for two blocks side by side; then room for what runs too far.
inline constexpr std::size_t kRowLanes = 16;
inline constexpr std::size_t kSpare = 8 * kRowLanes;
using Coefficients = std::array<std::int16_t, kSpare + kRowLanes>;

inline constexpr std::size_t kPlaces = 96;  // the last coefficient and two runs of sixteen beyond it
struct Places {
  std::array<std::uint8_t, kPlaces> at{};
};

// Zigzag order: up and down the diagonals, the first step to the right.
constexpr Places make_places() {
  Places places;
  std::size_t index = 0;
  for (std::size_t diagonal = 0; diagonal < 15; ++diagonal) {
    for (std::size_t step = 0; step <= diagonal; ++step) {
      const std::size_t row = diagonal % 2 == 0 ? diagonal - step : step;
      const std::size_t column = diagonal - row;
      if (row < 8 && column < 8) places.at[index++] = static_cast<std::uint8_t>(row * kRowLanes + column);
    }
  }
  while (index < kPlaces) places.at[index++] = static_cast<std::uint8_t>(kSpare);
  return places;
}
inline constexpr Places kPlacesOfZigzag = make_places();

// All further coefficients of a block.
class AcCodes {
 public:
  static constexpr unsigned kBits = 11;
  static constexpr unsigned kLargestSize = 10;

  bool build(const HuffmanCodes& codes) {
    if (!book_.build(codes)) return false;
    const auto all = book_.spread<kBits>();
    for (unsigned i = 0; i < all.size(); ++i) singles_[i] = single_of(all[i], i);
    for (unsigned i = 0; i < all.size(); ++i) entries_[i] = pair_of(i);
    return true;
  }

  // Read coefficients 1 to 63 of a block, of which all are 0 as yet. False where they are not coded properly.
  // `is_flat` is told if there are none.
  SAFELIGHT_JPEG_INLINE bool read(Bits& bits, std::int16_t* block, bool& is_flat) const {
    bits.refill();
    unsigned index = 1;
    unsigned next = 0;
    while (true) {
      const Entry& entry = entries_[bits.peek(kBits)];
      next = index + entry.advance;
      block[kPlacesOfZigzag.at[index + entry.first]] = entry.first_value;
      block[kPlacesOfZigzag.at[index + entry.second]] = entry.second_value;
      if (next < kCoefficients) {
        bits.skip(entry.length);
        bits.refill();
        index = next;
        continue;
      }
      if (next == kCoefficients || (next >= kEnd && next < kEnd + kCoefficients)) {
        bits.skip(entry.length);
        break;
      }
      const One one = read_one(static_cast<std::uint32_t>(bits.peek(32)), index);
      next = one.next;
      block[one.place] = one.value;
      bits.skip(one.length);
      if (next >= kCoefficients) break;
      bits.refill();
      index = next;
    }
    is_flat = next == kEnd + 1;
    return next < kWrong;
  }

 private:
  static constexpr unsigned kEnd = 128;  // is added to the index where the block ends
  static constexpr unsigned kWrong = 255;
  static constexpr std::uint8_t kEndSymbol = 0x00;
  static constexpr std::uint8_t kSixteenZeros = 0xF0;

  // Up to two coefficients, laid down at so many places from here. A missing one is a 0 where nothing stands yet.
  struct Entry {
    std::int16_t first_value = 0;
    std::int16_t second_value = 0;
    std::uint8_t first = 0;
    std::uint8_t second = 0;
    std::uint8_t advance = kWrong;  // from here to behind the last one; kWrong: nothing fits into the bits
    std::uint8_t length = 0;
  };

  static Entry single_of(Code code, unsigned index) {
    const unsigned run = code.symbol >> 4;
    const unsigned size = code.symbol & 15;
    const unsigned length = code.length + size;
    Entry entry;
    if (code.length == 0 || length > kBits || size > kLargestSize) return entry;
    entry.length = static_cast<std::uint8_t>(length);
    if (code.symbol == kEndSymbol) {
      entry.advance = kEnd;
      return entry;
    }
    if (size == 0 && code.symbol != kSixteenZeros) return Entry{};
    entry.first_value = static_cast<std::int16_t>(value_of(index >> (kBits - length) & ((1U << size) - 1), size));
    entry.first = static_cast<std::uint8_t>(run);
    entry.second = entry.advance = static_cast<std::uint8_t>(run + 1);
    return entry;
  }

  Entry pair_of(unsigned index) const {
    Entry entry = singles_[index];
    if (entry.advance >= kEnd) return entry;
    const Entry& other = singles_[(index << entry.length) & ((1U << kBits) - 1)];
    if (other.advance == kWrong || entry.length + other.length > kBits) return entry;
    entry.second_value = other.first_value;
    entry.second = static_cast<std::uint8_t>(entry.advance + other.first);
    entry.advance = static_cast<std::uint8_t>(entry.advance + other.advance);
    entry.length = static_cast<std::uint8_t>(entry.length + other.length);
    return entry;
  }

  struct One {
    std::uint16_t next = kWrong;  // the next index; at least kEnd where the block ends, kWrong where no code is ours
    std::uint8_t place = kSpare;
    std::uint8_t length = 0;
    std::int16_t value = 0;
  };

  // One code by definition, from the next 32 bits: where it is long, or two would run beyond the block. (Handed
  // over themselves, the bits would have to be in memory.)
  [[gnu::noinline]] One read_one(std::uint32_t bits, unsigned index) const {
    const Code code = book_.find(bits >> kLongestCode);
    const unsigned size = code.symbol & 15;
    const unsigned at = index + (code.symbol >> 4);
    One one;
    if (code.length == 0 || size > kLargestSize) return one;
    one.length = static_cast<std::uint8_t>(code.length + size);
    if (code.symbol == kEndSymbol) {
      one.next = static_cast<std::uint16_t>(kEnd + index);
    } else if (at < kCoefficients && (size != 0 || code.symbol == kSixteenZeros)) {
      one.next = static_cast<std::uint16_t>(at + 1);
      one.place = kPlacesOfZigzag.at[at];
      one.value = static_cast<std::int16_t>(value_behind(bits, code.length, size));
    }
    return one;
  }

  CodeBook book_;
  std::array<Entry, 1U << kBits> singles_{};
  std::array<Entry, 1U << kBits> entries_{};
};

}  // namespace safelight::jpeg
