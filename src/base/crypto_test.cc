#include <algorithm>
#include <fstream>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "base/crypto_hash.h"
#include "base/crypto_signature.h"
#include "base/encoding.h"
#include "base/random_bytes.h"

namespace kensho {
namespace {

nlohmann::json wycheproof(const std::string& file) {
  std::ifstream in(KENSHO_SOURCE_DIR "/tests/reference/ledger/wycheproof/" + file);
  REQUIRE(in.good());
  return nlohmann::json::parse(in);
}

Bytes hex_of(const nlohmann::json& text) {
  return hex_decode(text.get<std::string>()).value();
}

Ed25519PublicKey public_key_of(ByteView bytes) {
  Ed25519PublicKey key;
  REQUIRE(bytes.size() == key.size());
  std::copy(bytes.begin(), bytes.end(), key.begin());
  return key;
}

// The examples of FIPS 180-4 (NIST, "SHA256.pdf") and the hash of nothing.
TEST_CASE("SHA-256 gives the published examples") {
  CHECK(hex_encode(sha256({})) ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(hex_encode(sha256(as_bytes("abc"))) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hex_encode(sha256(as_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))) ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST_CASE("SHA-256 of pieces is SHA-256 of the whole, and the object starts anew after each hash") {
  const Bytes message = random_bytes(1000);
  Sha256 hasher;
  for (std::size_t cut = 0; cut <= message.size(); cut += 37) {
    hasher.update(ByteView(message).first(cut)).update(ByteView(message).subspan(cut));
    CHECK(hasher.finish() == sha256(message));
  }
}

TEST_CASE("SHA-256 from several threads at once is the same hash") {
  const Hash expected = sha256(as_bytes("one message"));
  std::vector<int> wrong(4, 0);
  {
    std::vector<std::jthread> threads;
    for (int& count : wrong)
      threads.emplace_back([&count, &expected] {
        for (int i = 0; i < 2000; ++i) count += sha256(as_bytes("one message")) != expected;
      });
  }
  CHECK(std::ranges::count(wrong, 0) == 4);
}

TEST_CASE("HMAC-SHA-256 agrees with every Wycheproof vector") {
  int seen = 0;
  const nlohmann::json suite = wycheproof("hmac_sha256_test.json");
  for (const auto& group : suite["testGroups"]) {
    const auto tag_size = group["tagSize"].get<std::size_t>() / 8;
    for (const auto& test : group["tests"]) {
      const Hash code = hmac_sha256(hex_of(test["key"]), hex_of(test["msg"]));
      const bool matches =
          equal_in_constant_time(ByteView(code).first(tag_size), hex_of(test["tag"]));
      CHECK_MESSAGE(matches == (test["result"] == "valid"), "tcId " << test["tcId"].get<int>());
      ++seen;
    }
  }
  CHECK(seen == 174);
}

TEST_CASE("HMAC-SHA-256 takes an empty key") {
  // printf '' | openssl mac -digest SHA256 -macopt hexkey: HMAC
  CHECK(hex_encode(hmac_sha256({}, {})) ==
        "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST_CASE("Ed25519 agrees with every Wycheproof vector") {
  int seen = 0;
  const nlohmann::json suite = wycheproof("ed25519_test.json");
  for (const auto& group : suite["testGroups"]) {
    const Ed25519PublicKey key = public_key_of(hex_of(group["publicKey"]["pk"]));
    for (const auto& test : group["tests"]) {
      const bool accepted = bool(verify_ed25519(key, hex_of(test["msg"]), hex_of(test["sig"])));
      CHECK_MESSAGE(accepted == (test["result"] == "valid"), "tcId " << test["tcId"].get<int>());
      ++seen;
    }
  }
  CHECK(seen == 151);
}

TEST_CASE("an Ed25519 key signs, verifies, and comes back from its seed") {
  const Ed25519Signer signer = Ed25519Signer::generate();
  const Ed25519Signer again = Ed25519Signer::from_seed(signer.seed());
  const Bytes message = random_bytes(100);

  Ed25519Signature signature = signer.sign(message);
  CHECK(again.public_key() == signer.public_key());
  CHECK(again.sign(message) == signature);
  CHECK(verify_ed25519(signer.public_key(), message, signature));
  CHECK(verify_ed25519(signer.public_key(), {}, signer.sign({})));

  CHECK(!verify_ed25519(Ed25519Signer::generate().public_key(), message, signature));
  CHECK(!verify_ed25519(signer.public_key(), message, ByteView(signature).first(63)));
  signature[10] ^= 1;
  CHECK(verify_ed25519(signer.public_key(), message, signature).error().code == Errc::corrupted);
}

TEST_CASE("random bytes differ from call to call") {
  std::set<Bytes> seen;
  for (int i = 0; i < 100; ++i) seen.insert(random_bytes(16));
  CHECK(seen.size() == 100);
}

TEST_CASE("constant-time comparison says what == says") {
  CHECK(equal_in_constant_time({}, {}));
  CHECK(equal_in_constant_time(as_bytes("same"), as_bytes("same")));
  CHECK(!equal_in_constant_time(as_bytes("same"), as_bytes("sama")));
  CHECK(!equal_in_constant_time(as_bytes("same"), as_bytes("sam")));
}

}  // namespace
}  // namespace kensho
