package runs

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"

	"hgn.local/pkg/dataset"
)

// lastImported is the set of videos that was read last. A training or a table of measures asks for its data several times, and
// decoding films takes longer than what is done with them. What is kept is not changed by anyone.
var lastImported struct {
	sync.Mutex
	of, digest string
	set        *dataset.Dataset
}

// imported returns the videos of a file or folder with their digest, again those of the last call if it was for the same and
// nothing has touched the files since.
func imported(ctx context.Context, path string, o dataset.ImportOptions) (*dataset.Dataset, string, error) {
	l := &lastImported
	l.Lock()
	defer l.Unlock()
	of := fmt.Sprintf("%s %+v %s", path, o, stateOf(path))
	if l.set != nil && l.of == of {
		return l.set, l.digest, nil
	}
	l.set = nil // so that two need not fit into memory
	set, err := dataset.Import(ctx, path, o)
	if err != nil {
		return nil, "", err
	}
	l.of, l.set, l.digest = of, set, set.Fingerprint()
	return set, l.digest, nil
}

// stateOf describes the files at a path by their names, sizes and times of change.
func stateOf(path string) string {
	var all strings.Builder
	filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
		if err == nil {
			var info fs.FileInfo
			if info, err = entry.Info(); err == nil {
				fmt.Fprintf(&all, "%s %d %d\n", name, info.Size(), info.ModTime().UnixNano())
			}
		}
		return nil // what cannot be read is found when it is imported
	})
	return all.String()
}
