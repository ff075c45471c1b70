#include "ledger/add_checkpoint.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/encoding.h"

namespace kensho::ledger {
namespace {

Error malformed(std::string_view rule) {
  return {Errc::invalid_argument, fmt::format("malformed request: {}", rule)};
}

Result<std::uint64_t> parse_decimal(std::string_view digits) {
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
  if (error != std::errc{} || fmt::to_string(size) != digits)
    return malformed("a tree size is not a plain decimal number");
  return size;
}

// The text up to the line end, which goes too.
Result<std::string_view> take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return malformed("no empty line above the checkpoint");
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

Result<Hash> parse_hash(std::string_view line) {
  const Bytes bytes = TRY(base64_decode(line));
  Hash hash;
  if (bytes.size() != hash.size()) return malformed("a line of the proof is not a hash");
  std::ranges::copy(bytes, hash.begin());
  return hash;
}

}  // namespace

std::string format_add_checkpoint(const AddCheckpoint& request) {
  std::string body = fmt::format("old {}\n", request.old_size);
  for (const Hash& hash : request.proof) body += base64_encode(hash) + "\n";
  return body + "\n" + request.note;
}

Result<AddCheckpoint> parse_add_checkpoint(std::string_view body) {
  constexpr std::string_view keyword = "old ";
  const std::string_view first = TRY(take_line(body));
  if (!first.starts_with(keyword)) return malformed("the first line is not \"old <size>\"");
  AddCheckpoint request;
  request.old_size = TRY(parse_decimal(first.substr(keyword.size())));
  for (;;) {
    const std::string_view line = TRY(take_line(body));
    if (line.empty()) break;
    if (request.proof.size() == max_witness_proof_hashes)
      return malformed("the proof has more than 63 lines");
    request.proof.push_back(TRY(parse_hash(line)));
  }
  request.note = body;
  return request;
}

std::string format_tree_size(std::uint64_t size) {
  return fmt::format("{}\n", size);
}

Result<std::uint64_t> parse_tree_size(std::string_view body) {
  if (!body.ends_with('\n')) return malformed("a tree size does not end with a line end");
  return parse_decimal(body.substr(0, body.size() - 1));
}

}  // namespace kensho::ledger
