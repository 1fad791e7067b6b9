// The markers before the pixels of an ordinary JPEG. What is not ordinary is not explained, only refused: the caller
// then asks a complete decoder. Sources: ITU-T T.81 annex B; JFIF 1.02; for which colours are meant, libjpeg's rules.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace safelight::jpeg {

inline constexpr std::size_t kCoefficients = 64;
inline constexpr std::size_t kMostComponents = 3;
inline constexpr std::size_t kMostTables = 4;
inline constexpr std::size_t kLongestCode = 16;
inline constexpr std::uint32_t kLongestSide = 65500;  // libjpeg's
inline constexpr std::uint64_t kMostPixels = 210'000'000;

// As it stands in the file: how many codes there are of each length, and what they stand for.
struct HuffmanCodes {
  bool is_defined = false;
  std::array<std::uint8_t, kLongestCode + 1> counts{};  // [0] is not used
  std::array<std::uint8_t, 256> symbols{};
};

struct QuantizationTable {
  bool is_defined = false;
  std::array<std::uint8_t, kCoefficients> steps{};  // in zigzag order
};

struct Component {
  std::uint8_t id = 0;
  std::uint8_t across = 1;  // sampling factors
  std::uint8_t down = 1;
  std::uint8_t quantization = 0;
  std::uint8_t dc_codes = 0;
  std::uint8_t ac_codes = 0;
};

struct Header {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::size_t component_count = 0;  // 1: grey, 3: luma and two of chroma
  std::array<Component, kMostComponents> components{};
  std::array<QuantizationTable, kMostTables> quantization{};
  std::array<HuffmanCodes, kMostTables> dc{};
  std::array<HuffmanCodes, kMostTables> ac{};
  std::uint32_t restart_interval = 0;
  std::size_t scan_start = 0;  // where in the file the coded pixels begin
};

namespace marker {
inline constexpr std::uint8_t kBaseline = 0xC0;
inline constexpr std::uint8_t kExtended = 0xC1;
inline constexpr std::uint8_t kHuffman = 0xC4;
inline constexpr std::uint8_t kRestart = 0xD0;
inline constexpr std::uint8_t kStart = 0xD8;
inline constexpr std::uint8_t kEnd = 0xD9;
inline constexpr std::uint8_t kScan = 0xDA;
inline constexpr std::uint8_t kQuantization = 0xDB;
inline constexpr std::uint8_t kInterval = 0xDD;
inline constexpr std::uint8_t kApplication = 0xE0;
inline constexpr std::uint8_t kAdobe = 0xEE;
inline constexpr std::uint8_t kLastApplication = 0xEF;
inline constexpr std::uint8_t kComment = 0xFE;
}  // namespace marker

class HeaderReader {
 public:
  HeaderReader(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}

  // False where anything is missing or out of the ordinary.
  bool read(Header& header) {
    if (size_ < 4 || data_[0] != 0xFF || data_[1] != marker::kStart) return false;
    at_ = 2;
    while (true) {
      if (size_ - at_ < 4 || data_[at_] != 0xFF) return false;
      const std::uint8_t name = data_[at_ + 1];
      const std::size_t length = word(at_ + 2);
      if (length < 2 || length > size_ - at_ - 2) return false;
      const Segment segment{data_ + at_ + 4, length - 2};
      at_ += 2 + length;
      if (name == marker::kScan) {
        if (!take_scan(segment, header)) return false;
        break;
      }
      if (!take(name, segment, header)) return false;
    }
    header.scan_start = at_;
    return is_complete(header);
  }

 private:
  struct Segment {
    const std::uint8_t* bytes;
    std::size_t size;
  };

  std::size_t word(std::size_t at) const { return std::size_t{data_[at]} << 8 | data_[at + 1]; }

  bool take(std::uint8_t name, const Segment& segment, Header& header) {
    switch (name) {
      case marker::kBaseline:
      case marker::kExtended:
        return take_frame(segment, header);
      case marker::kHuffman:
        return take_codes(segment, header);
      case marker::kQuantization:
        return take_quantization(segment, header);
      case marker::kInterval:
        if (segment.size != 2) return false;
        header.restart_interval = std::uint32_t{segment.bytes[0]} << 8 | segment.bytes[1];
        return true;
      case marker::kApplication:
        return take_jfif(segment);
      case marker::kAdobe:
        take_adobe(segment);
        return true;
      default:
        return name == marker::kComment || (name > marker::kApplication && name <= marker::kLastApplication);
    }
  }

  bool take_frame(const Segment& segment, Header& header) {
    const std::uint8_t* bytes = segment.bytes;
    if (header.component_count != 0 || segment.size < 6) return false;
    const std::size_t count = bytes[5];
    if (bytes[0] != 8 || (count != 1 && count != kMostComponents) || segment.size != 6 + 3 * count) return false;
    header.height = std::uint32_t{bytes[1]} << 8 | bytes[2];
    header.width = std::uint32_t{bytes[3]} << 8 | bytes[4];
    header.component_count = count;
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint8_t* one = bytes + 6 + 3 * i;
      Component& component = header.components[i];
      component.id = one[0];
      component.across = one[1] >> 4;
      component.down = one[1] & 15;
      component.quantization = one[2];
      for (std::size_t j = 0; j < i; ++j) {
        if (header.components[j].id == component.id) return false;
      }
    }
    return header.width >= 1 && header.width <= kLongestSide && header.height >= 1 && header.height <= kLongestSide &&
           std::uint64_t{header.width} * header.height <= kMostPixels && has_known_sampling(header);
  }

  // Luma 1x1, 2x1 or 2x2, chroma 1x1. A grey picture's factors relate to nothing: they are taken for 1x1.
  static bool has_known_sampling(Header& header) {
    Component& luma = header.components[0];
    if (header.component_count == 1) {
      const bool is_allowed = luma.across >= 1 && luma.across <= 4 && luma.down >= 1 && luma.down <= 4;
      luma.across = luma.down = 1;
      return is_allowed;
    }
    for (std::size_t i = 1; i < kMostComponents; ++i) {
      if (header.components[i].across != 1 || header.components[i].down != 1) return false;
    }
    return luma.down >= 1 && luma.across <= 2 && luma.across >= luma.down;
  }

  static bool take_codes(Segment segment, Header& header) {
    while (segment.size > kLongestCode) {
      const std::uint8_t place = segment.bytes[0];
      if ((place & 15) >= kMostTables || place >> 4 > 1) return false;
      HuffmanCodes& codes = (place >> 4 == 0 ? header.dc : header.ac)[place & 15];
      codes = HuffmanCodes{};
      std::size_t total = 0;
      for (std::size_t length = 1; length <= kLongestCode; ++length) total += codes.counts[length] = segment.bytes[length];
      const std::size_t used = 1 + kLongestCode + total;
      if (total > codes.symbols.size() || used > segment.size) return false;
      std::memcpy(codes.symbols.data(), segment.bytes + 1 + kLongestCode, total);
      codes.is_defined = true;
      segment = {segment.bytes + used, segment.size - used};
    }
    return segment.size == 0;
  }

  static bool take_quantization(Segment segment, Header& header) {
    constexpr std::size_t used = 1 + kCoefficients;
    while (segment.size >= used) {
      if (segment.bytes[0] >= kMostTables) return false;  // 16-bit steps among them
      QuantizationTable& table = header.quantization[segment.bytes[0]];
      std::memcpy(table.steps.data(), segment.bytes + 1, kCoefficients);
      table.is_defined = true;
      segment = {segment.bytes + used, segment.size - used};
    }
    return segment.size == 0;
  }

  bool take_jfif(const Segment& segment) {
    constexpr std::size_t whole = 14;
    if (segment.size < 5 || std::memcmp(segment.bytes, "JFIF", 5) != 0) return true;
    is_jfif_ = true;
    return segment.size >= whole && segment.bytes[5] == 1;  // libjpeg warns of other versions
  }

  void take_adobe(const Segment& segment) {
    constexpr std::size_t whole = 12;
    if (segment.size < whole || std::memcmp(segment.bytes, "Adobe", 5) != 0) return;
    is_adobe_ = true;
    transform_ = segment.bytes[11];
  }

  // One scan of all components, in the frame's order, of whole coefficients.
  static bool take_scan(const Segment& segment, Header& header) {
    const std::size_t count = header.component_count;
    if (count == 0 || segment.size != 4 + 2 * count || segment.bytes[0] != count) return false;
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint8_t* one = segment.bytes + 1 + 2 * i;
      Component& component = header.components[i];
      component.dc_codes = one[1] >> 4;
      component.ac_codes = one[1] & 15;
      if (one[0] != component.id || component.dc_codes >= kMostTables || component.ac_codes >= kMostTables) return false;
    }
    const std::uint8_t* selection = segment.bytes + 1 + 2 * count;
    return selection[0] == 0 && selection[1] == kCoefficients - 1 && selection[2] == 0;
  }

  bool is_complete(const Header& header) const {
    for (std::size_t i = 0; i < header.component_count; ++i) {
      const Component& component = header.components[i];
      if (component.quantization >= kMostTables || !header.quantization[component.quantization].is_defined ||
          !header.dc[component.dc_codes].is_defined || !header.ac[component.ac_codes].is_defined) {
        return false;
      }
    }
    return header.component_count == 1 || is_luma_and_chroma(header);
  }

  // Where libjpeg takes three components for luma and chroma, without a warning or a guess.
  bool is_luma_and_chroma(const Header& header) const {
    if (is_jfif_) return true;
    if (is_adobe_) return transform_ == 1;
    return header.components[0].id == 1 && header.components[1].id == 2 && header.components[2].id == 3;
  }

  const std::uint8_t* data_;
  std::size_t size_;
  std::size_t at_ = 0;
  bool is_jfif_ = false;
  bool is_adobe_ = false;
  std::uint8_t transform_ = 0;
};

}  // namespace safelight::jpeg
