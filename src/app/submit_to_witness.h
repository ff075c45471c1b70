// One checkpoint, one witness: the conversation of c2sp.org/tlog-witness from the log's side.
#pragma once

#include "app/cosign_checkpoint.h"

namespace kensho::app {

/// The checkpoint to be cosigned and the tiles that prove it.
struct Submission {
  const ledger::UnverifiedNote& note;  // with the log's signature alone
  ledger::TreeHead tree;
  const ledger::TileReader& tiles;
};

/// What came of it; `held_size` is what the witness holds now, as far as it said.
struct WitnessVisit {
  WitnessResult result;
  std::optional<ledger::NoteSignature> cosignature;  // verified
  std::uint64_t held_size = 0;
};

/// Submits with a proof from `held_size`; where the witness holds another size, from that one.
/// Errors: what the tiles give: then the log itself is damaged.
Result<WitnessVisit> submit_to_witness(const ledger::PolicyWitness& witness,
                                       const Submission& submission, std::uint64_t held_size,
                                       const SendToWitness& send);

}  // namespace kensho::app
