//go:build cgo && !noxla && linux && amd64

package device

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// fetchLibrary takes the plugin out of a wheel.
func fetchLibrary(ctx context.Context, w wheel, staging string, progress func(bytes, total int64)) (fetched, error) {
	library := filepath.Join(staging, filepath.Base(w.library))
	err := fetchWheel(ctx, w, staging, func(bytes int64) { progress(bytes, w.bytes()) }, func(entry *zip.File) string {
		if entry.Name == w.library {
			return library
		}
		return ""
	})
	return fetched{library: library}, err
}

// fetchCUDA fills lib/nvidia with the CUDA plugin and NVIDIA's libraries. It works wheel by wheel, so that at most
// one wheel lies on the disk beside the unpacked files.
func fetchCUDA(ctx context.Context, lib string, progress func(bytes, total int64)) error {
	tree := filepath.Join(lib, "nvidia")
	all := append([]wheel{cudaWheel}, nvidiaWheels...)
	var done, total int64
	for _, w := range all {
		total += w.bytes()
	}
	for _, w := range all {
		err := fetchWheel(ctx, w, lib, func(bytes int64) { progress(done+bytes, total) }, func(entry *zip.File) string {
			switch {
			case entry.Name == w.library:
				return filepath.Join(tree, "pjrt_c_api_cuda_plugin.so")
			case w.library == "" && strings.HasPrefix(entry.Name, "nvidia/") && filepath.IsLocal(entry.Name):
				return filepath.Join(lib, filepath.FromSlash(entry.Name))
			}
			return ""
		})
		if err != nil {
			return err
		}
		done += w.bytes()
	}
	return nil
}

// fetchWheel has pip download a wheel into a folder, checks it against its pinned SHA-256, and unpacks the entries
// for which to returns a path. It fails if there is none. It removes the wheel itself.
func fetchWheel(ctx context.Context, w wheel, folder string, progress func(bytes int64), to func(entry *zip.File) string) error {
	temporary, err := os.MkdirTemp(folder, "wheel-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temporary)
	file, err := pipDownload(ctx, w, temporary, progress)
	if err != nil {
		return err
	}
	if sum, err := sha256Of(file); err != nil {
		return err
	} else if sum != w.sha256 {
		return fmt.Errorf("%s has the SHA-256 %s…, not %s… as pinned", filepath.Base(file), sum[:12], w.sha256[:12])
	}
	archive, err := zip.OpenReader(file)
	if err != nil {
		return fmt.Errorf("%s is damaged: %w", filepath.Base(file), err)
	}
	defer archive.Close()
	unpacked := 0
	for _, entry := range archive.File {
		path := to(entry)
		if path == "" || strings.HasSuffix(entry.Name, "/") {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := errors.Join(os.RemoveAll(path), errors.Join(saveEntry(entry, path))); err != nil {
			return fmt.Errorf("unpacking %s: %w", filepath.Base(file), err)
		}
		unpacked++
	}
	if unpacked == 0 {
		return fmt.Errorf("%s holds none of the libraries that it should", filepath.Base(file))
	}
	return nil
}

func sha256Of(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
