// The segment's file, under sanitizers: what was saved is opened; what is damaged is refused, and nothing in a file
// leads a search astray.
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "hamming_build.hpp"
#include "hamming_file.hpp"
#include "test_hamming_sets.hpp"

namespace {

using namespace safelight::hamming;
using namespace safelight::hamming::testing;
using safelight::SimdLevel;

struct Folder {
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "safelight-XXXXXX").string();
    require(::mkdtemp(name.data()) != nullptr, "a folder can be made");
    path = name;
  }
  ~Folder() { std::filesystem::remove_all(path); }

  std::filesystem::path path;
};

std::size_t files_in(const std::filesystem::path& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

std::string refusal_of(const std::string& path, bool checks_sums = true) {
  OpenOptions options;
  options.checks_sums = checks_sums;
  try {
    open_segment(path, options);
  } catch (const FileRefused& refused) {
    return refused.reason();
  }
  return "";
}

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void put_content(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}

void opens_what_was_saved(Generator& generator) {
  const Folder folder;
  const std::string path = folder.path / "index";
  for (const std::size_t size : {0, 1, 5000, 120'000}) {
    const Set set = draw_set(size, Kind::few_odd, false, generator);
    BuildOptions options;
    options.flat_below = size == 5000 ? 0 : 100'000;
    const auto built = build(set, options);
    const std::string note(size % 70000, 'n');
    save(*built, path, note);
    require(files_in(folder.path) == 1, "saving leaves one file");
    require((std::filesystem::status(path).permissions() & std::filesystem::perms(0077)) == std::filesystem::perms::none,
            "only the owner may read it");
    const Opened opened = open_segment(path);
    require(opened.note == note, "the note is kept");
    require(pairs_of(*opened.segment) == pairs_of(set), "the codes are kept");
    const auto queries = draw_queries(set, 9, generator);
    for (const std::uint32_t radius : {0U, 31U, 40U}) {
      require(search(*opened.segment, queries, radius, SimdLevel::plain) ==
                  search(*built, queries, radius, SimdLevel::plain),
              "an opened segment answers as the built one");
    }
  }
}

void leaves_nothing_behind_when_saving_fails(Generator& generator) {
  const Folder folder;
  const auto segment = build(draw_set(10, Kind::even, true, generator), {});
  std::filesystem::create_directory(folder.path / "taken");
  put_content(folder.path / "taken" / "inside", "x");
  bool has_failed = false;
  try {
    save(*segment, folder.path / "taken", "");
  } catch (const std::system_error&) {
    has_failed = true;
  }
  require(has_failed && files_in(folder.path) == 1, "a failed save leaves no file");
}

void refuses_what_is_foreign(Generator& generator) {
  const Folder folder;
  const std::string path = folder.path / "index";
  save(*build(draw_set(3000, Kind::even, true, generator), {31, 1, 0}), path, "note");
  const std::string good = content_of(path);
  const auto refuses = [&](const std::string& content, const std::string& reason) {
    put_content(path, content);
    require(refusal_of(path) == reason, reason.c_str());
  };
  const auto with = [&](std::size_t place, char byte) {
    std::string content = good;
    content[place] = byte;
    return content;
  };
  refuses("", "short");
  refuses(good.substr(0, 4095), "short");
  refuses(good.substr(0, good.size() - 1), "short");
  refuses(good + "x", "short");
  refuses(std::string(good.size(), 'x'), "foreign");
  refuses(with(0, 'x'), "foreign");
  refuses(with(8, 2), "version");
  refuses(with(12, 1), "byte_order");
  refuses(with(40, 'x'), "damaged");
  refuses(good, "");
}

// Let every word of the directories lead to a table entry that may not be there.
void mark_all_groups(const Header& header, std::string& content, Generator& generator) {
  const Placed& directories = header.sections[kDirectories];
  for (std::size_t done = 0; done < directories.bytes; done += sizeof(std::uint64_t)) {
    const std::uint64_t word = std::uint64_t{kOverflowMark} << 32 | static_cast<std::uint32_t>(generator());
    std::memcpy(&content[directories.offset + done], &word, sizeof word);
  }
}

// Turn one bit at a time; and, since checksums can be made to fit, search what is opened without looking at them.
void survives_damage(Generator& generator) {
  const Folder folder;
  const std::string path = folder.path / "index";
  const Set set = draw_set(4000, Kind::few_odd, true, generator);
  save(*build(set, {31, 1, 0}), path, "note");
  const std::string good = content_of(path);
  Header header;
  std::memcpy(static_cast<void*>(&header), good.data(), sizeof header);
  for (std::size_t s = 0; s < kFileSections; ++s) {
    for (int turn = 0; turn < (header.sections[s].bytes == 0 ? 0 : 4); ++turn) {
      std::string bad = good;
      bad[header.sections[s].offset + generator() % header.sections[s].bytes] ^= static_cast<char>(1 << turn);
      put_content(path, bad);
      require(refusal_of(path) == "damaged", "a single wrong bit is noticed");
    }
  }
  const auto queries = draw_queries(set, 9, generator);
  for (int turn = 0; turn < 30; ++turn) {
    std::string bad = good;
    for (std::size_t i = kHeaderBytes + generator() % 100; i < bad.size(); i += 1 + generator() % 40) {
      bad[i] = static_cast<char>(generator());
    }
    if (turn % 2 == 0) mark_all_groups(header, bad, generator);
    put_content(path, bad);
    OpenOptions options;
    options.checks_sums = false;
    const Opened opened = open_segment(path, options);
    search(*opened.segment, queries, 31, SimdLevel::plain);
    for (const Positions& stretch : opened.segment->find(generator() % 5000, generator())) {
      require(stretch.begin <= stretch.end && stretch.end <= set.size(), "a range lies within");
    }
  }
}

// A header that lies, with a checksum that fits.
void refuses_a_header_that_lies(Generator& generator) {
  const Folder folder;
  const std::string path = folder.path / "index";
  save(*build(draw_set(3000, Kind::few_odd, true, generator), {31, 1, 0}), path, "");
  const std::string good = content_of(path);
  Header header;
  for (std::size_t place = offsetof(Header, file_bytes); place < offsetof(Header, sum); place += 4) {
    std::string bad = good;
    const auto noise = static_cast<std::uint32_t>(generator());
    std::memcpy(&bad[place], &noise, sizeof noise);
    std::memcpy(static_cast<void*>(&header), bad.data(), sizeof header);
    header.sum = sum_of(header);
    std::memcpy(bad.data(), &header, sizeof header);
    put_content(path, bad);
    const std::string reason = refusal_of(path);
    const bool is_harmless = place >= offsetof(Header, shape) + offsetof(Shape, radius) &&
                             place < offsetof(Header, shape) + offsetof(Shape, part_count);
    const bool is_unused = place >= offsetof(Header, shape) + offsetof(Shape, lengths) &&
                           place < offsetof(Header, sections);
    require(!reason.empty() || is_harmless || is_unused, "a header that contradicts itself is refused");
  }
}

void sums_differ_for_each_bit(Generator& generator) {
  for (const std::size_t size : {1, 7, 8, 63, 64, 65, 200}) {
    std::vector<std::uint8_t> data(size);
    for (auto& byte : data) byte = static_cast<std::uint8_t>(generator());
    const std::uint64_t sum = checksum(data.data(), size);
    require(checksum(data.data(), size - 1) != sum, "a shorter one has another sum");
    for (std::size_t bit = 0; bit < size * 8; ++bit) {
      data[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
      require(checksum(data.data(), size) != sum, "every bit counts");
      data[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    }
  }
}

}  // namespace

int main() {
  Generator generator(1);
  sums_differ_for_each_bit(generator);
  opens_what_was_saved(generator);
  leaves_nothing_behind_when_saving_fails(generator);
  refuses_what_is_foreign(generator);
  refuses_a_header_that_lies(generator);
  survives_damage(generator);
  std::puts("hamming file: what was saved is opened, what is damaged is refused");
}
