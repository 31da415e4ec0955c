#include "eval/table/assignment.h"

#include <algorithm>
#include <limits>

namespace hilum::eval {
namespace {

constexpr std::size_t kFree = std::numeric_limits<std::size_t>::max();
constexpr double kInfinite = std::numeric_limits<double>::infinity();

class Solver {
 public:
  Solver(const std::vector<double>& cost, std::size_t rows, std::size_t columns)
      : cost_(cost),
        rows_(rows),
        columns_(columns),
        u_(rows, 0.0),
        v_(columns, 0.0),
        column_of_(rows, kFree),
        row_of_(columns, kFree) {}

  std::vector<std::size_t> solve() {
    for (std::size_t row = 0; row < rows_; ++row) augment(row);
    return column_of_;
  }

 private:
  void augment(std::size_t start) {
    std::vector<double> distance(columns_, kInfinite);
    std::vector<std::size_t> path(columns_, kFree), remaining(columns_);
    std::vector<bool> row_seen(rows_, false), column_seen(columns_, false);
    for (std::size_t i = 0; i < columns_; ++i) remaining[i] = columns_ - 1 - i;  // descending, as scipy
    double reached = 0;
    std::size_t row = start, sink = kFree;
    while (sink == kFree) {
      row_seen[row] = true;
      double lowest = kInfinite;
      std::size_t best = 0;
      for (std::size_t i = 0; i < remaining.size(); ++i) {
        const std::size_t column = remaining[i];
        const double through = reached + cost_[row * columns_ + column] - u_[row] - v_[column];
        if (through < distance[column]) {
          path[column] = row;
          distance[column] = through;
        }
        if (distance[column] < lowest || (distance[column] == lowest && row_of_[column] == kFree)) {
          lowest = distance[column];
          best = i;
        }
      }
      reached = lowest;
      const std::size_t column = remaining[best];
      column_seen[column] = true;
      if (row_of_[column] == kFree) {
        sink = column;
      } else {
        row = row_of_[column];
      }
      remaining[best] = remaining.back();
      remaining.pop_back();
    }
    u_[start] += reached;
    for (std::size_t i = 0; i < rows_; ++i) {
      if (row_seen[i] && i != start) u_[i] += reached - distance[column_of_[i]];
    }
    for (std::size_t j = 0; j < columns_; ++j) {
      if (column_seen[j]) v_[j] -= reached - distance[j];
    }
    for (std::size_t column = sink;;) {
      const std::size_t owner = path[column];
      row_of_[column] = owner;
      std::swap(column_of_[owner], column);
      if (owner == start) break;
    }
  }

  const std::vector<double>& cost_;
  std::size_t rows_, columns_;
  std::vector<double> u_, v_;
  std::vector<std::size_t> column_of_, row_of_;
};

}  // namespace

std::vector<std::pair<std::size_t, std::size_t>> assign_minimum_cost(const std::vector<double>& cost,
                                                                     std::size_t rows, std::size_t columns) {
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  if (rows == 0 || columns == 0) return pairs;
  const bool turned = columns < rows;
  std::vector<double> matrix = cost;
  if (turned) {
    for (std::size_t i = 0; i < rows; ++i) {
      for (std::size_t j = 0; j < columns; ++j) matrix[j * rows + i] = cost[i * columns + j];
    }
  }
  const std::vector<std::size_t> column_of =
      turned ? Solver(matrix, columns, rows).solve() : Solver(matrix, rows, columns).solve();
  for (std::size_t i = 0; i < column_of.size(); ++i)
    pairs.emplace_back(turned ? column_of[i] : i, turned ? i : column_of[i]);
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

}  // namespace hilum::eval
