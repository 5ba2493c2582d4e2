//go:build cgo && !noxla && linux && (amd64 || arm64)

#include "table.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "_cgo_export.h"

static void* const* tables[PLUGINS];  // the plugins' own

typedef void* (*function)(void* args);

static void* call(int number, int index, void* args) { return ((function)tables[number][index])(args); }

// failed tells whether a call returned an error, and frees it.
static int failed(int number, void* error) {
  if (!error) return 0;
  struct error_destroy_args args = {.struct_size = sizeof args, .error = error};
  call(number, ERROR_DESTROY, &args);
  return 1;
}

// A plugin's compiler is told nothing that would tell it which table it was called from, so every number has one of its own.
#define COMPILER(n) \
  static void* compile##n(void* args) { return progcacheCompile(n, args); }
COMPILER(0) COMPILER(1) COMPILER(2) COMPILER(3) COMPILER(4) COMPILER(5) COMPILER(6) COMPILER(7)
static const function compilers[PLUGINS] = {compile0, compile1, compile2, compile3, compile4, compile5, compile6, compile7};

void** open_plugin(const char* path, int number, const char** why) {
  void* library = dlopen(path, RTLD_LAZY | RTLD_LOCAL);
  if (!library) {
    *why = dlerror();
    return NULL;
  }
  void* const* (*get)(void) = (void* const* (*)(void))dlsym(library, "GetPjrtApi");
  void* const* table = get ? get() : NULL;
  if (!table) {
    *why = "it has no table of functions";
    return NULL;
  }
  size_t size = (size_t)table[TABLE_SIZE];
  if (((const struct version*)&table[TABLE_VERSION])->major != 0 || size < (EXECUTABLE_DESERIALIZE_AND_LOAD + 1) * sizeof(void*) ||
      !table[EXECUTABLE_SERIALIZE] || !table[EXECUTABLE_DESERIALIZE_AND_LOAD] || !table[LOADED_EXECUTABLE_GET_EXECUTABLE]) {
    *why = "its version cannot keep programs";
    return NULL;
  }
  void** copy = malloc(size);
  if (!copy) {
    *why = "there is no memory";
    return NULL;
  }
  memcpy(copy, table, size);
  copy[CLIENT_COMPILE] = (void*)compilers[number];
  tables[number] = table;
  return copy;
}

void* plugin_compile(int number, struct compile_args* args) { return call(number, CLIENT_COMPILE, args); }

void* plugin_load(int number, void* client, const char* bytes, size_t size) {
  struct load_args args = {.struct_size = sizeof args, .client = client, .bytes = bytes, .size = size};
  return failed(number, call(number, EXECUTABLE_DESERIALIZE_AND_LOAD, &args)) ? NULL : args.loaded;
}

int plugin_serialize(int number, void* loaded, struct serialize_args* args) {
  struct get_executable_args get = {.struct_size = sizeof get, .loaded = loaded};
  if (failed(number, call(number, LOADED_EXECUTABLE_GET_EXECUTABLE, &get))) return 0;
  memset(args, 0, sizeof *args);
  args->struct_size = sizeof *args;
  args->executable = get.executable;
  int done = !failed(number, call(number, EXECUTABLE_SERIALIZE, args));
  struct executable_destroy_args destroy = {.struct_size = sizeof destroy, .executable = get.executable};
  failed(number, call(number, EXECUTABLE_DESTROY, &destroy));
  return done;
}

void plugin_serialize_free(struct serialize_args* args) {
  if (args->free) args->free(args->owner);
}

const char* plugin_text(int number, int index, void* client, size_t* size) {
  struct text_args args = {.struct_size = sizeof args, .client = client};
  if (failed(number, call(number, index, &args))) return NULL;
  *size = args.text_size;
  return args.text;
}

size_t plugin_devices(int number, void* client) {
  struct devices_args args = {.struct_size = sizeof args, .client = client};
  return failed(number, call(number, CLIENT_ADDRESSABLE_DEVICES, &args)) ? 0 : args.count;
}
