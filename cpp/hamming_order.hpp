// The order of codes by payload.
//
// What comes is mostly in order already, or is a few sorted stretches one after another (an old segment, and what was
// added since): then nothing is sorted, or the stretches are merged. Only the rest is sorted digit by digit.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include "hamming_memory.hpp"

namespace safelight::hamming {

inline constexpr std::size_t kMostStretches = 64;

// Where each ascending stretch of payloads starts, and the end; given up, and too long, after kMostStretches.
template <class Source>
std::vector<std::size_t> find_stretches(const Source& source) {
  std::vector<std::size_t> starts{0};
  for (std::size_t i = 1; i < source.size() && starts.size() <= kMostStretches; ++i) {
    if (source.payload(i) < source.payload(i - 1)) starts.push_back(i);
  }
  starts.push_back(source.size());
  return starts;
}

template <class Source>
std::vector<std::uint32_t> merge_stretches(const Source& source, std::vector<std::size_t> starts) {
  std::vector<std::uint32_t> order(source.size()), merged(source.size());
  std::iota(order.begin(), order.end(), 0U);
  const auto is_before = [&](std::uint32_t a, std::uint32_t b) { return source.payload(a) < source.payload(b); };
  const auto at = [&](std::size_t place) { return order.begin() + static_cast<std::ptrdiff_t>(place); };
  while (starts.size() > 2) {
    std::vector<std::size_t> fewer;
    auto to = merged.begin();
    for (std::size_t s = 0; s + 1 < starts.size(); s += 2) {
      const std::size_t middle = starts[s + 1];
      const std::size_t end = s + 2 < starts.size() ? starts[s + 2] : middle;
      to = std::merge(at(starts[s]), at(middle), at(middle), at(end), to, is_before);
      fewer.push_back(starts[s]);
    }
    fewer.push_back(source.size());
    starts = std::move(fewer);
    order.swap(merged);
  }
  return order;
}

struct Keyed {
  std::uint64_t payload;
  std::uint32_t index;
};

// One round: deal out by one digit, in order.
template <class Digit>
void sort_by_digit(const Keyed* from, Keyed* to, std::size_t size, Digit&& digit) {
  std::array<std::size_t, 2049> starts{};
  for (std::size_t i = 0; i < size; ++i) ++starts[digit(from[i]) + 1];
  for (std::size_t d = 1; d < starts.size(); ++d) starts[d] += starts[d - 1];
  for (std::size_t i = 0; i < size; ++i) to[starts[digit(from[i])]++] = from[i];
}

template <class Source>
std::vector<std::uint32_t> sort_by_payload(const Source& source) {
  const std::size_t size = source.size();
  std::array<std::shared_ptr<std::uint8_t>, 2> memory{allocate_zeros(size * sizeof(Keyed)),
                                                      allocate_zeros(size * sizeof(Keyed))};
  auto* from = reinterpret_cast<Keyed*>(memory[0].get());
  auto* to = reinterpret_cast<Keyed*>(memory[1].get());
  std::uint64_t varying = 0;
  for (std::size_t i = 0; i < size; ++i) {
    from[i] = {source.payload(i), static_cast<std::uint32_t>(i)};
    varying |= from[i].payload ^ from[0].payload;
  }
  for (std::uint32_t shift = 0; shift < 64; shift += 11) {
    if ((varying >> shift & 2047) == 0) continue;
    sort_by_digit(from, to, size, [shift](const Keyed& keyed) { return keyed.payload >> shift & 2047; });
    std::swap(from, to);
  }
  std::vector<std::uint32_t> order(size);
  for (std::size_t i = 0; i < size; ++i) order[i] = from[i].index;
  return order;
}

// Indices in order of payload, those of one payload in the order they came in; empty when they are in order already.
template <class Source>
std::vector<std::uint32_t> order_by_payload(const Source& source) {
  const std::vector<std::size_t> starts = find_stretches(source);
  if (starts.size() == 2) return {};
  if (starts.size() - 1 <= kMostStretches) return merge_stretches(source, starts);
  return sort_by_payload(source);
}

}  // namespace safelight::hamming
