// Receipts: written by the registry, checked by anyone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace kensho::cli {

struct ReceiptOptions {
  std::string home;
  std::optional<std::uint64_t> entry;
  std::string out;       // file of the receipt; empty and no page asked for: standard output
  std::string html;      // file of the printed confirmation
  std::string verifier;  // file of the page that checks receipts; needs no registry
};
int run_receipt(const ReceiptOptions& options);

struct VerifyReceiptOptions {
  std::string file;
  std::string key;     // the log's, in its text form
  std::string policy;  // a file
  bool json = false;
};
/// The exit code of `kensho verify` for a receipt.
int run_verify_receipt(const VerifyReceiptOptions& options);

}  // namespace kensho::cli
