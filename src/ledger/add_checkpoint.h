// What a log sends to a witness to have a checkpoint cosigned. Source: c2sp.org/tlog-witness,
// add-checkpoint.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ledger/proof.h"

namespace kensho::ledger {

inline constexpr std::size_t max_witness_proof_hashes = 63;

/// "Cosign this checkpoint: it extends the tree of this size, which you cosigned last."
struct AddCheckpoint {
  std::uint64_t old_size = 0;
  Proof proof;
  std::string note;  // the signed checkpoint
};

/// The request's body: "old N", one hash a line, an empty line, the note.
std::string format_add_checkpoint(const AddCheckpoint& request);

/// Errors: invalid_argument: not of that form, or more than 63 hashes; says what is wrong. The note
/// itself is not looked at.
Result<AddCheckpoint> parse_add_checkpoint(std::string_view body);

/// A witness's words for "I hold another size": the size in decimal and a line end.
/// Source: the same, status 409.
inline constexpr std::string_view tree_size_type = "text/x.tlog.size";
std::string format_tree_size(std::uint64_t size);

/// Errors: invalid_argument: not a plain decimal below 2^64 and a line end.
Result<std::uint64_t> parse_tree_size(std::string_view body);

}  // namespace kensho::ledger
