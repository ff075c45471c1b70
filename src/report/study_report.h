// The result of a study as pages for people: one section per analysis, and the whole as one file.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "domain/registry.h"
#include "report/html.h"
#include "report/shown_values.h"
#include "report/wording.h"
#include "study/protocol.h"

namespace kensho::report {

/// What the sections of a report are made with. Borrows all of it.
struct ReportContext {
  const study::Protocol& protocol;
  Wording words;
  ShownValues& shown;
};

/// The sections of the analyses with one of `methods` (all, where it is empty), in the protocol's
/// order; empty where the result is blinded. Headings are of level 3. Counts of people from 1 to 9
/// are not shown, and curves end where fewer than 10 people are at risk.
///
/// `result` is the document of study/run.h.
/// Errors: corrupted: the document does not fit the protocol.
Result<Html> analysis_sections(const Json& result, const ReportContext& context,
                               const std::vector<std::string>& methods = {});

/// What must be known before the results are read: post hoc, blinded. Empty where nothing must.
Html result_notices(const Json& result, const Wording& words);

/// The diagnostics that decide whether estimates are shown: a table of bound, value and answer.
Result<Html> gate_table(const Json& result, const ReportContext& context);

/// The study question in the five parts of ICH E9(R1).
Html estimand_pairs(const study::Protocol& protocol, const Wording& words);

/// What one report is made from.
struct ReportInput {
  const Json& result;  // the document of study/run.h
  const study::Protocol& protocol;
  LocalizedText registry_name;
  int utc_offset_minutes = 0;
  /// The entry that recorded the run, and the hash of the document; none for an unrecorded run.
  std::optional<EntryRef> entry;
  std::string result_sha256;
  std::string other_language;  // link to the same report in the other language; may be empty
  std::string back;            // link to the page it belongs to; may be empty
};

struct StandaloneReport {
  std::string html;
  std::vector<ShownValue> shown;
};

/// The report as one HTML file that needs no other: style inside, figures inside, no script.
/// Errors: corrupted: the document does not fit the protocol.
Result<StandaloneReport> standalone_report(const ReportInput& input, const Texts& texts,
                                           Language language);

}  // namespace kensho::report
