// What a registry must hold, kept the simplest way: the list of everything that was accepted.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "domain/registry.h"

namespace kensho::sim {

/// The answer that a report must get.
enum class Verdict : unsigned char { accepted, repeated, conflict, refused };

/// A report as somebody sends it; with a key through the server, without one by an import.
struct Sent {
  CaseReport report;
  std::string client;
  std::string key;
};

class Model {
 public:
  /// Says how a report must be answered, and takes it if it must be accepted.
  Verdict take(const Sent& sent);
  /// The entry of the first request with this client and key.
  std::uint64_t first_entry(const Sent& sent) const {
    return sent_.at({sent.client, sent.key}).seq;
  }

  /// An entry that is no report.
  void take_other() { ++size_; }
  void take_offer(const std::string& therapy, const std::string& institution) {
    offers_.insert({therapy, institution});
  }
  bool knows_import(const std::string& digest) const { return imports_.contains(digest); }
  void take_import(const std::string& digest) { imports_.insert(digest); }

  std::uint64_t size() const { return size_; }
  /// Ids registered at an institution.
  std::vector<std::string> participants(const std::string& institution) const;
  std::vector<std::string> institutions() const;

  /// What of the registry as of `size` entries is not as it must be; empty if nothing.
  std::string difference(const Registry& registry, std::uint64_t size) const;

 private:
  struct Taken {
    std::uint64_t seq;
    CaseReport report;
  };

  bool breaks_a_rule(const CaseReport& report) const;
  Participant expected(const ParticipantKey& key, std::uint64_t size) const;

  std::uint64_t size_ = 0;
  std::set<std::pair<std::string, std::string>> offers_;  // therapy, institution
  std::vector<Taken> reports_;                            // in the order of their entries
  std::map<ParticipantKey, std::string> therapy_of_;
  std::map<std::pair<std::string, std::string>, Taken> sent_;  // client, key
  std::set<std::string> imports_;
};

}  // namespace kensho::sim
