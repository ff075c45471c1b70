// The text form of policies. Source: c2sp.org/tlog-policy, Policy file syntax and structure.
#include <algorithm>
#include <charconv>
#include <span>

#include <fmt/format.h>

#include "ledger/policy.h"

namespace kensho::ledger {
namespace {

using Words = std::vector<std::string_view>;

bool is_allowed(char c) {
  const auto byte = static_cast<std::uint8_t>(c);
  return byte == '\t' || byte == '\n' || (byte >= 0x20 && byte != 0x7f);
}

Words split_words(std::string_view line) {
  constexpr std::string_view blanks = " \t";
  Words words;
  for (std::size_t at = line.find_first_not_of(blanks); at != std::string_view::npos;) {
    const std::size_t end = std::min(line.find_first_of(blanks, at), line.size());
    words.push_back(line.substr(at, end - at));
    at = line.find_first_not_of(blanks, end);
  }
  return words;
}

class PolicyParser {
 public:
  explicit PolicyParser(const std::string& file) : file_(file) {}

  Status read_line(std::string_view line) {
    ++line_;
    if (const auto bad = std::ranges::find_if_not(line, is_allowed); bad != line.end()) {
      return fail(
          fmt::format("it has the control character {:#04x}; only spaces, tabs and the "
                      "line end 0x0a are allowed",
                      static_cast<std::uint8_t>(*bad)));
    }
    const Words words = split_words(line);
    if (words.empty() || words[0].starts_with('#')) return ok();
    if (words[0] == "log") return read_log(words);
    if (words[0] == "witness") return read_witness(words);
    if (words[0] == "group") return read_group(words);
    if (words[0] == "quorum") return read_quorum(words);
    return fail(
        fmt::format("it begins with '{}'; write log, witness, group, quorum or # for a "
                    "comment",
                    words[0]));
  }

  Result<Policy> finish() && {
    if (!has_quorum_) {
      return Error{
          Errc::invalid_argument,
          fmt::format("{}: it has no quorum line; add \"quorum <name>\" with the name of a "
                      "witness or group, or \"quorum none\" to ask for no cosignature",
                      file_)};
    }
    return std::move(policy_);
  }

 private:
  Error fail(std::string_view message) const {
    return {Errc::invalid_argument, fmt::format("{}: line {}: {}", file_, line_, message)};
  }

  template <class Key>
  Result<Key> read_key(std::string_view text) const {
    Result<Key> key = Key::parse(text);
    if (!key) return fail(key.error().message);
    return key;
  }

  Status check_count() const {
    if (policy_.logs.size() + policy_.witnesses.size() + policy_.groups.size() <
        max_policy_definitions)
      return ok();
    return fail(
        fmt::format("it defines more than {} logs, witnesses and groups", max_policy_definitions));
  }

  Status read_log(const Words& words) {
    if (words.size() != 2 && words.size() != 3) return fail("write: log <vkey> [<url>]");
    TRY(check_count());
    NoteKey key = TRY(read_key<NoteKey>(words[1]));
    for (const PolicyLog& other : policy_.logs) {
      if (other.key.public_key() == key.public_key())
        return fail(fmt::format("the key is that of the log {} already; list a log once",
                                other.key.name()));
    }
    policy_.logs.push_back({std::move(key), std::string(words.size() == 3 ? words[2] : "")});
    return ok();
  }

  Status read_witness(const Words& words) {
    if (words.size() != 3 && words.size() != 4) return fail("write: witness <name> <vkey> [<url>]");
    TRY(check_new_name(words[1]));
    CosignerKey key = TRY(read_key<CosignerKey>(words[2]));
    for (const PolicyWitness& other : policy_.witnesses) {
      const bool same_line = other.key.name() == key.name() && other.key.id() == key.id();
      if (other.key.public_key() == key.public_key() || same_line)
        return fail(
            fmt::format("the key is that of the witness '{}' already; a witness may count "
                        "once only",
                        other.name));
    }
    policy_.witnesses.push_back(
        {std::string(words[1]), std::move(key), std::string(words.size() == 4 ? words[3] : "")});
    return ok();
  }

  Status read_group(const Words& words) {
    if (words.size() < 4) return fail("write: group <name> <all, any or a number> <member>...");
    TRY(check_new_name(words[1]));
    PolicyGroup group{std::string(words[1]), 0, {}};
    for (const std::string_view member : std::span(words).subspan(3))
      group.members.push_back(TRY(read_member(member)));
    group.threshold = TRY(read_threshold(words[2], group.members.size()));
    policy_.groups.push_back(std::move(group));
    return ok();
  }

  Status read_quorum(const Words& words) {
    if (words.size() != 2) return fail("write: quorum <name of a witness or group, or none>");
    if (has_quorum_) return fail("it is the second quorum line; a policy has exactly one");
    has_quorum_ = true;
    if (words[1] == "none") return ok();
    policy_.quorum = find(words[1]);
    if (!policy_.quorum) return undefined(words[1]);
    return ok();
  }

  Status check_new_name(std::string_view name) const {
    TRY(check_count());
    if (name == "none") return fail("the name 'none' is reserved for the quorum; choose another");
    if (find(name)) return fail(fmt::format("the name '{}' is defined twice", name));
    return ok();
  }

  Result<PolicyMember> read_member(std::string_view name) {
    const auto member = find(name);
    if (!member) return undefined(name);
    if (std::ranges::find(grouped_, *member) != grouped_.end()) {
      return fail(
          fmt::format("'{}' is a member of a group already; a name may be a member once, so "
                      "that no witness counts twice",
                      name));
    }
    grouped_.push_back(*member);
    return *member;
  }

  Result<std::size_t> read_threshold(std::string_view word, std::size_t members) const {
    if (word == "any") return std::size_t{1};
    if (word == "all") return members;
    std::size_t threshold = 0;
    const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), threshold);
    const bool is_plain = problem == std::errc{} && fmt::to_string(threshold) == word;
    if (is_plain && threshold >= 1 && threshold <= members) return threshold;
    return fail(
        fmt::format("the threshold '{}' is not all, any or a decimal number from 1 to the "
                    "number of members, {}",
                    word, members));
  }

  Error undefined(std::string_view name) const {
    return fail(fmt::format("no witness or group '{}' is defined above this line", name));
  }

  std::optional<PolicyMember> find(std::string_view name) const {
    using enum PolicyMember::Kind;
    for (std::size_t i = 0; i < policy_.witnesses.size(); ++i)
      if (policy_.witnesses[i].name == name) return PolicyMember{witness, i};
    for (std::size_t i = 0; i < policy_.groups.size(); ++i)
      if (policy_.groups[i].name == name) return PolicyMember{group, i};
    return std::nullopt;
  }

  const std::string& file_;
  int line_ = 0;
  Policy policy_;
  std::vector<PolicyMember> grouped_;  // what some group has as a member
  bool has_quorum_ = false;
};

}  // namespace

Result<Policy> parse_policy(std::string_view text, const std::string& name) {
  const auto refuse = [&](std::string_view message) {
    return Error{Errc::invalid_argument, fmt::format("{}: {}", name, message)};
  };
  if (text.size() > max_policy_bytes)
    return refuse(fmt::format("it is longer than {} bytes", max_policy_bytes));
  if (!text.empty() && !text.ends_with('\n')) {
    return refuse("the last line does not end; it may be cut off. Add a line end if it is whole");
  }
  PolicyParser parser(name);
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    TRY(parser.read_line(text.substr(0, end)));
    text.remove_prefix(end + 1);
  }
  return std::move(parser).finish();
}

}  // namespace kensho::ledger
