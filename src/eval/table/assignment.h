// Minimum-cost assignment of rows to columns (rectangular, shortest augmenting paths; Crouse 2016). Ties are
// broken as scipy.optimize.linear_sum_assignment breaks them, since LunguageScore depends on which rows stay
// unmatched.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace hilum::eval {

// `cost` is row-major, finite. min(rows, columns) pairs {row, column}, by row.
std::vector<std::pair<std::size_t, std::size_t>> assign_minimum_cost(const std::vector<double>& cost,
                                                                     std::size_t rows, std::size_t columns);

}  // namespace hilum::eval
