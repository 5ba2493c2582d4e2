//go:build cgo && !noxla && ((linux && (amd64 || arm64)) || (darwin && arm64) || (windows && amd64))

package device

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"hgn.local/kernels_xla/atomicfile"
)

// source is one place that offers a plugin.
type source struct {
	name  string
	fetch func(ctx context.Context, staging string, progress func(bytes, total int64)) (fetched, error)
}

// fetched describes what a source put into the staging folder.
type fetched struct {
	library string // the plugin
	tree    string // the folder that will replace the plugins' folder, if the plugin comes with other libraries; else ""
}

// obtain installs a plugin from the first of the sources that has it, within the limit. Each source but the last may
// take half of the remaining time, so that a slow one leaves some to the next.
func obtain(parent context.Context, i Installation, sources []source, folder string) (string, error) {
	ctx, cancel := context.WithTimeout(parent, i.Limit)
	defer cancel()
	var names, reasons []string // names and errors of the sources that failed
	for n, s := range sources {
		deadline, _ := ctx.Deadline()
		left := time.Until(deadline)
		if left <= 0 {
			break
		}
		if n < len(sources)-1 {
			left /= 2
		}
		share, cancel := context.WithTimeout(ctx, left)
		path, err := obtainFrom(share, s, i.Plugin, folder, i.Progress)
		over := share.Err() != nil
		cancel()
		switch {
		case err == nil:
			return path, nil
		case parent.Err() != nil:
			return "", parent.Err()
		case over:
			err = fmt.Errorf("it did not end within %s", left.Round(100*time.Millisecond))
		}
		names, reasons = append(names, s.name), append(reasons, oneLine(err))
	}
	return "", &nowhereError{i.Plugin, listed(names, reasons)}
}

// nowhereError reports that no source had the plugin.
type nowhereError struct{ plugin, reasons string }

func (e *nowhereError) Error() string {
	return fmt.Sprintf("XLA's %s plugin could not be had (%s); a copy of it is installed with --from FILE", e.plugin, e.reasons)
}

// listed joins the sources that failed, in order, with their reasons, and writes a reason once for neighbours that
// share it.
func listed(names, reasons []string) string {
	var all []string
	for n := range names {
		if last := len(all) - 1; n > 0 && reasons[n] == reasons[n-1] {
			all[last] = strings.TrimSuffix(all[last], ": "+reasons[n]) + " and " + names[n] + ": " + reasons[n]
			continue
		}
		all = append(all, names[n]+": "+reasons[n])
	}
	return strings.Join(all, "; ")
}

// obtainFrom installs a plugin from one source: it fetches it into a staging folder on the same disk, checks it, and
// then moves it into place, so that an earlier plugin stays until the new one is whole and works.
func obtainFrom(ctx context.Context, s source, kindWanted, folder string, progress func(bytes, total int64)) (string, error) {
	if progress == nil {
		progress = func(bytes, total int64) {}
	}
	lib := folder
	if kindWanted == "cuda" {
		lib = filepath.Dir(folder)
	}
	staging, err := stage(lib)
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(staging)
	got, err := s.fetch(ctx, staging, progress)
	if err != nil {
		return "", err
	}
	if err := usable(ctx, got.library, kindWanted); err != nil {
		return "", err
	}
	if err := ctx.Err(); err != nil {
		return "", err
	}
	if got.tree != "" {
		return placeTree(got, folder)
	}
	return place(got.library, kindWanted, folder)
}

// staleAfter is the age at which the staging folder of a killed installation may be removed.
const staleAfter = 3 * time.Hour

// stage makes a staging folder in go-xla's folder, where plugins are installed, and removes those of killed
// installations.
func stage(lib string) (string, error) {
	if err := os.MkdirAll(lib, 0o755); err != nil {
		return "", err
	}
	entries, _ := os.ReadDir(lib)
	for _, e := range entries {
		if info, err := e.Info(); err == nil && strings.HasPrefix(e.Name(), ".installing-") && time.Since(info.ModTime()) > staleAfter {
			os.RemoveAll(filepath.Join(lib, e.Name()))
		}
	}
	return os.MkdirTemp(lib, ".installing-")
}

// place moves a library into the folder and makes it the plugin in use.
func place(library, kindWanted, folder string) (string, error) {
	name := filepath.Base(library)
	extension := filepath.Ext(name)
	plain := "pjrt_c_api_" + kindWanted + "_plugin" + extension
	if kind(nameOf(name)) != kindWanted {
		name = plain
	}
	path := filepath.Join(folder, name)
	os.Chmod(library, 0o755) // has no effect on file systems without permissions
	if err := errors.Join(os.MkdirAll(folder, 0o755), synced(library)); err != nil {
		return "", err
	}
	if err := os.Rename(library, path); err != nil {
		return "", err
	}
	if name == plain {
		return path, nil
	}
	// A name without a version is looked for first; see matching.
	return path, relink(name, filepath.Join(folder, plain))
}

// placeTree replaces the folder by the tree, and restores the folder if that fails.
func placeTree(got fetched, folder string) (path string, err error) {
	within, err := filepath.Rel(got.tree, got.library)
	if err != nil {
		return "", err
	}
	aside := filepath.Join(filepath.Dir(got.tree), "before")
	if err := os.Rename(folder, aside); err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", err
	}
	if err := os.Rename(got.tree, folder); err != nil {
		os.Rename(aside, folder)
		return "", err
	}
	return filepath.Join(folder, within), linkBLAS(folder)
}

// linkBLAS links NVIDIA's BLAS beside go-xla's folder, as go-xla's installer does: libraries other than the plugin
// look for it there.
func linkBLAS(folder string) error {
	lib := filepath.Dir(folder)
	for _, name := range []string{"libcublas.so.13", "libcublasLt.so.13"} {
		if _, err := os.Stat(filepath.Join(folder, "cu13", "lib", name)); err != nil {
			continue
		}
		target := filepath.Join(filepath.Base(lib), filepath.Base(folder), "cu13", "lib", name)
		if err := relink(target, filepath.Join(filepath.Dir(lib), name)); err != nil {
			return err
		}
	}
	return nil
}

// relink makes a symbolic link and replaces any file at its place.
func relink(target, link string) error {
	temporary := fmt.Sprintf("%s.%d", link, os.Getpid())
	if err := os.Symlink(target, temporary); err != nil {
		return err
	}
	return os.Rename(temporary, link)
}

func synced(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(atomicfile.Sync(f), f.Close())
}
