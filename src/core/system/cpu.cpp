#include "core/system/cpu.h"

#include <algorithm>
#include <fstream>
#include <string>

#include <sched.h>

namespace hilum {
namespace {

// Processors a cgroup v2 quota allows, or 0 without one.
int cgroup_limit() {
  std::ifstream file("/sys/fs/cgroup/cpu.max");
  std::string quota;
  double period = 0;
  if (!(file >> quota >> period) || quota == "max" || period <= 0) return 0;
  return std::max(1, static_cast<int>(std::stod(quota) / period));
}

}  // namespace

int usable_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  int count = ::sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
  if (const int limit = cgroup_limit(); limit > 0) count = std::min(count, limit);
  return std::max(count, 1);
}

}  // namespace hilum
