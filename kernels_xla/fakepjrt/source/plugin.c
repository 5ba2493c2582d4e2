// A stand-in for an XLA plugin. It opens, takes any StableHLO program, keeps its text, and "runs" it by returning zeros of
// the types that the program's main function promises. It computes nothing: it shows that programs lower, not what
// they give.
//
// It is built with
//
//   cc -shared -fPIC -I <go-xla>/pjrt plugin.c -o pjrt_c_api_cpu_plugin.so
//
// and reads its settings from the environment when a client is created:
//
//   STANDIN_API       version of the PJRT API that the plugin claims to be of, as 0.60; that of its header if not set
//   STANDIN_FAIL      if set, there is no device: the plugin loads, but no client can be created
//   STANDIN_DEVICES   number of devices, 1 if not set
//   STANDIN_PROGRAMS  folder that gets the text of every compiled program, 00001.mlir and so on; none is kept if not set
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pjrt_c_api.h"

#define MAX_DEVICES 64
#define MAX_RANK 16

// Every call takes a struct of arguments and results, and returns an error or NULL.
#define CALL(name, type) static PJRT_Error* name(type##_Args* args)

// ---- Errors and events. Everything is done when a call returns, so that events hold nothing.

struct PJRT_Error { char message[256]; };
struct PJRT_Event { char nothing; };

static PJRT_Error* failed(const char* message) {
  PJRT_Error* error = calloc(1, sizeof *error);
  snprintf(error->message, sizeof error->message, "stand-in: %s", message);
  return error;
}

static void ErrorDestroy(PJRT_Error_Destroy_Args* args) { free(args->error); }

static void ErrorMessage(PJRT_Error_Message_Args* args) {
  args->message = args->error->message;
  args->message_size = strlen(args->error->message);
}

CALL(ErrorCode, PJRT_Error_GetCode) {
  args->code = PJRT_Error_Code_INTERNAL;
  return NULL;
}

static PJRT_Event* done(void) { return calloc(1, sizeof(PJRT_Event)); }

CALL(EventDestroy, PJRT_Event_Destroy) {
  free(args->event);
  return NULL;
}

CALL(EventAwait, PJRT_Event_Await) { return NULL; }

// ---- The plugin, its client and its devices.

struct PJRT_DeviceDescription { int id; char name[32]; };
struct PJRT_Device { PJRT_DeviceDescription description; };
struct PJRT_Client {
  PJRT_Device device[MAX_DEVICES];
  PJRT_Device* devices[MAX_DEVICES];
  size_t count;
  char* programs;  // folder for their texts, or NULL
};

CALL(PluginInitialize, PJRT_Plugin_Initialize) { return NULL; }

CALL(PluginAttributes, PJRT_Plugin_Attributes) {
  args->num_attributes = 0;
  return NULL;
}

CALL(ClientCreate, PJRT_Client_Create) {
  if (getenv("STANDIN_FAIL")) return failed("no device found");
  PJRT_Client* client = calloc(1, sizeof *client);
  const char* devices = getenv("STANDIN_DEVICES");
  client->count = devices && *devices ? (size_t)atoi(devices) : 1;
  if (client->count < 1 || client->count > MAX_DEVICES) {
    free(client);
    return failed("STANDIN_DEVICES is not a number of devices");
  }
  for (size_t i = 0; i < client->count; i++) {
    PJRT_DeviceDescription* d = &client->device[i].description;
    d->id = (int)i;
    snprintf(d->name, sizeof d->name, "stand-in device %d", d->id);
    client->devices[i] = &client->device[i];
  }
  const char* programs = getenv("STANDIN_PROGRAMS");
  client->programs = programs && *programs ? strdup(programs) : NULL;
  args->client = client;
  return NULL;
}

// A client stays: buffers and programs may outlive it.
CALL(ClientDestroy, PJRT_Client_Destroy) { return NULL; }

CALL(PlatformName, PJRT_Client_PlatformName) {
  args->platform_name = "stand-in";
  args->platform_name_size = 8;
  return NULL;
}

CALL(PlatformVersion, PJRT_Client_PlatformVersion) {
  args->platform_version = "0";
  args->platform_version_size = 1;
  return NULL;
}

CALL(ProcessIndex, PJRT_Client_ProcessIndex) {
  args->process_index = 0;
  return NULL;
}

CALL(Devices, PJRT_Client_Devices) {
  args->devices = args->client->devices;
  args->num_devices = args->client->count;
  return NULL;
}

CALL(AddressableDevices, PJRT_Client_AddressableDevices) {
  args->addressable_devices = args->client->devices;
  args->num_addressable_devices = args->client->count;
  return NULL;
}

CALL(DefaultDeviceAssignment, PJRT_Client_DefaultDeviceAssignment) {
  for (size_t i = 0; i < args->default_assignment_size; i++) args->default_assignment[i] = (int)i;
  return NULL;
}

CALL(DeviceDescription, PJRT_Device_GetDescription) {
  args->device_description = &args->device->description;
  return NULL;
}

CALL(DescriptionString, PJRT_DeviceDescription_DebugString) {
  args->debug_string = args->device_description->name;
  args->debug_string_size = strlen(args->device_description->name);
  return NULL;
}

CALL(DescriptionProcess, PJRT_DeviceDescription_ProcessIndex) {
  args->process_index = 0;
  return NULL;
}

CALL(DeviceAddressable, PJRT_Device_IsAddressable) {
  args->is_addressable = true;
  return NULL;
}

CALL(DeviceHardware, PJRT_Device_LocalHardwareId) {
  args->local_hardware_id = args->device->description.id;
  return NULL;
}

// ---- Buffers.

typedef struct {
  PJRT_Buffer_Type element;
  int64_t dims[MAX_RANK];
  size_t rank;
} Type;

struct PJRT_Buffer {
  Type type;
  size_t size;  // bytes
  void* data;
  bool owned;   // data is the buffer's own
  void (*release)(void* data, void* arg);
  void* release_arg;
  PJRT_Device* device;
};

static const struct { const char* name; PJRT_Buffer_Type element; size_t bytes; } elements[] = {
    {"i1", PJRT_Buffer_Type_PRED, 1},    {"i8", PJRT_Buffer_Type_S8, 1},     {"i16", PJRT_Buffer_Type_S16, 2},
    {"i32", PJRT_Buffer_Type_S32, 4},    {"i64", PJRT_Buffer_Type_S64, 8},   {"ui8", PJRT_Buffer_Type_U8, 1},
    {"ui16", PJRT_Buffer_Type_U16, 2},   {"ui32", PJRT_Buffer_Type_U32, 4},  {"ui64", PJRT_Buffer_Type_U64, 8},
    {"f16", PJRT_Buffer_Type_F16, 2},    {"bf16", PJRT_Buffer_Type_BF16, 2}, {"f32", PJRT_Buffer_Type_F32, 4},
    {"f64", PJRT_Buffer_Type_F64, 8},    {"complex<f32>", PJRT_Buffer_Type_C64, 8},
    {"complex<f64>", PJRT_Buffer_Type_C128, 16},
};
static const size_t element_count = sizeof elements / sizeof *elements;

static bool type_of(Type* type, PJRT_Buffer_Type element, const int64_t* dims, size_t rank) {
  if (rank > MAX_RANK) return false;
  type->element = element;
  type->rank = rank;
  if (rank > 0) memcpy(type->dims, dims, rank * sizeof *dims);
  return true;
}

static size_t bytes_of(const Type* type) {
  size_t bytes = 8;
  for (size_t i = 0; i < element_count; i++)
    if (elements[i].element == type->element) bytes = elements[i].bytes;
  for (size_t i = 0; i < type->rank; i++) bytes *= (size_t)type->dims[i];
  return bytes;
}

// new_buffer is full of zeros.
static PJRT_Buffer* new_buffer(const Type* type, PJRT_Device* device) {
  PJRT_Buffer* buffer = calloc(1, sizeof *buffer);
  buffer->type = *type;
  buffer->size = bytes_of(type);
  buffer->data = calloc(1, buffer->size + 1);
  buffer->owned = true;
  buffer->device = device;
  return buffer;
}

CALL(BufferFromHost, PJRT_Client_BufferFromHostBuffer) {
  Type type;
  if (!type_of(&type, args->type, args->dims, args->num_dims)) return failed("a buffer of too many axes");
  args->buffer = new_buffer(&type, args->device);
  memcpy(args->buffer->data, args->data, args->buffer->size);
  args->done_with_host_buffer = done();
  return NULL;
}

CALL(BufferView, PJRT_Client_CreateViewOfDeviceBuffer) {
  Type type;
  if (!type_of(&type, args->element_type, args->dims, args->num_dims)) return failed("a buffer of too many axes");
  PJRT_Buffer* buffer = calloc(1, sizeof *buffer);
  buffer->type = type;
  buffer->size = bytes_of(&type);
  buffer->data = args->device_buffer_ptr;
  buffer->release = args->on_delete_callback;
  buffer->release_arg = args->on_delete_callback_arg;
  buffer->device = args->device;
  args->buffer = buffer;
  return NULL;
}

CALL(BufferDestroy, PJRT_Buffer_Destroy) {
  PJRT_Buffer* buffer = args->buffer;
  if (buffer->owned) free(buffer->data);
  else if (buffer->release) buffer->release(buffer->data, buffer->release_arg);
  free(buffer);
  return NULL;
}

CALL(BufferElementType, PJRT_Buffer_ElementType) {
  args->type = args->buffer->type.element;
  return NULL;
}

CALL(BufferDimensions, PJRT_Buffer_Dimensions) {
  args->dims = args->buffer->type.dims;
  args->num_dims = args->buffer->type.rank;
  return NULL;
}

CALL(BufferDevice, PJRT_Buffer_Device) {
  args->device = args->buffer->device;
  return NULL;
}

CALL(BufferToHost, PJRT_Buffer_ToHostBuffer) {
  if (!args->dst) {
    args->dst_size = args->src->size;
    return NULL;
  }
  if (args->dst_size < args->src->size) return failed("the host's buffer is too small");
  memcpy(args->dst, args->src->data, args->src->size);
  args->event = done();
  return NULL;
}

CALL(BufferPointer, PJRT_Buffer_UnsafePointer) {
  args->buffer_pointer = (uintptr_t)args->buffer->data;
  return NULL;
}

CALL(BufferCopy, PJRT_Buffer_CopyToDevice) {
  args->dst_buffer = new_buffer(&args->buffer->type, args->dst_device);
  memcpy(args->dst_buffer->data, args->buffer->data, args->buffer->size);
  return NULL;
}

// ---- Programs.

struct PJRT_LoadedExecutable {
  PJRT_Client* client;
  Type* outputs;
  size_t count;
};
struct PJRT_Executable { PJRT_LoadedExecutable* loaded; };

// parse reads a type such as 2x3xf32 from [from, to).
static bool parse(const char* from, const char* to, Type* type) {
  type->rank = 0;
  while (from < to && *from >= '0' && *from <= '9') {
    if (type->rank == MAX_RANK) return false;
    type->dims[type->rank++] = strtoll(from, (char**)&from, 10);
    if (from < to && *from == 'x') from++;
  }
  for (size_t i = 0; i < element_count; i++) {
    if (strlen(elements[i].name) == (size_t)(to - from) && !strncmp(elements[i].name, from, (size_t)(to - from))) {
      type->element = elements[i].element;
      return true;
    }
  }
  return false;
}

// outputs reads the types of the results of @main, which stand between the arrow and the brace of its body.
static PJRT_Error* outputs(const char* program, PJRT_LoadedExecutable* loaded) {
  const char* at = strstr(program, "@main(");
  if (!at) return failed("the program has no function main");
  int depth = 0;
  for (at += strlen("@main"); *at; at++) {
    if (*at == '(') depth++;
    if (*at == ')' && --depth == 0) break;
  }
  at = strstr(at, "->");
  if (!at) return failed("main has no results");
  depth = 0;
  size_t room = 0;
  for (at += 2; *at && !(*at == '{' && depth == 0); at++) {
    if (*at == '(') depth++;
    if (*at == ')') depth--;
    if (strncmp(at, "tensor<", 7)) continue;
    const char* end = at + 7;
    for (int open = 1; *end; end++) {
      if (*end == '<') open++;
      if (*end == '>' && --open == 0) break;
    }
    if (loaded->count == room) loaded->outputs = realloc(loaded->outputs, (room = 2 * room + 16) * sizeof(Type));
    if (!parse(at + 7, end, &loaded->outputs[loaded->count])) return failed("a result of main has a type that is not known");
    loaded->count++;
    at = end;
  }
  return NULL;
}

static PJRT_Error* keep(PJRT_Client* client, const char* program) {
  static int compiled = 0;
  char path[1024];
  snprintf(path, sizeof path, "%s/%05d.mlir", client->programs, __sync_add_and_fetch(&compiled, 1));
  FILE* file = fopen(path, "w");
  if (!file) return failed("the folder for programs cannot be written");
  fputs(program, file);
  return fclose(file) ? failed("a program could not be written") : NULL;
}

CALL(Compile, PJRT_Client_Compile) {
  char* program = strndup(args->program->code, args->program->code_size);
  PJRT_LoadedExecutable* loaded = calloc(1, sizeof *loaded);
  loaded->client = args->client;
  PJRT_Error* error = outputs(program, loaded);
  if (!error && args->client->programs) error = keep(args->client, program);
  free(program);
  args->executable = loaded;
  return error;
}

// Programs stay: an executable may outlive the loaded one.
CALL(LoadedDestroy, PJRT_LoadedExecutable_Destroy) { return NULL; }

CALL(LoadedGetExecutable, PJRT_LoadedExecutable_GetExecutable) {
  args->executable = calloc(1, sizeof *args->executable);
  args->executable->loaded = args->loaded_executable;
  return NULL;
}

CALL(ExecutableDestroy, PJRT_Executable_Destroy) {
  free(args->executable);
  return NULL;
}

CALL(ExecutableName, PJRT_Executable_Name) {
  args->executable_name = "stand-in";
  args->executable_name_size = 8;
  return NULL;
}

CALL(ExecutableNumOutputs, PJRT_Executable_NumOutputs) {
  args->num_outputs = args->executable->loaded->count;
  return NULL;
}

CALL(ExecutableMemory, PJRT_Executable_GetCompiledMemoryStats) { return NULL; }

CALL(Execute, PJRT_LoadedExecutable_Execute) {
  PJRT_LoadedExecutable* loaded = args->executable;
  for (size_t d = 0; d < args->num_devices; d++) {
    PJRT_Device* device = args->execute_device ? args->execute_device : loaded->client->devices[d % loaded->client->count];
    for (size_t i = 0; i < loaded->count; i++) args->output_lists[d][i] = new_buffer(&loaded->outputs[i], device);
    if (args->device_complete_events) args->device_complete_events[d] = done();
  }
  return NULL;
}

static PJRT_Api api;

__attribute__((visibility("default"))) const PJRT_Api* GetPjrtApi(void) {
  api.struct_size = PJRT_Api_STRUCT_SIZE;
  api.pjrt_api_version.struct_size = PJRT_Api_Version_STRUCT_SIZE;
  api.pjrt_api_version.major_version = PJRT_API_MAJOR;
  api.pjrt_api_version.minor_version = PJRT_API_MINOR;
  const char* version = getenv("STANDIN_API");
  if (version) sscanf(version, "%d.%d", &api.pjrt_api_version.major_version, &api.pjrt_api_version.minor_version);

  api.PJRT_Error_Destroy = ErrorDestroy;
  api.PJRT_Error_Message = ErrorMessage;
  api.PJRT_Error_GetCode = ErrorCode;
  api.PJRT_Event_Destroy = EventDestroy;
  api.PJRT_Event_Await = EventAwait;

  api.PJRT_Plugin_Initialize = PluginInitialize;
  api.PJRT_Plugin_Attributes = PluginAttributes;
  api.PJRT_Client_Create = ClientCreate;
  api.PJRT_Client_Destroy = ClientDestroy;
  api.PJRT_Client_PlatformName = PlatformName;
  api.PJRT_Client_PlatformVersion = PlatformVersion;
  api.PJRT_Client_ProcessIndex = ProcessIndex;
  api.PJRT_Client_Devices = Devices;
  api.PJRT_Client_AddressableDevices = AddressableDevices;
  api.PJRT_Client_DefaultDeviceAssignment = DefaultDeviceAssignment;
  api.PJRT_Device_GetDescription = DeviceDescription;
  api.PJRT_DeviceDescription_DebugString = DescriptionString;
  api.PJRT_DeviceDescription_ProcessIndex = DescriptionProcess;
  api.PJRT_Device_IsAddressable = DeviceAddressable;
  api.PJRT_Device_LocalHardwareId = DeviceHardware;

  api.PJRT_Client_BufferFromHostBuffer = BufferFromHost;
  api.PJRT_Client_CreateViewOfDeviceBuffer = BufferView;
  api.PJRT_Buffer_Destroy = BufferDestroy;
  api.PJRT_Buffer_ElementType = BufferElementType;
  api.PJRT_Buffer_Dimensions = BufferDimensions;
  api.PJRT_Buffer_Device = BufferDevice;
  api.PJRT_Buffer_ToHostBuffer = BufferToHost;
  api.PJRT_Buffer_UnsafePointer = BufferPointer;
  api.PJRT_Buffer_CopyToDevice = BufferCopy;

  api.PJRT_Client_Compile = Compile;
  api.PJRT_LoadedExecutable_Destroy = LoadedDestroy;
  api.PJRT_LoadedExecutable_GetExecutable = LoadedGetExecutable;
  api.PJRT_Executable_Destroy = ExecutableDestroy;
  api.PJRT_Executable_Name = ExecutableName;
  api.PJRT_Executable_NumOutputs = ExecutableNumOutputs;
  api.PJRT_Executable_GetCompiledMemoryStats = ExecutableMemory;
  api.PJRT_LoadedExecutable_Execute = Execute;
  return &api;
}
