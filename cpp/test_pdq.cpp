// The C++ parts alone, under sanitizers: every size reads and writes only what it owns, and all levels agree.
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

#include "pdq.hpp"

namespace {

void require(bool holds, const char* what, std::size_t height, std::size_t width) {
  if (holds) return;
  std::fprintf(stderr, "failed: %s (%zu x %zu)\n", what, width, height);
  std::exit(1);
}

void check(std::size_t height, std::size_t width, std::mt19937& generator) {
  std::vector<std::uint8_t> rgb(height * width * 3);  // exactly as long as it must be, so that a step too far is seen
  for (auto& byte : rgb) byte = static_cast<std::uint8_t>(generator());
  const safelight::pdq::Picture picture{rgb.data(), height, width};
  const auto plain = safelight::pdq::hash_rgb(picture, safelight::SimdLevel::plain);
  require(plain.quality >= 0 && plain.quality <= 100, "quality is 0 to 100", height, width);
  for (const auto level : safelight::supported_levels()) {
    const auto other = safelight::pdq::hash_rgb(picture, level);
    require(other.quality == plain.quality, "levels agree on the quality", height, width);
    if (plain.unsettled_bits == 0) require(other.orientations == plain.orientations, "levels agree", height, width);
  }
}

}  // namespace

int main() {
  std::mt19937 generator(1);
  for (std::size_t side = 5; side < 140; ++side) check(side, 144 - side, generator);
  for (const std::size_t side : {255, 256, 257, 383, 1023, 1024, 4097}) {
    check(side, 21, generator);
    check(22, side, generator);
  }
  check(40'000, 5, generator);
  check(5, 40'000, generator);
  std::puts("pdq: all levels agree on all sizes");
}
