#include "ledger/note_signature.h"

#include <fmt/format.h>

#include "base/encoding.h"
#include "ledger/verifier_key.h"

namespace kensho::ledger {
namespace {

constexpr std::string_view line_start = "\xe2\x80\x94 ";  // em dash, space
constexpr std::size_t id_bytes = 4;

Error malformed(std::string_view rule) {
  return {Errc::invalid_argument, fmt::format("malformed signed note: {}", rule)};
}

std::uint32_t read_id(ByteView bytes) {
  std::uint32_t id = 0;
  for (const std::uint8_t byte : bytes.first(id_bytes)) id = id << 8 | byte;
  return id;
}

Result<NoteSignature> parse_line(std::string_view line) {
  if (!line.starts_with(line_start)) return malformed("a signature line has no em dash and space");
  line.remove_prefix(line_start.size());
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return malformed("a signature line has no signature");
  const std::string_view name = line.substr(0, space);
  if (!is_key_name(name)) return malformed("a signature line has no valid key name");
  const Bytes bytes = TRY(base64_decode(line.substr(space + 1)));
  if (bytes.size() <= id_bytes) return malformed("a signature is too short");
  return NoteSignature{std::string(name), read_id(bytes),
                       Bytes(bytes.begin() + id_bytes, bytes.end())};
}

}  // namespace

std::string format_signature(const NoteSignature& signature) {
  Bytes bytes;
  for (int shift = 24; shift >= 0; shift -= 8)
    bytes.push_back(static_cast<std::uint8_t>(signature.key_id >> shift));
  bytes.insert(bytes.end(), signature.signature.begin(), signature.signature.end());
  return fmt::format("{}{} {}\n", line_start, signature.key_name, base64_encode(bytes));
}

Result<std::vector<NoteSignature>> parse_signatures(std::string_view lines) {
  if (lines.empty()) return malformed("it has no signature");
  std::vector<NoteSignature> signatures;
  while (!lines.empty()) {
    if (signatures.size() == max_note_signatures) return malformed("too many signatures");
    const std::size_t end = lines.find('\n');
    if (end == std::string_view::npos) return malformed("the last signature line does not end");
    signatures.push_back(TRY(parse_line(lines.substr(0, end))));
    lines.remove_prefix(end + 1);
  }
  return signatures;
}

}  // namespace kensho::ledger
