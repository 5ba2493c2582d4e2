package device

import (
	"os"
	"runtime"
	"strings"
	"sync"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/gobackend"
)

const goName = gobackend.BackendName

// unlimited lets the Go backend start all ready operations at once; its matrix products still use one goroutine per
// core. The backend's own limit, twice the number of cores, deadlocks (compute v0.1.4): operations run as workers of
// one pool, where a large matrix product waits for free workers. If that many products are ready at the same time, as
// in the gradient of a convolution, each holds a place and waits for another.
const unlimited = "parallelism=-1"

// OpenGo opens GoMLX's Go backend, whatever GOMLX_BACKEND says. It is for tests, and for programs too small for XLA.
func OpenGo(o Options) (*Device, error) {
	return noticing(o.withDefaults(), func(o Options) (*Device, error) { return openGo("", o) })
}

// openGo opens the Go backend with the options in GOMLX_BACKEND.
func openGo(config string, o Options) (*Device, error) {
	if !strings.Contains(config, "parallelism=") {
		config = strings.TrimPrefix(config+","+unlimited, ",")
	}
	var b compute.Backend
	var err error
	silently(func() { // gobackend.New reports the setting on standard output
		b, err = guard(func() (compute.Backend, error) { return gobackend.New(config) })
	})
	if err != nil {
		return nil, err
	}
	if !simd && runtime.GOARCH == "amd64" {
		simdNotice.Do(func() {
			notice(o, "this binary has no SIMD, and training takes about twice as long on its Go backend; build with GOEXPERIMENT=simd go build ...")
		})
	}
	return &Device{Backend: b, Name: goName, SIMD: simd}, nil
}

// simdNotice keeps a program that opens several devices from repeating itself.
var simdNotice sync.Once

// silently runs f with standard output closed off, for libraries that print there and would break a program's JSON.
func silently(f func()) {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		f()
		return
	}
	stdout := os.Stdout
	os.Stdout = null
	defer func() {
		os.Stdout = stdout
		null.Close()
	}()
	f()
}
