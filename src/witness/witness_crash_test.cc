// A witness killed at any moment never vouches for two histories, nor forgets what it vouched for.
#include <array>
#include <csignal>
#include <filesystem>
#include <optional>
#include <set>
#include <thread>

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/encoding.h"
#include "base/random_bytes.h"
#include "ledger/testing/memory_log.h"
#include "witness/witness.h"

namespace kensho::witness {
namespace {

namespace fs = std::filesystem;
using ledger::MemoryLog;

constexpr std::uint64_t common = 5;
constexpr std::uint64_t size_max = 90;
constexpr int kills = 60;
constexpr int kills_of_one_log = 3;

// What a witness said before it died: one record a cosignature, written in one piece.
struct Said {
  std::uint8_t history;
  std::uint8_t size;
};

struct Crashes {
  fs::path folder = fs::temp_directory_path() / ("kensho-crash-" + hex_encode(random_bytes(8)));
  ledger::NoteSigner signer = ledger::new_log_signer("example.com/log");
  Ed25519Seed seed{7};

  Crashes() { fs::create_directories(folder); }
  Crashes(const Crashes&) = delete;
  Crashes& operator=(const Crashes&) = delete;
  ~Crashes() { fs::remove_all(folder); }
};

// Submits one history from wherever the witness stands, and tells every cosignature.
void submit_all(Witness& witness, const MemoryLog& log, std::uint8_t history, int pipe) {
  std::uint64_t held = 0;
  for (std::uint64_t size = 3; size <= size_max;) {
    const ledger::Proof proof = held <= size ? log.proof(held, size) : ledger::Proof{};
    const auto answer = witness.add_checkpoint(
        ledger::format_add_checkpoint({std::min(held, size), proof, log.note(size)}));
    ENSURE(bool(answer));
    if (answer->outcome == Outcome::cosigned) {
      const Said said{history, static_cast<std::uint8_t>(size)};
      ENSURE(::write(pipe, &said, sizeof(said)) == sizeof(said));
      held = size;
    } else if (answer->outcome == Outcome::other_size) {
      const std::uint64_t told = ledger::parse_tree_size(answer->body).value();
      if (told == held) return;  // our root is not the one it holds
      held = told;
      size = std::max(size, held);
      continue;
    } else {
      return;  // another history won
    }
    size += 3;
  }
}

// These histories race for one witness in a process that is killed after the pause, if there is
// one.
std::vector<Said> race(const Crashes& crashes, const std::string& histories,
                       std::optional<int> pause_us) {
  std::array<int, 2> pipes{};
  REQUIRE(::pipe(pipes.data()) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const SystemClock clock;
    Witness witness(
        ledger::Cosigner::make("w.example", Ed25519Signer::from_seed(crashes.seed)).value(),
        WatchedLogs(crashes.folder), clock, [](const std::string&, const fs::path&) {});
    {
      std::vector<std::jthread> threads;
      for (const char history : histories) {
        threads.emplace_back([&, history] {
          const MemoryLog log(crashes.signer, size_max, {history}, common);
          submit_all(witness, log, static_cast<std::uint8_t>(history), pipes[1]);
        });
      }
    }
    ::_exit(0);
  }
  ::close(pipes[1]);
  if (pause_us) {
    std::this_thread::sleep_for(std::chrono::microseconds(*pause_us));
    ::kill(child, SIGKILL);
  }
  std::vector<Said> all;
  Said said{};
  while (::read(pipes[0], &said, sizeof(said)) == sizeof(said)) all.push_back(said);
  ::close(pipes[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK((WIFSIGNALED(status) ? pause_us && WTERMSIG(status) == SIGKILL : WEXITSTATUS(status) == 0));
  return all;
}

// A log of its own, its two histories, and what the witness said of them over all its lives.
struct Trial {
  Crashes crashes;
  WatchedLogs logs{crashes.folder};
  std::string id = WatchedLogs::id_of("example.com/log");
  std::set<char> histories;  // beyond what both have in common
  std::uint64_t size_said = 0;

  Trial() { REQUIRE(logs.add("example.com/log", crashes.signer.key())); }

  void live(const std::string& racing, std::optional<int> pause_us) {
    for (const Said& one : race(crashes, racing, pause_us)) {
      if (one.size > common) histories.insert(static_cast<char>(one.history));
      size_said = std::max<std::uint64_t>(size_said, one.size);
    }
    CHECK(logs.held(id, logs.log(id).value()).value().tree.size >= size_said);
    if (logs.split(id).value()) REQUIRE(logs.resume(id, SystemClock().now()));
  }
  // The history that is held, by its root; the first if both are still possible.
  std::string winner() const {
    const Held held = logs.held(id, logs.log(id).value()).value();
    const MemoryLog first(crashes.signer, size_max, "a", common);
    return held.tree == first.head(held.tree.size) ? "a" : "b";
  }
};

TEST_CASE("killed under load, again and again, it vouches for one history and forgets nothing") {
  int cut_short = 0;
  for (int log = 0; log < kills / kills_of_one_log; ++log) {
    Trial trial;
    for (int kill = 0; kill < kills_of_one_log; ++kill) {
      trial.live("ab", 3'000 + (log * 7 + kill * 13) % 40 * 700);
      cut_short += trial.size_said > 0 && trial.size_said < size_max ? 1 : 0;
    }
    trial.live(trial.winner(), std::nullopt);
    CHECK(trial.size_said == size_max);
    CHECK(trial.histories.size() == 1);
  }
  MESSAGE("lives that ended between the first and the last size: " << cut_short << " of " << kills);
  CHECK(cut_short > 0);
}

}  // namespace
}  // namespace kensho::witness
