/* Loads the engine at the first call, once per process, and never in a process forked after that. */
#include "engine.h"
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { FORKED_PROCESS = 502, PATH_LENGTH = 4096 };

engine_functions engine;
static char library_path[PATH_LENGTH];
static pid_t started_in = 0; /* the process whose first call loaded the engine; 0: none yet */

void engine_set_path(const char *path) { snprintf(library_path, sizeof library_path, "%s", path); }

static int find(void *library, const char *name, void *slot, char *message) {
  void *symbol = dlsym(library, name);
  if (symbol == NULL) {
    snprintf(message, MESSAGE_LENGTH, "The engine has no function %s: reinstall the package.", name);
    return MB_ABI_MISMATCH;
  }
  memcpy(slot, &symbol, sizeof symbol); /* ISO C has no cast from object to function pointers */
  return MB_OK;
}

static int bind(void *library, char *message) {
  int status;
  if ((status = find(library, "mb_abi_version", &engine.abi_version, message)) != MB_OK) return status;
  if ((status = find(library, "mb_version", &engine.version, message)) != MB_OK) return status;
  if ((status = find(library, "mb_rma_uni", &engine.rma_uni, message)) != MB_OK) return status;
  if ((status = find(library, "mb_rma_uni_tables", &engine.rma_uni_tables, message)) != MB_OK) return status;
  if ((status = find(library, "mb_rma_mv", &engine.rma_mv, message)) != MB_OK) return status;
  if ((status = find(library, "mb_rma_mh", &engine.rma_mh, message)) != MB_OK) return status;
  if ((status = find(library, "mb_escalc", &engine.escalc, message)) != MB_OK) return status;
  if ((status = find(library, "mb_five_numbers", &engine.five_numbers, message)) != MB_OK) return status;
  if ((status = find(library, "mb_vcalc", &engine.vcalc, message)) != MB_OK) return status;
  if ((status = find(library, "mb_rcalc", &engine.rcalc, message)) != MB_OK) return status;
  if ((status = find(library, "mb_matreg", &engine.matreg, message)) != MB_OK) return status;
  if ((status = find(library, "mb_fit_json", &engine.fit_json, message)) != MB_OK) return status;
  if ((status = find(library, "mb_last_text", &engine.last_text, message)) != MB_OK) return status;
  if ((status = find(library, "mb_explain", &engine.explain, message)) != MB_OK) return status;
  if ((status = find(library, "mb_brma", &engine.brma, message)) != MB_OK) return status;
  if ((status = find(library, "mb_people", &engine.people, message)) != MB_OK) return status;
  if ((status = find(library, "mb_last_tables", &engine.last_tables, message)) != MB_OK) return status;
  return find(library, "mb_keywords", &engine.keywords, message);
}

static int load(char *message) {
  /* Never unloaded: the runtime inside cannot be. Local, so that its symbols meet nobody else's. */
  void *library = dlopen(library_path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  int status, version;
  if (library == NULL) {
    snprintf(message, MESSAGE_LENGTH, "The engine could not be loaded: %s", dlerror());
    return MB_ABI_MISMATCH;
  }
  if ((status = bind(library, message)) != MB_OK) return status;
  version = engine.abi_version();
  if (version != MB_ABI_VERSION) {
    snprintf(message, MESSAGE_LENGTH, "The engine speaks version %d of the interface, the R package version %d: reinstall the package.",
             version, MB_ABI_VERSION);
    return MB_ABI_MISMATCH;
  }
  return MB_OK;
}

int engine_start(char message[MESSAGE_LENGTH]) {
  pid_t here = getpid();
  int status;
  if (started_in == here) return MB_OK;
  if (started_in != 0) {
    snprintf(message, MESSAGE_LENGTH,
             "The engine was started in process %ld and cannot be used in process %ld, which was forked from it. "
             "Use a PSOCK cluster, or make the first call inside the worker.", (long)started_in, (long)here);
    return FORKED_PROCESS;
  }
  status = load(message);
  if (status == MB_OK) started_in = here;
  return status;
}
