// A stand-in for an XLA plugin: it opens with one device, and can do nothing else. Tests build it with
//   cc -shared -fPIC -I <go-xla>/pjrt plugin.c -o pjrt_c_api_cpu_plugin.so
// With STANDIN_FAIL set in the environment the plugin loads, but its client cannot be created.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pjrt_c_api.h"

struct PJRT_Error { const char* message; };
struct PJRT_DeviceDescription { int id; };
struct PJRT_Device { struct PJRT_DeviceDescription description; };
struct PJRT_Client { struct PJRT_Device device; struct PJRT_Device* devices[1]; };

static PJRT_Error refused = {"stand-in: no device found"};

static void ErrorDestroy(PJRT_Error_Destroy_Args* args) {}
static void ErrorMessage(PJRT_Error_Message_Args* args) {
  args->message = args->error->message;
  args->message_size = strlen(args->error->message);
}
static PJRT_Error* ErrorCode(PJRT_Error_GetCode_Args* args) {
  args->code = PJRT_Error_Code_INTERNAL;
  return NULL;
}

static PJRT_Error* PluginInitialize(PJRT_Plugin_Initialize_Args* args) { return NULL; }
static PJRT_Error* PluginAttributes(PJRT_Plugin_Attributes_Args* args) {
  args->num_attributes = 0;
  return NULL;
}

static PJRT_Error* ClientCreate(PJRT_Client_Create_Args* args) {
  if (getenv("STANDIN_FAIL")) return &refused;
  struct PJRT_Client* client = calloc(1, sizeof *client);
  client->devices[0] = &client->device;
  args->client = client;
  return NULL;
}
static PJRT_Error* ClientDestroy(PJRT_Client_Destroy_Args* args) {
  free(args->client);
  return NULL;
}
static PJRT_Error* PlatformName(PJRT_Client_PlatformName_Args* args) {
  args->platform_name = "stand-in";
  args->platform_name_size = 8;
  return NULL;
}
static PJRT_Error* PlatformVersion(PJRT_Client_PlatformVersion_Args* args) {
  args->platform_version = "0";
  args->platform_version_size = 1;
  return NULL;
}
static PJRT_Error* ProcessIndex(PJRT_Client_ProcessIndex_Args* args) {
  args->process_index = 0;
  return NULL;
}
static PJRT_Error* Devices(PJRT_Client_Devices_Args* args) {
  args->devices = args->client->devices;
  args->num_devices = 1;
  return NULL;
}
static PJRT_Error* AddressableDevices(PJRT_Client_AddressableDevices_Args* args) {
  args->addressable_devices = args->client->devices;
  args->num_addressable_devices = 1;
  return NULL;
}
static PJRT_Error* DeviceDescription(PJRT_Device_GetDescription_Args* args) {
  args->device_description = &args->device->description;
  return NULL;
}
static PJRT_Error* DescriptionString(PJRT_DeviceDescription_DebugString_Args* args) {
  args->debug_string = "stand-in device";
  args->debug_string_size = 15;
  return NULL;
}
static PJRT_Error* DescriptionProcess(PJRT_DeviceDescription_ProcessIndex_Args* args) {
  args->process_index = 0;
  return NULL;
}
static PJRT_Error* DeviceAddressable(PJRT_Device_IsAddressable_Args* args) {
  args->is_addressable = true;
  return NULL;
}
static PJRT_Error* DeviceHardware(PJRT_Device_LocalHardwareId_Args* args) {
  args->local_hardware_id = 0;
  return NULL;
}

static PJRT_Api api;

__attribute__((visibility("default"))) const PJRT_Api* GetPjrtApi(void) {
  api.struct_size = PJRT_Api_STRUCT_SIZE;
  api.pjrt_api_version.struct_size = PJRT_Api_Version_STRUCT_SIZE;
  api.pjrt_api_version.major_version = PJRT_API_MAJOR;
  api.pjrt_api_version.minor_version = PJRT_API_MINOR;
  api.PJRT_Error_Destroy = ErrorDestroy;
  api.PJRT_Error_Message = ErrorMessage;
  api.PJRT_Error_GetCode = ErrorCode;
  api.PJRT_Plugin_Initialize = PluginInitialize;
  api.PJRT_Plugin_Attributes = PluginAttributes;
  api.PJRT_Client_Create = ClientCreate;
  api.PJRT_Client_Destroy = ClientDestroy;
  api.PJRT_Client_PlatformName = PlatformName;
  api.PJRT_Client_PlatformVersion = PlatformVersion;
  api.PJRT_Client_ProcessIndex = ProcessIndex;
  api.PJRT_Client_Devices = Devices;
  api.PJRT_Client_AddressableDevices = AddressableDevices;
  api.PJRT_Device_GetDescription = DeviceDescription;
  api.PJRT_Device_IsAddressable = DeviceAddressable;
  api.PJRT_Device_LocalHardwareId = DeviceHardware;
  api.PJRT_DeviceDescription_DebugString = DescriptionString;
  api.PJRT_DeviceDescription_ProcessIndex = DescriptionProcess;
  return &api;
}
