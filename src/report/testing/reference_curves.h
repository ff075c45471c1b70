// For tests: the Kaplan-Meier curves R computed, from tests/reference/report/curves.csv.
#pragma once

#include <cstdlib>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "report/figure/survival_figure.h"
#include "report/testing/golden.h"

namespace kensho::report::testing {

struct ReferenceRow {
  double time;
  int at_risk;
};

// One set of curves and, per curve, how many were at risk just before each of its times.
struct ReferenceCurves {
  std::vector<SurvivalCurve> curves;
  std::vector<std::vector<ReferenceRow>> at_risk;
};

inline ReferenceCurves reference_curves(const std::string& set) {
  std::istringstream file(
      read_whole_file(std::string(KENSHO_SOURCE_DIR) + "/tests/reference/report/curves.csv"));
  ReferenceCurves found;
  for (std::string line; std::getline(file, line);) {
    std::vector<std::string> cells;
    std::istringstream cut(line);
    for (std::string cell; std::getline(cut, cell, ',');) cells.push_back(cell);
    if (cells[0] != set) continue;
    const std::size_t group = std::stoul(cells[1]);
    found.curves.resize(group);
    found.at_risk.resize(group);
    const double time = std::stod(cells[2]);
    SurvivalStep step{.time = time, .estimate = std::stod(cells[3]), .interval = {}};
    if (!cells[4].empty()) {
      step.interval = ProbabilityInterval{std::stod(cells[4]), std::stod(cells[5])};
    }
    found.curves.back().steps.push_back(step);
    if (cells[6] == "1") found.curves.back().censor_times.push_back(time);
    found.at_risk.back().push_back({time, std::stoi(cells[7])});
  }
  return found;
}

// How many were at risk at each time: the row of the first time not before it.
inline CountTable count_table(const ReferenceCurves& set, const std::string& heading,
                              const std::vector<double>& times) {
  CountTable table{.heading = heading, .times = times, .rows = {}};
  for (const auto& rows : set.at_risk) {
    auto& counts = table.rows.emplace_back();
    for (const double time : times) {
      int at_risk = 0;
      for (auto row = rows.rbegin(); row != rows.rend() && row->time >= time; ++row) {
        at_risk = row->at_risk;
      }
      counts.push_back(std::to_string(at_risk));
    }
  }
  return table;
}

}  // namespace kensho::report::testing
