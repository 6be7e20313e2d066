#!/bin/sh
# Installs the R package into a private library and runs its tests. Exit status 0 only when all passed; the last line is
# "N passed, M failed". METABRIDGE_LIB may name a prebuilt engine; METABRIDGE_LONG=1 adds the long-running tests.
here=$(cd "$(dirname "$0")" && pwd)
library=$here/.library
mkdir -p "$library"
R CMD INSTALL --no-docs -l "$library" "$here/metabridge" >"$library/install.log" 2>&1 || {
  cat "$library/install.log"
  echo "0 passed, 1 failed"
  exit 1
}
# What is tested is what was installed, and its engine.
unset METABRIDGE_LIB
R_LIBS="$library${R_LIBS:+:$R_LIBS}" exec Rscript --vanilla "$here/run-tests.R" "$here/metabridge/tests/testthat" "$@"
