//go:build cgo && !noxla && ((linux && (amd64 || arm64)) || (darwin && arm64) || (windows && amd64))

package device

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/gomlx/go-xla/compute/xla"
	"github.com/gomlx/go-xla/installer"
	"github.com/gomlx/go-xla/pjrt"
)

// Limits on the parts of a download, beside the limit on the whole.
const (
	connectLimit = 5 * time.Second
	stallLimit   = 20 * time.Second // without a byte
)

// installCPU downloads and installs XLA's CPU plugin and returns its path. It returns within the limit of the options,
// and leaves nothing running. A failure is remembered: see remember.go.
//
// go-xla's installer sets no limits and uses http.DefaultClient, which is therefore replaced while it runs.
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
	if err := download(folder, o.InstallTimeout); err != nil {
		err = fmt.Errorf("the CPU plugin could not be installed: %s", oneLine(cause(err, o.InstallTimeout)))
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

// cause is what went wrong in a download, without the addresses around it.
func cause(err error, limit time.Duration) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("the download did not end within %s", limit)
	}
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("the download stood still for %s", stallLimit)
	}
	if request := (*url.Error)(nil); errors.As(err, &request) {
		return request.Err
	}
	return err
}

// download runs go-xla's installer under the limits.
func download(folder string, limit time.Duration) (err error) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DialContext = (&net.Dialer{Timeout: connectLimit}).DialContext
	transport.TLSHandshakeTimeout = connectLimit
	transport.ResponseHeaderTimeout = stallLimit
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()

	client, wait := http.DefaultClient, installer.InstallationFileLockTimeout
	defer func() { http.DefaultClient, installer.InstallationFileLockTimeout = client, wait }()
	http.DefaultClient = &http.Client{Transport: &bounded{ctx: ctx, next: installTransport(transport)}}
	installer.InstallationFileLockTimeout = limit
	// No cache: go-xla would keep, and use again, whatever a captive portal answered.
	silently(func() { err = installer.CPUAutoInstall(folder, false, installer.Quiet) })
	return err
}

// installTransport is replaced in tests.
var installTransport = func(t http.RoundTripper) http.RoundTripper { return t }

// bounded ends requests with the context, takes only answers with status 200, and ends a body that stalls.
type bounded struct {
	ctx  context.Context
	next http.RoundTripper
}

func (b *bounded) RoundTrip(request *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancel(b.ctx)
	response, err := b.next.RoundTrip(request.WithContext(ctx))
	if err != nil {
		cancel()
		return nil, err
	}
	if response.StatusCode != http.StatusOK && response.StatusCode/100 != 3 { // the client follows redirects
		response.Body.Close()
		cancel()
		return nil, fmt.Errorf("the server answered %s", response.Status)
	}
	response.Body = &stalling{ReadCloser: response.Body, timer: time.AfterFunc(stallLimit, cancel), cancel: cancel}
	return response, nil
}

// stalling cancels the request when a body gives nothing for stallLimit.
type stalling struct {
	io.ReadCloser
	timer  *time.Timer
	cancel context.CancelFunc
}

func (s *stalling) Read(p []byte) (int, error) {
	n, err := s.ReadCloser.Read(p)
	if n > 0 {
		s.timer.Reset(stallLimit)
	}
	return n, err
}

func (s *stalling) Close() error {
	s.timer.Stop()
	s.cancel()
	return s.ReadCloser.Close()
}
