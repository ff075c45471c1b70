// What `./dev bench journal` measures. Each function measures for the given time and gives figures.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/rng.h"

namespace kensho::bench {

using SteadyClock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// How often something was done in a time, and how long each took.
struct Rate {
  double seconds = 0;
  std::vector<std::int64_t> durations_ns;

  double per_second() const { return static_cast<double>(durations_ns.size()) / seconds; }
  /// The duration that this part (0 to 1) of all does not exceed.
  double quantile_ms(double part) const;
};

/// "NAME  RATE/s  p50 .. p99 .. p99.9 .. largest .."
std::string line_of(const std::string& name, const Rate& rate);

/// One write of `bytes` into a file that is there already, and fdatasync: the price of one commit.
Result<Rate> measure_disk(const std::filesystem::path& folder, std::size_t bytes,
                          milliseconds time);

/// Random proofs out of a log of `entries` entries made in `folder`, through ledger::ProofCache;
/// a number of them is verified afterwards.
Result<Rate> measure_proofs(const std::filesystem::path& folder, std::uint64_t entries,
                            milliseconds time);

/// A closed loop against a server on this machine: each connection asks, waits, asks again.
struct Load {
  std::uint16_t port = 0;
  std::size_t connections = 64;
  milliseconds warm_up{1000};
  milliseconds time{5000};
};

/// Case reports of random participants with random keys; each must be answered 201 with a receipt.
/// One in a thousand of the receipts is verified against `log_key` afterwards.
/// Errors: any other answer, a receipt that proves nothing.
Result<Rate> measure_cases(const Load& load, const std::string& token, const std::string& log_key);

/// GET /api/v1/proofs/{seq} of random entries below `entries`.
Result<Rate> measure_served_proofs(const Load& load, std::uint64_t entries);

}  // namespace kensho::bench
