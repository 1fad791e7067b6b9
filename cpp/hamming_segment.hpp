// The base of an index: codes with payloads that never change, in memory of our own or in a mapped file.
//
// The codes lie in two regions, each sorted by payload: those that the directories list, and after them those that are
// only looked at one by one. Codes of an even number of bits have even distances among each other, so an odd radius is
// in truth the next smaller one; since PDQ makes next to no other codes, the few odd ones lie in the second region and
// the directories are planned for the smaller radius.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "hamming_code.hpp"
#include "hamming_directory.hpp"
#include "hamming_flat.hpp"
#include "hamming_memory.hpp"
#include "hamming_plan.hpp"
#include "hamming_probe.hpp"
#include "simd_level.hpp"

namespace safelight::hamming {

// What a segment is made of, as it lies in memory and in a file.
enum Section : std::size_t { kHeads, kTails, kPayloads, kRuns, kDirectories, kPostings, kOverflows, kSections };

// Neighbours in order of payload mostly share its upper half: from `first` to the next run's, it is `high`.
struct Run {
  std::uint32_t first;
  std::uint32_t high;
};

// What is needed to read the sections.
struct Shape {
  std::uint64_t size = 0;
  std::uint64_t indexed = 0;  // codes in the first region
  std::uint64_t run_count = 0;
  std::uint32_t radius = 0;  // that the index was asked for
  std::uint32_t planned = 0;  // that the directories were planned for
  std::uint32_t is_even = 0;  // the first region holds no code of an odd number of bits
  std::uint32_t has_runs = 0;  // payloads are 4 bytes and their upper halves in runs; else they are 8 bytes
  std::uint32_t part_count = 0;
  std::uint32_t lengths[kMostParts] = {};
  std::uint32_t overflow_counts[kMostParts] = {};
  std::uint32_t unused = 0;  // no gap: a shape is written to files as it lies

  std::size_t postings_bytes() const {  // of one part
    return round_up(indexed * id_bytes(indexed) + kPostingsPadding, kCacheLine);
  }

  std::size_t bytes_of(Section section) const {
    std::size_t values = 0, overflows = 0;
    for (std::size_t p = 0; p < part_count; ++p) {
      values += std::size_t{1} << lengths[p];
      overflows += overflow_counts[p];
    }
    switch (section) {
      case kHeads:
      case kTails:
        return size * sizeof(Half);
      case kPayloads:
        return size * (has_runs != 0 ? sizeof(std::uint32_t) : sizeof(std::uint64_t));
      case kRuns:
        return run_count * sizeof(Run);
      case kDirectories:
        return values / kBucketsOfGroup * sizeof(std::uint64_t);
      case kPostings:
        return part_count * postings_bytes();
      default:
        return overflows * sizeof(Overflow);
    }
  }
};

using Sections = std::array<std::shared_ptr<const std::uint8_t>, kSections>;

// Positions begin .. end - 1.
struct Positions {
  std::size_t begin;
  std::size_t end;
};

class Segment {
 public:
  // `sections` hold at least shape.bytes_of() bytes each, and shape is sound: `build` and `open_segment` see to it.
  Segment(const Shape& shape, Sections sections)
      : shape_(shape), sections_(std::move(sections)),
        plan_(shape.indexed, shape.planned, {shape.lengths, shape.lengths + shape.part_count}) {
    std::size_t group = 0, overflow = 0;
    for (std::uint32_t p = 0; p < shape_.part_count; ++p) {
      directories_.push_back(directory_of(p, group, overflow));
      group += (std::size_t{1} << shape_.lengths[p]) / kBucketsOfGroup;
      overflow += shape_.overflow_counts[p];
    }
  }

  std::size_t size() const { return shape_.size; }
  const Shape& shape() const { return shape_; }
  const Plan& plan() const { return plan_; }
  const std::uint8_t* section(Section section) const { return sections_[section].get(); }

  std::size_t bytes() const {
    std::size_t sum = 0;
    for (std::size_t s = 0; s < kSections; ++s) sum += shape_.bytes_of(static_cast<Section>(s));
    return sum;
  }

  // All codes, in order of position.
  CodesView codes() const { return codes_from(0, shape_.size); }

  std::uint64_t payload(std::size_t position) const {
    if (shape_.has_runs == 0) return at<std::uint64_t>(kPayloads, position);
    return std::uint64_t{run_of(position).high} << 32 | at<std::uint32_t>(kPayloads, position);
  }

  // Where the codes lie whose payloads are first .. last, both included: a stretch of each region, maybe empty.
  std::array<Positions, 2> find(std::uint64_t first, std::uint64_t last) const {
    return {find_in({0, shape_.indexed}, first, last), find_in({shape_.indexed, shape_.size}, first, last)};
  }

  // Call report(query, position, distance) once for every code within the radius of a query; in no particular order.
  template <class Report>
  void search(const Code* queries, std::size_t count, std::uint32_t radius, SimdLevel level, Report&& report) const {
    scan_region({shape_.indexed, shape_.size}, queries, count, radius, level, report);
    if (shape_.indexed == 0) return;
    for (std::size_t first = 0; first < count; first += kQueriesAtOnce) {
      const std::size_t size = std::min(kQueriesAtOnce, count - first);
      auto numbered = [&](std::size_t query, std::size_t position, std::uint32_t distance) {
        report(first + query, position, distance);
      };
      search_indexed(queries + first, size, radius, level, numbered);
    }
  }

 private:
  template <class Value>
  Value at(Section section, std::size_t position) const {
    Value value;
    std::memcpy(&value, sections_[section].get() + position * sizeof value, sizeof value);
    return value;
  }

  CodesView codes_from(std::size_t begin, std::size_t end) const {
    const auto* heads = reinterpret_cast<const Half*>(sections_[kHeads].get());
    const auto* tails = reinterpret_cast<const Half*>(sections_[kTails].get());
    return {heads + begin, tails + begin, end - begin};
  }

  Directory directory_of(std::uint32_t part, std::size_t group, std::size_t overflow) const {
    const std::uint32_t width = id_bytes(shape_.indexed);
    return {reinterpret_cast<const std::uint64_t*>(sections_[kDirectories].get()) + group,
            sections_[kPostings].get() + part * shape_.postings_bytes(),
            reinterpret_cast<const Overflow*>(sections_[kOverflows].get()) + overflow,
            shape_.overflow_counts[part],
            width,
            width == 3 ? 0xFFFFFFU : 0xFFFFFFFFU,
            static_cast<std::uint32_t>(shape_.indexed)};
  }

  Run run_of(std::size_t position) const {
    std::size_t low = 0, high = shape_.run_count;  // the last run that starts at or before the position
    while (high - low > 1) {
      const std::size_t middle = low + (high - low) / 2;
      (at<Run>(kRuns, middle).first <= position ? low : high) = middle;
    }
    return at<Run>(kRuns, low);
  }

  // The first position of the region from which on the payload is at least this.
  std::size_t lower_bound(Positions region, std::uint64_t least) const {
    while (region.begin < region.end) {
      const std::size_t middle = region.begin + (region.end - region.begin) / 2;
      if (payload(middle) < least) {
        region.begin = middle + 1;
      } else {
        region.end = middle;
      }
    }
    return region.begin;
  }

  Positions find_in(Positions region, std::uint64_t first, std::uint64_t last) const {
    const std::size_t begin = lower_bound(region, first);
    const std::size_t end = last == UINT64_MAX ? region.end : lower_bound(region, last + 1);
    return {begin, std::max(begin, end)};
  }

  template <class Report>
  void scan_region(Positions region, const Code* queries, std::size_t count, std::uint32_t radius, SimdLevel level,
                   Report& report) const {
    if (region.begin == region.end) return;
    scan(codes_from(region.begin, region.end), queries, count, radius, level,
         [&](std::size_t query, std::size_t position, std::uint32_t distance) {
           report(query, region.begin + position, distance);
         });
  }

  template <class Report>
  void search_indexed(const Code* queries, std::size_t count, std::uint32_t radius, SimdLevel level,
                      Report& report) const {
    if (!is_worth_probing(radius, count)) return scan_region({0, shape_.indexed}, queries, count, radius, level, report);
    std::array<Probing, kQueriesAtOnce> probings;
    std::size_t size = 0;
    for (std::size_t q = 0; q < count; ++q) {
      const bool is_between = shape_.is_even != 0 && (count_all(queries[q]) ^ radius) % 2 != 0;
      if (is_between && radius == 0) continue;  // no code of the other parity is at distance 0
      const std::uint32_t nearest = is_between ? radius - 1 : radius;
      probings[size++] = {static_cast<std::uint32_t>(q), nearest,          queries[q],
                          mix(queries[q]),               &plan_.thresholds(nearest), 0, 0};
    }
    Prober<Report> prober(plan_, directories_.data(), codes_from(0, shape_.indexed), level, report);
    prober.run(probings.data(), size, candidate_limit());
    for (std::size_t i = 0; i < size; ++i) scan_rest(probings[i], level, report);
  }

  // Beyond the radius asked for, only while it's modelled quicker than one look at every code for all queries.
  bool is_worth_probing(std::uint32_t radius, std::size_t queries) const {
    if (!plan_.covers(radius) || radius <= shape_.radius) return plan_.covers(radius);
    return plan_.cost(radius) * static_cast<double>(queries) < kScanCost * static_cast<double>(shape_.indexed);
  }

  // From here on it's quicker to look at every code.
  std::uint64_t candidate_limit() const {
    return static_cast<std::uint64_t>(static_cast<double>(shape_.indexed) * kScanCost / kCandidateCost) + 1;
  }

  // A query that was given up: look at every code, and pass over what was reported before.
  template <class Report>
  void scan_rest(const Probing& query, SimdLevel level, Report& report) const {
    if (query.parts_done == shape_.part_count) return;
    const CodesView codes = codes_from(0, shape_.indexed);
    scan(codes, &query.code, 1, query.radius, level, [&](std::size_t, std::size_t position, std::uint32_t distance) {
      const Half &head = codes.heads[position], &tail = codes.tails[position];
      const Code difference{head.words[0] ^ query.code[0], head.words[1] ^ query.code[1],
                            tail.words[0] ^ query.code[2], tail.words[1] ^ query.code[3]};
      if (!is_found_before(difference, plan_, *query.thresholds, query.parts_done)) {
        report(query.number, position, distance);
      }
    });
  }

  const Shape shape_;
  const Sections sections_;
  const Plan plan_;
  std::vector<Directory> directories_;
};

}  // namespace safelight::hamming
