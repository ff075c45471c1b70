#include "report/document_view.h"

namespace kensho::report {

std::optional<double> DocumentView::optional_number(std::string_view key) const {
  const Json* value = reader_.value().find(key);
  if (value && value->is_null()) return std::nullopt;
  return number(key);
}

DocumentView DocumentView::object(std::string_view key) const {
  static const Json nothing = Json::object();
  auto found = reader_.object(key);
  if (found) return {std::move(found).value(), *problem_};
  note(found.error().message);
  return {JsonReader(nothing, "result of the study"), *problem_};
}

std::vector<DocumentView> DocumentView::objects(std::string_view key) const {
  std::vector<DocumentView> views;
  for (JsonReader& reader : take(reader_.objects(key))) {
    views.push_back(DocumentView(std::move(reader), *problem_));
  }
  return views;
}

}  // namespace kensho::report
