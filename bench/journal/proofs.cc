#include "ledger/checkpoint.h"
#include "ledger/log_writer.h"
#include "ledger/proof_cache.h"
#include "measures.h"

namespace kensho::bench {
namespace {

constexpr std::size_t batch = 64;  // between two looks at the clock
constexpr std::size_t verified_every = 1000;

Hash leaf_of(std::uint64_t index) {
  Hash leaf{};
  for (std::size_t i = 0; i < 8; ++i) leaf[i] = static_cast<std::uint8_t>(index >> (8 * i));
  return leaf;
}

Result<ledger::TreeHead> make_log(const ledger::LogDirectory& log, std::uint64_t entries) {
  const ledger::NoteSigner signer =
      TRY(ledger::NoteSigner::make("bench.test/log", Ed25519Signer::generate()));
  ledger::LogWriter writer = TRY(ledger::LogWriter::open(log, signer.key()));
  for (std::uint64_t index = 0; index < entries; ++index) TRY(writer.append(leaf_of(index)));
  return writer.flush();
}

}  // namespace

Result<Rate> measure_proofs(const std::filesystem::path& folder, std::uint64_t entries,
                            milliseconds time) {
  const ledger::LogDirectory log(folder / "log");
  const ledger::TreeHead head = TRY(make_log(log, entries));
  auto cache = TRY(ledger::ProofCache::open(entries, log.tiles()));
  Rng rng(20261122, 2);
  std::vector<std::pair<std::uint64_t, ledger::Proof>> kept;
  // Every tile once, as a server that has run for a while holds them.
  for (std::uint64_t index = 0; index < entries; index += 256)
    TRY(cache->inclusion(index, entries));

  Rate rate;
  const auto begin = SteadyClock::now();
  while (SteadyClock::now() - begin < time) {
    const auto start = SteadyClock::now();
    for (std::size_t i = 0; i < batch; ++i) {
      const std::uint64_t index = rng.bits() % entries;
      ledger::Proof proof = TRY(cache->inclusion(index, entries));
      if (rng.bits() % verified_every == 0) kept.emplace_back(index, std::move(proof));
    }
    const std::int64_t each = (SteadyClock::now() - start).count() / static_cast<int>(batch);
    rate.durations_ns.insert(rate.durations_ns.end(), batch, each);
  }
  rate.seconds = std::chrono::duration<double>(SteadyClock::now() - begin).count();
  for (const auto& [index, proof] : kept)
    TRY(ledger::verify_inclusion(ledger::leaf_hash(leaf_of(index)), index, head, proof));
  return rate;
}

}  // namespace kensho::bench
