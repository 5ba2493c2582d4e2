package nbexec

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// environ returns this process's environment with the variables that services and desktop launchers omit: a HOME,
// without which the go command has no cache, and absolute folders for temporary files, since go runs in other folders
// than this process.
func environ() []string {
	env := os.Environ()
	if home := HomeDir(); home != "" {
		env = append(env, "HOME="+home)
	}
	for _, name := range []string{"TMPDIR", "GOTMPDIR"} {
		if dir := os.Getenv(name); dir != "" && !filepath.IsAbs(dir) {
			if dir, err := filepath.Abs(dir); err == nil {
				env = append(env, name+"="+dir)
			}
		}
	}
	return env
}

// HomeDir returns the absolute path of the user's home folder, from HOME or else from the system's list of users, or "" if
// neither has one.
func HomeDir() string {
	if home, err := os.UserHomeDir(); err == nil && filepath.IsAbs(home) {
		return home
	}
	if me, err := user.Current(); err == nil && filepath.IsAbs(me.HomeDir) {
		return me.HomeDir
	}
	return ""
}

// goSettings returns the settings of the go command, from the environment, from `go env -w`, or the defaults. Without
// a go command it returns only those in the environment.
func goSettings() map[string]string {
	names := []string{"GOROOT", "GOPATH", "GOCACHE", "GOMODCACHE", "GOFLAGS", "GOEXPERIMENT"}
	settings := map[string]string{}
	for _, name := range names {
		settings[name] = os.Getenv(name)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, "go", append([]string{"env", "-json"}, names...)...)
	cmd.Env = append(environ(), "GOTOOLCHAIN=local", "GOWORK=off") // the user's own go, not the version that a go.mod asks for
	if out, err := cmd.Output(); err == nil {
		json.Unmarshal(out, &settings)
	}
	return settings
}

// goFolder returns the folder of the user's go command. It prefers a folder that holds nothing but Go's own programs,
// so that it hides no other program when it comes first in a PATH.
func goFolder(settings map[string]string) (string, error) {
	if bin := filepath.Join(settings["GOROOT"], "bin"); executable(filepath.Join(bin, "go")) {
		return bin, nil
	}
	path, err := exec.LookPath("go")
	if err != nil {
		return "", errNoGo
	}
	path, err = filepath.Abs(path)
	return filepath.Dir(path), err
}

var errNoGo = errors.New("the go command is not on the PATH; install Go from https://go.dev/dl")

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// withoutSymbols leaves out of a cell's program what only debuggers read. Linking is most of what a cell waits for, and takes half
// the time without.
const withoutSymbols = "-ldflags=-s"

// goFlags adapts the user's GOFLAGS: a workspace refuses -mod and -modfile, and -tags may be given only once.
func goFlags(user string, noXLA bool) string {
	var flags, tags []string
	link := withoutSymbols
	for _, flag := range splitFlags(user) {
		name := strings.TrimLeft(strings.Trim(flag, `'"`), "-")
		if value, ok := strings.CutPrefix(name, "tags="); ok {
			tags = append(tags, strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ' ' })...)
		} else if !strings.HasPrefix(name, "mod=") && !strings.HasPrefix(name, "modfile=") {
			flags = append(flags, flag)
			if strings.HasPrefix(name, "ldflags=") {
				link = ""
			}
		}
	}
	if link != "" {
		flags = append(flags, link)
	}
	if noXLA && !slices.Contains(tags, "noxla") {
		tags = append(tags, "noxla")
	}
	if len(tags) > 0 {
		flags = append(flags, "-tags="+strings.Join(tags, ","))
	}
	return strings.Join(flags, " ")
}

// splitFlags splits at white space outside of quotes; the quotes stay.
func splitFlags(flags string) []string {
	var quote rune
	return strings.FieldsFunc(flags, func(r rune) bool {
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '\'' || r == '"':
			quote = r
		default:
			return r == ' ' || r == '\t' || r == '\n' || r == '\r'
		}
		return false
	})
}
