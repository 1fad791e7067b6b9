// Which positions are gone: a set of bits in pages, most of which are not there because nothing in them is gone.
//
// A copy shares its pages with what it was copied from, and makes its own of a page before it marks anything in it: so
// to remove a code from ten million costs one page, and whoever holds the older set sees it unchanged.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace safelight::hamming {

class Tombstones {
 public:
  bool has(std::size_t position) const {
    const std::size_t page = position / kPageBits;
    return page < pages_.size() && pages_[page] != nullptr && bit_of(*pages_[page], position);
  }

  std::size_t count() const { return count_; }

  std::size_t bytes() const {
    std::size_t sum = pages_.capacity() * sizeof(pages_[0]);
    for (const auto& page : pages_) sum += page != nullptr ? sizeof(Page) : 0;
    return sum;
  }

  // Mark begin .. end - 1; say how many of them were not marked before.
  std::size_t mark(std::size_t begin, std::size_t end) {
    const std::size_t before = count_;
    if (end > begin && pages_.size() <= (end - 1) / kPageBits) pages_.resize((end - 1) / kPageBits + 1);
    while (begin < end) {
      const std::size_t stop = std::min(end, (begin / kPageBits + 1) * kPageBits);
      mark_in_page(begin, stop);
      begin = stop;
    }
    return count_ - before;
  }

 private:
  static constexpr std::size_t kPageBits = 32'768;
  using Page = std::array<std::uint64_t, kPageBits / 64>;

  static bool bit_of(const Page& page, std::size_t position) {
    return (page[position % kPageBits / 64] >> (position % 64) & 1) != 0;
  }

  void mark_in_page(std::size_t begin, std::size_t end) {
    Page& page = own(begin / kPageBits);
    for (std::size_t position = begin; position < end; ++position) {
      count_ += bit_of(page, position) ? 0 : 1;
      page[position % kPageBits / 64] |= std::uint64_t{1} << (position % 64);
    }
  }

  // A page that no other set holds. One that only this set holds was made by it and is known to nobody else.
  Page& own(std::size_t number) {
    std::shared_ptr<Page>& page = pages_[number];
    if (page == nullptr) {
      page = std::make_shared<Page>(Page{});
    } else if (page.use_count() > 1) {
      page = std::make_shared<Page>(*page);
    }
    return *page;
  }

  std::vector<std::shared_ptr<Page>> pages_;
  std::size_t count_ = 0;
};

// A set of one's own to mark in; null stands for the empty one.
inline std::shared_ptr<Tombstones> copy_of(const std::shared_ptr<const Tombstones>& gone) {
  return gone != nullptr ? std::make_shared<Tombstones>(*gone) : std::make_shared<Tombstones>();
}

}  // namespace safelight::hamming
