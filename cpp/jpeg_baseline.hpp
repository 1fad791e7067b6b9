// Ordinary JPEGs to pixels, equal to those of libjpeg-turbo to the last bit: baseline Huffman coding, 8 bits, one scan,
// grey or luma and chroma (4:4:4, 4:2:2, 4:2:0), with restart intervals or without.
//
// Whatever else a file may be, or wherever it is damaged or only odd, the answer is false and the caller asks a
// complete decoder: so this changes no answer, only the time that it takes. There is no plain twin of this header: the
// specification is libjpeg-turbo (by way of simplejpeg), which is also what runs in its place.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "jpeg_colour.hpp"
#include "jpeg_entropy.hpp"
#include "jpeg_header.hpp"
#include "jpeg_idct.hpp"
#include "simd_level.hpp"

namespace safelight::jpeg {

// The samples of one component, of the last two rows of units (a unit is what is coded together, an MCU).
struct Plane {
  std::size_t stride = 0;
  std::size_t mask = 0;  // row number to place: there is a power of two of them
  std::vector<std::uint8_t> samples;

  void make(std::size_t units, std::size_t across, std::size_t down) {
    stride = units * 8 * across + kStep;
    mask = 16 * down - 1;
    samples.resize(stride * (mask + 1));
  }
  std::uint8_t* row(std::size_t number) { return samples.data() + (number & mask) * stride; }
};

// Two blocks of a unit that are transformed at once, or one.
struct Couple {
  struct Place {
    std::size_t component;
    std::size_t across;  // in the unit, in blocks
    std::size_t down;
  };
  std::size_t size = 0;
  std::array<Place, 2> places{};
  Steps steps{};
};

class Decoder {
 public:
  Decoder(const Header& header, const std::uint8_t* data, std::size_t size)
      : header_(header),
        segments_(data, size, header.scan_start),
        across_(header.components[0].across),
        down_(header.components[0].down),
        units_(ceiling(header.width, 8 * across_)),
        unit_rows_(ceiling(header.height, 8 * down_)) {}

  // False where the codes are not sound.
  bool prepare() {
    for (std::size_t i = 0; i < header_.component_count; ++i) {
      const Component& component = header_.components[i];
      if (!dc_[i].build(header_.dc[component.dc_codes])) return false;
      // The two of chroma nearly always have the same; a copy is quicker than building it.
      if (i == 2 && component.ac_codes == header_.components[1].ac_codes) {
        ac_[i] = ac_[i - 1];
      } else if (!make_ac(i, component)) {
        return false;
      }
      planes_[i].make(units_, i == 0 ? across_ : 1, i == 0 ? down_ : 1);
    }
    make_couples();
    wide_[0].resize(units_ * 8 * across_ + 2 * kStep);
    wide_[1].resize(units_ * 8 * across_ + 2 * kStep);
    sums_.resize(units_ * 8 + 2 + 2 * kStep);
    return true;
  }

  template <SimdLevel kLevel>
  SAFELIGHT_JPEG_INLINE bool run(std::uint8_t* rgb) {
    const std::uint64_t units = std::uint64_t{units_} * unit_rows_;
    const std::uint64_t interval = header_.restart_interval == 0 ? units : header_.restart_interval;
    Bits bits;                // not a member, so that it stays in registers
    std::uint64_t left = 0;   // units before the next marker
    std::uint64_t todo = units;
    std::size_t emitted = 0;  // rows
    for (std::size_t unit_row = 0; unit_row < unit_rows_; ++unit_row) {
      for (std::size_t unit = 0; unit < units_; ++unit) {
        if (left == 0) {
          left = std::min(interval, todo);
          todo -= left;
          if (unit_row + unit > 0 && !bits.is_at_end()) return false;
          if (!begin_segment(todo == 0)) return false;
          bits = Bits(segments_.begin(), segments_.bytes());
        }
        if (!read_unit<kLevel>(bits, unit_row, unit)) return false;
        --left;
      }
      emitted = emit<kLevel>(unit_row, emitted, rgb);
    }
    return bits.is_at_end() && is_in_range();
  }

 private:
  static std::size_t ceiling(std::size_t size, std::size_t step) { return (size + step - 1) / step; }

  bool make_ac(std::size_t i, const Component& component) {
    ac_[i] = std::make_shared<AcCodes>();
    return ac_[i]->build(header_.ac[component.ac_codes]);
  }

  void make_couples() {
    for (std::size_t down = 0; down < down_; ++down) {
      for (std::size_t across = 0; across < across_; ++across) {
        if (across == 0) ++couple_count_;
        add_block({0, across, down});
      }
    }
    if (header_.component_count == 1) return;
    ++couple_count_;
    add_block({1, 0, 0});
    add_block({2, 0, 0});
  }

  void add_block(const Couple::Place& place) {
    Couple& couple = couples_[couple_count_ - 1];
    const auto& steps = header_.quantization[header_.components[place.component].quantization].steps;
    for (std::size_t i = 0; i < kCoefficients; ++i) {
      couple.steps[kPlacesOfZigzag.at[i] + 8 * couple.size] = steps[i];
    }
    couple.places[couple.size++] = place;
  }

  // Load what lies before the next marker, which must be the one that is due there.
  bool begin_segment(bool is_last) {
    std::uint8_t name = 0;
    if (!segments_.next(name)) return false;
    const std::uint8_t due = is_last ? marker::kEnd : static_cast<std::uint8_t>(marker::kRestart + restarts_++ % 8);
    predicted_ = {};
    return name == due;
  }

  template <SimdLevel kLevel>
  SAFELIGHT_JPEG_INLINE bool read_unit(Bits& bits, std::size_t unit_row, std::size_t unit) {
    for (std::size_t i = 0; i < couple_count_; ++i) {
      const Couple& couple = couples_[i];
      std::array<bool, 2> is_flat{true, true};
      for (std::size_t lane = 0; lane < couple.size; ++lane) {
        if (!read_block(bits, couple.places[lane].component, blocks_.data() + 8 * lane, is_flat[lane])) return false;
      }
      std::array<Target, 2> targets{};
      for (std::size_t lane = 0; lane < couple.size; ++lane) {
        const Couple::Place& place = couple.places[lane];
        Plane& plane = planes_[place.component];
        const std::size_t down = place.component == 0 ? down_ : 1;
        const std::size_t across = place.component == 0 ? across_ : 1;
        targets[lane] = {plane.row(8 * (unit_row * down + place.down)) + 8 * (unit * across + place.across), plane.stride};
      }
      finish_couple<kLevel>(couple, targets.data(), is_flat[0] && is_flat[1]);
    }
    return true;
  }

  SAFELIGHT_JPEG_INLINE bool read_block(Bits& bits, std::size_t component, std::int16_t* block, bool& is_flat) {
    constexpr int most = 1 << 14;
    int difference = 0;
    if (!dc_[component].read(bits, difference)) return false;
    const int first = predicted_[component] += difference;
    if (first <= -most || first >= most) return false;
    block[0] = static_cast<std::int16_t>(first);
    return ac_[component]->read(bits, block, is_flat) && bits.is_within();
  }

  template <SimdLevel kLevel>
  SAFELIGHT_JPEG_INLINE void finish_couple(const Couple& couple, const Target* targets, bool is_flat) {
    if (is_flat) {
      for (std::size_t lane = 0; lane < couple.size; ++lane) {
        const std::int32_t first = blocks_[8 * lane] * couple.steps[8 * lane];
        largest_[8 * lane] = std::max(largest_[8 * lane], first < 0 ? -first : first);
        fill_block(first, targets[lane]);
      }
      return;
    }
    transform_couple<kLevel>(couple, targets);
    blocks_ = {};
  }

  template <SimdLevel kLevel>
  SAFELIGHT_JPEG_INLINE void transform_couple(const Couple& couple, const Target* targets) {
    if constexpr (kLevel == SimdLevel::avx512) {
      if (couple.size == 2) {
        transform_blocks<16>(blocks_, couple.steps, 0, targets, largest_);
        return;
      }
    }
    for (std::size_t lane = 0; lane < couple.size; ++lane) {
      transform_blocks<8>(blocks_, couple.steps, 8 * lane, targets + lane, largest_);
    }
  }

  bool is_in_range() const { return *std::max_element(largest_.begin(), largest_.end()) <= kLargestColumn; }

  // Write all rows whose neighbours are known by now; returns how many are written in all.
  template <SimdLevel kLevel>
  SAFELIGHT_JPEG_INLINE std::size_t emit(std::size_t unit_row, std::size_t from, std::uint8_t* rgb) {
    const std::size_t known = (unit_row + 1) * 8 * down_ - (down_ - 1);
    const std::size_t stop = unit_row + 1 == unit_rows_ ? header_.height : std::min<std::size_t>(known, header_.height);
    const std::size_t width = header_.width;
    for (std::size_t y = from; y < stop; ++y) {
      std::uint8_t* to = rgb + y * width * 3;
      if (header_.component_count == 1) {
        grey_row(planes_[0].row(y), width, to);
      } else {
        colour_row<kLevel>({planes_[0].row(y), chroma(0, y), chroma(1, y)}, width, to);
      }
    }
    return stop;
  }

  // A row of chroma in full width.
  SAFELIGHT_JPEG_INLINE const std::uint8_t* chroma(std::size_t which, std::size_t y) {
    Plane& plane = planes_[1 + which];
    if (across_ == 1) return plane.row(y);
    const std::size_t size = ceiling(header_.width, 2);
    const std::size_t near = y / down_;
    std::uint8_t* wide = wide_[which].data();
    std::int16_t* sums = sums_.data() + 1;
    if (size <= 2) {  // libjpeg's rule: too narrow for neighbours
      repeat_samples(plane.row(near), size, wide);
    } else if (down_ == 1) {
      copy_row(plane.row(near), size, sums);
      widen<2>(sums, size, wide);
    } else {
      const std::size_t last = ceiling(header_.height, 2) - 1;
      const std::size_t far = y % 2 == 0 ? std::max<std::size_t>(near, 1) - 1 : std::min(near + 1, last);
      mix_rows(plane.row(near), plane.row(far), size, sums);
      widen<4>(sums, size, wide);
    }
    return wide;
  }

  const Header& header_;
  Segments segments_;
  std::size_t across_;  // blocks of luma in a unit
  std::size_t down_;
  std::size_t units_;  // in a row
  std::size_t unit_rows_;
  std::size_t couple_count_ = 0;
  std::array<Couple, 3> couples_{};
  std::array<DcCodes, kMostComponents> dc_;
  std::array<std::shared_ptr<AcCodes>, kMostComponents> ac_;
  std::array<Plane, kMostComponents> planes_;
  std::array<std::vector<std::uint8_t>, 2> wide_;
  std::vector<std::int16_t> sums_;
  Coefficients blocks_{};
  ColumnSums largest_{};
  std::array<int, kMostComponents> predicted_{};
  unsigned restarts_ = 0;
};

#ifdef SAFELIGHT_X86
[[gnu::target("avx2,bmi,bmi2")]] inline bool run_avx2(Decoder& decoder, std::uint8_t* rgb) {
  return decoder.run<SimdLevel::avx2>(rgb);
}
[[gnu::target("avx2,bmi,bmi2,avx512f,avx512bw,avx512dq,avx512vl")]] inline bool run_avx512(Decoder& decoder,
                                                                                               std::uint8_t* rgb) {
  return decoder.run<SimdLevel::avx512>(rgb);
}
#endif
inline bool run_plain(Decoder& decoder, std::uint8_t* rgb) { return decoder.run<SimdLevel::plain>(rgb); }

inline bool run_with(SimdLevel level, Decoder& decoder, std::uint8_t* rgb) {
#ifdef SAFELIGHT_X86
  const bool has_bit_moves = __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
  if (level == SimdLevel::avx512 && has_bit_moves) return run_avx512(decoder, rgb);
  if (level == SimdLevel::avx2 && has_bit_moves) return run_avx2(decoder, rgb);
#endif
  static_cast<void>(level);
  return run_plain(decoder, rgb);
}

// The size of an ordinary JPEG's buffer: as many red-green-blue triples.
struct Size {
  std::size_t height;
  std::size_t width;
};

// Decode an ordinary JPEG into rows of triples without gaps. False where it is not ordinary to its end, or not of this
// size; what was written until then has no meaning.
inline bool decode(const std::uint8_t* data, std::size_t bytes, const Size& size, std::uint8_t* rgb, SimdLevel level) {
  Header header;
  if (!HeaderReader(data, bytes).read(header) || header.height != size.height || header.width != size.width) return false;
  const auto decoder = std::make_unique<Decoder>(header, data, bytes);
  return decoder->prepare() && run_with(level, *decoder, rgb);
}

}  // namespace safelight::jpeg
