// The flat scan alone, under sanitizers: at every level it reports just what the definition says, each once.
#include <cstdio>
#include <cstdlib>
#include <random>
#include <set>
#include <tuple>
#include <vector>

#include "hamming_flat.hpp"

namespace {

using safelight::hamming::Code;
using safelight::hamming::CodesView;
using safelight::hamming::Half;
using Reports = std::multiset<std::tuple<std::size_t, std::size_t, std::uint32_t>>;  // query, position, distance

void require(bool holds, const char* what, std::size_t size, std::size_t queries, std::uint32_t radius) {
  if (holds) return;
  std::fprintf(stderr, "failed: %s (%zu codes, %zu queries, radius %u)\n", what, size, queries, radius);
  std::exit(1);
}

// Codes at every distance from the centre, its opposite among them.
struct Codes {
  std::vector<Half> heads, tails;

  Codes(std::size_t size, const Code& centre, std::mt19937_64& generator) {
    for (std::size_t i = 0; i < size; ++i) {
      Code code = centre;
      for (std::size_t flips = generator() % 260; flips > 0; --flips) {
        const auto bit = generator() % 256;
        code[bit / 64] ^= std::uint64_t{1} << (bit % 64);
      }
      if (i % 17 == 5) code = {~centre[0], ~centre[1], ~centre[2], ~centre[3]};
      heads.push_back({{code[0], code[1]}});
      tails.push_back({{code[2], code[3]}});
    }
  }

  CodesView view() const { return {heads.data(), tails.data(), heads.size()}; }
};

Reports by_definition(const CodesView& codes, const std::vector<Code>& queries, std::uint32_t radius) {
  Reports reports;
  for (std::size_t q = 0; q < queries.size(); ++q) {
    for (std::size_t i = 0; i < codes.size; ++i) {
      const std::uint32_t distance = distance_to(codes, i, queries[q]);
      if (distance <= radius) reports.insert({q, i, distance});
    }
  }
  return reports;
}

void levels_report_what_the_definition_says(const CodesView& codes, const std::vector<Code>& queries,
                                            std::uint32_t radius) {
  const Reports expected = by_definition(codes, queries, radius);
  if (radius == 256) require(expected.size() == codes.size * queries.size(), "all", codes.size, queries.size(), radius);
  for (const auto level : safelight::supported_levels()) {
    Reports reports;
    safelight::hamming::scan(codes, queries.data(), queries.size(), radius, level,
                             [&](std::size_t query, std::size_t position, std::uint32_t distance) {
                               reports.insert({query, position, distance});
                             });
    require(reports == expected, safelight::name_of(level), codes.size, queries.size(), radius);
  }
}

}  // namespace

int main() {
  std::mt19937_64 generator(1);
  const Code centre{generator(), generator(), generator(), generator()};
  for (const std::size_t size : {0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 300}) {
    const Codes codes(size, centre, generator);
    for (const std::size_t count : {0, 1, 2, 3, 5, 8, 9, 17}) {
      std::vector<Code> queries(count, centre);
      for (std::size_t q = 1; q < count; ++q) queries[q][generator() % 4] ^= generator() & generator();
      for (const std::uint32_t radius : {0, 1, 31, 44, 45, 63, 64, 127, 128, 129, 200, 254, 255, 256}) {
        levels_report_what_the_definition_says(codes.view(), queries, radius);
      }
    }
  }
  std::puts("flat scan: all levels report what the definition says");
}
