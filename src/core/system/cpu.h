// How many processors this process may use, by its affinity mask and its cgroup's quota; at least 1.
#pragma once

namespace hilum {

int usable_cpus();

}  // namespace hilum
