package nbexec

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// CacheVariable names the environment variable that moves the cache folder.
const CacheVariable = "HGN_CACHE"

// toolPackages lists the programs that run notebooks, and their modules, whose versions go.mod pins.
var toolPackages = []struct{ name, pkg, module string }{
	{"gonb", "github.com/janpfeifer/gonb", "github.com/janpfeifer/gonb"},
	{"goimports", "golang.org/x/tools/cmd/goimports", "golang.org/x/tools"},
}

// Tools is a folder that holds gonb and goimports, built from the checkout's go.mod.
type Tools struct {
	Dir      string
	Versions map[string]string // program -> version of its module
}

// FindTools says where the tools of this checkout belong. The folder's name contains every version that matters, so
// that an upgrade builds anew and older kernels keep working. Missing tells whether they have been built.
func FindTools(root *Root) (*Tools, error) {
	cache, err := cacheDir()
	if err != nil {
		return nil, err
	}
	tools := &Tools{Versions: map[string]string{}}
	name, _, _ := strings.Cut(runtime.Version(), " ") // without the experiments
	name, _, _ = strings.Cut(name, "-X")
	for _, t := range toolPackages {
		v, err := root.version(t.module)
		if err != nil {
			return nil, err
		}
		tools.Versions[t.name] = v
		name += "_" + t.name + "-" + v
	}
	tools.Dir = filepath.Join(cache, "tools", strings.Map(plain, name))
	return tools, nil
}

// Missing lists the programs that are not built yet.
func (t *Tools) Missing() []string {
	var missing []string
	for _, p := range toolPackages {
		if info, err := os.Stat(t.Path(p.name)); err != nil || info.Mode()&0o111 == 0 {
			missing = append(missing, p.name)
		}
	}
	return missing
}

// Path returns the path of a program.
func (t *Tools) Path(name string) string {
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(t.Dir, name)
}

// Build builds the missing programs. It calls progress with a line before each one. Two builds at once do no harm.
func (t *Tools) Build(ctx context.Context, root *Root, progress func(string)) error {
	missing := t.Missing()
	if len(missing) == 0 {
		return nil
	}
	if err := os.MkdirAll(t.Dir, 0o755); err != nil {
		return fmt.Errorf("creating the tools' folder: %w", err)
	}
	for _, p := range toolPackages {
		if _, err := os.Stat(t.Path(p.name)); err == nil {
			continue
		}
		progress(fmt.Sprintf("building %s %s (once)", p.name, t.Versions[p.name]))
		scratch, err := os.MkdirTemp(t.Dir, "build-*")
		if err != nil {
			return err
		}
		defer os.RemoveAll(scratch)
		fresh := filepath.Join(scratch, filepath.Base(t.Path(p.name)))
		if err := goCommand(ctx, root.Dir, environ(), "build", "-mod=readonly", "-o", fresh, p.pkg); err != nil {
			return fmt.Errorf("building %s: %w", p.name, err)
		}
		if err := os.Rename(fresh, t.Path(p.name)); err != nil {
			return err
		}
	}
	return nil
}

// goCommand runs the go command in dir. Its error contains the last lines that go wrote.
func goCommand(ctx context.Context, dir string, env []string, args ...string) error {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir, cmd.Env = dir, env
	var out strings.Builder
	cmd.Stderr = &out
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // it removes its temporary files
	cmd.WaitDelay = 5 * time.Second
	err := cmd.Run()
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, exec.ErrNotFound):
		return errNoGo
	}
	if said := lastLines(withoutNoise(out.String()), 5); said != "" {
		return fmt.Errorf("go %s: %s", args[0], said)
	}
	return fmt.Errorf("go %s: %w", args[0], err)
}

func cacheDir() (string, error) {
	if dir := os.Getenv(CacheVariable); dir != "" {
		return filepath.Abs(dir)
	}
	dir, err := os.UserCacheDir()
	if home := HomeDir(); home != "" && (err != nil && os.Getenv("HOME") == "" || err == nil && !filepath.IsAbs(dir)) {
		dir, err = filepath.Join(home, ".cache"), nil
	}
	if err != nil {
		return "", fmt.Errorf("no cache folder (set %s to a folder of your own): %w", CacheVariable, err)
	}
	return filepath.Join(dir, "hgn"), nil
}

// plain keeps the characters that are safe in a file name on every system.
func plain(r rune) rune {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune("._-", r):
		return r
	}
	return '-'
}

// lastLines returns the last n non-empty lines of s on one line.
func lastLines(s string, n int) string {
	var lines []string
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines[max(0, len(lines)-n):], "; ")
}
