#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "base/json.h"
#include "catalog/texts.h"
#include "domain/registry.h"

namespace kensho::report {

/// What a printed receipt says. All of it was proven before.
struct ReceiptFacts {
  RegistryProfile registry;
  std::uint64_t seq = 0;
  TimeUtc time;
  std::string kind;
  std::string organisation;
  std::string actor;
  bool erased = false;  // then the next three are empty
  std::string subject;
  std::string reason;
  Json payload;
  std::uint64_t log_size = 0;
  std::string root;  // hexadecimal
  std::string key;   // the log's public key in its text form
  std::string receipt;
  std::string code;       // the receipt as the text of a QR code
  std::string file_name;  // of the receipt, as commands name it
};

/// One page in Japanese and English that needs no other file: what was reported, the proof as a QR
/// code, how to check it. For paper (A4) and for screens. Where the receipt is too long for a QR
/// code it says so and gives the file's hash.
std::string receipt_page(const ReceiptFacts& facts, const Texts& texts);

}  // namespace kensho::report
