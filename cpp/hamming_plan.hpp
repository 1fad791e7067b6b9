// Which parts to cut codes into, and how far to look in each, so that no code within the radius is missed and the
// modelled time is least.
//
// If m parts of two codes differ in more than t_1, ..., t_m bits, the codes differ in at least sum(t_i + 1) bits. So
// with sum(t_i) = radius - m + 1 every code within the radius is within t_i of the query in some part i: probing all
// values within t_i of the query's part, for each part, finds it. A threshold of -1 leaves a part out.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "hamming_parts.hpp"

namespace safelight::hamming {

inline constexpr std::uint32_t kLargestPlannedRadius = 64;
inline constexpr std::uint32_t kLineBits = 6;  // 64 neighbouring values of a part share a cache line of its directory

// Nanoseconds, measured at 10 M codes with everything in flight at once; only their ratios matter.
inline constexpr double kLineCost = 9.0;
inline constexpr double kRangeCost = 7.0;
inline constexpr double kCandidateCost = 12.0;
inline constexpr double kScanCost = 0.5;  // a code of a flat scan, for up to eight queries at once

// What directories and postings may take. With 32 bytes of code and 4 of payload this keeps 10 M below 85 bytes a code;
// ids of 4 bytes need more.
inline constexpr double kBytesPerCode = 47.0;
inline constexpr double kBytesPerCodeOfLongIds = 56.0;
inline constexpr double kBytesBeside = 16e6;

using Thresholds = std::array<std::int8_t, kMostParts>;

inline std::uint32_t id_bytes(std::size_t codes) { return codes < (std::size_t{1} << 24) ? 3 : 4; }

inline double combinations(std::uint32_t of, std::uint32_t taken) {
  double count = 1;
  for (std::uint32_t i = 0; i < taken; ++i) count = count * (of - i) / (i + 1);
  return count;
}

// How many values differ from one of `bits` bits in at most `threshold` of them.
inline double ball(std::uint32_t bits, int threshold) {
  double count = 0;
  for (int taken = 0; taken <= std::min(threshold, static_cast<int>(bits)); ++taken) {
    count += combinations(bits, static_cast<std::uint32_t>(taken));
  }
  return count;
}

// The modelled time of probing one part, in a set of `codes` whose bits are independent.
inline double part_cost(std::size_t codes, std::uint32_t length, int threshold) {
  if (threshold < 0) return 0;
  const double lines = ball(length - kLineBits, threshold);
  const double probes = ball(length, threshold);
  const double load = static_cast<double>(codes) / std::ldexp(1.0, static_cast<int>(length));
  return lines * kLineCost + probes * (1 - std::exp(-load)) * kRangeCost + probes * load * kCandidateCost;
}

class Plan {
 public:
  Plan() = default;

  // The parts are laid end to end in the given order; their lengths add up to 256. Tables are made for every radius
  // up to the planned one, and beyond it while probing is still cheaper than looking at every code.
  Plan(std::size_t codes, std::uint32_t radius, const std::vector<std::uint32_t>& lengths) : radius_(radius) {
    std::uint32_t first = 0;
    for (const std::uint32_t length : lengths) {
      parts_.push_back({first, length});
      first += length;
    }
    Thresholds row;
    row.fill(-1);
    double cost = 0;
    for (std::uint32_t r = 0; r <= kLargestPlannedRadius; ++r) {
      cost += raise_cheapest(codes, row);
      if (r > radius && cost > kScanCost * static_cast<double>(codes)) break;
      rows_.push_back(row);
      costs_.push_back(cost);
    }
  }

  const std::vector<Part>& parts() const { return parts_; }
  std::uint32_t radius() const { return radius_; }
  bool covers(std::uint32_t radius) const { return radius < rows_.size(); }
  const Thresholds& thresholds(std::uint32_t radius) const { return rows_[radius]; }
  double cost(std::uint32_t radius) const { return costs_[radius]; }

 private:
  // One more bit of radius: widen the part where that costs least. Says how much.
  double raise_cheapest(std::size_t codes, Thresholds& row) const {
    std::size_t best = 0;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t p = 0; p < parts_.size(); ++p) {
      const double more =
          part_cost(codes, parts_[p].length, row[p] + 1) - part_cost(codes, parts_[p].length, row[p]);
      if (row[p] < static_cast<int>(parts_[p].length) && more < least) {
        least = more;
        best = p;
      }
    }
    row[best] = static_cast<std::int8_t>(row[best] + 1);
    return least;
  }

  std::uint32_t radius_ = 0;
  std::vector<Part> parts_;
  std::vector<Thresholds> rows_;  // one a radius
  std::vector<double> costs_;
};

// Searches for the lengths. Every cost is looked up, since thousands of choices are weighed.
class Planner {
 public:
  Planner(std::size_t codes, std::uint32_t radius) : codes_(codes), radius_(radius) {
    for (std::uint32_t length = kShortestPart; length <= kLongestPart; ++length) {
      for (int threshold = -1; threshold <= kWidest; ++threshold) {
        costs_[length][static_cast<std::size_t>(threshold + 1)] = part_cost(codes, length, threshold);
      }
    }
  }

  // Longest first: then most borders between parts fall on, or close to, those between the classes of `mix`.
  std::vector<std::uint32_t> best_lengths() const {
    std::vector<std::uint32_t> best;
    double least = std::numeric_limits<double>::infinity();
    for (std::uint32_t parts = kFewestParts; parts <= kMostParts; ++parts) {
      std::vector<std::uint32_t> lengths(parts, kBits / parts);
      for (std::uint32_t i = 0; i < kBits % parts; ++i) ++lengths[i];
      const double cost = improve(lengths);
      if (cost < least) {
        least = cost;
        best = lengths;
      }
    }
    std::sort(best.rbegin(), best.rend());
    return best;
  }

 private:
  static constexpr int kWidest = 8;

  // Move single bits from part to part while that helps.
  double improve(std::vector<std::uint32_t>& lengths) const {
    double least = cost(lengths);
    for (;;) {
      std::vector<std::uint32_t> best;
      for (std::size_t from = 0; from < lengths.size(); ++from) {
        for (std::size_t to = 0; to < lengths.size(); ++to) try_move(lengths, from, to, least, best);
      }
      if (best.empty()) return least;
      lengths = best;
    }
  }

  void try_move(const std::vector<std::uint32_t>& lengths, std::size_t from, std::size_t to, double& least,
                std::vector<std::uint32_t>& best) const {
    if (from == to || lengths[from] <= kShortestPart || lengths[to] >= kLongestPart) return;
    if (has_before(lengths, from) || has_before(lengths, to)) return;
    std::vector<std::uint32_t> moved = lengths;
    --moved[from];
    ++moved[to];
    const double moved_cost = cost(moved);
    if (moved_cost < least) {
      least = moved_cost;
      best = moved;
    }
  }

  // Parts of one length are alike: only the first two of them need trying.
  static bool has_before(const std::vector<std::uint32_t>& lengths, std::size_t part) {
    return std::count(lengths.begin(), lengths.begin() + static_cast<std::ptrdiff_t>(part), lengths[part]) > 1;
  }

  // A plan that takes too much memory costs more than any that does not, and the more the larger it is.
  double cost(const std::vector<std::uint32_t>& lengths) const {
    double bytes = static_cast<double>(lengths.size()) * static_cast<double>(codes_) * id_bytes(codes_);
    for (const std::uint32_t length : lengths) bytes += std::ldexp(1.0, static_cast<int>(length));
    const double per_code = id_bytes(codes_) == 3 ? kBytesPerCode : kBytesPerCodeOfLongIds;
    const double excess = bytes - (per_code * static_cast<double>(codes_) + kBytesBeside);
    return probing_cost(lengths) + (excess > 0 ? 1e12 + excess : 0);
  }

  double probing_cost(const std::vector<std::uint32_t>& lengths) const {
    std::array<std::size_t, kMostParts> raised{};  // threshold + 1
    double total = 0;
    for (std::uint32_t r = 0; r <= radius_; ++r) {
      std::size_t best = 0;
      double least = std::numeric_limits<double>::infinity();
      for (std::size_t p = 0; p < lengths.size(); ++p) {
        const auto& costs = costs_[lengths[p]];
        if (raised[p] + 1 >= costs.size()) continue;
        const double more = costs[raised[p] + 1] - costs[raised[p]];
        if (more < least) {
          least = more;
          best = p;
        }
      }
      ++raised[best];
      total += least;
    }
    return total;
  }

  const std::size_t codes_;
  const std::uint32_t radius_;
  std::array<std::array<double, kWidest + 2>, kLongestPart + 1> costs_{};
};

inline Plan make_plan(std::size_t codes, std::uint32_t radius) {
  const std::uint32_t planned = std::min(radius, kLargestPlannedRadius);
  return Plan(codes, planned, Planner(codes, planned).best_lengths());
}

}  // namespace safelight::hamming
