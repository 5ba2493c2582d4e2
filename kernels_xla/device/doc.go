// Package device opens the GoMLX backend that programs run on, in a way that can be foretold, and says what it found.
//
// [Open] decides in this order.
//
//  1. GOMLX_BACKEND, if set and not empty: exactly that backend, or an error that says what is missing.
//     Values are "go", "onnx", "xla", "xla:cpu", "xla:cuda", "xla:/path/of/plugin.so", with go-xla's options after a comma.
//  2. XLA on a GPU, if there is an NVIDIA device and the CUDA plugin is installed.
//  3. XLA on the CPU, if the CPU plugin is installed.
//  4. XLA on the CPU after installing the plugin: a download bounded in time, off when GOMLX_NO_AUTO_INSTALL is set.
//     A failed attempt is remembered for an hour, so that a machine without network pays for it once.
//  5. ONNX Runtime on the CPU, if its library is at hand: ONNXRUNTIME_SHARED_LIBRARY_PATH names it, or it is
//     ~/.local/lib/onnxruntime/libonnxruntime.so; see package onnx. It is never downloaded.
//  6. GoMLX's Go backend, with a one-line notice why. It runs the same programs, more slowly.
//
// A plugin is a shared library with XLA inside, named pjrt_c_api_NAME_plugin.so, in one of the folders of
// PJRT_PLUGIN_LIBRARY_PATH or else in go-xla's and the system's folders for libraries. One that cannot be loaded is
// passed over, with its reason kept for [Survey], which reports everything above without opening or downloading.
//
// What XLA compiles for the CPU is kept on disk for the next process; see package progcache, and HGN_NO_PROGRAM_CACHE there.
//
// [Install] installs a plugin when asked to, from the network or from a file carried to a machine without one.
//
// A binary built without cgo, with the tag noxla, or for a platform that go-xla does not know, has the Go backend only.
//
// Reading order: device.go, open.go, gobackend.go, xla.go, plugins.go; install.go, download.go and remember.go; installation.go,
// installplugin.go and carried.go, which is what [Install] does; survey.go.
package device
