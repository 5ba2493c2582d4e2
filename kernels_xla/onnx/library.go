package onnx

import (
	"os"
	"path/filepath"
	"runtime"
)

// LibraryEnv names the file of ONNX Runtime's library.
const LibraryEnv = "ONNXRUNTIME_SHARED_LIBRARY_PATH"

// Library is the file of ONNX Runtime's library: the one that LibraryEnv names, or else that of compute-onnx's folder. It is
// "" where there is none.
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

// Place is where the library is looked for without LibraryEnv, and where it is to be put.
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
