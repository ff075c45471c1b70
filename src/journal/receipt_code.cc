#include "journal/receipt_code.h"

#include "base/compress.h"
#include "base/encoding.h"

namespace kensho::journal {

std::string receipt_code(std::string_view receipt) {
  return std::string(receipt_code_start) + base45_encode(zlib_compress(as_bytes(receipt)));
}

Result<std::string> receipt_of_code(std::string_view text) {
  if (!text.starts_with(receipt_code_start)) return std::string(text);
  text.remove_prefix(receipt_code_start.size());
  if (text.ends_with('\n')) text.remove_suffix(1);
  const Bytes stream = TRY(base45_decode(text));
  const Bytes receipt = TRY(zlib_decompress(stream, max_receipt_bytes));
  return std::string(as_text(receipt));
}

}  // namespace kensho::journal
