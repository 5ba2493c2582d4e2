// Package device opens the GoMLX backend that programs run on, in a way that can be foretold, and says what it found.
//
// [Open] decides in this order.
//
//  1. GOMLX_BACKEND, if set and not empty: exactly that backend, or an error that says what is missing.
//     Values are "go", "onnx", "xla", "xla:cpu", "xla:cuda", "xla:/path/of/plugin.so", with options after a comma:
//     those of go-xla, and devices=N.
//  2. XLA on a GPU, if there is an NVIDIA device and the CUDA plugin is installed.
//  3. XLA on the CPU, if the CPU plugin is installed.
//  4. XLA on the CPU after installing the plugin, which takes at most 20 seconds, or does not happen: off when
//     GOMLX_NO_AUTO_INSTALL is set. A failed attempt is remembered for an hour, so that a machine without network pays
//     for it once.
//  5. ONNX Runtime on the CPU, if its library is at hand: ONNXRUNTIME_SHARED_LIBRARY_PATH names it, or it is
//     ~/.local/lib/onnxruntime/libonnxruntime.so; see package onnx. It is never downloaded.
//  6. GoMLX's Go backend, with a one-line notice why. It runs the same programs, more slowly.
//
// # Plugins
//
// A plugin is a shared library with XLA inside, named pjrt_c_api_NAME_plugin.so, in one of the folders of
// PJRT_PLUGIN_LIBRARY_PATH or else in go-xla's and the system's folders for libraries. One that cannot be used is
// passed over, with its reason kept for [Survey], which reports everything above without downloading.
//
// It speaks PJRT's API in a version 0.minor, of which go-xla checks nothing. Plugins from 0.76 on have every function that
// go-xla calls; an older one is refused before it is used, for it could end the process. Plugins of 0.106 and 0.115 are
// tested. A newer one is taken if it compiles and runs a small program; another major version is refused.
//
// # Installing
//
// [Install] installs a plugin when asked to, from the network or from a file carried to a machine without one. Whatever
// the source, it is fetched into a staging folder beside the plugins, checked, and moved into place, so that a plugin that
// was there before stays until the new one works. The sources of the CPU's plugin are, in this order, go-xla's releases
// and two packages of PyPI, which pip downloads. That of CUDA's is JAX's package on PyPI with the libraries of NVIDIA's
// packages, laid out so that the plugin finds them without LD_LIBRARY_PATH. Packages are pinned by version and SHA-256,
// and are for Linux on amd64. The check reads the library (its processor, that it is whole, the function that plugins have),
// then starts it and runs a small program, in a process of its own if the program called [ServeInspection].
//
// # Devices
//
// XLA's CPU plugin opens with any number of devices, all of them on the same cores: they are there to train on several
// devices without having several. [Open] has it open with as many as [Options.Devices] says, or GOMLX_BACKEND, as in
// xla:cpu,devices=N, with N at most 256; else with one. Left alone it opens with 4, whatever the number of cores, and
// steps on one of them take longer, for it has at least as many threads as devices. What XLA_FLAGS says with
// --xla_force_host_platform_device_count it does not read. A GPU's devices are the GPUs that there are.
//
// # Programs
//
// What XLA compiles for the CPU is kept on disk for the next process; see package progcache, and HGN_NO_PROGRAM_CACHE there.
//
// A binary built without cgo, with the tag noxla, or for a platform that go-xla does not know, has the Go backend only.
package device
