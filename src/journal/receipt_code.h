// A receipt as the text of a QR code.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace kensho::journal {

inline constexpr std::string_view receipt_code_start = "KENSHO1:";
inline constexpr std::size_t max_receipt_bytes = 4 << 20;

/// "KENSHO1:" and the base45 (RFC 9285) of the zlib stream (RFC 1950) of a receipt.
std::string receipt_code(std::string_view receipt);

/// The receipt of such a text; any other text is given back as it is. One line end behind it, which
/// programs that read QR codes add, is no part of it.
/// Errors: invalid_argument: the code is damaged, or holds more than max_receipt_bytes.
Result<std::string> receipt_of_code(std::string_view text);

}  // namespace kensho::journal
