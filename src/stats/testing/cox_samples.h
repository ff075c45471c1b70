// For tests only: the data and designs of tests/reference/r/02_cox.json.
#pragma once

#include <cmath>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "stats/survival/cox_model.h"
#include "stats/testing/r_cases.h"

namespace kensho::stats::testing {

/// Columns a Cox model is fitted on, owned.
struct CoxColumns {
  std::vector<std::vector<double>> covariates;
  std::vector<std::string> names;
  std::vector<double> time;
  std::vector<int> event;
  std::vector<double> start;
  std::vector<int> stratum;
  std::vector<double> weight;
  std::vector<double> offset;
  std::vector<int> cluster;
  Matrix x = {};

  CoxData data() {
    x = Matrix(time.size(), covariates.size());
    for (std::size_t a = 0; a < covariates.size(); ++a) {
      for (std::size_t i = 0; i < time.size(); ++i) x(i, a) = covariates[a][i];
    }
    return {x, time, event, start, stratum, weight, offset, cluster, names};
  }
};

/// A data set read as numbers, complete in the named columns.
class NumberTable {
 public:
  NumberTable(const std::string& name, const std::vector<std::string>& complete)
      : table_(reference_data(name)) {
    const std::size_t rows = table_.begin()->second.size();
    for (std::size_t i = 0; i < rows; ++i) {
      bool whole = true;
      for (const std::string& column : complete) whole = whole && !table_.at(column)[i].empty();
      if (whole) rows_.push_back(i);
    }
  }
  std::vector<double> operator[](const std::string& column) const {
    const std::vector<double> all = numbers(table_, column);
    std::vector<double> kept;
    for (const std::size_t i : rows_) kept.push_back(all[i]);
    return kept;
  }
  /// 1 where the cell is that text, else 0.
  std::vector<double> is(const std::string& column, const std::string& text) const {
    std::vector<double> kept;
    for (const std::size_t i : rows_) kept.push_back(table_.at(column)[i] == text ? 1 : 0);
    return kept;
  }

 private:
  Table table_;
  std::vector<std::size_t> rows_;
};

inline std::vector<int> whole(const std::vector<double>& values) {
  std::vector<int> result;
  for (const double value : values) result.push_back(static_cast<int>(std::lround(value)));
  return result;
}

inline std::vector<double> mapped(const std::vector<double>& values,
                                  const std::function<double(double)>& f) {
  std::vector<double> result;
  for (const double value : values) result.push_back(f(value));
  return result;
}

inline std::vector<double> multiplied(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> result;
  for (std::size_t i = 0; i < a.size(); ++i) result.push_back(a[i] * b[i]);
  return result;
}

// ---- the models of the file -------------------------------------------------------------------

inline CoxColumns bone_marrow_columns() {
  const NumberTable d("bmt_kmsurv", {});
  return {{mapped(d["group"], [](double g) { return g == 2 ? 1 : 0; }),
           mapped(d["group"], [](double g) { return g == 3 ? 1 : 0; }), d["z1"], d["z2"],
           multiplied(d["z1"], d["z2"])},
          {"factor(group)2", "factor(group)3", "z1", "z2", "I(z1 * z2)"},
          d["t2"],
          whole(d["d3"]),
          {},
          {},
          {},
          {},
          {}};
}

inline CoxColumns lung_columns(const std::vector<std::string>& covariates,
                               const std::vector<std::string>& also = {}) {
  std::vector<std::string> complete = covariates;
  complete.insert(complete.end(), also.begin(), also.end());
  const NumberTable d("lung", complete);
  CoxColumns columns{{},        covariates,
                     d["time"], whole(mapped(d["status"], [](double s) { return s == 2 ? 1 : 0; })),
                     {},        {},
                     {},        {},
                     {}};
  for (const std::string& name : covariates) columns.covariates.push_back(d[name]);
  return columns;
}

inline CoxColumns heart_columns() {
  const NumberTable d("jasa_heart", {});
  return {{d["age"], d["surgery"], d["transplant"], d["year"],
           multiplied(d["age"], d["transplant"]), multiplied(d["surgery"], d["transplant"])},
          {"age", "surgery", "transplant", "year", "age:transplant", "surgery:transplant"},
          d["stop"],
          whole(d["event"]),
          d["start"],
          {},
          {},
          {},
          {}};
}

inline CoxColumns pbc_columns() {
  const NumberTable d("pbc", {"time", "status", "age", "edema", "bili", "protime", "albumin"});
  const auto log = [](double v) { return std::log(v); };
  return {{d["age"], d["edema"], mapped(d["bili"], log), mapped(d["protime"], log),
           mapped(d["albumin"], log)},
          {"age", "edema", "log(bili)", "log(protime)", "log(albumin)"},
          d["time"],
          whole(mapped(d["status"], [](double s) { return s == 2 ? 1 : 0; })),
          {},
          {},
          {},
          {},
          {}};
}

inline CoxColumns ovarian_columns() {
  const NumberTable d("ovarian", {});
  return {{d["age"], d["resid.ds"], d["rx"]},
          {"age", "resid.ds", "rx"},
          d["futime"],
          whole(d["fustat"]),
          {},
          {},
          {},
          {},
          {}};
}

inline CoxColumns veteran_columns() {
  const NumberTable d("veteran", {});
  return {{d["trt"], d["prior"], d["karno"]},
          {"trt", "prior", "karno"},
          d["time"],
          whole(d["status"]),
          {},
          {},
          {},
          {},
          {}};
}

inline CoxColumns cdisc_columns() {
  const NumberTable d("cdisc_adam_adtte", {"AVAL", "CNSR", "TRTA", "AGE", "SEX"});
  return {{d.is("TRTA", "Xanomeline Low Dose"), d.is("TRTA", "Xanomeline High Dose"), d["AGE"],
           d.is("SEX", "M")},
          {"TRTAXanomeline Low Dose", "TRTAXanomeline High Dose", "AGE", "SEXM"},
          d["AVAL"],
          whole(mapped(d["CNSR"], [](double c) { return c == 0 ? 1 : 0; })),
          {},
          {},
          {},
          {},
          {}};
}

/// cgd, without its times: treat, inherit, age as asked for.
inline CoxColumns cgd_columns(bool inherit) {
  const NumberTable d("cgd", {});
  CoxColumns columns{{d.is("treat", "rIFN-g")},
                     {"treatrIFN-g"},
                     d["tstop"],
                     whole(d["status"]),
                     d["tstart"],
                     {},
                     {},
                     {},
                     whole(d["id"])};
  if (inherit) {
    columns.covariates.push_back(d.is("inherit", "X-linked"));
    columns.names.emplace_back("inheritX-linked");
  } else {
    columns.stratum = whole(d["enum"]);
  }
  columns.covariates.push_back(d["age"]);
  columns.names.emplace_back("age");
  return columns;
}

inline CoxColumns bladder_columns() {
  const NumberTable d("bladder", {});
  return {{d["rx"], d["size"], d["number"]},
          {"rx", "size", "number"},
          d["stop"],
          whole(d["event"]),
          {},
          whole(d["enum"]),
          {},
          {},
          whole(d["id"])};
}

/// Marrow patients cut in two rows at platelet recovery.
inline CoxColumns platelet_columns() {
  const NumberTable d("bmt_kmsurv", {});
  const auto group = d["group"];
  const auto recovered = d["dp"];
  const auto at = d["tp"];
  const auto end = d["t2"];
  const auto event = whole(d["d3"]);
  CoxColumns columns{
      {{}, {}, {}}, {"factor(group)2", "factor(group)3", "rec"}, {}, {}, {}, {}, {}, {}, {}};
  const auto add = [&](std::size_t i, double start, double stop, int code, double rec) {
    columns.covariates[0].push_back(group[i] == 2 ? 1 : 0);
    columns.covariates[1].push_back(group[i] == 3 ? 1 : 0);
    columns.covariates[2].push_back(rec);
    columns.start.push_back(start);
    columns.time.push_back(stop);
    columns.event.push_back(code);
  };
  for (std::size_t i = 0; i < end.size(); ++i) {
    if (recovered[i] == 1 && at[i] <= 0) {
      add(i, 0, end[i], event[i], 1);
    } else if (recovered[i] == 1 && at[i] < end[i]) {
      add(i, 0, at[i], 0, 0);
      add(i, at[i], end[i], event[i], 1);
    } else {
      add(i, 0, end[i], event[i], 0);
    }
  }
  return columns;
}

/// Veteran patients cut at days 90 and 180, their performance score by interval.
inline CoxColumns veteran_split_columns() {
  const NumberTable d("veteran", {});
  CoxColumns columns{
      {{}, {}, {}, {}, {}},
      {"trt", "prior", "karno:strata(tg)tg=1", "karno:strata(tg)tg=2", "karno:strata(tg)tg=3"},
      {},
      {},
      {},
      {},
      {},
      {},
      {}};
  const std::vector<double> cuts = {0, 90, 180, 1e9};
  for (std::size_t i = 0; i < d["time"].size(); ++i) {
    for (std::size_t k = 0; k < 3 && cuts[k] < d["time"][i]; ++k) {
      const bool last = d["time"][i] <= cuts[k + 1];
      columns.start.push_back(cuts[k]);
      columns.time.push_back(last ? d["time"][i] : cuts[k + 1]);
      columns.event.push_back(last ? static_cast<int>(d["status"][i]) : 0);
      columns.stratum.push_back(static_cast<int>(k) + 1);
      columns.covariates[0].push_back(d["trt"][i]);
      columns.covariates[1].push_back(d["prior"][i]);
      for (std::size_t m = 0; m < 3; ++m) {
        columns.covariates[2 + m].push_back(m == k ? d["karno"][i] : 0);
      }
    }
  }
  return columns;
}

}  // namespace kensho::stats::testing
