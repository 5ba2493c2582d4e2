//go:build cgo && !noxla && ((linux && (amd64 || arm64)) || (darwin && arm64) || (windows && amd64))

package device

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gomlx/go-xla/compute/xla"
	"github.com/gomlx/go-xla/installer"
)

func init() { installXLA = installPlugin }

// installPlugin does the work of Install.
func installPlugin(ctx context.Context, i Installation) (path string, err error) {
	lib, err := installer.DefaultHomeLibPath()
	if err != nil {
		return "", &inputError{fmt.Errorf("XLA's plugin is kept in the home folder, and it is not known where that is: set HOME (%w)", err)}
	}
	folder := filepath.Join(lib, "go-xla")
	if i.Plugin == "cuda" {
		folder = filepath.Join(folder, "nvidia")
	}
	switch {
	case i.From != "":
		path, err = obtainFrom(ctx, fromFile(i.From), i.Plugin, folder, nil)
	case i.Plugin == "cuda" && !hasGPU():
		err = &inputError{errNoGPU}
	case i.Plugin == "cuda":
		path, err = obtain(ctx, i, cudaSources(i.Version), folder)
	default:
		path, err = obtain(ctx, i, cpuSources(), folder)
	}
	if err == nil {
		forget()
	}
	return path, err
}

// installCPU installs XLA's CPU plugin for a program that finds none, and returns its path. It returns within the
// limit of the options, and leaves nothing running. It remembers a failure; see remember.go.
func installCPU(o Options) (path string, err error) {
	if _, off := os.LookupEnv(xla.NoAutoInstallEnv); off || o.InstallTimeout < 0 {
		return "", errors.New("the CPU plugin is not installed and installing is turned off")
	}
	if folders, set := os.LookupEnv(pluginPathEnv); set {
		return "", fmt.Errorf("there is no CPU plugin in $%s=%s", pluginPathEnv, folders)
	}
	if err := remembered(time.Now()); err != nil {
		return "", err
	}
	notice(o, "installing XLA's CPU plugin, once (at most %s; set %s=1 to go without)", o.InstallTimeout, xla.NoAutoInstallEnv)
	path, err = installPlugin(context.Background(), Installation{Plugin: "cpu", Limit: o.InstallTimeout})
	if err != nil {
		reason := err.Error()
		if nowhere := (*nowhereError)(nil); errors.As(err, &nowhere) {
			reason = nowhere.reasons
		}
		err = fmt.Errorf("the CPU plugin could not be installed within %s, hgn install-xla cpu has longer: %s", o.InstallTimeout, reason)
		remember(err, time.Now())
		return "", &attemptError{err}
	}
	return path, nil
}
