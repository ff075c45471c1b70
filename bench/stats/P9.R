folder_of_script <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
source(file.path(folder_of_script, "columns.R"))
source(file.path(folder_of_script, "mmrm.R"))
peer("R nlme::gls without degrees of freedom (stopped after 600 s)", limited(600), answer, repeats = 1)
