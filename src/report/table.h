// Tables that read as tables on a desk and as cards on a phone.
#pragma once

#include <string>
#include <vector>

#include "report/html.h"

namespace kensho::report {

enum class ColumnKind : unsigned char { words, numbers };

struct TableColumn {
  std::string header;
  ColumnKind kind = ColumnKind::words;
};

// How a table fits a narrow screen: each row becomes a card, or the table scrolls sideways.
enum class NarrowForm : unsigned char { cards, scroll };

// Shapes: rows[i] has one cell per column; the first cell names its row.
struct Table {
  std::string caption;  // required: it is read aloud first
  std::vector<TableColumn> columns = {};
  std::vector<std::vector<Html>> rows = {};
  NarrowForm narrow_form = NarrowForm::cards;
  bool caption_unseen = false;  // for a caption that repeats the heading above it
};

// The table as HTML, in the site's classes: div.table > table.data.cards, or div.table.scroll >
// table.data. Header cells carry scope; cells repeat their column's header in data-label; roles
// are written out because a table shown as cards loses them in some browsers.
// Contract: every row has one cell per column; at least one column.
Html table(const Table& table);

}  // namespace kensho::report
