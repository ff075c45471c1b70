#include "http/witness/witness_routes.h"

#include <filesystem>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/encoding.h"
#include "base/json.h"
#include "base/random_bytes.h"
#include "http/client.h"
#include "http/loopback_client.h"
#include "ledger/add_checkpoint.h"
#include "ledger/signed_note.h"
#include "ledger/testing/memory_log.h"

namespace kensho::witness_api {
namespace {

namespace fs = std::filesystem;
using ledger::MemoryLog;

// A witness of one log, served over a real socket.
struct ServedBench {
  fs::path folder = fs::temp_directory_path() / ("kensho-witness-" + hex_encode(random_bytes(8)));
  ledger::NoteSigner signer = ledger::new_log_signer("example.com/log");
  SystemClock clock;
  witness::WatchedLogs logs{folder};
  witness::Witness witness;
  RunningServer server;

  ServedBench()
      : witness(ledger::Cosigner::make("w.example", Ed25519Signer::generate()).value(), logs, clock,
                [](const std::string&, const fs::path&) {}),
        server(ServerOptions{}, handler()) {
    fs::create_directories(folder);
    REQUIRE(logs.add("example.com/log", signer.key()));
  }
  ServedBench(const ServedBench&) = delete;
  ServedBench& operator=(const ServedBench&) = delete;
  ~ServedBench() { fs::remove_all(folder); }

  Handler handler() {
    return [router = std::make_shared<Router>(Router::make(witness_routes(witness)).value())](
               Request request) { return router->handle(std::move(request)); };
  }
  std::string url(const std::string& path) const {
    return fmt::format("http://127.0.0.1:{}{}", server.port(), path);
  }
  ClientResponse get(const std::string& path) const { return http_get(url(path)).value(); }
  ClientResponse post(const std::string& body) const {
    return http_post(url("/add-checkpoint"), body).value();
  }
  ClientResponse send(std::uint64_t old_size, const ledger::Proof& proof,
                      const std::string& note) const {
    return post(ledger::format_add_checkpoint({old_size, proof, note}));
  }
};

TEST_CASE("add-checkpoint answers with every status of the specification") {
  const ServedBench bench;
  const MemoryLog log(bench.signer, 20);
  const ledger::NoteSigner forger = ledger::new_log_signer("example.com/log");
  const ledger::NoteSigner other = ledger::new_log_signer("example.com/other");

  const ClientResponse first = bench.send(0, {}, log.note(9));
  CHECK(first.status == 200);
  CHECK(first.content_type == "text/plain; charset=utf-8");
  const auto text = ledger::parse_note(log.note(9)).value().text;
  const auto lines = ledger::parse_signatures(first.body).value();
  CHECK(ledger::verify_cosignature(text, lines.at(0), bench.witness.key()));

  CHECK(bench.send(9, log.proof(9, 20), log.note(20)).status == 200);
  CHECK(bench.post("").status == 400);
  CHECK(bench.post("old 20\n\nno note").status == 400);
  CHECK(bench.send(21, {}, log.note(20)).status == 400);
  CHECK(bench.send(20, ledger::Proof(64), log.note(20)).status == 400);
  CHECK(bench.send(0, {}, MemoryLog(forger, 9).note(9)).status == 403);
  CHECK(bench.send(0, {}, MemoryLog(other, 9).note(9)).status == 404);
  CHECK(bench.send(20, ledger::Proof(1), log.note(20)).status == 422);
  CHECK(bench.post(std::string(1'048'577, 'x')).status == 413);
  CHECK(bench.get("/add-checkpoint").status == 405);

  const ClientResponse conflict = bench.send(9, log.proof(9, 20), log.note(20));
  CHECK(conflict.status == 409);
  CHECK(conflict.content_type == "text/x.tlog.size");
  CHECK(conflict.body == "20\n");
}

TEST_CASE("a second history makes the witness loud, and it gives the evidence to anyone") {
  const ServedBench bench;
  const MemoryLog first(bench.signer, 20, "a", 5);
  const MemoryLog second(bench.signer, 20, "b", 5);
  const std::string id = witness::WatchedLogs::id_of("example.com/log");
  CHECK(bench.get("/healthz").status == 200);
  CHECK(bench.get("/logs/" + id + "/checkpoint").status == 404);
  CHECK(bench.send(0, {}, first.note(20)).status == 200);
  CHECK(bench.get("/logs/" + id + "/split-view.json").status == 404);

  const ClientResponse conflict = bench.send(20, {}, second.note(20));
  CHECK(conflict.status == 409);
  CHECK(conflict.content_type == "text/x.tlog.size");
  CHECK(bench.send(20, {}, second.note(20)).status == 409);
  const ClientResponse stopped = bench.send(20, {}, first.note(20));
  CHECK(stopped.status == 403);
  CHECK(parse_json(stopped.body).value().find("split_view") != nullptr);
  const ClientResponse health = bench.get("/healthz");
  CHECK(health.status == 503);
  CHECK(health.body.contains("SPLIT VIEW"));
  CHECK(bench.get("/").body.contains("SPLIT VIEW"));
  CHECK(bench.get("/").body.contains(bench.witness.key().text()));
  CHECK(bench.get("/logs/" + id + "/checkpoint").body == first.note(20));
  const std::string evidence = bench.get("/logs/" + id + "/split-view.json").body;
  const auto view = ledger::parse_split_view(evidence, "e").value();
  CHECK(ledger::verify_split_view(view, std::array{bench.signer.key()}));
  CHECK(bench.get("/logs/..%2Fwitness/checkpoint").status == 404);
  CHECK(bench.get("/logs/00000000000000000000000000000000/checkpoint").status == 404);
  CHECK(bench.get("/logs/x/checkpoint").status == 404);
}

}  // namespace
}  // namespace kensho::witness_api
