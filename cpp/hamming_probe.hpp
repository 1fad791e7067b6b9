// The search through the directories: for each part, all values near the query's, and the codes listed there.
//
// Nearly every place that it looks at is a cache miss: a line of the directory, the postings it leads to, and the first
// half of each code listed. So the work goes in blocks through four stages, each of which only asks for what the next
// will read: while one block's codes are compared, the codes of the next, the postings of the one after, and the
// directory lines of the last are under way. The blocks of all parts and of several queries follow each other without
// a pause.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "hamming_code.hpp"
#include "hamming_directory.hpp"
#include "hamming_parts.hpp"
#include "hamming_plan.hpp"
#include "simd_level.hpp"

namespace safelight::hamming {

inline constexpr std::size_t kQueriesAtOnce = 8;

// Has the processor an instruction that counts bits, at this level?
inline bool counts_bits(SimdLevel level) {
#ifdef SAFELIGHT_X86
  return level == SimdLevel::avx2 || level == SimdLevel::avx512;
#else
  return level != SimdLevel::plain;
#endif
}

struct PlainCount {
  static std::uint32_t of(std::uint64_t word) { return count_bits(word); }
};

struct QuickCount {
  [[gnu::always_inline]] static inline std::uint32_t of(std::uint64_t word) {
    return static_cast<std::uint32_t>(__builtin_popcountll(word));
  }
};

// One query on its way through the parts.
struct Probing {
  std::uint32_t number;  // among the caller's queries
  std::uint32_t radius;
  Code code;
  Code mixed;
  const Thresholds* thresholds;
  std::uint64_t candidates = 0;   // codes met so far
  std::uint32_t parts_done = 0;   // all of these were probed wholly
};

// Would one of the first `parts` parts have led to a code that differs so from the query?
inline bool is_found_before(const Code& difference, const Plan& plan, const Thresholds& thresholds,
                            std::uint32_t parts) {
  const Code mixed = mix(difference);
  for (std::uint32_t p = 0; p < parts; ++p) {
    if (static_cast<int>(count_bits(value_of(mixed, plan.parts()[p]))) <= thresholds[p]) return true;
  }
  return false;
}

// The 64 values of a directory line, as differences from one of them, nearest first.
struct LineOrder {
  std::array<std::uint8_t, 64> differences{};
  std::array<std::uint8_t, kLineBits + 1> sizes{};  // how many differ in at most so many bits

  constexpr LineOrder() {
    std::size_t size = 0;
    for (std::uint32_t weight = 0; weight <= kLineBits; ++weight) {
      for (std::uint32_t value = 0; value < 64; ++value) {
        std::uint32_t bits = 0;
        for (std::uint32_t rest = value; rest != 0; rest &= rest - 1) ++bits;
        if (bits == weight) differences[size++] = static_cast<std::uint8_t>(value);
      }
      sizes[weight] = static_cast<std::uint8_t>(size);
    }
  }
};

inline constexpr LineOrder kLineOrder{};

// Call visit(mask) for each mask of `bits` bits of which `taken` are set.
template <class Visit>
[[gnu::always_inline]] inline void for_each_combination(std::uint32_t bits, std::uint32_t taken, Visit&& visit) {
  if (taken == 0) return visit(0U);
  const std::uint32_t end = 1U << bits;
  for (std::uint32_t mask = (1U << taken) - 1; mask < end;) {
    visit(mask);
    const std::uint32_t lowest = mask & (~mask + 1U);
    const std::uint32_t carried = mask + lowest;  // the next larger mask with as many bits: move the lowest run's top up
    mask = carried | (((mask ^ carried) >> 2) >> __builtin_ctz(mask));
  }
}

template <class Report>
class Prober {
 public:
  Prober(const Plan& plan, const Directory* directories, const CodesView& codes, SimdLevel level, Report& report)
      : plan_(plan), directories_(directories), codes_(codes), is_quick_(counts_bits(level)), report_(report) {}

  // Report every code within the radius of each query, once. A query that meets more than `limit` codes in crowded
  // buckets is given up after a part: its `parts_done` then says which parts' finds were reported.
  void run(Probing* queries, std::size_t count, std::uint64_t limit) {
    queries_ = queries;
    for (std::uint32_t part = 0; part < plan_.parts().size(); ++part) {
      std::uint32_t waiting = 0;
      for (std::uint32_t q = 0; q < count; ++q) {
        if (queries[q].candidates > limit) continue;
        queries[q].parts_done = part + 1;
        if ((*queries[q].thresholds)[part] >= 0) waiting |= 1U << q;
      }
      while (waiting != 0) waiting &= ~probe(part, waiting);
    }
    for (int stage = 0; stage < kStages; ++stage) advance();
  }

 private:
  static constexpr std::size_t kLines = 64;
  static constexpr std::size_t kBuckets = 128;
  static constexpr std::size_t kRanges = kBuckets + 64;
  static constexpr int kStages = 4;

  // Some lines of one part's directory and what they lead to.
  struct Stretch {
    const Directory* directory = nullptr;
    std::uint32_t part = 0;
    std::uint32_t place = 0;    // of the query's own value in its line
    std::uint32_t queries = 0;  // a bit for each query that has this value
    std::uint32_t line_count = 0, bucket_count = 0, range_count = 0, id_count = 0;
    std::array<std::uint32_t, kLines> lines;
    std::array<std::uint8_t, kLines> reaches;  // how many bits may differ within the line
    std::array<Range, kRanges> ranges;
    std::array<std::uint32_t, kRanges * kLargestCount + 2> ids;
  };

  // Probe one part for the first of the queries that wait, and for all others with the same value and threshold.
  // Says which these were.
  std::uint32_t probe(std::uint32_t part, std::uint32_t waiting) {
    const Probing& first = queries_[__builtin_ctz(waiting)];
    const Part& place = plan_.parts()[part];
    const std::uint32_t value = value_of(first.mixed, place);
    const int threshold = (*first.thresholds)[part];
    std::uint32_t alike = 0;
    for (std::uint32_t rest = waiting; rest != 0; rest &= rest - 1) {
      const Probing& other = queries_[__builtin_ctz(rest)];
      if ((*other.thresholds)[part] == threshold && value_of(other.mixed, place) == value) alike |= rest & (~rest + 1U);
    }
    start(part, value, alike);
    const std::uint32_t high_bits = place.length - kLineBits;
    for (int taken = 0; taken <= std::min(threshold, static_cast<int>(high_bits)); ++taken) {
      const auto reach = static_cast<std::uint8_t>(std::min(threshold - taken, static_cast<int>(kLineBits)));
      for_each_combination(high_bits, static_cast<std::uint32_t>(taken),
                           [&](std::uint32_t mask) { add_line((value >> kLineBits) ^ mask, reach); });
    }
    advance();
    return alike;
  }

  Stretch& stage(std::uint32_t age) { return stretches_[(turn_ - age) % kStages]; }

  void start(std::uint32_t part, std::uint32_t value, std::uint32_t queries) {
    Stretch& stretch = stage(0);
    stretch.directory = directories_ + part;
    stretch.part = part;
    stretch.place = value % 64;
    stretch.queries = queries;
  }

  [[gnu::always_inline]] void add_line(std::uint32_t line, std::uint8_t reach) {
    Stretch& stretch = stage(0);
    __builtin_prefetch(stretch.directory->groups + std::size_t{line} * (64 / kBucketsOfGroup));
    stretch.lines[stretch.line_count] = line;
    stretch.reaches[stretch.line_count++] = reach;
    stretch.bucket_count += kLineOrder.sizes[reach];
    if (stretch.line_count < kLines && stretch.bucket_count < kBuckets) return;
    const Stretch& full = stretch;
    advance();
    start(full.part, full.place, full.queries);
  }

  // Every stretch takes its next step, the oldest first.
  [[gnu::noinline]] void advance() {
    compare(stage(3));
    expand(stage(2));
    resolve(stage(1));
    ++turn_;
    Stretch& fresh = stage(0);
    fresh.line_count = fresh.bucket_count = fresh.range_count = fresh.id_count = 0;
  }

  // From lines to ranges of postings.
  void resolve(Stretch& stretch) {
    if (stretch.line_count == 0) return;
    const Directory directory = *stretch.directory;
    std::uint32_t count = 0;
    std::uint64_t candidates = 0;
    for (std::uint32_t i = 0; i < stretch.line_count; ++i) {
      const std::uint32_t base = stretch.lines[i] * 64;
      for (std::uint32_t k = 0; k < kLineOrder.sizes[stretch.reaches[i]]; ++k) {
        const Range range = directory.range_of(base + (stretch.place ^ kLineOrder.differences[k]));
        stretch.ranges[count] = range;
        count += range.count != 0;  // no branch: whether a bucket is empty can't be foreseen
        candidates += range.count;
      }
    }
    stretch.range_count = count;
    for (std::uint32_t i = 0; i < count; ++i) __builtin_prefetch(directory.address_of(stretch.ranges[i].first));
    for (std::uint32_t rest = stretch.queries; rest != 0; rest &= rest - 1) {
      queries_[__builtin_ctz(rest)].candidates += candidates;
    }
  }

  // From ranges of postings to ids.
  void expand(Stretch& stretch) {
    if (stretch.range_count == 0) return;
    const Directory directory = *stretch.directory;
    std::uint32_t* ids = stretch.ids.data();
    std::uint32_t count = 0;
    for (std::uint32_t i = 0; i < stretch.range_count; ++i) {
      const Range range = stretch.ranges[i];
      if (__builtin_expect(range.count > kLargestCount, 0)) {
        compare_long(stretch, range);
        continue;
      }
      ids[count] = directory.id_at(range.first);
      ids[count + 1] = directory.id_at(std::size_t{range.first} + 1);
      for (std::uint32_t k = 2; k < range.count; ++k) ids[count + k] = directory.id_at(std::size_t{range.first} + k);
      count += range.count;
    }
    stretch.id_count = count;
    for (std::uint32_t i = 0; i < count; ++i) __builtin_prefetch(codes_.heads + ids[i]);
  }

  // A bucket that holds many: by itself, in pieces, each asked for as a whole before it is compared.
  [[gnu::noinline]] void compare_long(const Stretch& stretch, const Range& range) {
    constexpr std::uint32_t kPiece = 128;
    std::array<std::uint32_t, kPiece> ids;
    for (std::uint32_t done = 0; done < range.count; done += kPiece) {
      const std::uint32_t size = std::min(kPiece, range.count - done);
      for (std::uint32_t i = 0; i < size; ++i) {
        ids[i] = stretch.directory->id_at(std::size_t{range.first} + done + i);
        __builtin_prefetch(codes_.heads + ids[i]);
      }
      compare_ids(stretch, ids.data(), size);
    }
  }

  void compare(const Stretch& stretch) { compare_ids(stretch, stretch.ids.data(), stretch.id_count); }

  void compare_ids(const Stretch& stretch, const std::uint32_t* ids, std::uint32_t count) {
    for (std::uint32_t rest = stretch.queries; rest != 0; rest &= rest - 1) {
      const Probing& query = queries_[__builtin_ctz(rest)];
      if (is_quick_) {
        compare_quickly(query, stretch.part, ids, count);
      } else {
        compare_with<PlainCount>(query, stretch.part, ids, count);
      }
    }
  }

#ifdef SAFELIGHT_X86
  [[gnu::target("popcnt")]]
#endif
  void compare_quickly(const Probing& query, std::uint32_t part, const std::uint32_t* ids, std::uint32_t count) {
    compare_with<QuickCount>(query, part, ids, count);
  }

  template <class Count>
  [[gnu::always_inline]] inline void compare_with(const Probing& query, std::uint32_t part, const std::uint32_t* ids,
                                                  std::uint32_t count) {
    const std::uint64_t first = query.code[0], second = query.code[1];
    const std::uint32_t radius = query.radius;
    for (std::uint32_t i = 0; i < count; ++i) {
      const Half& head = codes_.heads[ids[i]];
      const std::uint32_t distance = Count::of(head.words[0] ^ first) + Count::of(head.words[1] ^ second);
      if (__builtin_expect(distance <= radius, 0)) finish(query, part, ids[i], distance);
    }
  }

  [[gnu::noinline]] void finish(const Probing& query, std::uint32_t part, std::uint32_t id,
                                std::uint32_t head_distance) {
    const std::uint32_t distance = head_distance + distance_of_halves(codes_.tails[id], query.code[2], query.code[3]);
    if (distance > query.radius) return;
    const Half &head = codes_.heads[id], &tail = codes_.tails[id];
    const Code difference{head.words[0] ^ query.code[0], head.words[1] ^ query.code[1], tail.words[0] ^ query.code[2],
                          tail.words[1] ^ query.code[3]};
    if (!is_found_before(difference, plan_, *query.thresholds, part)) report_(query.number, id, distance);
  }

  const Plan& plan_;
  const Directory* directories_;
  const CodesView codes_;
  const bool is_quick_;
  Report& report_;
  Probing* queries_ = nullptr;
  std::uint32_t turn_ = kStages;
  std::array<Stretch, kStages> stretches_;
};

}  // namespace safelight::hamming
