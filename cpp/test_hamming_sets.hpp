// What the tests of the segment share: sets of codes of several kinds, queries that meet them, and what was found.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <tuple>
#include <utility>
#include <vector>

#include "hamming_segment.hpp"

namespace safelight::hamming::testing {

using Found = std::vector<std::tuple<std::size_t, std::size_t, std::uint32_t>>;  // query, position, distance
using Generator = std::mt19937_64;

inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "failed: %s\n", what);
  std::exit(1);
}

struct Set {
  std::vector<Code> codes;
  std::vector<std::uint64_t> payloads;

  std::size_t size() const { return codes.size(); }
  Code code(std::size_t i) const { return codes[i]; }
  std::uint64_t payload(std::size_t i) const { return payloads[i]; }
};

enum class Kind { even, mixed, few_odd, crowded, equal, clustered };

inline Code turned(Code code, std::size_t bits, Generator& generator) {
  for (; bits > 0; --bits) {
    const auto bit = generator() % kBits;
    code[bit / 64] ^= std::uint64_t{1} << (bit % 64);
  }
  return code;
}

inline Code draw(Kind kind, Generator& generator, const Code& centre) {
  Code code{generator(), generator(), generator(), generator()};
  if (kind == Kind::mixed) return code;
  if (kind == Kind::equal) return centre;
  if (kind == Kind::crowded) return {centre[0], centre[1], centre[2], code[3]};  // nearly all parts are shared
  if (kind == Kind::clustered) return turned(centre, generator() % 40, generator);
  const bool is_odd = kind == Kind::few_odd && generator() % 50 == 0;
  if ((count_all(code) % 2 != 0) != is_odd) code[0] ^= 1;
  return code;
}

// Payloads of three groups, some of them more than once, in order or not.
inline Set draw_set(std::size_t size, Kind kind, bool is_sorted, Generator& generator) {
  Set set;
  const Code centre{generator(), generator(), generator(), generator()};
  for (std::size_t i = 0; i < size; ++i) {
    set.codes.push_back(i % 7 == 6 ? set.codes[generator() % i] : draw(kind, generator, centre));
    set.payloads.push_back((generator() % 3) << 40 | generator() % (size + 5));
  }
  if (is_sorted) std::sort(set.payloads.begin(), set.payloads.end());
  return set;
}

inline std::vector<Code> draw_queries(const Set& set, std::size_t count, Generator& generator) {
  std::vector<Code> queries;
  for (std::size_t q = 0; q < count; ++q) {
    Code code{generator(), generator(), generator(), generator()};
    if (set.size() > 0 && q % 4 != 0) code = set.codes[generator() % set.size()];
    if (q % 4 > 1) code = turned(code, generator() % 70, generator);
    if (q % 5 == 4) code = queries[q - 1];  // the same twice in one call
    queries.push_back(code);
  }
  return queries;
}

inline Found search(const Segment& segment, const std::vector<Code>& queries, std::uint32_t radius, SimdLevel level) {
  Found found;
  segment.search(queries.data(), queries.size(), radius, level,
                 [&](std::size_t query, std::size_t position, std::uint32_t distance) {
                   found.emplace_back(query, position, distance);
                 });
  std::sort(found.begin(), found.end());
  return found;
}

inline std::vector<std::pair<Code, std::uint64_t>> pairs_of(const Set& set) {
  std::vector<std::pair<Code, std::uint64_t>> pairs;
  for (std::size_t i = 0; i < set.size(); ++i) pairs.emplace_back(set.codes[i], set.payloads[i]);
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

inline std::vector<std::pair<Code, std::uint64_t>> pairs_of(const Segment& segment) {
  Set set;
  for (std::size_t i = 0; i < segment.size(); ++i) {
    const Half &head = segment.codes().heads[i], &tail = segment.codes().tails[i];
    set.codes.push_back({head.words[0], head.words[1], tail.words[0], tail.words[1]});
    set.payloads.push_back(segment.payload(i));
  }
  return pairs_of(set);
}

}  // namespace safelight::hamming::testing
