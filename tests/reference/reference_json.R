# Writes a nested list as JSON that keeps every double: 17 significant digits where 15 do not suffice,
# null for NA and NaN. Named lists and data frames become objects, other vectors arrays.
number_text <- function(v) {
  short <- sprintf("%.15g", v)
  text <- ifelse(!is.na(v) & suppressWarnings(as.numeric(short)) == v, short, sprintf("%.17g", v))
  ifelse(is.finite(v), text, "null")
}
to_json <- function(x, indent = "") {
  inner <- paste0(indent, " ")
  if (is.null(x)) return("null")
  if (is.data.frame(x)) x <- lapply(as.list(x), I)
  if (is.list(x)) {
    parts <- vapply(x, to_json, "", indent = inner)
    if (is.null(names(x))) return(paste0("[", paste0("\n", inner, parts, collapse = ","), "]"))
    return(paste0("{", paste0("\n", inner, "\"", names(x), "\": ", parts, collapse = ","), "}"))
  }
  one <- length(x) == 1 && !inherits(x, "AsIs")
  x <- unclass(x)
  values <- if (is.character(x)) paste0("\"", x, "\"") else number_text(as.numeric(x))
  if (one) values else paste0("[", paste(values, collapse = ","), "]")
}
versions <- function(packages) {
  found <- lapply(packages, function(p) as.character(packageVersion(p)))
  c(list(R = paste(R.version$major, R.version$minor, sep = ".")), setNames(found, packages))
}
write_reference <- function(x, path) writeLines(to_json(x), path)
