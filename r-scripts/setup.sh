#!/bin/sh
# Installs R and the R packages that the live comparison and the R tests need. Safe to run again: does nothing when all is there.
#
#   r-scripts/setup.sh            install what is missing (Debian-like systems, as root or with sudo)
#   r-scripts/setup.sh --check    only report
#
# Exit status: 0 all there; 1 something is missing (--check); 2 wrong argument; 3 cannot install here, says what to install;
# 4 the installation was tried and failed.

set -u

# What R must be able to load: the reference (metafor and its data), what it calls for robust tests, times to an event and generalised linear models,
# and what the R tests use.
R_PACKAGES="metafor metadat clubSandwich survival lme4 nlme jsonlite testthat"
# r-base-dev brings the compiler tools that R CMD INSTALL needs for the R package of this project.
SYSTEM_PACKAGES="r-base-core r-base-dev r-cran-metafor r-cran-metadat r-cran-clubsandwich r-cran-survival r-cran-lme4 r-cran-nlme r-cran-jsonlite r-cran-testthat"

say() { printf '%s\n' "$*" >&2; }

# Prints what is missing, one word each; nothing when all is there.
missing() {
    if ! command -v Rscript >/dev/null 2>&1; then
        printf 'R %s' "$R_PACKAGES"
        return
    fi
    # shellcheck disable=SC2016
    Rscript --vanilla -e '
        wanted <- commandArgs(TRUE)
        there <- vapply(wanted, function(p) nzchar(system.file(package = p)), NA)
        cat(wanted[!there])' $R_PACKAGES 2>/dev/null || printf 'R %s' "$R_PACKAGES"
    if ! R CMD config CC >/dev/null 2>&1; then
        printf ' r-base-dev'
    fi
}

# Prints the command prefix that gives root rights; fails when there is none.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        return 0
    fi
    # -n: never ask for a password, so that a script does not hang.
    if command -v sudo >/dev/null 2>&1 && sudo -n true >/dev/null 2>&1; then
        printf 'sudo -n'
        return 0
    fi
    return 1
}

advise() {
    say "Please install: $1"
    say "  Debian, Ubuntu:  sudo apt-get install --no-install-recommends $SYSTEM_PACKAGES"
    say "  elsewhere:       install R (https://www.r-project.org), then in R:"
    say "                   install.packages(c($(printf '"%s", ' $R_PACKAGES | sed 's/, $//')))"
}

install() {
    root=$1
    say "Installing R and its packages (apt-get) ..."
    # shellcheck disable=SC2086
    $root env DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2 &&
        $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $SYSTEM_PACKAGES >&2
}

main() {
    case "${1:-}" in
        '' | --check) ;;
        *) say "usage: setup.sh [--check]"; exit 2 ;;
    esac

    absent=$(missing | sed 's/^ *//; s/ *$//')
    if [ -z "$absent" ]; then
        [ "${1:-}" = --check ] && say "R and its packages are installed."
        exit 0
    fi

    if [ "${1:-}" = --check ]; then
        say "missing: $absent"
        exit 1
    fi

    if ! command -v apt-get >/dev/null 2>&1 || ! root=$(as_root); then
        advise "$absent"
        exit 3
    fi

    if ! install "$root"; then
        say "The installation failed."
        advise "$absent"
        exit 4
    fi

    absent=$(missing | sed 's/^ *//; s/ *$//')
    if [ -n "$absent" ]; then
        say "Still missing after the installation: $absent"
        exit 4
    fi
}

main "$@"
