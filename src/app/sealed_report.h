#pragma once

#include "app/journal.h"

namespace kensho::app {

/// A case report that was sent, made ready in the sender's own thread: what is left to do needs its
/// place in the journal.
struct SealedReport {
  CaseReport report;
  journal::SubmissionKey submission;
  journal::Entry entry;  // act, key and commitment

  /// About the memory it holds, for a queue with a bound.
  std::size_t bytes() const;
};

/// Commits to the report as `sender` sent it under `key`: payload, random key, HMAC.
/// Errors: invalid_argument from canonical JSON. Cost: about 20 microseconds.
Result<SealedReport> seal_report(const Actor& sender, const std::string& key, CaseReport report);

}  // namespace kensho::app
