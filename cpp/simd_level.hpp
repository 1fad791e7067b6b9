// Which instruction set to use, found at run time, so that one build runs everywhere and every level can be tested on
// one machine. On x86-64 (GCC or Clang): plain, sse2 (every such processor has it), avx2, avx512. On 64-bit Arm: plain
// and neon (likewise). Elsewhere only plain. A kernel without code for a level runs the next plainer one that it has.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#define SAFELIGHT_X86 1
#elif defined(__aarch64__) && defined(__ARM_NEON)
#define SAFELIGHT_NEON 1
#endif

namespace safelight {

enum class SimdLevel { plain, sse2, avx2, avx512, neon };

inline bool is_supported(SimdLevel level) {
  if (level == SimdLevel::plain) return true;
#if defined(SAFELIGHT_X86)
  switch (level) {
    case SimdLevel::sse2:
      return true;
    case SimdLevel::avx2:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("popcnt");
    case SimdLevel::avx512:
      return is_supported(SimdLevel::avx2) && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
             __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
             __builtin_cpu_supports("avx512vpopcntdq");
    default:
      return false;
  }
#elif defined(SAFELIGHT_NEON)
  return level == SimdLevel::neon;
#else
  return false;
#endif
}

inline const char* name_of(SimdLevel level) {
  switch (level) {
    case SimdLevel::sse2:
      return "sse2";
    case SimdLevel::avx2:
      return "avx2";
    case SimdLevel::avx512:
      return "avx512";
    case SimdLevel::neon:
      return "neon";
    case SimdLevel::plain:
      break;
  }
  return "plain";
}

// Slowest first.
inline std::vector<SimdLevel> supported_levels() {
  std::vector<SimdLevel> levels;
  for (const SimdLevel level :
       {SimdLevel::plain, SimdLevel::sse2, SimdLevel::neon, SimdLevel::avx2, SimdLevel::avx512}) {
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
