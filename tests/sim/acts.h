// What users do to a registry, in this process or in a child that is killed.
#pragma once

#include <filesystem>
#include <functional>

#include "app/import_cases.h"
#include "app/sequencer.h"
#include "model.h"

namespace kensho::sim {

inline const app::Actor user{"simulation", "kensho-examples"};

/// Imports reports as one file.
Result<app::ImportReport> import_reports(app::Journal& journal, std::vector<CaseReport> reports,
                                         const std::string& digest);

/// Sends reports through the server's sequencer, all before the first answer is awaited.
/// `on_answer` hears each answer in the order of sending, on another thread.
Status send_reports(const std::filesystem::path& folder, const Clock& clock,
                    const std::vector<Sent>& sent,
                    const std::function<void(const Result<app::Accepted>&)>& on_answer);

/// How a child ended, and the bytes it wrote to its pipe.
struct ChildEnd {
  bool killed = false;  // by the kill switch; else it ended by itself
  bool failed = false;  // it ended by itself and says that something went wrong
  std::string told;
};

/// Runs `work` in a child that is killed before its so-many-th disk call. `work` gets the handle of
/// a pipe to tell what was acknowledged, and says whether all went well.
ChildEnd in_killed_child(long disk_calls, const std::function<bool(int pipe)>& work);

}  // namespace kensho::sim
