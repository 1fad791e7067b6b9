// Memory that belongs to somebody: blocks for what is built, in huge pages where the system gives them.
//
// A search touches thousands of places at random. With pages of 4 KiB nearly each of them also misses the table of
// translations; with pages of 2 MiB nearly none does.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>

namespace safelight::hamming {

inline constexpr std::size_t kHugePage = std::size_t{2} << 20;
inline constexpr std::size_t kCacheLine = 64;

inline std::size_t round_up(std::size_t value, std::size_t unit) { return (value + unit - 1) / unit * unit; }

inline void ask_for_huge_pages(void* memory, std::size_t bytes) {
#ifdef MADV_HUGEPAGE
  static_cast<void>(madvise(memory, bytes, MADV_HUGEPAGE));  // a wish: without it the answers are the same, later
#else
  static_cast<void>(memory);
  static_cast<void>(bytes);
#endif
}

// Address space that starts on a huge page; what is mapped in it is unmapped with it.
class Mapping {
 public:
  explicit Mapping(std::size_t bytes) : reserved_(round_up(bytes, kHugePage) + kHugePage) {
    base_ = mmap(nullptr, reserved_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (base_ == MAP_FAILED) throw std::bad_alloc();
    const auto address = reinterpret_cast<std::uintptr_t>(base_);
    data_ = static_cast<std::uint8_t*>(base_) + (round_up(address, kHugePage) - address);
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping() { munmap(base_, reserved_); }

  std::uint8_t* data() const { return data_; }

 private:
  std::size_t reserved_;
  void* base_;
  std::uint8_t* data_;
};

// A block of zeros. Small ones come from the heap, where the address sanitizer watches their ends.
inline std::shared_ptr<std::uint8_t> allocate_zeros(std::size_t bytes) {
  if (bytes < kHugePage) {
    const std::size_t size = round_up(bytes == 0 ? 1 : bytes, kCacheLine);
    void* memory = std::aligned_alloc(kCacheLine, size);
    if (memory == nullptr) throw std::bad_alloc();
    std::uint8_t* data = static_cast<std::uint8_t*>(memory);
    for (std::size_t i = 0; i < size; ++i) data[i] = 0;
    return std::shared_ptr<std::uint8_t>(data, [](std::uint8_t* block) { std::free(block); });
  }
  const auto mapping = std::make_shared<Mapping>(bytes);
  const std::size_t whole = round_up(bytes, kHugePage);
  if (mprotect(mapping->data(), whole, PROT_READ | PROT_WRITE) != 0) throw std::bad_alloc();
  ask_for_huge_pages(mapping->data(), whole);
  return std::shared_ptr<std::uint8_t>(mapping, mapping->data());
}

}  // namespace safelight::hamming
