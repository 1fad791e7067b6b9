// The base segment alone, under sanitizers: it finds what brute force finds, and keeps codes in order of payload.
#include <algorithm>
#include <array>
#include <cstdio>
#include <vector>

#include "hamming_build.hpp"
#include "test_hamming_sets.hpp"

namespace {

using namespace safelight::hamming;
using namespace safelight::hamming::testing;
using safelight::SimdLevel;

Found by_brute_force(const Segment& segment, const std::vector<Code>& queries, std::uint32_t radius) {
  Found found;
  for (std::size_t q = 0; q < queries.size(); ++q) {
    for (std::size_t i = 0; i < segment.size(); ++i) {
      const std::uint32_t distance = distance_to(segment.codes(), i, queries[q]);
      if (distance <= radius) found.emplace_back(q, i, distance);
    }
  }
  return found;
}

void check_find(const Segment& segment, Generator& generator) {
  const std::uint64_t a = generator() % 3 << 40 | generator() % (segment.size() + 5);
  const std::uint64_t b = generator() % 2 == 0 ? a : a + generator() % 50;
  std::size_t expected = 0, found = 0;
  for (std::size_t i = 0; i < segment.size(); ++i) expected += segment.payload(i) >= a && segment.payload(i) <= b;
  for (const Positions& stretch : segment.find(a, b)) {
    for (std::size_t i = stretch.begin; i < stretch.end; ++i, ++found) {
      require(segment.payload(i) >= a && segment.payload(i) <= b, "find leads to payloads of the range only");
    }
  }
  require(found == expected, "find leads to all payloads of the range");
  std::size_t all = 0;
  for (const Positions& stretch : segment.find(0, UINT64_MAX)) all += stretch.end - stretch.begin;
  require(all == segment.size(), "the whole range is every code");
  for (const Positions& stretch : segment.find(b + 1, a)) {
    require(stretch.begin == stretch.end, "a range that ends before it starts is empty");
  }
}

void check_search(const Segment& segment, const std::vector<Code>& queries, std::uint32_t radius) {
  const Found expected = by_brute_force(segment, queries, radius);
  for (const SimdLevel level : safelight::supported_levels()) {
    require(search(segment, queries, radius, level) == expected, "a search finds what brute force finds, once");
  }
}

void finds_all(std::size_t size, Kind kind, std::uint32_t planned, std::size_t flat_below, Generator& generator) {
  const Set set = draw_set(size, kind, generator() % 2 == 0, generator);
  BuildOptions options;
  options.radius = planned;
  options.flat_below = flat_below;
  options.threads = size > 1000 ? 2 : 1;
  const auto segment = build(set, options);
  require(pairs_of(*segment) == pairs_of(set), "every code is kept with its payload");
  check_find(*segment, generator);
  const std::size_t count = size > 10000 ? 9 : generator() % 12;
  const std::vector<Code> queries = draw_queries(set, count, generator);
  for (const std::uint32_t radius : {0U, 1U, 7U, 29U, 30U, 31U, 32U, 44U, 45U, 64U}) {
    if (generator() % 2 == 0 || radius == 31) check_search(*segment, queries, radius);
  }
  if (size <= 100) check_search(*segment, queries, 256);
}

void finds_all_in_all_kinds(Generator& generator) {
  for (const Kind kind : {Kind::even, Kind::mixed, Kind::few_odd, Kind::crowded, Kind::equal, Kind::clustered}) {
    for (const std::size_t size : {0, 1, 2, 3, 50, 700}) finds_all(size, kind, 31, 0, generator);
    finds_all(6000, kind, 31, 0, generator);
    finds_all(6000, kind, 31, 6001, generator);
    for (const std::uint32_t planned : {0U, 5U, 16U, 48U, 64U, 200U}) finds_all(900, kind, planned, 0, generator);
  }
  for (const Kind kind : {Kind::even, Kind::mixed, Kind::few_odd, Kind::clustered}) {
    finds_all(100'000, kind, 31, 0, generator);
  }
}

// ---- Order ----

void keeps_the_order_of_equal_payloads(Generator& generator) {
  for (const std::size_t stretch : {1, 40, 500, 4000}) {
    Set set;
    for (std::size_t i = 0; i < 4000; ++i) {
      const bool starts = i % stretch == 0;
      set.payloads.push_back((starts ? 0 : set.payloads.back()) + (generator() % 2 << (generator() % 40)));
      set.codes.push_back({i, 0, 0, 0});
    }
    const auto order = order_by_payload(set);
    require(order.empty() == (stretch == 4000), "what is in order is not sorted");
    for (std::size_t i = 1; i < order.size(); ++i) {
      const auto a = set.payloads[order[i - 1]], b = set.payloads[order[i]];
      require(a < b || (a == b && order[i - 1] < order[i]), "the order is that of payload, then of coming");
    }
  }
}

void keeps_payloads_whose_upper_halves_differ(Generator& generator) {
  Set set = draw_set(3000, Kind::few_odd, false, generator);
  for (std::uint64_t& payload : set.payloads) payload = generator();
  BuildOptions options;
  options.flat_below = 0;
  const auto segment = build(set, options);
  require(pairs_of(*segment) == pairs_of(set), "wide payloads are kept");
  for (std::size_t i = 1; i < segment->size(); ++i) {
    require(i == segment->shape().indexed || segment->payload(i - 1) <= segment->payload(i), "in order of payload");
  }
}

// ---- Plans ----

void plans_leave_no_gap() {
  for (const std::size_t codes : {1ULL, 1000ULL, 300'000ULL, 10'000'000ULL, 100'000'000ULL, 4'000'000'000ULL}) {
    for (const std::uint32_t radius : {0U, 8U, 30U, 31U, 64U, 256U}) {
      const Plan plan = make_plan(codes, radius);
      std::uint32_t bits = 0;
      for (const Part& part : plan.parts()) {
        require(part.first == bits, "parts lie end to end");
        bits += part.length;
      }
      require(bits == kBits, "parts are the whole code");
      std::uint32_t ones = 0;
      for (const Part& part : plan.parts()) ones += count_bits(value_of(mix(Code{0x5555, ~0ULL, 7, 0xFF00}), part));
      require(ones == 83, "every bit of a code is in one part");
      require(plan.covers(plan.radius()), "the planned radius is covered");
      for (std::uint32_t r = 0; plan.covers(r); ++r) {
        int sum = 0;
        for (std::size_t p = 0; p < plan.parts().size(); ++p) sum += plan.thresholds(r)[p];
        require(sum == static_cast<int>(r) - static_cast<int>(plan.parts().size()) + 1, "thresholds leave no gap");
      }
    }
  }
}

}  // namespace

int main() {
  Generator generator(1);
  plans_leave_no_gap();
  keeps_the_order_of_equal_payloads(generator);
  keeps_payloads_whose_upper_halves_differ(generator);
  finds_all_in_all_kinds(generator);
  std::puts("hamming segment: finds what brute force finds, once");
}
