#include "report/table.h"

#include "base/check.h"

namespace kensho::report {
namespace {

Attributes cell_attributes(const TableColumn& column, const char* role) {
  Attributes attributes{{"role", role}};
  if (column.kind == ColumnKind::numbers) attributes.push_back({"class", "number"});
  return attributes;
}

Html header_row(const std::vector<TableColumn>& columns) {
  Children cells;
  for (const TableColumn& column : columns) {
    Attributes attributes = cell_attributes(column, "columnheader");
    attributes.push_back({"scope", "col"});
    cells.push_back(element("th", attributes, {column.header}));
  }
  return element("tr", {{"role", "row"}}, cells);
}

Html body_row(const std::vector<TableColumn>& columns, const std::vector<Html>& row) {
  ENSURE(row.size() == columns.size());
  Children cells{element("th", {{"role", "rowheader"}, {"scope", "row"}}, {row.front()})};
  for (std::size_t i = 1; i < row.size(); ++i) {
    Attributes attributes = cell_attributes(columns[i], "cell");
    attributes.push_back({"data-label", columns[i].header});
    cells.push_back(element("td", attributes, {row[i]}));
  }
  return element("tr", {{"role", "row"}}, cells);
}

}  // namespace

Html table(const Table& table) {
  ENSURE(!table.columns.empty());
  Children rows;
  for (const auto& row : table.rows) rows.push_back(body_row(table.columns, row));
  const bool cards = table.narrow_form == NarrowForm::cards;
  const Attributes caption_attributes =
      table.caption_unseen ? Attributes{{"class", "unseen"}} : Attributes{};
  const Html drawn = element("table", {{"class", cards ? "data cards" : "data"}, {"role", "table"}},
                             {element("caption", caption_attributes, {table.caption}),
                              element("thead", {{"role", "rowgroup"}}, {header_row(table.columns)}),
                              element("tbody", {{"role", "rowgroup"}}, rows)});
  if (cards) return element("div", {{"class", "table"}}, {drawn});
  // A region that scrolls must be reachable by keyboard and have a name.
  return element("div",
                 {{"class", "table scroll"},
                  {"tabindex", "0"},
                  {"role", "region"},
                  {"aria-label", table.caption}},
                 {drawn});
}

}  // namespace kensho::report
