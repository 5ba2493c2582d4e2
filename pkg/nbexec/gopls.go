package nbexec

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Gopls provides completion and help in Jupyter. It is a module with many requirements, and a notebook runs without
// it. So it is not a tool of go.mod, but pinned here, by its version and the checksum of its source. Its own go.mod
// pins its requirements, and Go's checksum database checks them.
const (
	goplsModule  = "golang.org/x/tools/gopls"
	GoplsVersion = "v0.23.0"
	goplsSum     = "h1:Dn6mf9WXu9iLnTftDDMb9wV0c6Se7PjzEMqP0LEe08Y="
)

// Gopls returns the path of gopls, and whether it has been built. It has a folder of its own, since only Jupyter's
// kernel uses it.
func (t *Tools) Gopls() (path string, built bool) {
	path = filepath.Join(t.Dir, "gopls-"+GoplsVersion, filepath.Base(t.Path("gopls")))
	return path, executable(path)
}

// BuildGopls downloads and builds gopls unless that has been done. It calls progress with a line before it starts.
func (t *Tools) BuildGopls(ctx context.Context, progress func(string)) error {
	path, built := t.Gopls()
	if built {
		return nil
	}
	progress("downloading and building gopls " + GoplsVersion + " (once)")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("creating gopls's folder: %w", err)
	}
	scratch, err := os.MkdirTemp(t.Dir, "build-*")
	if err != nil {
		return err
	}
	defer removeScratch(scratch)
	env := append(environ(), "GOBIN="+scratch, "GOWORK=off", "GO111MODULE=on", "GOFLAGS=-buildvcs=false", "GOOS=", "GOARCH=")
	download := exec.CommandContext(ctx, "go", "mod", "download", "-json", goplsModule+"@"+GoplsVersion)
	download.Dir, download.Env = scratch, env
	out, err := download.Output()
	var module struct{ Sum, Error string }
	if errors.Is(err, exec.ErrNotFound) {
		return errNoGo
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if decode(out, &module) != nil || module.Error != "" || err != nil {
		return fmt.Errorf("downloading gopls: %s", shorten(lastLines(module.Error, 1), 300))
	}
	if module.Sum != goplsSum {
		return fmt.Errorf("the source of gopls %s has the checksum %s and not %s: it is not the one that was published", GoplsVersion, module.Sum, goplsSum)
	}
	if err := goCommand(ctx, scratch, env, "install", goplsModule+"@"+GoplsVersion); err != nil {
		return fmt.Errorf("building gopls: %w", err)
	}
	return os.Rename(filepath.Join(scratch, filepath.Base(path)), path)
}
