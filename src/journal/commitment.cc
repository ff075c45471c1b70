#include "journal/commitment.h"

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/json.h"
#include "base/random_bytes.h"

namespace kensho::journal {
namespace {

/// Keeps a leaf from ever being read as another kind of hashed text, and names its version.
constexpr std::string_view leaf_domain = "kensho journal leaf v1\n";

}  // namespace

std::string header_bytes(const Entry& entry) {
  // Canonical JSON: members in order, no spaces, integers below 2^53.
  return fmt::format(
      R"({{"actor":{},"commitment":"{}","kind":{},"organisation":{},"seq":{},"time_us":{}}})",
      json_quoted(entry.act.actor), hex_encode(entry.commitment), json_quoted(entry.act.kind),
      json_quoted(entry.act.organisation), entry.seq, entry.time.us);
}

std::string sealed_bytes(const NewEntry& act) {
  return fmt::format(R"({{"payload":{},"reason":{},"subject":{}}})", act.payload,
                     json_quoted(act.reason), json_quoted(act.subject));
}

Hash commit(const Hash& key, std::string_view sealed) {
  return hmac_sha256(key, as_bytes(sealed));
}

Hash leaf_data(const Entry& entry) {
  return sha256(as_bytes(std::string(leaf_domain) + header_bytes(entry)));
}

void commit_to_contents(Entry& entry) {
  fill_random(entry.key);
  entry.commitment = commit(entry.key, sealed_bytes(entry.act));
}

bool commits_to(const Entry& entry, const NewEntry& act) {
  return commit(entry.key, sealed_bytes(act)) == entry.commitment;
}

void seal(Entry& entry) {
  entry.commitment = commit(entry.key, sealed_bytes(entry.act));
  entry.leaf = leaf_data(entry);
}

Status check_sealed(const Entry& entry) {
  if (!entry.erased && commit(entry.key, sealed_bytes(entry.act)) != entry.commitment) {
    return Error{
        Errc::corrupted,
        fmt::format("entry {}: subject, reason, payload or key is not what was committed to",
                    entry.seq)};
  }
  if (leaf_data(entry) != entry.leaf) {
    return Error{
        Errc::corrupted,
        fmt::format("entry {}: time, actor, organisation, kind or commitment is not what the "
                    "tree holds",
                    entry.seq)};
  }
  return ok();
}

}  // namespace kensho::journal
