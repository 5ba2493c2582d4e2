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
	"github.com/gomlx/go-xla/pjrt"
)

// installCPU downloads and installs XLA's CPU plugin and returns its path. It returns within the limit of the options,
// and leaves nothing running. A failure is remembered: see remember.go.
func installCPU(o Options) (path string, err error) {
	if _, off := os.LookupEnv(xla.NoAutoInstallEnv); off || o.InstallTimeout < 0 {
		return "", errors.New("the CPU plugin is not installed and installing is turned off")
	}
	if folders, set := os.LookupEnv(pluginPathEnv); set {
		return "", fmt.Errorf("there is no CPU plugin in $%s=%s", pluginPathEnv, folders)
	}
	lib, err := installer.DefaultHomeLibPath()
	if err != nil {
		return "", err
	}
	if err := remembered(time.Now()); err != nil {
		return "", err
	}
	notice(o, "installing XLA's CPU plugin %s, once (at most %s; set %s=1 to go without)", pjrt.DefaultCPUVersion, o.InstallTimeout, xla.NoAutoInstallEnv)

	folder := filepath.Join(lib, "go-xla")
	// No cache: go-xla would keep, and use again, whatever a captive portal answered.
	if err := download(context.Background(), o.InstallTimeout, nil, func() error { return installer.CPUAutoInstall(folder, false, installer.Quiet) }); err != nil {
		err = fmt.Errorf("the CPU plugin could not be installed: %s", oneLine(err))
		remember(err, time.Now())
		return "", err
	}
	forget()
	found := matching(candidates([]string{folder}), "cpu", wantedVersion)
	if len(found) == 0 {
		return "", fmt.Errorf("the installer left no CPU plugin in %s", folder)
	}
	return found[0].Path, nil
}
