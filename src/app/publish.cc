#include "app/publish.h"

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/file.h"
#include "base/version.h"
#include "ledger/checkpoint.h"
#include "ledger/tile_proof.h"
#include "ledger/tlog_proof.h"
#include "study/run.h"

namespace kensho::app {
namespace {

namespace fs = std::filesystem;

Result<Receipt> start(Journal& journal, const Actor& actor) {
  const Registry registry = TRY(journal.registry());
  Json studies = Json::array();
  for (const RecordedStudy& study : registry.studies) studies.push(study.entry.seq);
  return journal.append(actor, {.kind = journal::kind::publication_started,
                                .subject = registry.profile.id,
                                .payload = Json::object().set("studies", std::move(studies))});
}

Json about_json(const Journal& journal, const PublicationData& data) {
  Json about = Json::object();
  about.set("format", 1).set("registry", data.registry->profile.id);
  about.set("simulated", data.registry->profile.simulated);
  about.set("made_by", fmt::format("kensho {}", program_version));
  about.set("key", journal.key().text());
  return about.set("checkpoint",
                   Json::object().set("size", data.registry->size).set("root", data.root));
}

/// The entry that was accepted last.
Result<journal::Entry> read_entry(const Journal& journal, std::uint64_t seq) {
  journal::Entry found;
  TRY(journal.store().read(seq, seq + 1, [&found](const journal::Entry& entry) {
    found = entry;
    return ok();
  }));
  return found;
}

/// Opening and proof of the sealing entry, to lie beside the manifest.
Status add_seal(SiteFiles& files, const Journal& journal, const Receipt& receipt) {
  const journal::Entry entry = TRY(read_entry(journal, receipt.first_seq));
  files[manifest_entry_path] = to_json_pretty(opening_of(entry));
  ledger::LogProof proof{.index = entry.seq, .checkpoint = receipt.checkpoint};
  proof.hashes = TRY(ledger::inclusion_proof(journal.log().tiles(), entry.seq, receipt.size));
  files[manifest_proof_path] = ledger::format_log_proof(proof);
  return ok();
}

Status write_files(const fs::path& folder, const SiteFiles& files) {
  for (const auto& [path, content] : files) {
    std::error_code problem;
    fs::create_directories((folder / path).parent_path(), problem);
    TRY(replace_file(folder / path, content));
  }
  return ok();
}

/// Writes the files beside the folder, then puts them in its place.
Status write_site(const fs::path& folder, const SiteFiles& files) {
  const fs::path next = folder.string() + ".next";
  std::error_code ignored;
  fs::remove_all(next, ignored);
  TRY(write_files(next, files));
  TRY(sync_filesystem(next));
  return replace_folder(folder, next);
}

}  // namespace

Result<PublishReport> publish(Journal& journal, const Actor& actor, const RuleSet& rules,
                              const fs::path& folder,
                              const std::function<Result<MadeSite>(const PublicationData&)>& make) {
  const Receipt started = TRY(start(journal, actor));
  const Registry registry = TRY(journal.registry(started.size));
  const auto offers = TRY(classify_offers(registry, study::day_of(registry), rules));
  PublicationData data{.registry = &registry, .offers = &offers, .checkpoint = started.checkpoint};
  data.root = hex_encode(TRY(journal.root_at(started.size)));
  MadeSite site = TRY(make(data));
  PublishReport report{.files = site.files.size(), .numbers = site.numbers.items().size()};

  const std::string manifest =
      to_json_pretty(make_manifest(site.files, about_json(journal, data), std::move(site.numbers)));
  Json payload = Json::object();
  payload.set("manifest_sha256", hex_encode(sha256(as_bytes(manifest))));
  payload.set("checkpoint_size", started.size).set("files", report.files);
  const Receipt sealed = TRY(journal.append(actor, {.kind = journal::kind::publication_sealed,
                                                    .subject = registry.profile.id,
                                                    .payload = std::move(payload)}));
  report.entry = sealed.first_seq;
  site.files[manifest_path] = manifest;
  TRY(add_seal(site.files, journal, sealed));
  TRY(write_site(folder, site.files));
  return report;
}

}  // namespace kensho::app
