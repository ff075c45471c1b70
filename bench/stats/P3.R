source(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))), "cox.R"))
time_cox()
