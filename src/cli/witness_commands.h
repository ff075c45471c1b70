// The commands about witnesses: each takes its options and gives the exit code.
#pragma once

#include <string>

namespace kensho::cli {

struct WitnessInitOptions {
  std::string folder;
  std::string name;
  bool json = false;
};
int run_witness_init(const WitnessInitOptions& options);

struct WitnessAddLogOptions {
  std::string folder;
  std::string key;
  std::string origin;  // empty: the key's name
};
int run_witness_add_log(const WitnessAddLogOptions& options);

struct WitnessServeOptions {
  std::string folder;
  std::string address = "127.0.0.1";
  int port = 8081;
};
int run_witness_serve(const WitnessServeOptions& options);

struct WitnessEvidenceOptions {
  std::string place;  // a witness's folder or one file of evidence
  std::string key;    // the log's, known from elsewhere; or empty
  bool json = false;
};
int run_witness_evidence(const WitnessEvidenceOptions& options);

struct WitnessResumeOptions {
  std::string folder;
  std::string origin;
};
int run_witness_resume(const WitnessResumeOptions& options);

struct KeyOptions {
  std::string home;
};
int run_key(const KeyOptions& options);

struct CosignOptions {
  std::string home;
  std::string policy;
  bool json = false;
};
int run_cosign(const CosignOptions& options);

struct CompareOptions {
  std::string first;
  std::string second;
  std::string key;
  std::string evidence = "split-view.json";
  bool json = false;
};
int run_compare(const CompareOptions& options);

}  // namespace kensho::cli
