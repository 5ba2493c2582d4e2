package device

import (
	"bufio"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

// pluginPathEnv is the environment variable that lists the folders to search instead of the usual ones; go-xla reads
// it too.
const pluginPathEnv = "PJRT_PLUGIN_LIBRARY_PATH"

// Plugin is a file that is named like an XLA plugin.
type Plugin struct {
	Name    string `json:"name"` // "cpu", "cpu_v0.114.0", "cuda", ...
	Path    string `json:"path"`
	Version string `json:"version,omitempty"` // "v0.114.0", if the name of the file tells it, or the name of the file that it links to
	Error   string `json:"error,omitempty"`   // why it cannot be used; empty if it can
	API     string `json:"api,omitempty"`     // the version of its PJRT API, as "0.115"
	Match   string `json:"match,omitempty"`   // whether this binary works with that version: "fine", "too old", "too new", or "untested" for a newer one that works
	Devices int    `json:"devices,omitempty"` // number of devices that it opens with if no other is asked for
}

var pluginName = regexp.MustCompile(`^(?:pjrt_c_api_(.+)_plugin|pjrt[-_]plugin[-_](.+))\.(?:so|dylib|dll)$`)

// nameOf returns the plugin's name in its file's name, or "" if the file is not named like a plugin.
func nameOf(path string) string {
	m := pluginName.FindStringSubmatch(filepath.Base(path))
	if m == nil {
		return ""
	}
	return m[1] + m[2]
}

// kind returns the plugin's name without its version: "cpu" for "cpu_v0.114.0".
func kind(name string) string {
	base, _, _ := strings.Cut(name, "_v")
	return base
}

// version returns the version in the name of a plugin's file, or in that of the file to which it links.
func version(path string) string {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	if _, number, found := strings.Cut(nameOf(path), "_v"); found {
		return "v" + number
	}
	return ""
}

// otherNames maps the names of plugins in Python packages, without the extension, to kinds.
var otherNames = map[string]string{"xla_cuda_plugin": "cuda", "libpjrt_cpu": "cpu"}

// deviceKind returns the kind of a plugin by its file's name, or "" if the name does not tell.
func deviceKind(file string) string {
	base := filepath.Base(file)
	if name := nameOf(base); name != "" {
		return kind(name)
	}
	return otherNames[strings.TrimSuffix(base, filepath.Ext(base))]
}

// deviceName returns the Device.Name for a plugin file.
func deviceName(path string) string {
	if kind := deviceKind(path); kind != "" {
		return "xla:" + kind
	}
	return "xla:" + strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
}

// candidates lists the plugin files in the folders, in order, and only the first of each name. It loads nothing.
func candidates(folders []string) []Plugin {
	var found []Plugin
	for _, folder := range folders {
		entries, err := os.ReadDir(folder) // sorted by name
		if err != nil {
			continue
		}
		for _, e := range entries {
			name := nameOf(e.Name())
			if name == "" || slices.ContainsFunc(found, func(p Plugin) bool { return p.Name == name }) {
				continue
			}
			found = append(found, Plugin{Name: name, Path: filepath.Join(folder, e.Name())})
		}
	}
	return found
}

// matching lists the plugins that answer to a name, the best first: the plugin of exactly that name, then the version
// for which this binary was made, then the others in reverse alphabetical order.
func matching(all []Plugin, name, version string) []Plugin {
	var found []Plugin
	for _, p := range all {
		if p.Name == name || kind(p.Name) == name {
			found = append(found, p)
		}
	}
	rank := func(p Plugin) int {
		switch p.Name {
		case name:
			return 0
		case name + "_" + version:
			return 1
		}
		return 2
	}
	slices.SortStableFunc(found, func(a, b Plugin) int {
		if d := rank(a) - rank(b); d != 0 {
			return d
		}
		return strings.Compare(b.Name, a.Name)
	})
	return found
}

// pluginFolders returns the folders to search: those of PJRT_PLUGIN_LIBRARY_PATH if it is set; else go-xla's own,
// then the system's. It also lists folders that do not exist.
func pluginFolders() []string {
	if paths, set := os.LookupEnv(pluginPathEnv); set {
		return present(filepath.SplitList(paths))
	}
	var folders []string
	if home, err := os.UserHomeDir(); err == nil {
		switch runtime.GOOS {
		case "darwin":
			home = filepath.Join(home, "Library", "Application Support")
		case "windows":
			home = filepath.Join(home, "AppData", "Local")
		default:
			home = filepath.Join(home, ".local", "lib")
		}
		folders = append(folders, filepath.Join(home, "go-xla"), filepath.Join(home, "go-xla", "nvidia"), filepath.Join(home, "gomlx", "pjrt"))
	}
	if runtime.GOOS != "windows" {
		folders = append(folders, "/usr/local/lib/go-xla", "/usr/local/lib/go-xla/nvidia", "/usr/local/lib/gomlx/pjrt")
		folders = append(folders, filepath.SplitList(os.Getenv("LD_LIBRARY_PATH"))...)
	}
	if runtime.GOOS == "linux" {
		folders = append(folders, loaderFolders("/etc/ld.so.conf", 3)...)
	}
	return present(folders)
}

// present drops repetitions and entries that cannot be searched (empty and relative ones).
func present(folders []string) []string {
	var kept []string
	for _, f := range folders {
		if filepath.IsAbs(f) && !slices.Contains(kept, f) {
			kept = append(kept, f)
		}
	}
	return kept
}

// loaderFolders reads the folders in the dynamic loader's configuration, following includes to the given depth.
func loaderFolders(file string, depth int) []string {
	f, err := os.Open(file)
	if err != nil || depth == 0 {
		return nil
	}
	defer f.Close()
	var folders []string
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line, _, _ := strings.Cut(lines.Text(), "#")
		words := strings.Fields(line)
		switch {
		case len(words) > 1 && words[0] == "include":
			for _, pattern := range words[1:] {
				included, _ := filepath.Glob(pattern)
				for _, file := range included {
					folders = append(folders, loaderFolders(file, depth-1)...)
				}
			}
		case len(words) > 0:
			folders = append(folders, words[0])
		}
	}
	return folders
}
