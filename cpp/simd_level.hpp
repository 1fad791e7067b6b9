// Which instruction set to use, found at run time, so that one build runs everywhere and every level can be tested on
// one machine. Elsewhere than on x86-64 with GCC or Clang there is only the plain level.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#define SAFELIGHT_X86 1
#endif

namespace safelight {

enum class SimdLevel { plain, avx2, avx512 };

inline bool is_supported(SimdLevel level) {
#ifdef SAFELIGHT_X86
  switch (level) {
    case SimdLevel::plain:
      return true;
    case SimdLevel::avx2:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("popcnt");
    case SimdLevel::avx512:
      return is_supported(SimdLevel::avx2) && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
             __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
             __builtin_cpu_supports("avx512vpopcntdq");
  }
  return false;
#else
  return level == SimdLevel::plain;
#endif
}

inline const char* name_of(SimdLevel level) {
  switch (level) {
    case SimdLevel::avx2:
      return "avx2";
    case SimdLevel::avx512:
      return "avx512";
    case SimdLevel::plain:
      break;
  }
  return "plain";
}

// Slowest first.
inline std::vector<SimdLevel> supported_levels() {
  std::vector<SimdLevel> levels;
  for (const SimdLevel level : {SimdLevel::plain, SimdLevel::avx2, SimdLevel::avx512}) {
    if (is_supported(level)) levels.push_back(level);
  }
  return levels;
}

// The level of this name; the best one for an empty name.
inline SimdLevel level_named(const std::string& name) {
  const std::vector<SimdLevel> levels = supported_levels();
  if (name.empty()) return levels.back();
  for (const SimdLevel level : levels) {
    if (name == name_of(level)) return level;
  }
  throw std::invalid_argument("This processor has no instruction set level '" + name + "'.");
}

}  // namespace safelight
