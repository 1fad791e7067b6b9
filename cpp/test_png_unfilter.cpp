// The C++ part alone, under sanitizers: every size reads and writes only what it owns, whatever the bytes are.
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

#include "png_unfilter.hpp"

namespace {

using safelight::png::Lines;
using safelight::png::unfilter;

void require(bool holds, const char* what, const Lines& lines) {
  if (holds) return;
  std::fprintf(stderr, "failed: %s (%zu rows of %zu bytes, %zu a pixel)\n", what, lines.rows, lines.row_bytes,
               lines.pixel_bytes);
  std::exit(1);
}

// The definition, byte by byte.
int foretell(int kind, int left, int above, int corner) {
  const int guess = left + above - corner;
  const int to_left = std::abs(guess - left);
  const int to_above = std::abs(guess - above);
  const int to_corner = std::abs(guess - corner);
  const int nearest = to_left <= to_above && to_left <= to_corner ? left : to_above <= to_corner ? above : corner;
  const int foretold[] = {0, left, above, (left + above) / 2, nearest};
  return foretold[kind];
}

std::vector<std::uint8_t> by_definition(const Lines& lines) {
  std::vector<std::uint8_t> pixels(lines.rows * lines.row_bytes);
  for (std::size_t y = 0; y < lines.rows; ++y) {
    const std::uint8_t* line = lines.bytes + y * (lines.row_bytes + 1);
    for (std::size_t x = 0; x < lines.row_bytes; ++x) {
      const auto at = [&](std::size_t up, std::size_t back) {
        return up > y || back > x ? 0 : static_cast<int>(pixels[(y - up) * lines.row_bytes + x - back]);
      };
      const int foretold = foretell(line[0], at(0, lines.pixel_bytes), at(1, 0), at(1, lines.pixel_bytes));
      pixels[y * lines.row_bytes + x] = static_cast<std::uint8_t>(line[1 + x] + foretold);
    }
  }
  return pixels;
}

// Buffers are exactly as long as they must be, so that a step too far is seen.
void check(std::size_t rows, std::size_t width, std::size_t pixel_bytes, std::mt19937& generator) {
  const std::size_t row_bytes = width * pixel_bytes;
  std::vector<std::uint8_t> bytes(rows * (row_bytes + 1));
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(generator());
  const Lines lines{bytes.data(), bytes.size(), rows, row_bytes, pixel_bytes};
  std::vector<std::uint8_t> pixels(rows * row_bytes);
  static_cast<void>(unfilter(lines, pixels.data(), pixels.size()));  // any bytes, most filters unknown
  for (std::size_t y = 0; y < rows; ++y) bytes[y * (row_bytes + 1)] %= 5;
  require(unfilter(lines, pixels.data(), pixels.size()), "known filters are undone", lines);
  require(pixels == by_definition(lines), "the pixels are those of the definition", lines);
  bytes[generator() % rows * (row_bytes + 1)] = 5;
  require(!unfilter(lines, pixels.data(), pixels.size()), "an unknown filter is told", lines);
}

void check_refused(const Lines& lines, std::size_t pixels_size) {
  try {
    static_cast<void>(unfilter(lines, nullptr, pixels_size));
  } catch (const std::invalid_argument&) {
    return;
  }
  require(false, "sizes that do not fit are refused", lines);
}

}  // namespace

int main() {
  std::mt19937 generator(1);
  for (std::size_t pixel_bytes = 1; pixel_bytes <= 4; ++pixel_bytes) {
    for (std::size_t width = 1; width < 70; ++width) check(1 + width % 7 * 3, width, pixel_bytes, generator);
  }
  for (int turn = 0; turn < 3000; ++turn) {
    check(1 + generator() % 24, 1 + generator() % 90, 1 + generator() % 4, generator);
  }
  constexpr std::size_t huge = std::size_t{1} << 63;
  check_refused({nullptr, 8, 2, 3, 3}, 5);
  check_refused({nullptr, 7, 2, 3, 3}, 6);
  check_refused({nullptr, 8, 2, 3, 2}, 6);
  check_refused({nullptr, 8, 2, 3, 0}, 6);
  check_refused({nullptr, 12, 2, 5, 5}, 10);
  check_refused({nullptr, 2, 2, 0, 1}, 0);
  check_refused({nullptr, 1, 0, 3, 3}, 0);
  check_refused({nullptr, 2, 2, huge, 1}, 0);  // both products wrap around to these sizes
  std::puts("png_unfilter: all filters agree with their definition on all sizes");
}
