// The index alone, under sanitizers: beside a list of all codes through adding, removing, folding and saving, at every
// level; and on many threads at once. The argument is how many rounds; 1 is a reduced run.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "hamming_index.hpp"

// An allocation of more bytes fails: this is how memory runs out here.
static std::atomic<std::size_t> most_bytes{SIZE_MAX};

// Not inline: GCC would take one for the partner of another.
[[gnu::noinline]] void* operator new(std::size_t size) {
  void* const memory = size > most_bytes ? nullptr : std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

using namespace safelight::hamming;
using safelight::SimdLevel;

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "failed: %s\n", what);
  std::exit(1);
}

IndexOptions options_for_tests(SimdLevel level) {
  IndexOptions options;
  options.level = level;
  options.flat_below = 50;  // so that small sets have directories too
  options.fold_above = 200;
  return options;
}

std::string path_for_tests() { return "/tmp/safelight-test-index-" + std::to_string(::getpid()); }

// Codes of a few clusters: every distance up to some 60 occurs, duplicates and odd codes too.
class Drawer {
 public:
  explicit Drawer(std::uint64_t seed) : generator_(seed) {
    for (Code& centre : centres_) {
      for (auto& word : centre) word = generator_();
    }
  }

  std::uint64_t number(std::uint64_t below) { return generator_() % below; }

  Code code() {
    Code code = centres_[number(centres_.size())];
    for (std::uint64_t flips = number(4) == 0 ? 0 : number(60); flips > 0; --flips) {
      const auto bit = number(256);
      code[bit / 64] ^= std::uint64_t{1} << (bit % 64);
    }
    return code;
  }

 private:
  std::mt19937_64 generator_;
  std::array<Code, 3> centres_{};
};

// The specification: a list.
struct Model {
  std::vector<std::pair<Code, std::uint64_t>> entries;

  std::size_t remove(const PayloadRange& range) {
    const auto kept = std::remove_if(entries.begin(), entries.end(),
                                     [&](const auto& entry) { return range.has(entry.second); });
    const auto removed = static_cast<std::size_t>(entries.end() - kept);
    entries.erase(kept, entries.end());
    return removed;
  }

  Found search(const Code& query, const Question& question) const {
    Found found;
    for (const auto& [code, payload] : entries) {
      std::uint32_t distance = 0;
      for (std::size_t w = 0; w < kWords; ++w) distance += count_bits(code[w] ^ query[w]);
      if (distance <= question.radius() && !question.finds_nothing() && question.lets_through(distance, payload)) {
        found.hits.push_back({distance, payload});
      }
    }
    std::sort(found.hits.begin(), found.hits.end());
    if (found.hits.size() > question.limit()) {
      found.cut = found.hits.size() - question.limit();
      found.hits.resize(question.limit());
    }
    return found;
  }
};

bool are_equal(const Found& a, const Found& b) {
  const auto is_same = [](const Hit& x, const Hit& y) { return x.distance == y.distance && x.payload == y.payload; };
  return a.cut == b.cut && std::equal(a.hits.begin(), a.hits.end(), b.hits.begin(), b.hits.end(), is_same);
}

void add(Index& index, const std::vector<std::pair<Code, std::uint64_t>>& entries) {
  std::vector<std::uint8_t> rows(entries.size() * kCodeBytes);
  std::vector<std::uint64_t> payloads;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    std::memcpy(rows.data() + i * kCodeBytes, entries[i].first.data(), kCodeBytes);
    payloads.push_back(entries[i].second);
  }
  index.add(rows.data(), payloads.data(), entries.size());
}

std::uint64_t draw_payload(Drawer& drawer) { return drawer.number(3) << 40 | drawer.number(500); }

void compare(const Index& index, const Model& model, Drawer& drawer) {
  std::vector<Code> queries(drawer.number(11));
  for (Code& query : queries) query = drawer.code();
  std::string radii{'\x14', '\xFF', '\x3C'};
  radii.resize(drawer.number(4));
  const std::size_t limit = drawer.number(2) == 0 ? kNoLimit : drawer.number(90);
  const std::uint32_t radius = drawer.number(20) == 0 ? 256 : static_cast<std::uint32_t>(drawer.number(70));
  for (const Question& question : {Question(radius, limit), Question(31, limit), Question(radii, limit)}) {
    const auto found = index.search(queries, question);
    require(found.size() == queries.size(), "there is one answer for each query");
    for (std::size_t q = 0; q < queries.size(); ++q) {
      require(are_equal(found[q], model.search(queries[q], question)), "the index finds what the list holds");
    }
  }
  require(index.size() == model.entries.size(), "the index holds as many as the list");
}

// One random change of both.
void change(Index& index, Model& model, Drawer& drawer) {
  const auto kind = drawer.number(10);
  if (kind < 5) {
    std::vector<std::pair<Code, std::uint64_t>> added(kind == 0 ? drawer.number(400) : drawer.number(5));
    for (auto& entry : added) entry = {drawer.code(), draw_payload(drawer)};
    add(index, added);
    model.entries.insert(model.entries.end(), added.begin(), added.end());
  } else if (kind < 9) {
    const std::uint64_t first = draw_payload(drawer);
    const PayloadRange range{first, first + (kind == 8 ? drawer.number(100) : 0)};
    require(index.remove(range) == model.remove(range), "as many are removed");
  } else if (drawer.number(4) == 0) {
    index.fold();
  }
}

void index_equals_a_list_through_all_changes(SimdLevel level, std::uint64_t seed, int steps) {
  Drawer drawer(seed);
  Model model;
  const std::string path = path_for_tests();
  auto index = std::make_unique<Index>(options_for_tests(level));
  for (int step = 0; step < steps; ++step) {
    change(*index, model, drawer);
    if (step % 5 == 0) compare(*index, model, drawer);
    if (step % 40 != 39) continue;
    const FrozenIndex frozen = index->freeze();
    const Model then = model;
    for (int i = 0; i < 5; ++i) change(*index, model, drawer);
    frozen.save(path, "a note");
    const Index opened(path, options_for_tests(level));
    require(opened.note() == "a note" && opened.options().radius == 31, "the file says what it was saved with");
    compare(opened, then, drawer);
    if (step % 80 != 79) continue;
    index = std::make_unique<Index>(path, options_for_tests(level));  // go on from the file
    model = then;
  }
  std::remove(path.c_str());
}

void an_index_can_be_emptied_and_saved() {
  Index index(options_for_tests(SimdLevel::plain));
  Drawer drawer(7);
  for (std::uint64_t i = 0; i < 100; ++i) add(index, {{drawer.code(), i}});
  index.fold();
  require(index.size() == 100 && index.figures().delta_codes == 0, "folding takes all in");
  require(index.remove({0, UINT64_MAX}) == 100, "all can be removed");
  index.fold();
  require(index.size() == 0 && index.figures().base_codes == 0, "an index can be emptied");
  index.freeze().save(path_for_tests(), "");
  const Index opened(path_for_tests(), options_for_tests(SimdLevel::plain));
  require(opened.size() == 0 && opened.search({Code{}}, Question(256, kNoLimit))[0].hits.empty(), "so can a file");
  std::remove(path_for_tests().c_str());
}

template <class Act>
bool runs_out_of_memory(Act&& act) {
  try {
    act();
  } catch (const std::bad_alloc&) {
    return true;
  }
  return false;
}

void without_memory_the_index_stays_as_it_was() {
  IndexOptions options = options_for_tests(SimdLevel::plain);
  options.fold_above = 30'000;
  Index index(options);
  Drawer drawer(8);
  Model model;
  for (std::uint64_t i = 0; i < 30'000; ++i) model.entries.emplace_back(drawer.code(), i);
  add(index, model.entries);
  require(index.remove({7, 9}) == model.remove({7, 9}), "some are removed");
  const std::uint8_t row[kCodeBytes] = {};
  const std::uint64_t payload = 40'000;
  most_bytes = 32'768;
  require(runs_out_of_memory([&] { index.fold(); }), "folding needs memory");
  require(runs_out_of_memory([&] { index.freeze().save(path_for_tests(), ""); }), "so does saving what is not folded");
  index.add(row, &payload, 1);  // with this it is time to fold
  index.remove({10, 20});
  while (index.figures().failed_folds == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  most_bytes = SIZE_MAX;
  model.entries.emplace_back(Code{}, payload);
  model.remove({10, 20});
  compare(index, model, drawer);
  while (index.figures().folds == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  require(index.figures().delta_codes == 0, "once there is memory, what failed is done");
  compare(index, model, drawer);
}

// Every bulk has a code that no other has, so what is found tells which bulks are there.
Code code_of(std::uint64_t bulk) { return {bulk * 0x9E3779B97F4A7C15ULL, bulk, ~bulk, bulk << 32}; }

constexpr std::uint64_t kBulk = 20;

void add_bulk(Index& index, std::uint64_t bulk) {
  add(index, std::vector<std::pair<Code, std::uint64_t>>(kBulk, {code_of(bulk), bulk}));
}

// Bulks below `gone` are removed, from `kept` to `last` they are there, and no search ever sees part of one.
void threads_search_beside_changes_and_folds(std::uint64_t bulks) {
  Index index(options_for_tests(safelight::level_named("")));
  std::atomic<bool> is_over{false};
  std::atomic<std::uint64_t> gone{0}, kept{0}, last{0};
  std::vector<std::thread> others;
  for (int i = 0; i < 3; ++i) {
    others.emplace_back([&, i] {
      for (std::uint64_t round = 0; !is_over; ++round) {
        const std::uint64_t low = gone, high = last;
        const std::uint64_t bulk = high == 0 ? 0 : high - 1 - (round * 7 + static_cast<std::uint64_t>(i)) % high;
        const auto found = index.search({code_of(bulk)}, Question(i == 0 ? 0 : 31, kNoLimit))[0];
        const auto mine = std::count_if(found.hits.begin(), found.hits.end(),
                                        [&](const Hit& hit) { return hit.payload == bulk; });
        require(mine == 0 || mine == kBulk, "a bulk is seen whole or not at all");
        require(bulk >= low || mine == 0, "what is removed is not found");
        require(bulk < kept || bulk >= high || mine == kBulk, "what was added is found");
      }
    });
  }
  others.emplace_back([&] {
    while (!is_over) index.fold();
  });
  others.emplace_back([&] {
    const std::string path = path_for_tests() + "-threads";
    while (!is_over) {
      index.freeze().save(path, "");
      const Index opened(path, options_for_tests(SimdLevel::plain));
      require(opened.size() % kBulk == 0, "what is saved is one state");
    }
    std::remove(path.c_str());
  });
  for (std::uint64_t bulk = 0; bulk < bulks; ++bulk) {
    add_bulk(index, bulk);
    last = bulk + 1;
    if (bulk < 100) continue;
    kept = bulk - 99;
    require(index.remove({bulk - 100, bulk - 100}) == kBulk, "a bulk is removed with all its codes");
    gone = bulk - 99;
  }
  is_over = true;
  for (auto& other : others) other.join();
  require(index.size() == std::min<std::uint64_t>(bulks, 100) * kBulk, "the last hundred are left");
}

void the_index_folds_by_itself_and_can_be_told_not_to() {
  for (const bool folds : {true, false}) {
    IndexOptions options = options_for_tests(SimdLevel::plain);
    options.folds_by_itself = folds;
    Index index(options);
    for (std::uint64_t bulk = 0; bulk < 30; ++bulk) add_bulk(index, bulk);
    for (int i = 0; i < 2000 && folds && index.figures().folds == 0; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    require((index.figures().folds > 0) == folds, "folding follows the switch");
    require(index.size() == 30 * kBulk, "folding loses nothing");
  }
}

}  // namespace

int main(int count, char** arguments) {
  const int rounds = count > 1 ? std::atoi(arguments[1]) : 1;
  for (int round = 0; round < rounds; ++round) {
    for (const SimdLevel level : safelight::supported_levels()) {
      index_equals_a_list_through_all_changes(level, static_cast<std::uint64_t>(round), 240);
    }
  }
  an_index_can_be_emptied_and_saved();
  without_memory_the_index_stays_as_it_was();
  the_index_folds_by_itself_and_can_be_told_not_to();
  threads_search_beside_changes_and_folds(300 * static_cast<std::uint64_t>(rounds));
  std::puts("hamming index: it equals a list through all changes, and threads do not disturb each other");
}
