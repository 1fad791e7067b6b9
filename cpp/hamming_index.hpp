// 256-bit codes with 64-bit payloads, searched by Hamming distance, while codes come and go. The plain twin is
// src/safelight/matching/hamming_py.py.
//
// The index points at its present State. A search takes the pointer, which needs a lock for as long as a counter is
// raised, and then reads what nobody changes: it waits for no writer and no fold, and no stream of searches can hold up
// a writer. A change makes the next State, which shares all but a little with the one before, and lets the index point
// at it: so each change is seen whole or not at all. Changes wait for each other, never for searches.
//
// What was added and removed since the base was built is folded into a new base by a thread in the background. It works
// on the State it found; meanwhile additions go to chunks of their own and removals are written down as well. In the
// end the new base is put in, with the removals repeated on it, and the chunks that came later.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "hamming_folder.hpp"
#include "hamming_state.hpp"
#include "simd_level.hpp"

namespace safelight::hamming {

struct IndexOptions {
  std::uint32_t radius = 31;  // to plan for
  SimdLevel level = SimdLevel::plain;
  std::size_t flat_below = 300'000;
  std::size_t fold_above = 0;  // changes; 0: by the size of the base
  bool folds_by_itself = true;
};

inline std::uint32_t all_threads() { return std::max(1U, std::thread::hardware_concurrency()); }

inline BuildOptions build_options(const IndexOptions& options, std::uint32_t threads) {
  BuildOptions chosen;
  chosen.radius = options.radius;
  chosen.flat_below = options.flat_below;
  chosen.threads = threads;
  return chosen;
}

// The state of a moment, to be saved at leisure.
class FrozenIndex {
 public:
  FrozenIndex(std::shared_ptr<const State> state, const IndexOptions& options)
      : state_(std::move(state)), options_(options) {}

  std::size_t size() const { return state_->size(); }

  void save(const std::string& path, const std::string& note) const {
    hamming::save(*merge(*state_, build_options(options_, all_threads())), path, note);
  }

 private:
  std::shared_ptr<const State> state_;
  IndexOptions options_;
};

// For people: how much there is, and where.
struct Figures {
  std::size_t codes, base_codes, base_removed, delta_codes, delta_removed;
  std::size_t resident_bytes, mapped_bytes;
  std::size_t parts;  // of the directories; 0: every code is looked at
  std::size_t folds, failed_folds;  // in the background
};

class Index {
 public:
  explicit Index(const IndexOptions& options) : options_(options), state_(std::make_shared<const State>()) {}

  // Over a saved file, which is mapped. The radius is the one it was planned for.
  Index(const std::string& path, const IndexOptions& options) : Index(options) {
    OpenOptions how;
    how.threads = all_threads();
    Opened opened = open_segment(path, how);
    options_.radius = opened.segment->shape().radius;
    note_ = std::move(opened.note);
    State state;
    if (opened.segment->size() > 0) state.base = std::move(opened.segment);
    state.is_mapped = state.base != nullptr;
    state_ = std::make_shared<const State>(std::move(state));
  }

  Index(const Index&) = delete;
  Index& operator=(const Index&) = delete;

  const std::string& note() const { return note_; }
  const IndexOptions& options() const { return options_; }
  std::size_t size() const { return now()->size(); }

  // All become visible at once.
  void add(const std::uint8_t* rows, const std::uint64_t* payloads, std::size_t count) {
    if (count == 0 || add_as_base(rows, payloads, count)) return;
    const std::lock_guard<std::mutex> lock(changing_);
    auto next = std::make_shared<State>(*now());
    next->delta.add(rows, payloads, count, sealed_);
    publish(std::move(next));
  }

  // Remove every code with these payloads; say how many there were.
  std::size_t remove(const PayloadRange& range) {
    const std::lock_guard<std::mutex> lock(changing_);
    auto next = std::make_shared<State>(*now());
    std::size_t removed = next->delta.remove(range);
    if (next->base != nullptr) removed += remove_from_base(*next, range);
    if (removed == 0) return 0;
    if (is_folding_) removals_.push_back(range);
    publish(std::move(next));
    return removed;
  }

  // One answer for each query, all of the same state.
  std::vector<Found> search(const std::vector<Code>& queries, const Question& question) const {
    return hamming::search(*now(), queries, question, options_.level);
  }

  FrozenIndex freeze() const { return {now(), options_}; }

  // Fold now, and wait for it. Throws what building throws; the index is then as it was.
  void fold() {
    const std::lock_guard<std::mutex> lock(folding_);
    fold_with(all_threads());
  }

  Figures figures() const {
    const auto state = now();
    const std::size_t base_bytes = state->base != nullptr ? state->base->bytes() : 0;
    const std::size_t own = state->delta.bytes() + (state->gone != nullptr ? state->gone->bytes() : 0);
    return {state->size(),
            state->base_size(),
            state->gone_count(),
            state->delta.size(),
            state->delta.gone_count(),
            own + (state->is_mapped ? 0 : base_bytes),
            state->is_mapped ? base_bytes : 0,
            state->base != nullptr ? state->base->shape().part_count : 0,
            folder_.folds(),
            folder_.failures()};
  }

 private:
  using Removals = std::vector<PayloadRange>;

  std::shared_ptr<const State> now() const {
    const std::lock_guard<std::mutex> lock(pointing_);
    return state_;
  }

  // `changing_` is held.
  void publish(std::shared_ptr<const State> next) {
    const bool wants_fold = options_.folds_by_itself && changes(*next) > soft_bound(*next);
    {
      const std::lock_guard<std::mutex> lock(pointing_);
      state_.swap(next);
    }
    if (wants_fold) folder_.wake();
  }

  static std::size_t remove_from_base(State& state, const PayloadRange& range) {
    const auto gone = copy_of(state.gone);
    const std::size_t removed = mark(*state.base, range, *gone);
    if (removed > 0) state.gone = gone;
    return removed;
  }

  // Many codes for an empty index become its base without a delta in between. False when it is not empty, or they are
  // few.
  bool add_as_base(const std::uint8_t* rows, const std::uint64_t* payloads, std::size_t count) {
    if (count <= soft_bound(*now()) || !is_empty(*now())) return false;
    const std::lock_guard<std::mutex> lock(folding_);
    if (!is_empty(*now())) return false;
    State state;
    state.base = build(PackedCodes{rows, payloads, count}, build_options(options_, all_threads()));
    const std::lock_guard<std::mutex> changing(changing_);
    if (!is_empty(*now())) return false;
    publish(std::make_shared<const State>(std::move(state)));
    return true;
  }

  static bool is_empty(const State& state) { return state.base == nullptr && state.delta.stretches().empty(); }

  // ---- Folding ----

  static std::size_t changes(const State& state) { return state.delta.size() + state.gone_count(); }

  // From so many changes on it is worth folding once the index comes to rest, and from so many at once. What is not
  // folded is looked at code by code: 65,536 of them take a search 8 microseconds more with AVX-512, 24 with AVX2.
  std::size_t soft_bound(const State& state) const {
    return options_.fold_above != 0 ? options_.fold_above : std::max<std::size_t>(65'536, state.base_size() / 64);
  }
  std::size_t hard_bound(const State& state) const {
    return options_.fold_above != 0 ? options_.fold_above : std::max<std::size_t>(262'144, state.base_size() / 4);
  }

  // `folding_` is held.
  void fold_with(std::uint32_t threads) {
    const auto from = begin_fold();
    if (from == nullptr) return;
    std::shared_ptr<const Segment> base;
    try {
      if (from->size() > 0) base = merge(*from, build_options(options_, threads));
      end_fold(std::move(base), from->delta.stretches().size());
    } catch (...) {
      abandon_fold();
      throw;
    }
  }

  // The state to fold, or null. From here on additions leave its chunks alone and removals are written down.
  std::shared_ptr<const State> begin_fold() {
    const std::lock_guard<std::mutex> lock(changing_);
    auto from = now();
    if (from->is_folded()) return nullptr;
    sealed_ = from->delta.stretches().size();
    is_folding_ = true;
    return from;
  }

  // Repeat on the new base what was removed meanwhile, the most of it without holding up others; then put it in.
  void end_fold(std::shared_ptr<const Segment> base, std::size_t folded) {
    const auto gone = std::make_shared<Tombstones>();
    for (;;) {
      Removals removals;
      {
        const std::lock_guard<std::mutex> lock(changing_);
        if (removals_.size() <= kFewRemovals) {
          repeat(removals_, base, *gone);
          put_in(std::move(base), gone, folded);
          return;
        }
        removals.swap(removals_);
      }
      repeat(removals, base, *gone);
    }
  }

  static void repeat(const Removals& removals, const std::shared_ptr<const Segment>& base, Tombstones& gone) {
    if (base == nullptr) return;
    for (const PayloadRange& range : removals) mark(*base, range, gone);
  }

  // `changing_` is held.
  void put_in(std::shared_ptr<const Segment> base, const std::shared_ptr<const Tombstones>& gone,
              std::size_t folded) {
    auto next = std::make_shared<State>();
    next->base = std::move(base);
    if (gone->count() > 0) next->gone = gone;
    next->delta = now()->delta.after(folded);
    forget_fold();
    publish(std::move(next));
  }

  void abandon_fold() {
    const std::lock_guard<std::mutex> lock(changing_);
    forget_fold();
  }

  // `changing_` is held.
  void forget_fold() {
    sealed_ = 0;
    is_folding_ = false;
    removals_.clear();
  }

  // What the thread in the background does.
  bool try_to_fold() {
    std::shared_ptr<const Segment> old;
    try {
      const std::lock_guard<std::mutex> lock(folding_);
      old = now()->base;
      fold_with(1);
    } catch (const std::exception&) {
      return false;  // most likely there is no memory for it; later there may be
    }
    wait_for_readers(old);
    return true;
  }

  // Who lets go of the old base last gives its memory back, which takes a while: better this thread than a search.
  static void wait_for_readers(const std::shared_ptr<const Segment>& old) {
    for (int i = 0; i < 250 && old.use_count() > 1; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }

  static constexpr std::size_t kFewRemovals = 64;

  IndexOptions options_;
  std::string note_;

  mutable std::mutex pointing_;  // for as long as the pointer is taken or put
  std::shared_ptr<const State> state_;

  std::mutex changing_;  // for as long as a change is made
  std::size_t sealed_ = 0;  // stretches of the delta that are being folded
  bool is_folding_ = false;
  Removals removals_;  // since the fold began

  std::mutex folding_;  // for as long as a fold lasts

  Folder folder_{[this] { return try_to_fold(); },
                 [this] {
                   const auto state = now();
                   return changes(*state) > hard_bound(*state);
                 }};  // the last, so that its thread ends first
};

}  // namespace safelight::hamming
