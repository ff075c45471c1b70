#include "storage/sqlite/view_comparison.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "storage/sqlite/statement.h"
#include "storage/sqlite/views.h"
#include "storage/view_record.h"

namespace kensho {
namespace {

using storage::ViewDifference;
using storage::ViewTable;

constexpr std::size_t sort_memory_bytes = std::size_t{32} << 20;
constexpr std::size_t rows_a_window = 4096;

/// A stored value as it is, whatever it is: damage must not pass for the value it converts to.
void append_column(std::string& record, const Statement& row, int index) {
  switch (row.column_kind(index)) {
    case ColumnKind::integer:
      return storage::append_number(record, row.column_int64(index));
    case ColumnKind::real:  // no view holds any; nothing else has a null behind a number here
      storage::append_number(record, row.column_int64(index));
      return storage::append_null(record);
    case ColumnKind::text:
      return storage::append_text(record, row.column_text(index));
    case ColumnKind::blob:
      return storage::append_text(record, row.column_text(index), storage::ViewValueKind::blob);
    case ColumnKind::null:
      return storage::append_null(record);
  }
}

/// The rows of a view in one schema, in the order of its key, as record bytes.
class Rows {
 public:
  static Result<Rows> open(const Database& database, const ViewTable& table, std::size_t view,
                           std::string_view schema) {
    const auto keys = std::span(table.columns).first(table.key_columns);
    return Rows(TRY(Statement::prepare(database, fmt::format("SELECT {} FROM {}.{} ORDER BY {}",
                                                             fmt::join(table.columns, ", "), schema,
                                                             table.name, fmt::join(keys, ", ")))),
                table, view);
  }

  /// Goes to the next row; false after the last.
  Result<bool> next() {
    if (!TRY(rows_.step())) return false;
    row_.assign(1, static_cast<char>(view_));
    const auto columns = static_cast<int>(table_->columns.size());
    for (int i = 0; i < columns; ++i) {
      if (i == static_cast<int>(table_->key_columns)) key_bytes_ = row_.size();
      append_column(row_, rows_, i);
    }
    if (table_->key_columns == table_->columns.size()) key_bytes_ = row_.size();
    return true;
  }

  std::string_view key() const { return std::string_view(row_).substr(0, key_bytes_); }
  const std::string& row() const { return row_; }

 private:
  Rows(Statement rows, const ViewTable& table, std::size_t view)
      : rows_(std::move(rows)), table_(&table), view_(view) {}

  Statement rows_;
  const ViewTable* table_;
  std::size_t view_;
  std::string row_;
  std::size_t key_bytes_ = 0;
};

/// The changes in order, one held back so that it can be looked at first.
class Changes {
 public:
  static Result<Changes> open(ExternalSorter& sorter) {
    Changes changes(sorter);
    TRY(changes.pop());
    return changes;
  }
  bool is_of(std::size_t view) const {
    return next_ && static_cast<std::uint8_t>(next_->front()) == view;
  }
  std::string_view front() const { return *next_; }
  Status pop() {
    next_ = TRY(sorter_->next());
    return ok();
  }

 private:
  explicit Changes(ExternalSorter& sorter) : sorter_(&sorter) {}
  ExternalSorter* sorter_;
  std::optional<std::string_view> next_;
};

/// One view on its way through both accounts of it.
class Side {
 public:
  Side(Database& database, std::size_t view, Rows stored)
      : database_(&database),
        table_(&storage::view_tables()[view]),
        view_(view),
        stored_(std::move(stored)),
        difference_{.view = std::string(table_->name)} {}

  Result<ViewDifference> compare(Changes& changes, Views& fresh) {
    has_stored_ = TRY(stored_.next());
    while (changes.is_of(view_)) {
      TRY(fill_window(changes, fresh));
      TRY(compare_window());
      TRY(database_->execute(fmt::format("DELETE FROM temp.{}", table_->name)));
    }
    for (; has_stored_; has_stored_ = TRY(stored_.next())) ++difference_.extra;
    return std::move(difference_);
  }

 private:
  struct Made {
    std::string key;
    std::uint64_t first_entry;
  };

  /// Makes the next rows of the view; all changes of a row fall into one window.
  Status fill_window(Changes& changes, Views& fresh) {
    made_.clear();
    for (; changes.is_of(view_); TRY(changes.pop())) {
      const std::string_view key = storage::row_of(changes.front());
      const bool is_new = made_.empty() || made_.back().key != key;
      if (is_new && made_.size() == rows_a_window) return ok();
      const storage::ViewChange change = storage::change_of(changes.front());
      if (is_new) made_.push_back({std::string(key), change.seq});
      TRY(fresh.apply(change));
    }
    return ok();
  }

  Status compare_window() {
    Rows rows = TRY(Rows::open(*database_, *table_, view_, "temp"));
    auto made = made_.begin();
    while (TRY(rows.next())) {
      while (made != made_.end() && made->key < rows.key()) ++made;
      ENSURE(made != made_.end() && made->key == rows.key());
      for (; has_stored_ && stored_.key() < rows.key(); has_stored_ = TRY(stored_.next()))
        ++difference_.extra;
      TRY(compare_row(rows, made->first_entry));
    }
    return ok();
  }

  Status compare_row(const Rows& made, std::uint64_t first_entry) {
    const bool is_there = has_stored_ && stored_.key() == made.key();
    if (is_there && stored_.row() == made.row()) {
      has_stored_ = TRY(stored_.next());
      return ok();
    }
    ++(is_there ? difference_.changed : difference_.lacking);
    difference_.first_entry = std::min(difference_.first_entry.value_or(first_entry), first_entry);
    if (is_there) has_stored_ = TRY(stored_.next());
    return ok();
  }

  Database* database_;
  const ViewTable* table_;
  std::size_t view_;
  Rows stored_;
  bool has_stored_ = false;
  std::vector<Made> made_;
  ViewDifference difference_;
};

}  // namespace

ViewComparison::ViewComparison(Database& database, std::string folder)
    : database_(&database), changes_(std::move(folder), sort_memory_bytes) {}

Result<std::unique_ptr<storage::ViewAudit>> ViewComparison::begin(Database& database,
                                                                  std::string folder) {
  TRY(database.execute("BEGIN"));
  std::unique_ptr<storage::ViewAudit> begun(new ViewComparison(database, std::move(folder)));
  TRY(Views::create(database, "temp"));
  return begun;
}

/// The temporary tables were made in the transaction and go with it.
ViewComparison::~ViewComparison() {
  (void)database_->execute("ROLLBACK");
}

Status ViewComparison::add(std::span<const storage::ViewChange> changes) {
  for (const storage::ViewChange& change : changes) TRY(changes_.add(storage::record_of(change)));
  return ok();
}

Result<std::vector<ViewDifference>> ViewComparison::finish() {
  TRY(changes_.sort());
  Views fresh = TRY(Views::open(*database_, "temp"));
  Changes changes = TRY(Changes::open(changes_));
  std::vector<ViewDifference> differences;
  for (std::size_t view = 0; view < storage::view_tables().size(); ++view) {
    Rows stored = TRY(Rows::open(*database_, storage::view_tables()[view], view, "main"));
    ViewDifference found = TRY(Side(*database_, view, std::move(stored)).compare(changes, fresh));
    if (found.lacking + found.extra + found.changed > 0) differences.push_back(std::move(found));
  }
  return differences;
}

}  // namespace kensho
