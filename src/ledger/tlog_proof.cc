#include "ledger/tlog_proof.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/encoding.h"
#include "ledger/checkpoint.h"

namespace kensho::ledger {
namespace {

constexpr std::string_view first_line = "c2sp.org/tlog-proof@v1";
constexpr std::string_view extra_prefix = "extra ";
constexpr std::size_t max_hashes = 64;

Error malformed(std::string_view what) {
  return {Errc::invalid_argument, fmt::format("not a tlog-proof: {}", what)};
}

/// The next line without its end, which is taken off `text`; the whole rest if no line end follows.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

Result<std::uint64_t> parse_index(std::string_view line) {
  if (!line.starts_with("index ")) return malformed("the index line is missing");
  line.remove_prefix(6);
  std::uint64_t index = 0;
  const auto [end, problem] = std::from_chars(line.data(), line.data() + line.size(), index);
  const bool plain = problem == std::errc{} && end == line.data() + line.size() &&
                     fmt::format("{}", index) == line;
  if (!plain) return malformed("the index is not a plain decimal");
  return index;
}

Result<Hash> parse_hash(std::string_view line) {
  const auto bytes = base64_decode(line);
  Hash hash{};
  if (!bytes || bytes->size() != hash.size()) return malformed("a hash is not base64 of 32 bytes");
  std::ranges::copy(*bytes, hash.begin());
  return hash;
}

Result<std::string> parse_extra(std::string_view line) {
  line.remove_prefix(extra_prefix.size());
  const auto bytes = base64_decode(line);
  if (!bytes || bytes->empty()) return malformed("the extra line is not base64 of some bytes");
  return std::string(as_text(*bytes));
}

}  // namespace

std::string format_log_proof(const LogProof& proof) {
  std::string text = fmt::format("{}\n", first_line);
  if (!proof.extra.empty()) {
    text += fmt::format("{}{}\n", extra_prefix, base64_encode(as_bytes(proof.extra)));
  }
  text += fmt::format("index {}\n", proof.index);
  for (const Hash& hash : proof.hashes) text += base64_encode(hash) + "\n";
  return text + "\n" + proof.checkpoint;
}

Result<LogProof> parse_log_proof(std::string_view text) {
  if (take_line(text) != first_line) return malformed("the first line is another");
  std::string_view line = take_line(text);
  LogProof proof;
  if (line.starts_with(extra_prefix)) {
    proof.extra = TRY(parse_extra(line));
    line = take_line(text);
  }
  proof.index = TRY(parse_index(line));
  for (line = take_line(text); !line.empty(); line = take_line(text)) {
    if (proof.hashes.size() == max_hashes) return malformed("more than 64 hashes");
    proof.hashes.push_back(TRY(parse_hash(line)));
  }
  if (text.empty()) return malformed("the checkpoint is missing");
  proof.checkpoint = text;
  return proof;
}

Status verify_log_proof(const LogProof& proof, ByteView leaf_data, const NoteKey& log) {
  const Checkpoint checkpoint = TRY(open_checkpoint(proof.checkpoint, log));
  return verify_inclusion(leaf_hash(leaf_data), proof.index, checkpoint.tree, proof.hashes);
}

}  // namespace kensho::ledger
