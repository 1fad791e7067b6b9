// The C++ part alone, under sanitizers: whatever the bytes are, only what is owned is read and written. JPEGs are made
// here, by a small encoder of random coefficients, and damaged at random; with files as arguments, those are damaged.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "jpeg_baseline.hpp"

namespace {

using Bytes = std::vector<std::uint8_t>;
using Random = std::mt19937;
using safelight::SimdLevel;

void require(bool holds, const char* what, int turn) {
  if (holds) return;
  std::fprintf(stderr, "failed: %s (turn %d)\n", what, turn);
  std::exit(1);
}

// What goes into a file, and how it is laid out.
struct Plan {
  std::size_t width, height, components, across, down, interval;
};

void append(Bytes& bytes, std::initializer_list<std::size_t> more) {
  for (const std::size_t byte : more) bytes.push_back(static_cast<std::uint8_t>(byte));
}

class BitWriter {
 public:
  explicit BitWriter(Bytes& bytes) : bytes_(bytes) {}
  void put(unsigned bits, unsigned count) {
    for (unsigned i = count; i-- > 0;) {
      byte_ = byte_ << 1 | (bits >> i & 1);
      if (++count_ == 8) flush_byte();
    }
  }
  void fill() {
    while (count_ != 0) put(1, 1);
  }

 private:
  void flush_byte() {
    bytes_.push_back(static_cast<std::uint8_t>(byte_));
    if ((byte_ & 0xFF) == 0xFF) bytes_.push_back(0);
    byte_ = count_ = 0;
  }
  Bytes& bytes_;
  unsigned byte_ = 0;
  unsigned count_ = 0;
};

// All symbols with codes of 8 bits (and the last of 9, as ones alone are no code): sizes 0 to 11, or 0 to 10 by run.
constexpr unsigned kFirstOfNine = 150;

void put_code(BitWriter& writer, unsigned index) {
  if (index < kFirstOfNine) {
    writer.put(index, 8);
  } else {
    writer.put(2 * kFirstOfNine + (index - kFirstOfNine), 9);
  }
}

Bytes symbols_of(bool is_dc) {
  Bytes symbols;
  if (is_dc) {
    for (unsigned size = 0; size <= 11; ++size) append(symbols, {size});
    return symbols;
  }
  append(symbols, {0x00, 0xF0});
  for (unsigned run = 0; run < 16; ++run) {
    for (unsigned size = 1; size <= 10; ++size) append(symbols, {run << 4 | size});
  }
  return symbols;
}

void put_value(BitWriter& writer, unsigned size, Random& random) {
  if (size > 0) writer.put(random() & ((1U << size) - 1), size);
}

void put_block(BitWriter& writer, Random& random) {
  const unsigned dc_size = random() % 4;
  put_code(writer, dc_size);
  put_value(writer, dc_size, random);
  unsigned index = 1;
  while (index < 64 && random() % 5 != 0) {
    const unsigned run = std::min<unsigned>(random() % 4 == 0 ? random() % 16 : 0, 63 - index);
    const unsigned size = 1 + random() % 3;
    put_code(writer, 2 + run * 10 + size - 1);
    put_value(writer, size, random);
    index += run + 1;
  }
  if (index < 64) put_code(writer, 0);
}

Bytes encode(const Plan& plan, Random& random) {
  Bytes bytes;
  append(bytes, {0xFF, 0xD8, 0xFF, 0xDB, 0, 67, 0});
  for (int i = 0; i < 64; ++i) append(bytes, {1 + random() % 12});
  for (const bool is_dc : {true, false}) {
    const Bytes symbols = symbols_of(is_dc);
    append(bytes, {0xFF, 0xC4, 0, 19 + symbols.size(), is_dc ? 0U : 0x10U});
    const std::size_t of_eight = std::min<std::size_t>(symbols.size(), kFirstOfNine);
    append(bytes, {0, 0, 0, 0, 0, 0, 0, of_eight, symbols.size() - of_eight, 0, 0, 0, 0, 0, 0, 0});
    bytes.insert(bytes.end(), symbols.begin(), symbols.end());
  }
  append(bytes, {0xFF, 0xDD, 0, 4, plan.interval >> 8, plan.interval & 0xFF});
  append(bytes, {0xFF, 0xC0, 0, 8 + 3 * plan.components, 8, plan.height >> 8, plan.height & 0xFF, plan.width >> 8,
                 plan.width & 0xFF, plan.components});
  for (std::size_t i = 0; i < plan.components; ++i) {
    append(bytes, {i + 1, i == 0 ? plan.across << 4 | plan.down : 0x11, 0});
  }
  append(bytes, {0xFF, 0xDA, 0, 6 + 2 * plan.components, plan.components});
  for (std::size_t i = 0; i < plan.components; ++i) append(bytes, {i + 1, 0});
  append(bytes, {0, 63, 0});
  BitWriter writer(bytes);
  const std::size_t units = (plan.width + 8 * plan.across - 1) / (8 * plan.across) *
                            ((plan.height + 8 * plan.down - 1) / (8 * plan.down));
  const std::size_t blocks = plan.components == 1 ? 1 : plan.across * plan.down + 2;
  for (std::size_t unit = 0; unit < units; ++unit) {
    if (plan.interval > 0 && unit > 0 && unit % plan.interval == 0) {
      writer.fill();
      append(bytes, {0xFF, 0xD0 + (unit / plan.interval - 1) % 8});
    }
    for (std::size_t block = 0; block < blocks; ++block) put_block(writer, random);
  }
  writer.fill();
  append(bytes, {0xFF, 0xD9});
  return bytes;
}

// In buffers that are exactly as long as they must be, so that a step too far is seen.
bool decode(const Bytes& bytes, std::size_t height, std::size_t width, SimdLevel level, Bytes& rgb) {
  const Bytes exact(bytes);
  rgb.assign(height * width * 3, 77);
  return safelight::jpeg::decode(exact.data(), exact.size(), {height, width}, rgb.data(), level);
}

// All levels give the same answer, and the same pixels where there are some.
bool check(const Bytes& bytes, std::size_t height, std::size_t width, int turn) {
  Bytes first;
  const bool is_taken = decode(bytes, height, width, SimdLevel::plain, first);
  for (const SimdLevel level : safelight::supported_levels()) {
    Bytes other;
    require(decode(bytes, height, width, level, other) == is_taken, "all levels give the same answer", turn);
    require(!is_taken || other == first, "all levels give the same pixels", turn);
  }
  return is_taken;
}

void damage(Bytes& bytes, Random& random) {
  const auto place = [&] { return random() % bytes.size(); };
  for (unsigned times = 1 + random() % 3; times > 0 && !bytes.empty(); --times) {
    switch (random() % 6) {
      case 0:
      case 1:
        bytes[place()] ^= static_cast<std::uint8_t>(1U << random() % 8);
        break;
      case 2:
        bytes[place()] = static_cast<std::uint8_t>(random() % 2 == 0 ? random() : 0xFF);
        break;
      case 3:
        bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(place()));
        break;
      case 4:
        bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(place()), static_cast<std::uint8_t>(random()));
        break;
      default:
        if (random() % 8 == 0) bytes.resize(place());
    }
  }
}

Plan draw_plan(Random& random) {
  const std::size_t kinds[][3] = {{1, 1, 1}, {3, 1, 1}, {3, 2, 1}, {3, 2, 2}};
  const auto& kind = kinds[random() % 4];
  return {1 + random() % 70, 1 + random() % 50, kind[0], kind[1], kind[2], random() % 2 == 0 ? 0 : 1 + random() % 5};
}

// A file's own size, as its header tells it. Damage may change it: then the buffer follows, within bounds.
bool read_size(const Bytes& bytes, std::size_t& height, std::size_t& width) {
  safelight::jpeg::Header header;
  if (!safelight::jpeg::HeaderReader(bytes.data(), bytes.size()).read(header)) return false;
  height = header.height;
  width = header.width;
  return height * width <= 1 << 20;
}

int run_damaged(const std::vector<Bytes>& originals, int turns, Random& random) {
  int taken = 0;
  for (int turn = 0; turn < turns; ++turn) {
    Bytes bytes = originals[random() % originals.size()];
    damage(bytes, random);
    std::size_t height = 20;
    std::size_t width = 30;
    static_cast<void>(read_size(bytes, height, width));
    if (height * width <= 1 << 20) taken += check(bytes, height, width, turn) ? 1 : 0;
  }
  return taken;
}

}  // namespace

// Arguments: how many damaged files, then original files.
int main(int count, char** arguments) {
  Random random(1);
  std::vector<Bytes> originals;
  for (int turn = 0; turn < 300; ++turn) {
    const Plan plan = draw_plan(random);
    originals.push_back(encode(plan, random));
    require(check(originals.back(), plan.height, plan.width, turn), "an ordinary file is taken", turn);
    require(!check(originals.back(), plan.height, plan.width + 1, turn), "another size is refused", turn);
    Bytes shorter(originals.back().begin(), originals.back().end() - 2);
    require(!check(shorter, plan.height, plan.width, turn), "a file without an end is refused", turn);
  }
  for (int i = 2; i < count; ++i) {
    std::ifstream file(arguments[i], std::ios::binary);
    originals.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  const int turns = count > 1 ? std::atoi(arguments[1]) : 3000;
  std::printf("jpeg_baseline: of %d damaged files %d are taken, by all levels alike\n", turns,
              run_damaged(originals, turns, random));
}
