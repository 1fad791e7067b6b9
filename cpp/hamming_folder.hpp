// The thread that folds in the background: when it wakes, how long it waits, and that it tries again.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace safelight::hamming {

class Folder {
 public:
  // `fold` says whether it could; `is_urgent` whether so much has come that waiting for rest is out of the question.
  Folder(std::function<bool()> fold, std::function<bool()> is_urgent)
      : fold_(std::move(fold)), is_urgent_(std::move(is_urgent)) {}

  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  ~Folder() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      stops_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
  }

  // Something changed, and there is enough to fold.
  void wake() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      is_wanted_ = true;
      ++changes_;
      if (!thread_.joinable()) start();
    }
    wake_.notify_one();
  }

  std::size_t folds() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return folds_;
  }

  std::size_t failures() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return failures_;
  }

 private:
  static constexpr std::chrono::milliseconds kRest{1000}, kFirstPause{1000}, kLongestPause{60'000};

  // Without a thread nothing is folded, and nothing is lost: the next change tries again.
  void start() {
    try {
      thread_ = std::thread([this] { run(); });
    } catch (const std::system_error&) {
      ++failures_;
    }
  }

  void run() {
    std::unique_lock<std::mutex> lock(mutex_);
    std::chrono::milliseconds pause = kFirstPause;
    for (;;) {
      wake_.wait(lock, [this] { return stops_ || is_wanted_; });
      wait_for_rest(lock);
      if (stops_) return;
      is_wanted_ = false;
      if (try_once(lock)) {
        pause = kFirstPause;
        continue;
      }
      is_wanted_ = true;
      wake_.wait_for(lock, pause, [this] { return stops_; });
      pause = std::min(2 * pause, kLongestPause);
    }
  }

  bool try_once(std::unique_lock<std::mutex>& lock) {
    lock.unlock();
    const bool is_done = fold_();
    lock.lock();
    ++(is_done ? folds_ : failures_);
    return is_done;
  }

  // In the middle of many changes folding would be for nothing: wait until none comes for a while.
  void wait_for_rest(std::unique_lock<std::mutex>& lock) {
    std::uint64_t seen = changes_ - 1;
    while (!stops_ && seen != changes_) {
      seen = changes_;
      lock.unlock();
      const bool is_urgent = is_urgent_();
      lock.lock();
      if (is_urgent) return;
      wake_.wait_for(lock, kRest, [this] { return stops_; });
    }
  }

  const std::function<bool()> fold_;
  const std::function<bool()> is_urgent_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::thread thread_;
  bool stops_ = false;
  bool is_wanted_ = false;
  std::uint64_t changes_ = 0;
  std::size_t folds_ = 0;
  std::size_t failures_ = 0;
};

}  // namespace safelight::hamming
