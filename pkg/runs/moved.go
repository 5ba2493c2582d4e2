package runs

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"hgn.local/pkg/badinput"
)

// moved finds the file or folder on which a run was started: at its path in run.json or else, for example after the
// project's folder was moved or copied, beside the run folder or the working folder. There it must have the end of
// its old path: for /old/project/data/films that is project/data/films, data/films or films, in a folder that holds
// the run or is the working one. same tells whether a file has the right contents; key is the file's key in run.json.
func moved(run, path, key string, same func(path string) (bool, error)) (string, error) {
	ok, err := same(path)
	if ok {
		return path, nil
	}
	for _, other := range places(run, path) {
		if _, missing := os.Stat(other); missing != nil {
			continue
		}
		if ok, _ := same(other); ok {
			return other, nil
		}
	}
	switch _, missing := os.Stat(path); {
	case errors.Is(missing, fs.ErrNotExist):
		return "", badinput.Errorf("there is no file or folder %s, on which this run was started, nor the same one near the run: put it back, or write where it is now as %q into run.json in the run's folder", path, key)
	case err != nil:
		return "", err
	}
	return "", badinput.Errorf("%s is no longer what this run was started on: restore it, or start a new run", path)
}

// places lists where a file from path may be now: the ends of path in the folders that hold the run, the inner ones
// first, and then in those that hold the working folder.
func places(run, path string) []string {
	parts := strings.Split(filepath.ToSlash(filepath.Clean(path)), "/")
	var all []string
	for _, start := range []string{run, "."} {
		folder, err := filepath.Abs(start)
		if err != nil || run == "" {
			continue
		}
		for {
			for i := range parts {
				if end := filepath.Join(parts[i:]...); end != "" {
					all = append(all, filepath.Join(folder, end))
				}
			}
			up := filepath.Dir(folder)
			if up == folder {
				break
			}
			folder = up
		}
	}
	return all
}
