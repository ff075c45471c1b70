// Policies: which logs are accepted and whose cosignatures are enough. Source:
// c2sp.org/tlog-policy.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ledger/checkpoint.h"
#include "ledger/verifier_key.h"

namespace kensho::ledger {

struct PolicyLog {
  NoteKey key;      // its name is the log's origin
  std::string url;  // may be empty; what it means is the application's concern
};

struct PolicyWitness {
  std::string name;  // within the policy only
  CosignerKey key;
  std::string url;  // may be empty; else the submission prefix of c2sp.org/tlog-witness
};

/// What a quorum or a group counts: a witness or a group of the policy, by its index.
struct PolicyMember {
  enum class Kind : unsigned char { witness, group };
  Kind kind = Kind::witness;
  std::size_t index = 0;

  friend bool operator==(const PolicyMember&, const PolicyMember&) = default;
};

/// Has witnessed a checkpoint when at least `threshold` of its members have.
struct PolicyGroup {
  std::string name;
  std::size_t threshold = 1;
  std::vector<PolicyMember> members;  // groups among them stand before this one in the policy
};

struct Policy {
  std::vector<PolicyLog> logs;  // any of them; empty where the log is known from elsewhere
  std::vector<PolicyWitness> witnesses;
  std::vector<PolicyGroup> groups;
  std::optional<PolicyMember> quorum;  // none: no cosignature is asked for
};

inline constexpr std::size_t max_policy_bytes = 1 << 20;
inline constexpr std::size_t max_policy_definitions = 1000;  // logs, witnesses, groups together

/// The policy that a text states; `name` (of the file) goes into the messages.
///
/// Errors  invalid_argument, naming file and line, the rule that the line breaks and what to write.
///         Refused are, beside lines of another form: a name defined twice or not yet, "none" as a
///         name, a second line with the same log's or witness's key, a member that another group or
///         the same one has already, a threshold that is not 1 to the number of members, no quorum
///         line or two, a last line that does not end, a control character, a carriage return too.
/// Checked against a second implementation: tests/reference/ledger/policies.json.
Result<Policy> parse_policy(std::string_view text, const std::string& name);

/// One witness's part in a checkpoint.
struct WitnessPart {
  std::string name;                    // within the policy
  std::optional<std::int64_t> time_s;  // when it cosigned, the newest; none: it did not
};

/// What a policy says of one signed checkpoint.
struct PolicyReport {
  NoteKey log;  // who signed it
  Checkpoint checkpoint;
  std::vector<WitnessPart> witnesses;  // in the order of the policy
  bool quorum_met = false;
};

/// Who signed and cosigned a checkpoint, and whether that is enough.
///
/// Signatures of keys that the policy does not name are ignored. A witness counts once, however
/// often it signed. Two things are left to the caller: `quorum_met`, and how old a time may be.
///
/// Errors  invalid_argument: malformed, or the policy lists no log.
///         corrupted: no listed log signed it for its own origin, or a signature of a listed log or
///         witness is wrong: then the whole note is refused, as the source asks.
Result<PolicyReport> examine(const Policy& policy, std::string_view note);

/// The same, and an error (corrupted) that names the missing witnesses if the quorum is not met.
Result<PolicyReport> check(const Policy& policy, std::string_view note);

}  // namespace kensho::ledger
