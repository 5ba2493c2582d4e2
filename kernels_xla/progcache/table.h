// Calls of a plugin's functions, for Go.
#ifndef HGN_PROGCACHE_TABLE_H
#define HGN_PROGCACHE_TABLE_H

#include "pjrt.h"

enum { PLUGINS = 8 };  // how many plugins of a process can have a cache

// open_plugin loads a plugin and returns a copy of its table, whose compiler asks the cache of that number first. It
// returns NULL, and why, where the plugin cannot be loaded or its table lacks what the cache needs.
void** open_plugin(const char* path, int number, const char** why);

// plugin_compile is the plugin's own compiler.
void* plugin_compile(int number, struct compile_args* args);

// plugin_load makes a program of its serialised bytes and returns it, or NULL.
void* plugin_load(int number, void* client, const char* bytes, size_t size);

// plugin_serialize sets bytes and size in args and returns 1, or 0. The bytes last until args->free(args->owner).
int plugin_serialize(int number, void* loaded, struct serialize_args* args);
void plugin_serialize_free(struct serialize_args* args);

// plugin_text returns a text that the plugin has about a client, with its length, or NULL.
const char* plugin_text(int number, int function, void* client, size_t* size);
size_t plugin_devices(int number, void* client);

#endif
