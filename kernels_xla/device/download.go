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

// These limits apply to the parts of a download, besides the limit on the whole.
var (
	connectLimit = 3 * time.Second
	answerLimit  = 5 * time.Second  // until an answer begins
	stallLimit   = 20 * time.Second // without a byte
)

// installTransport changes nothing here; tests replace it.
var installTransport = func(t http.RoundTripper) http.RoundTripper { return t }

// download runs one of go-xla's installers until the context ends, and calls progress with the number of bytes
// received and the total, if known. If it fails, nothing is left running, and the error gives the reason without the
// addresses around it.
//
// The installers set no limits of their own and use http.DefaultClient, so download replaces that client meanwhile.
func download(ctx context.Context, progress func(bytes, total int64), install func() error) (err error) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DialContext = (&net.Dialer{Timeout: connectLimit}).DialContext
	transport.TLSHandshakeTimeout = connectLimit
	network := &bounded{ctx: ctx, next: installTransport(transport), progress: progress}

	client, wait := http.DefaultClient, installer.InstallationFileLockTimeout
	defer func() { http.DefaultClient, installer.InstallationFileLockTimeout = client, wait }()
	http.DefaultClient = &http.Client{Transport: network}
	if deadline, bounded := ctx.Deadline(); bounded {
		installer.InstallationFileLockTimeout = time.Until(deadline)
	}
	silently(func() { err = caught(install) })
	switch request, host, late := (*url.Error)(nil), (*net.DNSError)(nil), network.late.Load(); {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case late != nil:
		return late.(error)
	case errors.As(err, &host):
		return errors.New(host.Err)
	case errors.As(err, &request):
		return request.Err
	}
	return err
}

// bounded ends requests with the context, accepts only answers with status 200, and ends requests that stall.
type bounded struct {
	ctx      context.Context
	next     http.RoundTripper
	progress func(bytes, total int64)
	bytes    atomic.Int64
	late     atomic.Value // the error of the request that waited too long
}

func (b *bounded) RoundTrip(request *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancel(b.ctx)
	timer := time.AfterFunc(answerLimit, func() {
		b.late.Store(fmt.Errorf("no answer came within %s", answerLimit))
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
	timer.Stop()
	timer = time.AfterFunc(stallLimit, func() {
		b.late.Store(fmt.Errorf("the network stood still for %s", stallLimit))
		cancel()
	})
	response.Body = &stalling{ReadCloser: response.Body, network: b, timer: timer, cancel: cancel, total: max(response.ContentLength, 0)}
	return response, nil
}

// stalling ends the request when a body gives nothing for stallLimit.
type stalling struct {
	io.ReadCloser
	network *bounded
	timer   *time.Timer
	cancel  context.CancelFunc
	total   int64 // 0 if it is not known
}

func (s *stalling) Read(p []byte) (int, error) {
	n, err := s.ReadCloser.Read(p)
	if n > 0 {
		s.timer.Reset(stallLimit)
		s.network.progress(s.network.bytes.Add(int64(n)), s.total)
	}
	return n, err
}

func (s *stalling) Close() error {
	s.timer.Stop()
	s.cancel()
	return s.ReadCloser.Close()
}
