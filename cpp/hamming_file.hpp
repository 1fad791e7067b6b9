// A segment as a file that is mapped on opening: a header, then the sections as they lie in memory.
//
// All numbers are in the byte order of the machine that wrote them; another refuses the file. Large sections start on
// 2 MiB, and all is written in calls of 16 MiB: then the system keeps the file in pages of 2 MiB (measured on ext4,
// Linux 6.18) and maps 800 MB in a millisecond. Nothing in a file can lead a search out of its sections, and a file
// whose checksum is wrong is not opened: a damaged code would silently not be found.
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "hamming_checksum.hpp"
#include "hamming_memory.hpp"
#include "hamming_segment.hpp"
#include "hamming_threads.hpp"

namespace safelight::hamming {

inline constexpr std::array<char, 8> kMagic{'S', 'L', 'H', 'A', 'M', 'I', 'D', 'X'};
inline constexpr std::uint32_t kFileVersion = 1;
inline constexpr std::uint32_t kByteOrderMark = 0x01020304;
inline constexpr std::size_t kHeaderBytes = 4096;
inline constexpr std::size_t kMostNoteBytes = 64 * 1024;
inline constexpr std::size_t kNote = kSections;  // the note is one more section in the file
inline constexpr std::size_t kFileSections = kSections + 1;

// Why a file is not opened. The reason is one word for programs; what() is a sentence.
class FileRefused : public std::runtime_error {
 public:
  FileRefused(std::string reason, const std::string& sentence)
      : std::runtime_error(sentence), reason_(std::move(reason)) {}

  const std::string& reason() const { return reason_; }

 private:
  std::string reason_;
};

struct Placed {
  std::uint64_t offset;
  std::uint64_t bytes;
  std::uint64_t sum;
};

struct Header {
  std::array<char, 8> magic;
  std::uint32_t version;
  std::uint32_t byte_order;
  std::uint64_t file_bytes;
  Shape shape;
  std::array<Placed, kFileSections> sections;
  std::uint64_t sum;  // of all of the above
};

static_assert(sizeof(Header) <= kHeaderBytes);
static_assert(std::is_trivially_copyable_v<Header>);

inline std::uint64_t sum_of(const Header& header) {
  return checksum(reinterpret_cast<const std::uint8_t*>(&header), offsetof(Header, sum));
}

inline std::system_error last_error(const std::string& what) {
  return std::system_error(errno, std::generic_category(), what);
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }

  int number() const { return number_; }

 private:
  int number_;
};

// Where each section of this segment goes in a file, without the checksums.
inline Header lay_out_file(const Shape& shape, std::size_t note_bytes) {
  Header header;
  std::memset(static_cast<void*>(&header), 0, sizeof header);  // gaps between fields too: they are summed
  header.magic = kMagic;
  header.version = kFileVersion;
  header.byte_order = kByteOrderMark;
  std::memcpy(static_cast<void*>(&header.shape), &shape, sizeof shape);
  std::size_t end = kHeaderBytes;
  for (std::size_t s = 0; s < kFileSections; ++s) {
    const std::size_t bytes = s == kNote ? note_bytes : shape.bytes_of(static_cast<Section>(s));
    const std::size_t offset = round_up(end, bytes >= kHugePage ? kHugePage : kHeaderBytes);
    header.sections[s] = {offset, bytes, 0};
    end = offset + bytes;
  }
  header.file_bytes = round_up(end, kHeaderBytes);
  return header;
}

// ---- Saving ----

// A file under a new name beside the one it is to become. It vanishes unless it is published.
class NewFile {
 public:
  explicit NewFile(const std::string& path)
      : path_(path), name_(path + ".XXXXXX"), file_(::mkostemp(name_.data(), O_CLOEXEC)) {  // mode 0600
    if (file_.number() < 0) throw last_error("The new index file can't be made");
    buffer_ = allocate_zeros(kSumPiece);
  }
  ~NewFile() {
    if (!is_published_) ::unlink(name_.c_str());
  }

  // Go on at this offset; what is left out is zeros.
  void seek(std::size_t offset) {
    static const std::array<std::uint8_t, kHeaderBytes> zeros{};
    while (at_ < offset) put(zeros.data(), std::min(zeros.size(), offset - at_));
  }

  void put(const std::uint8_t* data, std::size_t size) {
    for (std::size_t done = 0; done < size;) {
      const std::size_t room = std::min(kSumPiece - filled_, size - done);
      std::memcpy(buffer_.get() + filled_, data + done, room);
      filled_ += room;
      at_ += room;
      done += room;
      if (filled_ == kSumPiece) flush();
    }
  }

  // Make it the file of that name, for good: it, then its name, is on the disk when this returns.
  void publish(const Header& header) {
    flush();
    write_at(reinterpret_cast<const std::uint8_t*>(&header), sizeof header, 0);
    if (::fsync(file_.number()) != 0) throw last_error("The new index file can't be synced");
    if (std::rename(name_.c_str(), path_.c_str()) != 0) throw last_error("The new index file can't be renamed");
    is_published_ = true;
    sync_folder();
  }

 private:
  void flush() {
    write_at(buffer_.get(), filled_, at_ - filled_);
    filled_ = 0;
  }

  void write_at(const std::uint8_t* data, std::size_t size, std::size_t offset) {
    while (size > 0) {
      const ssize_t written = ::pwrite(file_.number(), data, size, static_cast<off_t>(offset));
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) throw last_error("The new index file can't be written");
      data += written;
      size -= static_cast<std::size_t>(written);
      offset += static_cast<std::size_t>(written);
    }
  }

  void sync_folder() {
    const std::size_t slash = path_.find_last_of('/');
    const std::string folder = slash == std::string::npos ? "." : path_.substr(0, slash + 1);
    const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (opened.number() < 0 || ::fsync(opened.number()) != 0) throw last_error("The index folder can't be synced");
  }

  const std::string path_;
  std::string name_;
  const Descriptor file_;
  std::shared_ptr<std::uint8_t> buffer_;
  std::size_t filled_ = 0;
  std::size_t at_ = 0;
  bool is_published_ = false;
};

// Write the segment, with a note for whoever opens it, so that at every moment the name leads to the whole old file or
// the whole new one. Throws std::system_error when the system refuses, std::length_error for too long a note.
inline void save(const Segment& segment, const std::string& path, const std::string& note) {
  if (note.size() > kMostNoteBytes) throw std::length_error("The note of an index file holds at most 65,536 bytes.");
  Header header = lay_out_file(segment.shape(), note.size());
  NewFile file(path);
  for (std::size_t s = 0; s < kFileSections; ++s) {
    const auto* data = s == kNote ? reinterpret_cast<const std::uint8_t*>(note.data())
                                  : segment.section(static_cast<Section>(s));
    Placed& placed = header.sections[s];
    file.seek(placed.offset);
    file.put(data, placed.bytes);
    placed.sum = checksum(data, placed.bytes);
  }
  file.seek(header.file_bytes);
  header.sum = sum_of(header);
  file.publish(header);
}

// ---- Opening ----

struct OpenOptions {
  std::uint32_t threads = 2;  // that check the sums
  bool checks_sums = true;
};

struct Opened {
  std::shared_ptr<const Segment> segment;
  std::string note;
};

inline void require_sound(bool holds, const char* reason, const char* sentence) {
  if (!holds) throw FileRefused(reason, sentence);
}

inline void check_header(const Header& header, std::size_t file_bytes) {
  require_sound(header.magic == kMagic, "foreign", "The file is not a Safelight index.");
  require_sound(header.byte_order == kByteOrderMark, "byte_order", "The index was written on another kind of machine.");
  require_sound(header.version == kFileVersion, "version", "The index was written by another version of Safelight.");
  require_sound(header.sum == sum_of(header), "damaged", "The index file's header is damaged.");
  require_sound(header.file_bytes == file_bytes, "short", "The index file is not as long as it says.");
}

// A shape from which nothing can be led astray.
inline void check_shape(const Shape& shape) {
  const bool has_parts = shape.indexed > 0;
  bool is_sound = shape.size <= 0xFFFFFFFEU && shape.indexed <= shape.size && shape.run_count <= shape.size &&
                  (shape.has_runs == 0 || shape.size == 0 || shape.run_count > 0) &&
                  shape.planned <= kLargestPlannedRadius &&
                  (has_parts ? shape.part_count >= kFewestParts && shape.part_count <= kMostParts
                             : shape.part_count == 0);
  std::uint32_t bits = 0;
  for (std::uint32_t p = 0; is_sound && p < shape.part_count; ++p) {
    is_sound = shape.lengths[p] >= kShortestPart && shape.lengths[p] <= kLongestPart;
    bits += shape.lengths[p];
  }
  require_sound(is_sound && bits == (has_parts ? kBits : 0), "damaged", "The index file's header contradicts itself.");
}

// Every section must lie just where this version would have put it.
inline void check_sections(const Header& header) {
  const std::uint64_t note_bytes = header.sections[kNote].bytes;
  require_sound(note_bytes <= kMostNoteBytes, "damaged", "The index file's header contradicts itself.");
  const Header expected = lay_out_file(header.shape, note_bytes);
  bool is_sound = expected.file_bytes == header.file_bytes;
  for (std::size_t s = 0; s < kFileSections; ++s) {
    is_sound = is_sound && expected.sections[s].offset == header.sections[s].offset &&
               expected.sections[s].bytes == header.sections[s].bytes;
  }
  require_sound(is_sound, "damaged", "The index file's header contradicts itself.");
}

inline Header read_header(int file) {
  struct stat status {};
  if (::fstat(file, &status) != 0) throw last_error("The index file can't be looked at");
  require_sound(S_ISREG(status.st_mode), "foreign", "The path does not lead to a file.");
  const auto file_bytes = static_cast<std::size_t>(status.st_size);
  require_sound(file_bytes >= kHeaderBytes, "short", "The file is too short for a Safelight index.");
  Header header;
  const ssize_t got = ::pread(file, static_cast<void*>(&header), sizeof header, 0);
  if (got < 0) throw last_error("The index file can't be read");
  require_sound(got == static_cast<ssize_t>(sizeof header), "short", "The file is too short for a Safelight index.");
  check_header(header, file_bytes);
  check_shape(header.shape);
  check_sections(header);
  return header;
}

inline std::shared_ptr<const std::uint8_t> map_file(int file, std::size_t bytes) {
  const auto mapping = std::make_shared<Mapping>(bytes);
  void* const mapped = ::mmap(mapping->data(), bytes, PROT_READ, MAP_SHARED | MAP_FIXED, file, 0);
  if (mapped == MAP_FAILED) throw last_error("The index file can't be mapped");
  ask_for_huge_pages(mapped, bytes);
#ifdef MADV_POPULATE_READ
  static_cast<void>(::madvise(mapped, bytes, MADV_POPULATE_READ));  // else each page is mapped when first touched
#endif
  return {mapping, mapping->data()};
}

inline void check_sums(const Header& header, const std::uint8_t* data, std::uint32_t threads) {
  std::array<std::vector<std::uint64_t>, kFileSections> sums;
  std::vector<std::pair<std::size_t, std::size_t>> pieces;  // section, number
  for (std::size_t s = 0; s < kFileSections; ++s) {
    sums[s].resize(pieces_of(header.sections[s].bytes));
    for (std::size_t i = 0; i < sums[s].size(); ++i) pieces.emplace_back(s, i);
  }
  share_out(threads, pieces.size(), [&](std::size_t p) {
    const auto [s, i] = pieces[p];
    const Placed& placed = header.sections[s];
    const std::size_t done = i * kSumPiece;
    sums[s][i] = sum_of_piece(data + placed.offset + done, std::min<std::size_t>(kSumPiece, placed.bytes - done));
  });
  for (std::size_t s = 0; s < kFileSections; ++s) {
    require_sound(sum_of_sums(sums[s]) == header.sections[s].sum, "damaged", "The index file's content is damaged.");
  }
}

// Map a saved segment. Throws FileRefused for what can't be trusted, std::system_error when the system refuses.
// The file must not be cut short while it is mapped; `save` never does that: it puts a new one in its place.
inline Opened open_segment(const std::string& path, const OpenOptions& options = {}) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) throw last_error("The index file can't be opened");
  const Header header = read_header(file.number());
  const auto data = map_file(file.number(), header.file_bytes);
  if (options.checks_sums) check_sums(header, data.get(), options.threads);
  Sections sections;
  for (std::size_t s = 0; s < kSections; ++s) sections[s] = {data, data.get() + header.sections[s].offset};
  const Placed& note = header.sections[kNote];
  return {std::make_shared<const Segment>(header.shape, std::move(sections)),
          std::string(reinterpret_cast<const char*>(data.get()) + note.offset, note.bytes)};
}

}  // namespace safelight::hamming
