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
	"sync/atomic"
	"time"

	"github.com/gomlx/go-xla/installer"
)

// Limits on the parts of a download, beside the limit on the whole.
var (
	connectLimit = 5 * time.Second
	stallLimit   = 20 * time.Second // without a byte
)

// installTransport is replaced in tests.
var installTransport = func(t http.RoundTripper) http.RoundTripper { return t }

// download runs one of go-xla's installers under the limits, and calls progress, which may be nil, with the number of
// bytes that have come. Where it fails, nothing is left running, and the error says why without the addresses around it.
//
// The installers set no limits of their own and use http.DefaultClient, which is therefore replaced meanwhile.
func download(parent context.Context, limit time.Duration, progress func(bytes int64), install func() error) (err error) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DialContext = (&net.Dialer{Timeout: connectLimit}).DialContext
	transport.TLSHandshakeTimeout = connectLimit
	ctx, cancel := context.WithTimeout(parent, limit)
	defer cancel()
	network := &bounded{ctx: ctx, next: installTransport(transport), progress: progress}

	client, wait := http.DefaultClient, installer.InstallationFileLockTimeout
	defer func() { http.DefaultClient, installer.InstallationFileLockTimeout = client, wait }()
	http.DefaultClient = &http.Client{Transport: network}
	installer.InstallationFileLockTimeout = limit
	silently(func() { err = caught(install) })
	switch request := (*url.Error)(nil); {
	case err == nil:
		return nil
	case parent.Err() != nil:
		return parent.Err()
	case network.stalled.Load():
		return fmt.Errorf("the network stood still for %s", stallLimit)
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return fmt.Errorf("the download did not end within %s", limit)
	case errors.As(err, &request):
		return request.Err
	}
	return err
}

// bounded ends requests with the context, takes only answers with status 200, and ends what stalls.
type bounded struct {
	ctx      context.Context
	next     http.RoundTripper
	progress func(bytes int64)
	bytes    atomic.Int64
	stalled  atomic.Bool
}

func (b *bounded) RoundTrip(request *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancel(b.ctx)
	timer := time.AfterFunc(stallLimit, func() {
		b.stalled.Store(true)
		cancel()
	})
	response, err := b.next.RoundTrip(request.WithContext(ctx))
	if err != nil {
		timer.Stop()
		cancel()
		return nil, err
	}
	if response.StatusCode != http.StatusOK && response.StatusCode/100 != 3 { // the client follows redirects
		timer.Stop()
		response.Body.Close()
		cancel()
		return nil, fmt.Errorf("the server answered %s", response.Status)
	}
	timer.Reset(stallLimit)
	response.Body = &stalling{ReadCloser: response.Body, network: b, timer: timer, cancel: cancel}
	return response, nil
}

// stalling ends the request when a body gives nothing for stallLimit.
type stalling struct {
	io.ReadCloser
	network *bounded
	timer   *time.Timer
	cancel  context.CancelFunc
}

func (s *stalling) Read(p []byte) (int, error) {
	n, err := s.ReadCloser.Read(p)
	if n > 0 {
		s.timer.Reset(stallLimit)
		if all := s.network.bytes.Add(int64(n)); s.network.progress != nil {
			s.network.progress(all)
		}
	}
	return n, err
}

func (s *stalling) Close() error {
	s.timer.Stop()
	s.cancel()
	return s.ReadCloser.Close()
}
