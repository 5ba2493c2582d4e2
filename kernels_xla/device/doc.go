// Package device opens the GoMLX backend that programs run on, by fixed rules, and reports what it found.
//
// [Open] decides in this order.
//
//  1. GOMLX_BACKEND, if set and not empty: exactly that backend, or an error that says what is missing.
//     Values are "go", "onnx", "xla", "xla:cpu", "xla:cuda", "xla:/path/of/plugin.so", with options after a comma:
//     those of go-xla, and devices=N.
//  2. XLA on a GPU, if there is an NVIDIA device and the CUDA plugin is installed.
//  3. XLA on the CPU, if the CPU plugin is installed.
//  4. XLA on the CPU after installing the plugin, which takes at most 20 seconds. GOMLX_NO_AUTO_INSTALL turns the
//     installation off. A failed attempt is remembered for an hour, so that a machine without network pays for it once.
//  5. ONNX Runtime on the CPU, if its library is installed: ONNXRUNTIME_SHARED_LIBRARY_PATH names it, or it is
//     ~/.local/lib/onnxruntime/libonnxruntime.so; see package onnx. It is never downloaded.
//  6. GoMLX's Go backend, with a one-line notice why. It runs the same programs, more slowly.
//
// # Plugins
//
// A plugin is a shared library with XLA inside, named pjrt_c_api_NAME_plugin.so, in one of the folders of
// PJRT_PLUGIN_LIBRARY_PATH or else in go-xla's and the system's folders for libraries. Open passes over a plugin that
// cannot be used and keeps the reason for [Survey], which reports everything above without downloading.
//
// A plugin speaks PJRT's API in a version 0.minor, which go-xla does not check. Plugins from 0.76 on have every
// function that go-xla calls; Open refuses an older one before it is used, since it could end the process. Plugins of
// 0.106 and 0.115 are tested. Open takes a newer one if it compiles and runs a small program, and refuses another
// major version.
//
// # Installing
//
// [Install] installs a plugin on request, from the network or from a file carried to a machine without one. Whatever
// the source, it fetches the plugin into a staging folder beside the plugins, checks it, and moves it into place, so
// that an earlier plugin stays until the new one works. The CPU's plugin comes, in this order, from go-xla's releases
// and from two packages of PyPI, which pip downloads. CUDA's comes from JAX's package on PyPI with the libraries of
// NVIDIA's packages, laid out so that the plugin finds them without LD_LIBRARY_PATH. Packages are pinned by version
// and SHA-256, and are for Linux on amd64. The check reads the library (its processor, that it is whole, the function
// that plugins have), then starts it and runs a small program, in a separate process if the program called
// [ServeInspection].
//
// # Devices
//
// XLA's CPU plugin opens with any number of devices, all on the same cores: they let a program train on several
// devices on a machine that has only one. [Open] opens it with as many devices as [Options.Devices] says, or
// GOMLX_BACKEND, as in xla:cpu,devices=N, with N at most 256; else with one. Left alone the plugin opens with 4,
// whatever the number of cores, and steps on one of them take longer, since it has at least as many threads as
// devices. The plugin ignores --xla_force_host_platform_device_count in XLA_FLAGS. A GPU plugin has one device for
// each GPU.
//
// # Programs
//
// Programs that XLA compiles for the CPU are kept on disk for the next process; see package progcache, and
// HGN_NO_PROGRAM_CACHE there.
//
// A binary built without cgo, with the tag noxla, or for a platform that go-xla does not know, has no XLA backend.
package device
