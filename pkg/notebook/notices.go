package notebook

import (
	"hash/fnv"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/janpfeifer/gonb/gonbui/protocol"
)

// notices displays the backend's one-line notices, each once per kernel: every cell opens the backend anew and would
// repeat them.
type notices struct{}

func (notices) Write(p []byte) (int, error) {
	for line := range strings.Lines(string(p)) {
		if line = strings.TrimSpace(line); line != "" && firstTime(line) {
			showNote("%s", line)
		}
	}
	return len(p), nil
}

// firstTime tells whether this kernel has not shown a notice yet. The kernel's temporary folder keeps the record.
func firstTime(line string) bool {
	dir := os.Getenv(protocol.GONB_TMP_DIR_ENV)
	if !inNotebook || dir == "" {
		return true
	}
	h := fnv.New64a()
	h.Write([]byte(line))
	f, err := os.OpenFile(filepath.Join(dir, "notice-"+strconv.FormatUint(h.Sum64(), 36)), os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return !os.IsExist(err)
	}
	f.Close()
	return true
}
