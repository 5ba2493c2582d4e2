package onnx

import (
	"os"
	"path/filepath"
	"runtime"
)

// LibraryEnv is the environment variable that names the file of ONNX Runtime's library.
const LibraryEnv = "ONNXRUNTIME_SHARED_LIBRARY_PATH"

// Library returns the file of ONNX Runtime's library: the one that LibraryEnv names, or else the one in
// compute-onnx's folder. It is "" if there is none.
func Library() string {
	if path := os.Getenv(LibraryEnv); path != "" {
		if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
			return ""
		}
		return path
	}
	path := Place()
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return ""
	}
	return path
}

// Place returns the path where the library is expected without LibraryEnv, and where to put it.
func Place() string {
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	switch runtime.GOOS {
	case "darwin":
		return filepath.Join(home, "Library", "Application Support", "onnxruntime", "libonnxruntime.dylib")
	case "windows":
		return filepath.Join(home, "AppData", "Local", "onnxruntime", "onnxruntime.dll")
	}
	return filepath.Join(home, ".local", "lib", "onnxruntime", "libonnxruntime.so")
}
