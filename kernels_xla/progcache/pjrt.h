// The few parts of the PJRT C API, the interface of XLA's plugins, that the cache touches. PJRT only ever appends to its
// structs and to its table of functions, so that these beginnings hold for every later version of the same major version.
#ifndef HGN_PROGCACHE_PJRT_H
#define HGN_PROGCACHE_PJRT_H

#include <stddef.h>
#include <stdint.h>

// Where functions stand in the table, counted in pointers from its start.
enum {
  TABLE_SIZE = 0,     // not a function: the table's size in bytes
  TABLE_VERSION = 2,  // not a function: the start of struct version
  ERROR_DESTROY = 5,
  CLIENT_PLATFORM_NAME = 17,
  CLIENT_PLATFORM_VERSION = 19,
  CLIENT_ADDRESSABLE_DEVICES = 21,
  CLIENT_COMPILE = 25,
  EXECUTABLE_DESTROY = 45,
  EXECUTABLE_SERIALIZE = 54,
  LOADED_EXECUTABLE_GET_EXECUTABLE = 56,
  EXECUTABLE_DESERIALIZE_AND_LOAD = 61,
};

struct version {
  size_t struct_size;
  void* extension;
  int major, minor;
};

struct error_destroy_args {
  size_t struct_size;
  void* extension;
  void* error;
};

struct text_args {  // of CLIENT_PLATFORM_NAME and CLIENT_PLATFORM_VERSION
  size_t struct_size;
  void* extension;
  void* client;
  const char* text;  // out
  size_t text_size;  // out
};

struct devices_args {
  size_t struct_size;
  void* extension;
  void* client;
  void* const* devices;  // out
  size_t count;          // out
};

struct program {
  size_t struct_size;
  void* extension;
  char* code;
  size_t code_size;
  const char* format;
  size_t format_size;
};

struct compile_args {
  size_t struct_size;
  void* extension;
  void* client;
  const struct program* program;
  const char* options;
  size_t options_size;
  void* loaded;  // out
};

struct get_executable_args {
  size_t struct_size;
  void* extension;
  void* loaded;
  void* executable;  // out
};

struct executable_destroy_args {
  size_t struct_size;
  void* extension;
  void* executable;
};

struct serialize_args {
  size_t struct_size;
  void* extension;
  void* executable;
  const char* bytes;      // out
  size_t size;            // out
  void* owner;            // out
  void (*free)(void*);    // out
};

struct load_args {
  size_t struct_size;
  void* extension;
  void* client;
  const char* bytes;
  size_t size;
  void* loaded;  // out
  const char* options;
  size_t options_size;
};

#endif
