// The public site: static pages in Japanese and English, from the registry as of one checkpoint.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/texts.h"
#include "domain/classification.h"
#include "study/protocol.h"

namespace kensho::site {

/// How many people, as of the checkpoint.
struct OfferNumbers {
  int registered = 0;
  int treated = 0;
  int with_baseline = 0;       // treated, with everything the protocol wants known before
  int follow_up_due = 0;       // whose follow-up window has closed
  int follow_up_complete = 0;  // of these, followed up as the protocol demands
  int adverse_events = 0;
  int serious_adverse_events = 0;
  int withdrawn = 0;  // of the treated: their consent ended, nothing else about them is used
  int erased = 0;     // in none of these numbers
};

/// One therapy at one institution with all that its page shows.
struct OfferPage {
  Therapy therapy;
  Institution institution;
  Offer offer;
  std::uint64_t offer_entry = 0;
  std::optional<Approval> approval;  // the one that decides, in force or ended
  Classification classification;
  OfferNumbers numbers;
  // The protocol that covers it and the newest recorded run of it, where there is one.
  std::optional<study::Protocol> protocol;
  std::optional<SealedProtocol> sealed;
  std::optional<RecordedStudy> study;  // its `result` is the document of study/run.h
};

struct SiteInput {
  RegistryProfile registry;
  EntryRef opened;
  std::uint64_t checkpoint_size = 0;
  TimeUtc checkpoint_time;
  std::string root;        // of the tree, hexadecimal
  std::string checkpoint;  // the signed note over these entries
  std::string key;         // the log's public key in its text form
  std::string rule_set;
  std::vector<OfferPage> offers;
};

/// A file of the site.
struct Page {
  std::string path;  // "en/therapies/index.html"
  std::string content;
};

/// A number shown on a page, and where it comes from.
struct ShownNumber {
  std::string page;
  std::string id;                // what it is: "treated", "dfs-km/aml_low/365/survival"
  std::string value;             // as shown
  std::string protocol;          // id and version; empty for a plain count
  std::uint64_t entry = 0;       // the study's entry; 0 for a plain count
  std::uint64_t checkpoint = 0;  // the tree size it is as of
};

struct Site {
  std::vector<Page> pages;
  std::vector<ShownNumber> numbers;
};

/// Makes every page and lists every number on them. Deterministic: the same input, the same bytes.
Result<Site> make_site(const SiteInput& input, const Texts& texts);

}  // namespace kensho::site
