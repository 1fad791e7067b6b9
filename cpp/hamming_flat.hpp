// Every code is looked at. A few codes at a time are measured against up to eight queries at once; only where one of
// them is near are those codes measured one by one. For unrelated codes that is almost never, and for a small radius
// the first half of a code is enough to see it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "hamming_code.hpp"
#include "simd_level.hpp"

#if defined(SAFELIGHT_X86)
#include <immintrin.h>
#elif defined(SAFELIGHT_NEON)
#include <arm_neon.h>
#endif

namespace safelight::hamming {

inline constexpr std::size_t kBlock = 8;

// Unrelated codes differ in 64 +- 6 of the 128 bits of a half: beyond this radius, too many halves would be near.
inline constexpr std::uint32_t kMostByHalf = 44;

// The queries of one pass over the codes. Loops over them are unrolled for 1, 2, 4 or 8: the last one is repeated to
// fill these up, and only the first `size` are reported.
struct Block {
  const Code* queries;
  std::size_t size;
  std::size_t first;  // the number of its first query
  std::uint32_t radius;

  const Code& query(std::size_t number) const { return queries[std::min(number, size - 1)]; }
};

// Measure `count` codes wholly, and report those that are near. Apart, so that it does not weigh on the loops below.
template <class Report>
[[gnu::noinline]] void report_near(const CodesView& codes, std::size_t first, std::size_t count, const Block& block,
                                   Report& report) {
  for (std::size_t q = 0; q < block.size; ++q) {
    const Code& query = block.queries[q];
    for (std::size_t i = first; i < first + count; ++i) {
      if (distance_of_halves(codes.heads[i], query[0], query[1]) > block.radius) continue;
      const std::uint32_t distance = distance_to(codes, i, query);
      if (distance <= block.radius) report(block.first + q, i, distance);
    }
  }
}

// In what follows kHalves is how many halves of a code are measured: 1 or 2.
template <std::size_t kHalves>
const Half* half_of(const CodesView& codes, std::size_t half) {
  return kHalves == 1 || half == 0 ? codes.heads : codes.tails;
}

#if defined(SAFELIGHT_X86)

// Bits of every half byte of two registers together: at most eight.
inline __m128i count_in_half_bytes(__m128i a, __m128i b) {
  const auto pairs = [](__m128i value) {
    return _mm_sub_epi64(value, _mm_and_si128(_mm_srli_epi64(value, 1), _mm_set1_epi8(0x55)));
  };
  const auto fours = [](__m128i value) {
    const __m128i mask = _mm_set1_epi8(0x33);
    return _mm_add_epi64(_mm_and_si128(value, mask), _mm_and_si128(_mm_srli_epi64(value, 2), mask));
  };
  return _mm_add_epi64(fours(pairs(a)), fours(pairs(b)));
}

// Two codes at a time: register 2h holds the first word of half h of both, register 2h+1 the second.
template <std::size_t kQueries, std::size_t kHalves, class Report>
void scan_sse2(const CodesView& codes, const Block& block, Report& report) {
  constexpr std::size_t kStep = 2, kRegisters = 2 * kHalves;
  __m128i queries[kQueries][kRegisters], words[kRegisters];
  for (std::size_t q = 0; q < kQueries; ++q) {
    for (std::size_t w = 0; w < kRegisters; ++w) {
      queries[q][w] = _mm_set1_epi64x(static_cast<long long>(block.query(q)[w]));
    }
  }
  const __m128i nibble = _mm_set1_epi8(0x0F), zero = _mm_setzero_si128();
  const __m128i radius = _mm_set1_epi64x(block.radius);
  std::size_t i = 0;
  for (; i + kStep <= codes.size; i += kStep) {
    for (std::size_t h = 0; h < kHalves; ++h) {
      const auto* lanes = reinterpret_cast<const __m128i*>(half_of<kHalves>(codes, h) + i);
      words[2 * h] = _mm_unpacklo_epi64(_mm_load_si128(lanes), _mm_load_si128(lanes + 1));
      words[2 * h + 1] = _mm_unpackhi_epi64(_mm_load_si128(lanes), _mm_load_si128(lanes + 1));
    }
    __m128i nearest = _mm_set1_epi16(0x7FFF);
    for (std::size_t q = 0; q < kQueries; ++q) {
      __m128i bytes = zero;
      for (std::size_t w = 0; w < kRegisters; w += 2) {
        const __m128i counted = count_in_half_bytes(_mm_xor_si128(words[w], queries[q][w]),
                                                    _mm_xor_si128(words[w + 1], queries[q][w + 1]));
        bytes = _mm_add_epi8(bytes, _mm_and_si128(counted, nibble));
        bytes = _mm_add_epi8(bytes, _mm_and_si128(_mm_srli_epi64(counted, 4), nibble));
      }
      nearest = _mm_min_epi16(nearest, _mm_sad_epu8(bytes, zero));
    }
    // A sum lies in the lowest 16 bits of each half; in all others both sides are zero, so these say nothing.
    const int is_near = _mm_movemask_epi8(_mm_cmpeq_epi16(_mm_min_epi16(nearest, radius), nearest)) & 0x0101;
    if (is_near != 0) report_near(codes, i, kStep, block, report);
  }
  report_near(codes, i, codes.size - i, block, report);
}

#define SAFELIGHT_HAMMING_AVX2 [[gnu::target("avx2")]]

// A register's half bytes: what each is the index of, in a table of bits.
struct HalfBytes {
  __m256i low, high;
};

SAFELIGHT_HAMMING_AVX2 inline HalfBytes split(__m256i value) {
  const __m256i nibble = _mm256_set1_epi8(0x0F);
  return {_mm256_and_si256(value, nibble), _mm256_and_si256(_mm256_srli_epi16(value, 4), nibble)};
}

SAFELIGHT_HAMMING_AVX2 inline __m256i count_bytes(const HalfBytes& value) {
  const __m256i table = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,  //
                                         0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
  return _mm256_add_epi8(_mm256_shuffle_epi8(table, value.low), _mm256_shuffle_epi8(table, value.high));
}

// Four codes at a time, in registers as above. The codes and the queries are split into half bytes before they are
// compared, each once.
template <std::size_t kQueries, std::size_t kHalves, class Report>
SAFELIGHT_HAMMING_AVX2 void scan_avx2(const CodesView& codes, const Block& block, Report& report) {
  constexpr std::size_t kStep = 4, kRegisters = 2 * kHalves;
  HalfBytes queries[kQueries][kRegisters], words[kRegisters];
  for (std::size_t q = 0; q < kQueries; ++q) {
    for (std::size_t w = 0; w < kRegisters; ++w) {
      queries[q][w] = split(_mm256_set1_epi64x(static_cast<long long>(block.query(q)[w])));
    }
  }
  const __m256i radius = _mm256_set1_epi64x(block.radius);
  std::size_t i = 0;
  for (; i + kStep <= codes.size; i += kStep) {
    for (std::size_t h = 0; h < kHalves; ++h) {
      const auto* lanes = reinterpret_cast<const __m256i*>(half_of<kHalves>(codes, h) + i);
      const __m256i one = _mm256_loadu_si256(lanes), other = _mm256_loadu_si256(lanes + 1);
      words[2 * h] = split(_mm256_unpacklo_epi64(one, other));
      words[2 * h + 1] = split(_mm256_unpackhi_epi64(one, other));
    }
    __m256i nearest = _mm256_set1_epi16(0x7FFF);
    for (std::size_t q = 0; q < kQueries; ++q) {
      __m256i bytes = _mm256_setzero_si256();
      for (std::size_t w = 0; w < kRegisters; ++w) {
        bytes = _mm256_add_epi8(bytes, count_bytes({_mm256_xor_si256(words[w].low, queries[q][w].low),
                                                    _mm256_xor_si256(words[w].high, queries[q][w].high)}));
      }
      nearest = _mm256_min_epi16(nearest, _mm256_sad_epu8(bytes, _mm256_setzero_si256()));
    }
    const __m256i is_far = _mm256_cmpgt_epi64(nearest, radius);
    if (_mm256_movemask_pd(_mm256_castsi256_pd(is_far)) != 0xF) report_near(codes, i, kStep, block, report);
  }
  report_near(codes, i, codes.size - i, block, report);
}

#define SAFELIGHT_HAMMING_AVX512 [[gnu::target("avx512f,avx512bw,avx512dq,avx512vl,avx512vpopcntdq")]]

// Eight codes at a time, in registers as above. The forms with a mask of ones are the same instructions; the others
// make GCC 12 warn of its own headers.
template <std::size_t kQueries, std::size_t kHalves, class Report>
SAFELIGHT_HAMMING_AVX512 void scan_avx512(const CodesView& codes, const Block& block, Report& report) {
  constexpr std::size_t kStep = 8, kRegisters = 2 * kHalves;
  __m512i queries[kQueries][kRegisters], words[kRegisters];
  for (std::size_t q = 0; q < kQueries; ++q) {
    for (std::size_t w = 0; w < kRegisters; ++w) {
      queries[q][w] = _mm512_set1_epi64(static_cast<long long>(block.query(q)[w]));
    }
  }
  const __m512i radius = _mm512_set1_epi64(block.radius);
  std::size_t i = 0;
  for (; i + kStep <= codes.size; i += kStep) {
    for (std::size_t h = 0; h < kHalves; ++h) {
      const __m512i one = _mm512_loadu_si512(half_of<kHalves>(codes, h) + i);
      const __m512i other = _mm512_loadu_si512(half_of<kHalves>(codes, h) + i + kStep / 2);
      words[2 * h] = _mm512_maskz_unpacklo_epi64(0xFF, one, other);
      words[2 * h + 1] = _mm512_maskz_unpackhi_epi64(0xFF, one, other);
    }
    __m512i nearest = _mm512_set1_epi64(kBits + 1);
    for (std::size_t q = 0; q < kQueries; ++q) {
      __m512i distance = _mm512_setzero_si512();
      for (std::size_t w = 0; w < kRegisters; ++w) {
        distance = _mm512_add_epi64(distance, _mm512_popcnt_epi64(_mm512_xor_si512(words[w], queries[q][w])));
      }
      nearest = _mm512_maskz_min_epu64(0xFF, nearest, distance);
    }
    if (_mm512_cmple_epu64_mask(nearest, radius) != 0) report_near(codes, i, kStep, block, report);
  }
  report_near(codes, i, codes.size - i, block, report);
}

#elif defined(SAFELIGHT_NEON)

// Sixteen codes at a time: a half is a register, and its bytes' bits are summed in pairs until one byte is left of
// each. A sum of 256 does not fit: it stays at 255, and so does the radius.
template <std::size_t kQueries, std::size_t kHalves, class Report>
void scan_neon(const CodesView& codes, const Block& block, Report& report) {
  constexpr std::size_t kStep = 16;
  uint8x16_t queries[kQueries][kHalves];
  for (std::size_t q = 0; q < kQueries; ++q) {
    for (std::size_t h = 0; h < kHalves; ++h) {
      queries[q][h] = vreinterpretq_u8_u64(vld1q_u64(block.query(q).data() + 2 * h));
    }
  }
  const auto radius = static_cast<std::uint8_t>(std::min<std::uint32_t>(block.radius, 255));
  std::size_t i = 0;
  for (; i + kStep <= codes.size; i += kStep) {
    uint8x16_t nearest = vdupq_n_u8(0xFF);
    for (std::size_t q = 0; q < kQueries; ++q) {
      uint8x16_t distance = vdupq_n_u8(0);
      for (std::size_t h = 0; h < kHalves; ++h) {
        const Half* halves = half_of<kHalves>(codes, h) + i;
        uint8x16_t bits[kStep];
        for (std::size_t k = 0; k < kStep; ++k) {
          bits[k] = vcntq_u8(veorq_u8(vreinterpretq_u8_u64(vld1q_u64(halves[k].words)), queries[q][h]));
        }
        for (std::size_t left = kStep / 2; left != 0; left /= 2) {
          for (std::size_t k = 0; k < left; ++k) bits[k] = vpaddq_u8(bits[2 * k], bits[2 * k + 1]);
        }
        distance = vqaddq_u8(distance, bits[0]);
      }
      nearest = vminq_u8(nearest, distance);
    }
    if (vminvq_u8(nearest) <= radius) report_near(codes, i, kStep, block, report);
  }
  report_near(codes, i, codes.size - i, block, report);
}

#endif

template <std::size_t kQueries, std::size_t kHalves, class Report>
void scan_with(const CodesView& codes, const Block& block, SimdLevel level, Report& report) {
#if defined(SAFELIGHT_X86)
  if (level == SimdLevel::avx512) return scan_avx512<kQueries, kHalves>(codes, block, report);
  if (level == SimdLevel::avx2) return scan_avx2<kQueries, kHalves>(codes, block, report);
  if (level == SimdLevel::sse2) return scan_sse2<kQueries, kHalves>(codes, block, report);
#elif defined(SAFELIGHT_NEON)
  if (level == SimdLevel::neon) return scan_neon<kQueries, kHalves>(codes, block, report);
#endif
  static_cast<void>(level);
  report_near(codes, 0, codes.size, block, report);
}

template <std::size_t kQueries, class Report>
void scan_block(const CodesView& codes, const Block& block, SimdLevel level, Report& report) {
  if (block.radius <= kMostByHalf) return scan_with<kQueries, 1>(codes, block, level, report);
  scan_with<kQueries, 2>(codes, block, level, report);
}

// Call report(query, position, distance) once for every code within the radius of a query; in no particular order.
template <class Report>
void scan(const CodesView& codes, const Code* queries, std::size_t count, std::uint32_t radius, SimdLevel level,
          Report&& report) {
  for (std::size_t first = 0; first < count; first += kBlock) {
    const Block block{queries + first, std::min(kBlock, count - first), first, radius};
    if (block.size > 4) {
      scan_block<8>(codes, block, level, report);
    } else if (block.size > 2) {
      scan_block<4>(codes, block, level, report);
    } else if (block.size == 2) {
      scan_block<2>(codes, block, level, report);
    } else {
      scan_block<1>(codes, block, level, report);
    }
  }
}

}  // namespace safelight::hamming
