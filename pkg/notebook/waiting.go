package notebook

import (
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/janpfeifer/gonb/gonbui/protocol"
)

// afterFailure is the time within which GoNB begins a cell that waited for the one before it. Nobody reads a message and
// runs another cell as fast.
const afterFailure = time.Second

// failure is the file in the kernel's temporary folder that was written when a cell failed.
func failure() string { return filepath.Join(os.Getenv(protocol.GONB_TMP_DIR_ENV), "hgn-failed") }

// noteFailure keeps the time at which this cell fails.
func noteFailure() {
	if inNotebook && os.Getenv(protocol.GONB_TMP_DIR_ENV) != "" {
		os.WriteFile(failure(), nil, 0o600) // without it, cells that wait are run
	}
}

// stopped returns an error if this cell waited while the one before it failed. Jupyter asks the kernel to drop such
// cells, and GoNB runs them. It is the same for the whole program.
var stopped = sync.OnceValue(func() error {
	dir := os.Getenv(protocol.GONB_TMP_DIR_ENV)
	if !inNotebook || dir == "" || !served() { // elsewhere each cell is sent when the one before it has ended
		return nil
	}
	return waited(filepath.Join(dir, "main.go"), failure())
})

// waited returns an error if the program was made just after a failure: GoNB begins a cell by making its source anew.
func waited(source, failure string) error {
	failed, err := os.Stat(failure)
	if err != nil {
		return nil
	}
	made, known := birth(source)
	if since := made.Sub(failed.ModTime()); !known || since < 0 || since > afterFailure {
		return nil
	}
	return mistake("this cell waited while the one before it failed or was interrupted, so that it was not run: run it when that one has succeeded")
}
