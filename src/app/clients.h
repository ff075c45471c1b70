// Who may send reports: names, organisations and the hashes of their tokens, in one file.
#pragma once

#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/journal.h"

namespace kensho::app {

/// A client as it is kept. Its token is not: whoever reads the file cannot act as the client.
struct Client {
  std::string name;
  std::string organisation;  // an institution of the registry; the only one it reports for
  Hash token_hash{};         // SHA-256 of the token's text
};

/// The file of clients, `keys/clients.json`, mode 0600.
class ClientFile {
 public:
  explicit ClientFile(std::filesystem::path path) : path_(std::move(path)) {}

  /// All clients; none where there is no file. Errors: corrupted or invalid_argument: not such a
  /// file; unavailable.
  Result<std::vector<Client>> read() const;

  /// Adds a client and gives its token, which is not kept and cannot be had again: 256 random bits.
  /// Errors: invalid_argument: name or organisation is not an id; conflict: the name is taken.
  Result<std::string> add(const std::string& name, const std::string& organisation);

  /// Errors: not_found.
  Status remove(const std::string& name);

  const std::filesystem::path& path() const { return path_; }

 private:
  Status write(const std::vector<Client>& clients) const;

  std::filesystem::path path_;
};

/// Tells by a token who asks. Reads the file anew when it changed, so that a removed client is
/// refused from its next request on. Any number of threads.
class ClientDirectory {
 public:
  explicit ClientDirectory(ClientFile file) : file_(std::move(file)) {}

  /// The client of the token; empty if there is none. The time it takes tells nothing of how much
  /// of a token is right. Errors: those of reading the file: then nobody is let in.
  Result<std::optional<Actor>> find(std::string_view token);

 private:
  Status refresh();

  ClientFile file_;
  std::mutex mutex_;
  std::string version_;  // of the file that clients_ are from
  std::vector<Client> clients_;
};

}  // namespace kensho::app
