// Building a segment: order the codes by payload, part even from odd, and list them in a directory for each part.
//
// A part's list is made in two rounds, so that neither writes all over the memory: first the codes are dealt out by the
// upper bits of their value, in whole cache lines; then each hand, which fits a cache, is counted and laid out.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include "hamming_memory.hpp"
#include "hamming_order.hpp"
#include "hamming_segment.hpp"
#include "hamming_threads.hpp"

namespace safelight::hamming {

struct BuildOptions {
  std::uint32_t radius = 31;
  std::uint32_t threads = 1;
  std::size_t flat_below = 300'000;  // so few codes are quicker looked at one by one
};

// Codes as rows of 32 bytes, in any order. This is the form of what `build` takes: size(), code(i), payload(i).
struct PackedCodes {
  const std::uint8_t* rows;
  const std::uint64_t* payloads;
  std::size_t count;

  std::size_t size() const { return count; }
  Code code(std::size_t i) const { return load_code(rows + i * kCodeBytes); }
  std::uint64_t payload(std::size_t i) const { return payloads[i]; }
};

// Odd codes may lie apart while looking at each of them costs next to nothing.
inline std::size_t most_odd_codes(std::size_t codes) { return std::max<std::size_t>(4096, codes / 1024); }

// The list of one part.
class PartBuilder {
 public:
  PartBuilder(const CodesView& codes, const Part& part, std::uint64_t* groups, std::uint8_t* postings)
      : codes_(codes), part_(part), low_bits_(part.length - std::min(part.length - kFewestLowBits, kMostHighBits)),
        id_bytes_(id_bytes(codes.size)), groups_(groups), postings_(postings) {}

  std::vector<Overflow> run() {
    deal();
    std::vector<std::uint32_t> counts(std::size_t{1} << low_bits_);
    for (std::size_t hand = 0; hand + 1 < starts_.size(); ++hand) lay_out(hand, counts);
    return std::move(overflows_);
  }

 private:
  static constexpr std::uint32_t kFewestLowBits = 3;  // a group of eight values stays in one hand
  static constexpr std::uint32_t kMostHighBits = 10;
  static constexpr std::size_t kLine = kCacheLine / sizeof(std::uint64_t);

  std::uint32_t value_at(std::size_t position) const {
    const Half &head = codes_.heads[position], &tail = codes_.tails[position];
    return value_of(mix({head.words[0], head.words[1], tail.words[0], tail.words[1]}), part_);
  }

  // Order (value, id) by the upper bits of the value. Each hand gathers a cache line before it is written out.
  void deal() {
    count_hands();
    dealt_ = allocate_zeros((codes_.size + 1) * sizeof(std::uint64_t));
    auto* const dealt = reinterpret_cast<std::uint64_t*>(dealt_.get());
    std::vector<std::uint32_t> next(starts_.begin(), starts_.end() - 1);
    std::vector<std::array<std::uint64_t, kLine>> lines(next.size());
    for (std::size_t id = 0; id < codes_.size; ++id) {
      const std::uint32_t value = value_at(id);
      const std::uint32_t hand = value >> low_bits_;
      auto& line = lines[hand];
      const std::uint32_t place = next[hand]++;
      line[place % kLine] = std::uint64_t{value} << 32 | id;
      if (next[hand] % kLine == 0) write_out(dealt, line, std::max<std::size_t>(starts_[hand], place / kLine * kLine), next[hand]);
    }
    for (std::size_t hand = 0; hand < next.size(); ++hand) {
      write_out(dealt, lines[hand], std::max<std::size_t>(starts_[hand], next[hand] / kLine * kLine), next[hand]);
    }
  }

  static void write_out(std::uint64_t* dealt, const std::array<std::uint64_t, kLine>& line, std::size_t begin,
                        std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) dealt[i] = line[i % kLine];
  }

  void count_hands() {
    starts_.assign((std::size_t{1} << (part_.length - low_bits_)) + 1, 0);
    for (std::size_t id = 0; id < codes_.size; ++id) ++starts_[(value_at(id) >> low_bits_) + 1];
    for (std::size_t hand = 1; hand < starts_.size(); ++hand) starts_[hand] += starts_[hand - 1];
  }

  // Directory and postings of the values of one hand.
  void lay_out(std::size_t hand, std::vector<std::uint32_t>& counts) {
    const auto* const dealt = reinterpret_cast<const std::uint64_t*>(dealt_.get());
    const std::uint32_t begin = starts_[hand], end = starts_[hand + 1];
    const std::uint32_t mask = static_cast<std::uint32_t>(counts.size()) - 1;
    std::fill(counts.begin(), counts.end(), 0);
    for (std::uint32_t i = begin; i < end; ++i) ++counts[static_cast<std::uint32_t>(dealt[i] >> 32) & mask];
    std::uint64_t* const groups = groups_ + hand * counts.size() / kBucketsOfGroup;
    std::uint32_t start = begin;
    for (std::size_t g = 0; g < counts.size() / kBucketsOfGroup; ++g) {
      groups[g] = describe(&counts[g * kBucketsOfGroup], start);
    }
    for (std::uint32_t i = begin; i < end; ++i) {
      put_id(counts[static_cast<std::uint32_t>(dealt[i] >> 32) & mask]++, static_cast<std::uint32_t>(dealt[i]));
    }
  }

  // The word of eight buckets. Their counts become their starts; `start` moves on to the end of the last.
  std::uint64_t describe(std::uint32_t* counts, std::uint32_t& start) {
    const std::uint32_t first = start;
    std::uint64_t nibbles = 0;
    bool fits = true;
    for (std::uint32_t b = 0; b < kBucketsOfGroup; ++b) {
      const std::uint32_t count = counts[b];
      fits = fits && count <= kLargestCount;
      nibbles |= std::uint64_t{count & 15U} << (4 * b);
      counts[b] = start;
      start += count;
    }
    if (fits) return nibbles << 32 | first;
    Overflow overflow;
    std::copy(counts, counts + kBucketsOfGroup, overflow.starts);
    overflow.starts[kBucketsOfGroup] = start;
    overflows_.push_back(overflow);
    return std::uint64_t{kOverflowMark} << 32 | (overflows_.size() - 1);
  }

  void put_id(std::uint32_t place, std::uint32_t id) {
    std::uint8_t* const to = postings_ + std::size_t{place} * id_bytes_;
    for (std::uint32_t b = 0; b < 3; ++b) to[b] = static_cast<std::uint8_t>(id >> (8 * b));
    if (id_bytes_ == 4) to[3] = static_cast<std::uint8_t>(id >> 24);
  }

  const CodesView codes_;
  const Part part_;
  const std::uint32_t low_bits_;
  const std::uint32_t id_bytes_;
  std::uint64_t* const groups_;
  std::uint8_t* const postings_;
  std::vector<std::uint32_t> starts_;  // of each hand, and the end
  std::shared_ptr<std::uint8_t> dealt_;
  std::vector<Overflow> overflows_;
};

template <class Source>
class Builder {
 public:
  Builder(const Source& source, const BuildOptions& options) : source_(source), options_(options) {
    if (source.size() > 0xFFFFFFFEULL) throw std::length_error("An index holds at most 4,294,967,294 codes.");
    shape_.size = source.size();
    shape_.radius = options.radius;
  }

  std::shared_ptr<const Segment> run() {
    order_ = order_by_payload(source_);
    choose_regions();
    place_codes();
    make_lists();
    Sections sections;
    std::copy(sections_.begin(), sections_.end(), sections.begin());
    return std::make_shared<const Segment>(shape_, std::move(sections));
  }

 private:
  std::size_t place_of(std::size_t rank) const { return order_.empty() ? rank : order_[rank]; }

  bool is_apart(const Code& code) const {
    return shape_.indexed == 0 || (shape_.is_even != 0 && count_all(code) % 2 != 0);
  }

  void choose_regions() {
    if (shape_.size == 0 || shape_.size < options_.flat_below) return;
    std::size_t odd = 0;
    for (std::size_t i = 0; i < shape_.size; ++i) odd += count_all(source_.code(i)) % 2;
    const bool is_split = odd <= most_odd_codes(shape_.size);
    shape_.indexed = is_split ? shape_.size - odd : shape_.size;
    if (shape_.indexed == 0) return;
    shape_.is_even = is_split ? 1 : 0;
    const std::uint32_t nearest = is_split ? options_.radius / 2 * 2 : options_.radius;
    const Plan plan = make_plan(shape_.indexed, nearest);
    shape_.planned = plan.radius();
    for (const Part& part : plan.parts()) shape_.lengths[shape_.part_count++] = part.length;
  }

  std::uint8_t* make(Section section) {
    sections_[section] = allocate_zeros(shape_.bytes_of(section));
    return sections_[section].get();
  }

  // Few changes of the upper half, in order of payload, are at most as many again in each region.
  bool has_few_runs() const {
    std::size_t runs = 2;
    for (std::size_t rank = 1; rank < shape_.size; ++rank) {
      runs += 2 * (source_.payload(place_of(rank)) >> 32 != source_.payload(place_of(rank - 1)) >> 32);
    }
    return runs <= shape_.size / 64 + 16;
  }

  void place_codes() {
    shape_.has_runs = has_few_runs() ? 1 : 0;
    auto* const heads = reinterpret_cast<Half*>(make(kHeads));
    auto* const tails = reinterpret_cast<Half*>(make(kTails));
    std::uint8_t* const payloads = make(kPayloads);
    std::array<std::vector<Run>, 2> runs;  // of each region
    std::array<std::size_t, 2> next{0, shape_.indexed};
    for (std::size_t rank = 0; rank < shape_.size; ++rank) {
      const std::size_t i = place_of(rank);
      const Code code = source_.code(i);
      const std::size_t region = is_apart(code) ? 1 : 0;
      const std::size_t position = next[region]++;
      heads[position] = {{code[0], code[1]}};
      tails[position] = {{code[2], code[3]}};
      put_payload(payloads, runs[region], position, source_.payload(i));
    }
    keep_runs(runs);
  }

  void put_payload(std::uint8_t* payloads, std::vector<Run>& runs, std::size_t position, std::uint64_t payload) const {
    if (shape_.has_runs == 0) {
      std::memcpy(payloads + position * sizeof payload, &payload, sizeof payload);
      return;
    }
    const auto low = static_cast<std::uint32_t>(payload), high = static_cast<std::uint32_t>(payload >> 32);
    std::memcpy(payloads + position * sizeof low, &low, sizeof low);
    if (runs.empty() || runs.back().high != high) runs.push_back({static_cast<std::uint32_t>(position), high});
  }

  void keep_runs(std::array<std::vector<Run>, 2>& runs) {
    runs[0].insert(runs[0].end(), runs[1].begin(), runs[1].end());
    shape_.run_count = runs[0].size();
    std::copy(runs[0].begin(), runs[0].end(), reinterpret_cast<Run*>(make(kRuns)));
  }

  void make_lists() {
    const Plan plan(shape_.indexed, shape_.planned, {shape_.lengths, shape_.lengths + shape_.part_count});
    auto* const groups = reinterpret_cast<std::uint64_t*>(make(kDirectories));
    std::uint8_t* const postings = make(kPostings);
    const CodesView codes{reinterpret_cast<const Half*>(sections_[kHeads].get()),
                          reinterpret_cast<const Half*>(sections_[kTails].get()), shape_.indexed};
    std::vector<std::vector<Overflow>> overflows(shape_.part_count);
    share_out(options_.threads, shape_.part_count, [&](std::size_t p) {
      std::size_t before = 0;
      for (std::size_t q = 0; q < p; ++q) before += std::size_t{1} << shape_.lengths[q];
      PartBuilder builder(codes, plan.parts()[p], groups + before / kBucketsOfGroup,
                          postings + p * shape_.postings_bytes());
      overflows[p] = builder.run();
    });
    keep_overflows(overflows);
  }

  void keep_overflows(const std::vector<std::vector<Overflow>>& overflows) {
    for (std::size_t p = 0; p < overflows.size(); ++p) {
      shape_.overflow_counts[p] = static_cast<std::uint32_t>(overflows[p].size());
    }
    auto* to = reinterpret_cast<Overflow*>(make(kOverflows));
    for (const auto& part : overflows) to = std::copy(part.begin(), part.end(), to);
  }

  const Source& source_;
  const BuildOptions options_;
  Shape shape_;
  std::vector<std::uint32_t> order_;
  std::array<std::shared_ptr<std::uint8_t>, kSections> sections_;
};

template <class Source>
std::shared_ptr<const Segment> build(const Source& source, const BuildOptions& options = {}) {
  return Builder<Source>(source, options).run();
}

}  // namespace safelight::hamming
