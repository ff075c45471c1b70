// Signature lines of notes, whatever kind of key made them. Source: c2sp.org/signed-note, Format.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace kensho::ledger {

inline constexpr std::size_t max_note_signatures = 100;  // the source asks for at least 16

/// One signature line, not verified.
struct NoteSignature {
  std::string key_name;
  std::uint32_t key_id;
  Bytes signature;

  friend bool operator==(const NoteSignature&, const NoteSignature&) = default;
};

/// The line: em dash, space, key name, space, base64 of id and signature, line end.
std::string format_signature(const NoteSignature& signature);

/// The lines of a text that has nothing else, such as a witness's answer.
/// Errors: invalid_argument: another form, no line at all, or more than `max_note_signatures`.
Result<std::vector<NoteSignature>> parse_signatures(std::string_view lines);

}  // namespace kensho::ledger
