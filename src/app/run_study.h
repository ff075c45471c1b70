#pragma once

#include "app/journal.h"

namespace kensho::app {

struct StudyRequest {
  std::string protocol;               // id of the sealed protocol
  std::string post_hoc_toml;          // instead: an unsealed protocol, run as post hoc
  std::string post_hoc_name;          // its file's name
  std::optional<std::uint64_t> size;  // the checkpoint; none: the newest that data depend on
  unsigned threads = 1;
};

struct StudyOutcome {
  std::string text;  // the result document; the same request gives the same bytes
  std::string sha256;
  std::string protocol;
  int protocol_version = 1;
  std::uint64_t checkpoint_size = 0;
  bool as_sealed = true;
};

/// Runs a protocol on the data of one checkpoint.
/// Errors: not_found: no such sealed protocol at that checkpoint; those of study::run_study.
Result<StudyOutcome> run_study(const Journal& journal, const StudyRequest& request);

/// Records an outcome in the journal, whatever it says. The same outcome is recorded once.
Result<bool> record_study(Journal& journal, const Actor& actor, const StudyOutcome& outcome);

}  // namespace kensho::app
