// Work that falls into independent jobs, on several threads.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace safelight::hamming {

// Run job(i) for each i below count, on several threads. The first error is thrown once all have stopped.
template <class Job>
void share_out(std::uint32_t threads, std::size_t count, Job&& job) {
  std::atomic<std::size_t> next{0};
  std::exception_ptr error;
  std::mutex mutex;
  const auto work = [&] {
    try {
      for (std::size_t i = next++; i < count; i = next++) job(i);
    } catch (...) {
      const std::lock_guard<std::mutex> lock(mutex);
      error = std::current_exception();
      next = count;
    }
  };
  std::vector<std::thread> others;
  try {
    others.reserve(threads);
    for (std::uint32_t t = 1; t < threads && t < count; ++t) others.emplace_back(work);
  } catch (const std::exception&) {
    // No more threads, or no more memory for them, are to be had: those that run do all the work.
  }
  work();
  for (std::thread& other : others) other.join();
  if (error) std::rethrow_exception(error);
}

}  // namespace safelight::hamming
