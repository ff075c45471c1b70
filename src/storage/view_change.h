// What an entry does to the views, apart from any engine: which rows of which view it touches.
//
// A view is a table with a key. A change names the view, the key of the one row it touches and the
// other values, in the order of the view's columns, which is also that of the parameters of the
// view's statement (sql/<engine>/view_*.sql). The statement says what becomes of a row that is
// there already. So an engine can take changes one by one as entries come, or all of a view in key
// order, and gets the same rows.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "domain/case_report.h"
#include "journal/entry.h"
#include "journal/submission.h"

namespace kensho::storage {

/// The part of the view participant_entry that an entry falls into: its number, from 0.
constexpr std::uint64_t participant_block(std::uint64_t seq) {
  return seq / 65536;
}

using ViewValue = std::variant<std::int64_t, std::string>;

/// One row's worth of change in one view.
struct ViewChange {
  std::size_t view = 0;   // in view_tables()
  std::uint64_t seq = 0;  // of the entry
  std::vector<ViewValue> values;
};

struct ViewTable {
  std::string_view name;
  std::string_view statement;  // the file of the statement that takes a change
  std::vector<std::string_view> columns;
  std::size_t key_columns;  // the first of the columns
};

/// All views, in a fixed order.
std::span<const ViewTable> view_tables();

/// What the entry does to the views. Errors: corrupted: its payload cannot be read.
/// Cost: a parse of the payload.
Result<std::vector<ViewChange>> view_changes(const journal::Entry& entry);
/// The same for a case report that is decoded already; `submission` is null where it was not sent.
std::vector<ViewChange> view_changes(const journal::Entry& entry, const CaseReport& report,
                                     const journal::SubmissionKey* submission);

}  // namespace kensho::storage
