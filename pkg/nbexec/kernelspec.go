package nbexec

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"hgn.local/kernels_xla/atomicfile"
)

// SpecName and SpecTitle name the kernelspec; a GoNB kernel ("gonb") of the user may exist beside it.
const (
	SpecName  = "gonb-hgn"
	SpecTitle = "Go (HGN)"
)

// kernelSpec is Jupyter's kernel.json.
type kernelSpec struct {
	Argv          []string          `json:"argv"`
	DisplayName   string            `json:"display_name"`
	Language      string            `json:"language"`
	InterruptMode string            `json:"interrupt_mode"`
	Env           map[string]string `json:"env"`
	Metadata      map[string]string `json:"metadata"`
}

// SpecStatus describes the installed kernelspec.
type SpecStatus struct {
	Name      string `json:"name"`
	Path      string `json:"path"` // its folder, even if it does not exist
	Installed bool   `json:"installed"`
	Root      string `json:"root,omitempty"`    // the checkout whose code it runs
	Usable    bool   `json:"usable"`            // its programs and its checkout exist
	Problem   string `json:"problem,omitempty"` // the reason if it is not usable
}

// launch starts GoNB for the checkout that contains the notebook, or else for the one that installed the kernelspec.
// Jupyter starts a kernel in the notebook's folder. $0 is the connection file, $1 gonb, $2 the checkout, $3 the
// module path, $4 the home folder if HOME is unset. It ignores a TMPDIR that is relative or not writable. GoNB logs
// much that a cell shows as well, so only fatal messages reach Jupyter's terminal.
const launch = `export HOME="${HOME:-$4}"; ` +
	`case "${TMPDIR-}" in /*) [ -w "$TMPDIR" ] || unset TMPDIR;; *) unset TMPDIR;; esac; ` +
	`mod=$(go env GOMOD); root=$(dirname "$mod"); ` +
	`grep -qsE "^module +$3\$" "$mod" || root=$2; ` +
	`exec "$1" --kernel "$0" -go_work="$root" -logtostderr=false -log_file=/dev/null -stderrthreshold=FATAL`

// Install writes the kernelspec of this environment into the user's Jupyter data folder and returns its status.
func (e *Environment) Install() (SpecStatus, error) {
	dir, err := specDir()
	if err != nil {
		return SpecStatus{}, err
	}
	settings := e.goSettings()
	goDir, err := goFolder(settings)
	if err != nil {
		return SpecStatus{}, err
	}
	spec := kernelSpec{
		Argv:          []string{"/bin/sh", "-c", launch, "{connection_file}", e.Tools.Path("gonb"), e.Root.Dir, modulePath(), HomeDir()},
		DisplayName:   SpecTitle,
		Language:      "go",
		InterruptMode: "message",
		Env:           e.Variables(),
		Metadata:      map[string]string{"root": e.Root.Dir, "gonb": e.Tools.Path("gonb")},
	}
	// The program that starts Jupyter may know less than this process: a desktop's launcher, VS Code and JupyterHub
	// have another PATH, and no variables of a shell. Jupyter fills in ${PATH}, and the system's folders serve if it
	// has none.
	folders := []string{e.Tools.Dir, goDir, "${PATH}", "/usr/local/bin", "/usr/bin", "/bin"}
	if gopls, built := e.Tools.Gopls(); built {
		folders = slices.Insert(folders, 1, filepath.Dir(gopls))
	}
	spec.Env["PATH"] = strings.Join(folders, string(os.PathListSeparator))
	for _, name := range []string{"GOPATH", "GOCACHE", "GOMODCACHE"} {
		if filepath.IsAbs(settings[name]) {
			spec.Env[name] = settings[name]
		}
	}
	for _, name := range []string{"GOROOT", "GOENV", "GOTOOLCHAIN", "CGO_ENABLED", "CC", "CXX", "CGO_CFLAGS", "CGO_LDFLAGS"} {
		if value := os.Getenv(name); value != "" {
			spec.Env[name] = value
		}
	}
	if os.Getenv(CacheVariable) != "" {
		if spec.Env[CacheVariable], err = cacheDir(); err != nil {
			return SpecStatus{}, err
		}
	}
	data, err := json.MarshalIndent(spec, "", "  ")
	if err != nil {
		return SpecStatus{}, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return SpecStatus{}, fmt.Errorf("creating the kernelspec's folder: %w", err)
	}
	if err := atomicfile.WriteFile(filepath.Join(dir, "kernel.json"), append(data, '\n')); err != nil {
		return SpecStatus{}, fmt.Errorf("installing the kernelspec: %w", err)
	}
	return Status()
}

// Status describes the installed kernelspec.
func Status() (SpecStatus, error) {
	dir, err := specDir()
	if err != nil {
		return SpecStatus{}, err
	}
	status := SpecStatus{Name: SpecName, Path: dir}
	spec, err := readSpec(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		status.Problem = "not installed"
		return status, nil
	case errors.Is(err, errNotSpec):
		status.Installed, status.Problem = true, err.Error()
		return status, nil
	case err != nil:
		return status, fmt.Errorf("reading the kernelspec: %w", err)
	}
	status.Installed = true
	status.Root = spec.Metadata["root"]
	switch _, err := os.Stat(spec.Metadata["gonb"]); {
	case err != nil:
		status.Problem = "its gonb program is gone"
	default:
		if _, err := FindRoot(status.Root); err != nil {
			status.Problem = "its checkout is gone"
		}
	}
	status.Usable = status.Problem == ""
	return status, nil
}

var errNotSpec = errors.New("kernel.json is not a kernelspec")

// readSpec reads the kernelspec in a folder.
func readSpec(dir string) (spec kernelSpec, err error) {
	data, err := readAtMost(filepath.Join(dir, "kernel.json"), 1<<20)
	if err != nil {
		return spec, err
	}
	if decode(data, &spec) != nil {
		return spec, errNotSpec
	}
	return spec, nil
}

// Remove deletes the kernelspec. It reports whether there was one.
func Remove() (bool, error) {
	dir, err := specDir()
	if err != nil {
		return false, err
	}
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err := os.RemoveAll(dir); err != nil {
		return false, fmt.Errorf("removing the kernelspec: %w", err)
	}
	return true, nil
}

// specDir returns the kernelspec's folder in the user's Jupyter data folder.
func specDir() (string, error) {
	data := strings.TrimSpace(os.Getenv("JUPYTER_DATA_DIR"))
	if data == "" {
		home := HomeDir()
		if home == "" {
			return "", errors.New("no home folder for the kernelspec: set HOME or JUPYTER_DATA_DIR")
		}
		switch runtime.GOOS {
		case "darwin":
			data = filepath.Join(home, "Library", "Jupyter")
		default:
			data = filepath.Join(home, ".local", "share", "jupyter")
		}
	}
	return filepath.Join(data, "kernels", SpecName), nil
}
