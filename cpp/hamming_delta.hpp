// What was added since the base was built: codes in the order of their coming, in chunks.
//
// A Delta is a value. Adding to it writes behind the codes that every older value knows of, in memory that they share,
// and gives a new value that knows one more; removing gives one with other tombstones. One thread changes at a time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "hamming_code.hpp"
#include "hamming_tombstones.hpp"

namespace safelight::hamming {

// Payloads first .. last, both included.
struct PayloadRange {
  std::uint64_t first;
  std::uint64_t last;

  bool has(std::uint64_t payload) const { return first <= payload && payload <= last; }
};

// Room for codes. What lies before the size that a Stretch states is never written again.
class Chunk {
 public:
  explicit Chunk(std::size_t room)
      : room_(room), heads_(new Half[room]), tails_(new Half[room]), payloads_(new std::uint64_t[room]) {}

  std::size_t room() const { return room_; }
  std::size_t bytes() const { return room_ * (kCodeBytes + sizeof(std::uint64_t)); }
  CodesView codes(std::size_t size) const { return {heads_.get(), tails_.get(), size}; }
  std::uint64_t payload(std::size_t position) const { return payloads_[position]; }

  void put(std::size_t position, const Code& code, std::uint64_t payload) {
    heads_[position] = {{code[0], code[1]}};
    tails_[position] = {{code[2], code[3]}};
    payloads_[position] = payload;
    range_ = {std::min(range_.first, payload), std::max(range_.last, payload)};
  }

  // For who changes: whether it can hold any of these.
  bool may_have(const PayloadRange& range) const { return range_.first <= range.last && range.first <= range_.last; }

 private:
  std::size_t room_;
  std::unique_ptr<Half[]> heads_;
  std::unique_ptr<Half[]> tails_;
  std::unique_ptr<std::uint64_t[]> payloads_;
  PayloadRange range_{UINT64_MAX, 0};
};

// The first codes of a chunk, and which of them are gone (null: none).
struct Stretch {
  std::shared_ptr<Chunk> chunk;
  std::size_t size;
  std::shared_ptr<const Tombstones> gone;

  bool is_gone(std::size_t position) const { return gone != nullptr && gone->has(position); }
  std::size_t gone_count() const { return gone != nullptr ? gone->count() : 0; }
  std::size_t bytes() const { return chunk->bytes() + (gone != nullptr ? gone->bytes() : 0); }
};

class Delta {
 public:
  const std::vector<Stretch>& stretches() const { return stretches_; }
  std::size_t size() const { return size_; }
  std::size_t gone_count() const { return gone_; }

  std::size_t bytes() const {
    std::size_t sum = 0;
    for (const Stretch& stretch : stretches_) sum += stretch.bytes();
    return sum;
  }

  // Add codes as rows of 32 bytes. The first `sealed` stretches are left as they are.
  void add(const std::uint8_t* rows, const std::uint64_t* payloads, std::size_t count, std::size_t sealed) {
    while (count > 0) {
      if (stretches_.size() <= sealed || stretches_.back().size == stretches_.back().chunk->room()) open_stretch(count);
      Stretch& stretch = stretches_.back();
      const std::size_t added = std::min(count, stretch.chunk->room() - stretch.size);
      for (std::size_t i = 0; i < added; ++i) {
        stretch.chunk->put(stretch.size + i, load_code(rows + i * kCodeBytes), payloads[i]);
      }
      stretch.size += added;
      size_ += added;
      rows += added * kCodeBytes;
      payloads += added;
      count -= added;
    }
  }

  // Remove the codes with these payloads; say how many there were. It walks the chunks that may have them.
  std::size_t remove(const PayloadRange& range) {
    const std::size_t before = gone_;
    for (Stretch& stretch : stretches_) {
      if (stretch.chunk->may_have(range)) gone_ += remove_from(stretch, range);
    }
    return gone_ - before;
  }

  // The delta without its first stretches.
  Delta after(std::size_t count) const {
    Delta rest;
    for (std::size_t p = count; p < stretches_.size(); ++p) {
      rest.stretches_.push_back(stretches_[p]);
      rest.size_ += stretches_[p].size;
      rest.gone_ += stretches_[p].gone_count();
    }
    return rest;
  }

 private:
  static constexpr std::size_t kSmallestRoom = 8192;

  void open_stretch(std::size_t count) {
    const std::size_t room = std::max({kSmallestRoom, size_ / 8, count});
    stretches_.push_back({std::make_shared<Chunk>(room), 0, nullptr});
  }

  static std::size_t remove_from(Stretch& stretch, const PayloadRange& range) {
    std::shared_ptr<Tombstones> gone;
    std::size_t removed = 0;
    for (std::size_t i = 0; i < stretch.size; ++i) {
      if (!range.has(stretch.chunk->payload(i))) continue;
      if (gone == nullptr) gone = copy_of(stretch.gone);
      removed += gone->mark(i, i + 1);
    }
    if (removed > 0) stretch.gone = gone;
    return removed;
  }

  std::vector<Stretch> stretches_;
  std::size_t size_ = 0;
  std::size_t gone_ = 0;
};

}  // namespace safelight::hamming
