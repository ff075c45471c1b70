// Running a protocol on the data of one checkpoint.
#pragma once

#include "base/json.h"
#include "domain/registry.h"
#include "study/completeness.h"
#include "study/protocol.h"

namespace kensho::study {

/// What a run is a run of.
struct RunRequest {
  const Registry* registry = nullptr;  // as of the checkpoint
  std::string root;                    // of the tree at that checkpoint, hexadecimal
  const Protocol* protocol = nullptr;
  const SealedProtocol* sealed = nullptr;  // none: the protocol was never sealed, so post hoc
  unsigned threads = 1;
};

/// The result document: provenance, gate, every analysis in the protocol's order, warnings.
///
/// The same request gives the same bytes on any number of threads, until entries of its checkpoint
/// are erased; from then on the document says how many were: each analysis is computed alone
/// and the document is put together in order. Where the gate does not pass, the estimates are left
/// out ("blinded") and the document says what did not pass.
///
/// Errors  invalid_argument: a method cannot bear the data (names the analysis); corrupted data.
Result<Json> run_study(const RunRequest& request);

/// The calendar day that a registry's checkpoint stands for: that of its last entry.
Date day_of(const Registry& registry);

/// The version that results carry.
std::string engine_version();

}  // namespace kensho::study
