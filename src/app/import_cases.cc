#include "app/import_cases.h"

#include <fmt/format.h>

#include "app/case_rules.h"
#include "journal/entry.h"

namespace kensho::app {
namespace {

constexpr std::uint64_t progress_rows = 5000;

/// Rows that are read before the first of them is looked at: so many people the store is asked for
/// at once.
constexpr std::size_t rows_ahead = 1000;

/// One import on its way.
class Import {
 public:
  Import(Journal& journal, Batch batch, const ImportRequest& request,
         const ImportListener& listener)
      : batch_(std::move(batch)), request_(request), listener_(listener), rules_(journal.store()) {
    report_.first_seq = batch_.next_seq();
  }

  Status take_all(CaseSource& source) {
    Status read = ok();
    for (bool more = true; more;) {
      std::vector<SourcedRow> rows;
      read = read_ahead(source, rows);
      TRY(take_rows(rows));
      more = read && rows.size() == rows_ahead;
    }
    return read;
  }

  Result<ImportReport> finish() {
    if (report_.problems > 0) {
      return Error{
          Errc::invalid_argument,
          fmt::format("{}: {} problem{} in {} rows; nothing was imported: mend the file and "
                      "import it again",
                      request_.file_name, report_.problems, report_.problems == 1 ? "" : "s",
                      report_.rows)};
    }
    if (report_.rows == 0) {
      return Error{Errc::invalid_argument,
                   fmt::format("{}: there is no row below the header; nothing was imported",
                               request_.file_name)};
    }
    TRY(batch_.add({.kind = journal::kind::import_accepted,
                    .subject = request_.digest,
                    .reason = request_.reason,
                    .payload = Json::object()
                                   .set("digest", request_.digest)
                                   .set("file", request_.file_name)
                                   .set("first_seq", report_.first_seq)
                                   .set("rows", report_.rows)}));
    TRY(batch_.commit());
    return report_;
  }

 private:
  /// The next rows; those in front of an error are there with it.
  static Status read_ahead(CaseSource& source, std::vector<SourcedRow>& rows) {
    while (rows.size() < rows_ahead) {
      auto row = TRY(source.next());
      if (!row) return ok();
      rows.push_back(std::move(*row));
    }
    return ok();
  }

  Status take_rows(std::vector<SourcedRow>& rows) {
    storage::Expected expected;
    for (const SourcedRow& row : rows) {
      if (!row.problems.empty()) continue;
      expected.people.emplace_back(row.report.institution, row.report.participant);
    }
    TRY(batch_.expect(expected));
    for (SourcedRow& row : rows) {
      TRY(take(row));
      if (++report_.rows % progress_rows == 0 && listener_.on_progress) {
        listener_.on_progress(report_.rows);
      }
    }
    return ok();
  }

  Status take(SourcedRow& row) {
    if (row.problems.empty()) TRY(check_against_registry(row));
    for (const RowProblem& problem : row.problems) {
      ++report_.problems;
      listener_.on_problem(problem);
    }
    if (!row.problems.empty()) return ok();
    TRY(batch_.add_report(row.report, request_.reason));
    return ok();
  }

  Status check_against_registry(SourcedRow& row) {
    std::vector<std::string> broken = TRY(rules_.broken_by(row.report, batch_));
    for (std::string& rule : broken) {
      row.problems.push_back({row.line, "", row.report.participant, std::move(rule)});
    }
    return ok();
  }

  Batch batch_;
  const ImportRequest& request_;
  const ImportListener& listener_;
  CaseRules rules_;
  ImportReport report_;
};

}  // namespace

Result<ImportReport> import_cases(Journal& journal, CaseSource& source,
                                  const ImportRequest& request, const ImportListener& listener) {
  if (const auto known = TRY(journal.store().import(request.digest))) {
    return ImportReport{.known_before = true, .first_seq = known->first_seq, .rows = known->rows};
  }
  Batch batch = TRY(journal.begin(request.actor));
  Import import(journal, std::move(batch), request, listener);
  TRY(import.take_all(source));
  return import.finish();
}

}  // namespace kensho::app
