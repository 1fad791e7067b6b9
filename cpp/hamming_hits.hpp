// What a query found: kept to the nearest, the rest counted, each payload's group within its own radius.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "hamming_code.hpp"

namespace safelight::hamming {

inline constexpr std::size_t kNoLimit = SIZE_MAX;

// What is asked of a search. With radii of groups, the upper 24 bits of a payload choose the byte that is its radius;
// 255, or a place beyond the end, leaves the group out.
class Question {
 public:
  Question(std::uint32_t radius, std::size_t limit) : radius_(radius), limit_(limit) {}
  Question(std::string radii, std::size_t limit) : radii_(std::move(radii)), has_radii_(true), limit_(limit) {
    for (const char radius : radii_) {
      const auto bits = static_cast<std::uint8_t>(radius);
      if (bits == kLeftOut) continue;
      radius_ = std::max<std::uint32_t>(radius_, bits);
      finds_nothing_ = false;
    }
  }

  std::uint32_t radius() const { return radius_; }
  std::size_t limit() const { return limit_; }
  bool finds_nothing() const { return has_radii_ && finds_nothing_; }

  bool lets_through(std::uint32_t distance, std::uint64_t payload) const {
    if (!has_radii_) return true;
    const std::uint64_t group = payload >> kGroupShift;
    if (group >= radii_.size()) return false;
    const auto radius = static_cast<std::uint8_t>(radii_[group]);
    return radius != kLeftOut && distance <= radius;
  }

 private:
  static constexpr std::uint8_t kLeftOut = 255;
  static constexpr unsigned kGroupShift = 40;

  std::uint32_t radius_ = 0;
  std::string radii_;
  bool has_radii_ = false;
  bool finds_nothing_ = true;
  std::size_t limit_;
};

// Nearest first, then by payload; and how many more there were than the limit lets through.
struct Found {
  Hits hits;
  std::uint64_t cut = 0;
};

// Gathers hits. It never holds more than twice the limit (and a few).
class Collector {
 public:
  explicit Collector(std::size_t limit)
      : limit_(limit), room_(limit > kNoLimit / 4 ? kNoLimit : 2 * limit + kSpare) {}

  void take(const Hit& hit) {
    if (limit_ == 0 || (is_shrunk_ && !(hit < farthest_))) {
      ++found_.cut;
      return;
    }
    found_.hits.push_back(hit);
    if (found_.hits.size() >= room_) shrink();
  }

  Found finish() {
    std::sort(found_.hits.begin(), found_.hits.end());
    if (found_.hits.size() > limit_) cut_off();
    return std::move(found_);
  }

 private:
  static constexpr std::size_t kSpare = 64;

  void shrink() {
    const auto last = found_.hits.begin() + static_cast<std::ptrdiff_t>(limit_ - 1);
    std::nth_element(found_.hits.begin(), last, found_.hits.end());
    farthest_ = *last;
    is_shrunk_ = true;
    cut_off();
  }

  void cut_off() {
    found_.cut += found_.hits.size() - limit_;
    found_.hits.resize(limit_);
  }

  std::size_t limit_;
  std::size_t room_;
  Found found_;
  Hit farthest_{};
  bool is_shrunk_ = false;
};

}  // namespace safelight::hamming
