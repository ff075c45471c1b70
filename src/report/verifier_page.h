#pragma once

#include <string>

#include "catalog/texts.h"

namespace kensho::report {

/// The page that checks receipts in a browser, opened from a disk or served: web/verify.html with
/// its words in both languages. It shares no code with this program, so that it can disagree.
/// The same bytes from every registry with the same version of Kensho.
std::string verifier_page(const Texts& texts);

}  // namespace kensho::report
