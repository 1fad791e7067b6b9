// An index at one moment: a base that never changes, which of its codes are gone, and what was added since.
//
// A State is never changed either. Whoever holds one searches it, saves it or folds it, while others make newer ones.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "hamming_build.hpp"
#include "hamming_delta.hpp"
#include "hamming_file.hpp"
#include "hamming_flat.hpp"
#include "hamming_hits.hpp"
#include "hamming_segment.hpp"
#include "hamming_tombstones.hpp"

namespace safelight::hamming {

struct State {
  std::shared_ptr<const Segment> base;  // null: none
  std::shared_ptr<const Tombstones> gone;  // of the base; null: none
  Delta delta;
  bool is_mapped = false;  // the base lies in a file

  std::size_t base_size() const { return base != nullptr ? base->size() : 0; }
  std::size_t gone_count() const { return gone != nullptr ? gone->count() : 0; }
  std::size_t size() const { return base_size() - gone_count() + delta.size() - delta.gone_count(); }
  bool is_folded() const { return gone_count() == 0 && delta.stretches().empty(); }
  bool is_gone(std::size_t position) const { return gone != nullptr && gone->has(position); }
};

// Mark the codes of a base that have these payloads; say how many were not marked before.
inline std::size_t mark(const Segment& base, const PayloadRange& range, Tombstones& gone) {
  std::size_t marked = 0;
  for (const Positions& found : base.find(range.first, range.last)) marked += gone.mark(found.begin, found.end);
  return marked;
}

inline void search_base(const State& state, const std::vector<Code>& queries, const Question& question, SimdLevel level,
                        std::vector<Collector>& collectors) {
  if (state.base == nullptr) return;
  state.base->search(queries.data(), queries.size(), question.radius(), level,
                     [&](std::size_t query, std::size_t position, std::uint32_t distance) {
                       if (state.is_gone(position)) return;
                       const std::uint64_t payload = state.base->payload(position);
                       if (question.lets_through(distance, payload)) collectors[query].take({distance, payload});
                     });
}

inline void search_delta(const State& state, const std::vector<Code>& queries, const Question& question,
                         SimdLevel level, std::vector<Collector>& collectors) {
  for (const Stretch& stretch : state.delta.stretches()) {
    scan(stretch.chunk->codes(stretch.size), queries.data(), queries.size(), question.radius(), level,
         [&](std::size_t query, std::size_t position, std::uint32_t distance) {
           if (stretch.is_gone(position)) return;
           const std::uint64_t payload = stretch.chunk->payload(position);
           if (question.lets_through(distance, payload)) collectors[query].take({distance, payload});
         });
  }
}

inline std::vector<Found> search(const State& state, const std::vector<Code>& queries, const Question& question,
                                 SimdLevel level) {
  std::vector<Collector> collectors(queries.size(), Collector(question.limit()));
  if (!question.finds_nothing()) {
    search_base(state, queries, question, level, collectors);
    search_delta(state, queries, question, level, collectors);
  }
  std::vector<Found> found;
  found.reserve(queries.size());
  for (Collector& collector : collectors) found.push_back(collector.finish());
  return found;
}

// What is left of a state, as one list of codes in the form that `build` takes.
class LiveCodes {
 public:
  explicit LiveCodes(const State& state) : state_(state) {
    std::size_t start = state.base_size();
    for (const Stretch& stretch : state.delta.stretches()) {
      starts_.push_back(start);
      start += stretch.size;
    }
    if (start > UINT32_MAX) throw std::length_error("An index holds at most 4,294,967,294 codes.");
    places_.reserve(state.size());
    for (std::size_t i = 0; i < state.base_size(); ++i) {
      if (!state.is_gone(i)) places_.push_back(static_cast<std::uint32_t>(i));
    }
    for (std::size_t p = 0; p < starts_.size(); ++p) keep_stretch(p);
  }

  std::size_t size() const { return places_.size(); }

  Code code(std::size_t i) const {
    const std::size_t place = places_[i];
    if (place < state_.base_size()) return code_at(state_.base->codes(), place);
    const std::size_t p = stretch_of(place);
    const Stretch& stretch = state_.delta.stretches()[p];
    return code_at(stretch.chunk->codes(stretch.size), place - starts_[p]);
  }

  std::uint64_t payload(std::size_t i) const {
    const std::size_t place = places_[i];
    if (place < state_.base_size()) return state_.base->payload(place);
    const std::size_t p = stretch_of(place);
    return state_.delta.stretches()[p].chunk->payload(place - starts_[p]);
  }

 private:
  static Code code_at(const CodesView& codes, std::size_t position) {
    const Half &head = codes.heads[position], &tail = codes.tails[position];
    return {head.words[0], head.words[1], tail.words[0], tail.words[1]};
  }

  std::size_t stretch_of(std::size_t place) const {
    return static_cast<std::size_t>(std::upper_bound(starts_.begin(), starts_.end(), place) - starts_.begin()) - 1;
  }

  void keep_stretch(std::size_t number) {
    const Stretch& stretch = state_.delta.stretches()[number];
    for (std::size_t i = 0; i < stretch.size; ++i) {
      if (!stretch.is_gone(i)) places_.push_back(static_cast<std::uint32_t>(starts_[number] + i));
    }
  }

  const State& state_;
  std::vector<std::size_t> starts_;  // of each stretch's places, which follow those of the base
  std::vector<std::uint32_t> places_;  // of the codes that are not gone
};

// A base of all that is left of a state; its own when nothing came or went. Never null.
inline std::shared_ptr<const Segment> merge(const State& state, const BuildOptions& options) {
  if (state.base != nullptr && state.is_folded()) return state.base;
  return build(LiveCodes(state), options);
}

}  // namespace safelight::hamming
