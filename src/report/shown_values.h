// The numbers a page shows, so that each can be traced to where it comes from.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace kensho::report {

/// One number as a reader sees it. `id` says what it is: "dfs-km/aml_low/365/survival".
struct ShownValue {
  std::string id;
  std::string value;
};

/// Collects the numbers while a page is written: whoever writes one passes it through `show`.
class ShownValues {
 public:
  /// Notes the number and gives its text back.
  std::string show(std::string id, std::string value) {
    all_.push_back({std::move(id), value});
    return value;
  }
  const std::vector<ShownValue>& all() const { return all_; }

 private:
  std::vector<ShownValue> all_;
};

}  // namespace kensho::report
