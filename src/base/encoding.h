// Text encodings of bytes: hexadecimal, base64, base45. Decoders are strict: one value has one
// spelling.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace kensho {

/// Lower-case hexadecimal, two digits a byte.
std::string hex_encode(ByteView bytes);

/// The bytes of a hexadecimal text; upper and lower case are accepted.
///
/// Errors  invalid_argument: odd length, a character that is not a digit 0-9 a-f A-F.
Result<Bytes> hex_decode(std::string_view text);

/// Standard base64 with padding. Source: RFC 4648 section 4.
std::string base64_encode(ByteView bytes);

/// The bytes of a standard base64 text in its only canonical spelling.
///
/// Errors  invalid_argument: length not a multiple of 4, a character outside the alphabet (line
/// ends
///         too), padding elsewhere than at the end, unused bits that are not zero.
/// Source  RFC 4648 sections 3.2 to 3.5 and 4.
Result<Bytes> base64_decode(std::string_view text);

/// Base45, whose characters a QR code stores in 5.5 bits each. Source: RFC 9285.
std::string base45_encode(ByteView bytes);

/// The bytes of a base45 text.
///
/// Errors  invalid_argument: a character outside the alphabet, a length that leaves one character
///         over, a group that is no two bytes or no byte.
Result<Bytes> base45_decode(std::string_view text);

}  // namespace kensho
