package device

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"time"
)

// Installation says what [Install] installs, from where, and for how long it may try.
type Installation struct {
	Plugin   string                   // "cpu" or "cuda"
	Version  string                   // version of the CUDA plugin, which is JAX's, as "0.8.0"; "" is the pinned one
	From     string                   // a file carried by hand: the plugin, or the archive or wheel in which it is published; "" downloads it
	Limit    time.Duration            // limit on the whole; 0 means 10 minutes for the CPU's and an hour for CUDA's
	Progress func(bytes, total int64) // called while bytes arrive; total is approximate, and 0 if unknown; may be nil
}

// Install installs an XLA plugin where [Open] looks for it, and returns its path. It replaces an existing plugin at
// the end, when the new one is whole and has compiled and run a small program.
//
// The CPU's plugin comes from go-xla's releases or, if these do not begin to answer within 5 seconds, from a package
// of PyPI that pip downloads; CUDA's comes from PyPI, with NVIDIA's libraries, about 2.5 GB. What pip downloads is
// pinned by version and SHA-256. A download ends within the limit, and when the context does. Install replaces
// http.DefaultClient meanwhile.
//
// An error that the caller can mend, such as a file that is no plugin, has a method BadInput.
func Install(ctx context.Context, i Installation) (path string, err error) {
	switch {
	case i.Plugin != "cpu" && i.Plugin != "cuda":
		return "", &inputError{fmt.Errorf("there is no XLA plugin %q to install: choose cpu or cuda", i.Plugin)}
	case installXLA == nil:
		return "", &inputError{fmt.Errorf("this binary was built without XLA (no cgo, the tag noxla, or a platform that XLA is not built for)")}
	}
	if i.Version != "" && (i.Plugin != "cuda" || i.From != "") {
		return "", &inputError{fmt.Errorf("only of the CUDA plugin from the network can a version be chosen")}
	}
	if folders, set := os.LookupEnv(pluginPathEnv); set {
		return "", &inputError{fmt.Errorf("%s=%s is where plugins are looked for, and it is yours to fill: copy the plugin there, or unset it", pluginPathEnv, folders)}
	}
	if i.Plugin == "cuda" && i.From == "" && runtime.GOOS+"/"+runtime.GOARCH != "linux/amd64" {
		return "", &inputError{fmt.Errorf("XLA's CUDA plugin is for Linux on amd64 only, this is %s/%s", runtime.GOOS, runtime.GOARCH)}
	}
	if i.Limit == 0 {
		i.Limit = 10 * time.Minute
		if i.Plugin == "cuda" {
			i.Limit = time.Hour
		}
	}
	return installXLA(ctx, i)
}

// installXLA is nil if XLA is not compiled in.
var installXLA func(ctx context.Context, i Installation) (path string, err error)
