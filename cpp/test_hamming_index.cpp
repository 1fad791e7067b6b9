// The C++ parts alone, under sanitizers: every level finds the same, and threads may search while others change it.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <thread>
#include <vector>

#include "hamming_index.hpp"

namespace {

using safelight::hamming::Code;
using safelight::hamming::Index;

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "failed: %s\n", what);
  std::exit(1);
}

Code draw(std::mt19937_64& generator, int bits) {
  Code code{};
  for (int i = 0; i < bits; ++i) {
    const auto bit = generator() % 256;
    code[bit / 64] |= std::uint64_t{1} << (bit % 64);
  }
  return code;
}

void levels_find_the_same(std::size_t size, std::mt19937_64& generator) {
  std::vector<Code> codes;
  for (std::size_t i = 0; i < size; ++i) codes.push_back(draw(generator, static_cast<int>(generator() % 60)));
  std::vector<Code> queries = codes;
  queries.resize(std::min<std::size_t>(size, 11));
  std::vector<std::vector<safelight::hamming::Hits>> answers;
  for (const auto level : safelight::supported_levels()) {
    Index index(level);
    for (std::size_t i = 0; i < size; ++i) index.add(codes[i], i);
    if (size > 2) require(index.remove(size / 2) && !index.remove(size / 2), "a payload is removed once");
    answers.push_back(index.search(queries, 31));
  }
  for (const auto& answer : answers) {
    for (std::size_t q = 0; q < queries.size(); ++q) {
      require(answer[q].size() == answers[0][q].size(), "levels find as many");
      for (std::size_t i = 0; i < answer[q].size(); ++i) {
        require(answer[q][i].payload == answers[0][q][i].payload, "levels find the same");
      }
    }
  }
}

void threads_search_beside_changes() {
  Index index(safelight::level_named(""));
  std::atomic<bool> is_over{false};
  std::vector<std::thread> searchers;
  for (int i = 0; i < 3; ++i) {
    searchers.emplace_back([&] {
      while (!is_over) {
        const auto found = index.search({Code{}}, 256);
        for (const auto& hit : found[0]) require(hit.distance == 1, "only whole codes are seen");
      }
    });
  }
  for (std::uint64_t i = 0; i < 2000; ++i) {
    index.add(Code{1, 0, 0, 0}, i);
    if (i % 2 == 1) index.remove(i - 1);
  }
  is_over = true;
  for (auto& searcher : searchers) searcher.join();
  require(index.size() == 1000, "every second code was removed");
}

}  // namespace

int main() {
  std::mt19937_64 generator(1);
  for (const std::size_t size : {0, 1, 3, 4, 5, 7, 8, 9, 31, 500}) levels_find_the_same(size, generator);
  threads_search_beside_changes();
  std::puts("hamming index: all levels agree, threads do not disturb each other");
}
