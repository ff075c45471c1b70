#include "ledger/checkpoint.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/encoding.h"

namespace kensho::ledger {
namespace {

Error malformed(std::string_view rule) {
  return {Errc::invalid_argument, fmt::format("malformed checkpoint: {}", rule)};
}

bool is_line(std::string_view text) {
  return !text.empty() && text.find('\n') == std::string_view::npos;
}

Result<std::vector<std::string_view>> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return malformed("the last line does not end");
    if (end == 0) return malformed("it has an empty line");
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  if (lines.size() < 3) return malformed("it has fewer than three lines");
  return lines;
}

Result<std::uint64_t> parse_size(std::string_view digits) {
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
  if (error != std::errc{} || fmt::to_string(size) != digits)
    return malformed("the tree size is not a plain decimal number");
  return size;
}

Result<Hash> parse_root(std::string_view text) {
  const Bytes bytes = TRY(base64_decode(text));
  Hash root;
  if (bytes.size() != root.size()) return malformed("the root hash is not 32 bytes long");
  std::ranges::copy(bytes, root.begin());
  return root;
}

}  // namespace

Result<std::string> format_checkpoint(const Checkpoint& checkpoint) {
  if (!is_line(checkpoint.origin)) return malformed("the origin is not one line of text");
  if (!std::ranges::all_of(checkpoint.extensions, is_line))
    return malformed("an extension is not one line of text");
  std::string text = fmt::format("{}\n{}\n{}\n", checkpoint.origin, checkpoint.tree.size,
                                 base64_encode(checkpoint.tree.root));
  for (const std::string& extension : checkpoint.extensions) text += extension + "\n";
  return text;
}

Result<Checkpoint> parse_checkpoint(std::string_view text) {
  const auto lines = TRY(split_lines(text));
  const std::uint64_t size = TRY(parse_size(lines[1]));
  const Hash root = TRY(parse_root(lines[2]));
  return Checkpoint{std::string(lines[0]), {size, root}, {lines.begin() + 3, lines.end()}};
}

Result<std::string> sign_checkpoint(const Checkpoint& checkpoint, const NoteSigner& log) {
  return log.sign(TRY(format_checkpoint(checkpoint)));
}

Result<Checkpoint> open_checkpoint(std::string_view note, const NoteKey& log) {
  const VerifiedNote verified = TRY(verify_note(note, {&log, 1}));
  Checkpoint checkpoint = TRY(parse_checkpoint(verified.text));
  if (checkpoint.origin != log.name()) {
    return Error{Errc::corrupted, fmt::format("the checkpoint is of the log {}, not of {}",
                                              checkpoint.origin, log.name())};
  }
  return checkpoint;
}

}  // namespace kensho::ledger
