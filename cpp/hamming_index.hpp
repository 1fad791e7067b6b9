// 256-bit codes with 64-bit payloads, searched by Hamming distance: every code is looked at, packed so that this is
// quick. The plain twin is src/safelight/matching/hamming_py.py.
//
// The four words of a code lie in four streams. Only the first two are read for every code: two unrelated codes
// differ in about 64 of these 128 bits, so the other half is rarely needed. Queries go through in blocks of eight,
// which is also what the eight orientations of one picture make.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <shared_mutex>
#include <vector>

#include "simd_level.hpp"

#ifdef SAFELIGHT_X86
#include <immintrin.h>
#endif

namespace safelight::hamming {

inline constexpr std::size_t kWords = 4;
inline constexpr std::size_t kCodeBytes = 32;
inline constexpr std::size_t kBlock = 8;

using Code = std::array<std::uint64_t, kWords>;

inline Code load_code(const std::uint8_t* bytes) {
  Code code;
  std::memcpy(code.data(), bytes, kCodeBytes);
  return code;
}

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

// The codes, as streams. Position i of every stream belongs to one code.
struct Codes {
  std::array<std::vector<std::uint64_t>, kWords> words;
  std::vector<std::uint64_t> payloads;

  std::size_t size() const { return payloads.size(); }

  void reserve(std::size_t size) {
    for (auto& stream : words) stream.reserve(size);
    payloads.reserve(size);
  }

  void append(const Code& code, std::uint64_t payload) {
    for (std::size_t w = 0; w < kWords; ++w) words[w].push_back(code[w]);
    payloads.push_back(payload);
  }

  // The last code takes the place of this one: order means nothing here.
  void erase(std::size_t position) {
    for (auto& stream : words) {
      stream[position] = stream.back();
      stream.pop_back();
    }
    payloads[position] = payloads.back();
    payloads.pop_back();
  }
};

// Up to kBlock queries and what they found.
struct Block {
  const Code* queries;
  std::size_t size;
  std::uint32_t radius;
  Hits* hits;  // one list a query
};

// Measure one code wholly, and keep it if it is near enough.
inline void keep_if_near(const Codes& codes, std::size_t position, const Block& block, std::size_t query) {
  std::uint32_t distance = 0;
  for (std::size_t w = 0; w < kWords; ++w) distance += count_bits(codes.words[w][position] ^ block.queries[query][w]);
  if (distance <= block.radius) block.hits[query].push_back({distance, codes.payloads[position]});
}

inline void scan_plain(const Codes& codes, std::size_t first, const Block& block) {
  for (std::size_t i = first; i < codes.size(); ++i) {
    for (std::size_t q = 0; q < block.size; ++q) {
      const Code& query = block.queries[q];
      const std::uint32_t half = count_bits(codes.words[0][i] ^ query[0]) + count_bits(codes.words[1][i] ^ query[1]);
      if (half <= block.radius) keep_if_near(codes, i, block, q);
    }
  }
}

#ifdef SAFELIGHT_X86

// Bits of each 64-bit lane: a look-up for each half byte, summed over the lane.
[[gnu::target("avx2")]] inline __m256i count_lanes(__m256i value) {
  const __m256i table = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,  //
                                         0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
  const __m256i nibble = _mm256_set1_epi8(0x0F);
  const __m256i low = _mm256_shuffle_epi8(table, _mm256_and_si256(value, nibble));
  const __m256i high = _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16(value, 4), nibble));
  return _mm256_add_epi8(low, high);
}

[[gnu::target("avx2")]] inline void scan_avx2(const Codes& codes, const Block& block) {
  const std::size_t whole = codes.size() / 4 * 4;
  const __m256i radius = _mm256_set1_epi64x(block.radius);
  __m256i first_words[kBlock], second_words[kBlock];
  for (std::size_t q = 0; q < block.size; ++q) {
    first_words[q] = _mm256_set1_epi64x(static_cast<long long>(block.queries[q][0]));
    second_words[q] = _mm256_set1_epi64x(static_cast<long long>(block.queries[q][1]));
  }
  for (std::size_t i = 0; i < whole; i += 4) {
    const __m256i a = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(&codes.words[0][i]));
    const __m256i b = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(&codes.words[1][i]));
    for (std::size_t q = 0; q < block.size; ++q) {
      const __m256i bytes = _mm256_add_epi8(count_lanes(_mm256_xor_si256(a, first_words[q])),
                                            count_lanes(_mm256_xor_si256(b, second_words[q])));
      const __m256i half = _mm256_sad_epu8(bytes, _mm256_setzero_si256());
      const __m256i is_far = _mm256_cmpgt_epi64(half, radius);
      auto near = static_cast<unsigned>(~_mm256_movemask_pd(_mm256_castsi256_pd(is_far))) & 0xFU;
      for (; near != 0; near &= near - 1) keep_if_near(codes, i + static_cast<unsigned>(__builtin_ctz(near)), block, q);
    }
  }
  scan_plain(codes, whole, block);
}

#define SAFELIGHT_AVX512 [[gnu::target("avx512f,avx512bw,avx512dq,avx512vl,avx512vpopcntdq")]]

SAFELIGHT_AVX512 inline void scan_avx512(const Codes& codes, const Block& block) {
  const std::size_t whole = codes.size() / 8 * 8;
  const __m512i radius = _mm512_set1_epi64(block.radius);
  __m512i first_words[kBlock], second_words[kBlock];
  for (std::size_t q = 0; q < block.size; ++q) {
    first_words[q] = _mm512_set1_epi64(static_cast<long long>(block.queries[q][0]));
    second_words[q] = _mm512_set1_epi64(static_cast<long long>(block.queries[q][1]));
  }
  for (std::size_t i = 0; i < whole; i += 8) {
    const __m512i a = _mm512_loadu_si512(&codes.words[0][i]);
    const __m512i b = _mm512_loadu_si512(&codes.words[1][i]);
    for (std::size_t q = 0; q < block.size; ++q) {
      const __m512i half = _mm512_add_epi64(_mm512_popcnt_epi64(_mm512_xor_si512(a, first_words[q])),
                                            _mm512_popcnt_epi64(_mm512_xor_si512(b, second_words[q])));
      auto near = static_cast<unsigned>(_mm512_cmple_epi64_mask(half, radius));
      for (; near != 0; near &= near - 1) keep_if_near(codes, i + static_cast<unsigned>(__builtin_ctz(near)), block, q);
    }
  }
  scan_plain(codes, whole, block);
}

#endif  // SAFELIGHT_X86

inline void scan(const Codes& codes, const Block& block, SimdLevel level) {
#ifdef SAFELIGHT_X86
  if (level == SimdLevel::avx512) return scan_avx512(codes, block);
  if (level == SimdLevel::avx2) return scan_avx2(codes, block);
#endif
  static_cast<void>(level);
  scan_plain(codes, 0, block);
}

// Safe for many threads. Searches run beside each other; a change waits for those that run, and new ones wait for it,
// so that a steady stream of searches can't starve it.
class Index {
 public:
  explicit Index(SimdLevel level) : level_(level) {}

  void add(const Code& code, std::uint64_t payload) {
    const Writing writing(*this);
    codes_.append(code, payload);
  }

  // All become visible at once.
  void add_many(const std::uint8_t* codes, const std::uint64_t* payloads, std::size_t size) {
    const Writing writing(*this);
    codes_.reserve(std::max(codes_.size() + size, std::min(2 * codes_.size(), codes_.size() + (std::size_t{1} << 20))));
    for (std::size_t i = 0; i < size; ++i) codes_.append(load_code(codes + i * kCodeBytes), payloads[i]);
  }

  // Remove every code with this payload; say whether there was one. It walks the payloads: 8 bytes a code.
  bool remove(std::uint64_t payload) {
    const Writing writing(*this);
    const std::size_t before = codes_.size();
    for (std::size_t i = before; i-- > 0;) {
      if (codes_.payloads[i] == payload) codes_.erase(i);
    }
    return codes_.size() != before;
  }

  std::size_t size() const {
    const Reading reading(*this);
    return codes_.size();
  }

  // One list for each query, ordered by distance, then payload. Each block of eight queries sees one state of the
  // index; a change may fall between two blocks.
  std::vector<Hits> search(const std::vector<Code>& queries, std::uint32_t radius) const {
    std::vector<Hits> found(queries.size());
    for (std::size_t first = 0; first < queries.size(); first += kBlock) {
      const Block block{&queries[first], std::min(kBlock, queries.size() - first), radius, &found[first]};
      const Reading reading(*this);
      scan(codes_, block, level_);
    }
    for (Hits& hits : found) std::sort(hits.begin(), hits.end());
    return found;
  }

 private:
  struct Writing {
    explicit Writing(Index& index) : queued(index.gate_), held(index.mutex_) {}
    std::unique_lock<std::mutex> queued;
    std::unique_lock<std::shared_mutex> held;
  };

  struct Reading {
    explicit Reading(const Index& index) {
      const std::unique_lock<std::mutex> queued(index.gate_);
      held = std::shared_lock<std::shared_mutex>(index.mutex_);
    }
    std::shared_lock<std::shared_mutex> held;
  };

  const SimdLevel level_;
  mutable std::mutex gate_;
  mutable std::shared_mutex mutex_;
  Codes codes_;
};

}  // namespace safelight::hamming
