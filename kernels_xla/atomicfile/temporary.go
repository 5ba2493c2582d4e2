package atomicfile

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// unfinished holds the names of this process's temporary files.
var unfinished sync.Map

// create makes an empty temporary file for path, with the permissions that the process gives to new files.
func create(path string) (*os.File, error) {
	for range 10_000 {
		name := filepath.Join(filepath.Dir(path), fmt.Sprintf("%s%d%s", prefix(path), rand.Uint32(), suffix))
		file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if err == nil {
			unfinished.Store(name, nil)
		}
		if !errors.Is(err, fs.ErrExist) {
			return file, err
		}
	}
	return nil, errors.New("its folder is full of temporary files")
}

// Discard deletes a temporary file.
func Discard(name string) {
	os.Remove(name)
	unfinished.Delete(name)
}

// RemoveUnfinished deletes the temporary files that this process is writing, so that their writers fail. Call it only
// when the process is about to end.
func RemoveUnfinished() {
	unfinished.Range(func(name, _ any) bool {
		Discard(name.(string))
		return true
	})
}

// RemoveTemporaries deletes the temporary files for path that a crash left. No process may be writing path.
func RemoveTemporaries(path string) {
	entries, _ := os.ReadDir(filepath.Dir(path))
	for _, e := range entries {
		number, begins := strings.CutPrefix(e.Name(), prefix(path))
		number, ends := strings.CutSuffix(number, suffix)
		if _, err := strconv.ParseUint(number, 10, 64); begins && ends && err == nil {
			os.Remove(filepath.Join(filepath.Dir(path), e.Name()))
		}
	}
}

// The name of a temporary file is its prefix, a number, and suffix.
const suffix = ".tmp"

// longest is the number of bytes of a file's name that the names of its temporary files contain. File systems allow
// 255, some 143.
const longest = 80

// prefix returns the beginning of the names of temporary files for path. For a long name it has a part of the name,
// and a digest instead of the rest.
func prefix(path string) string {
	name := filepath.Base(path)
	if len(name) > longest {
		end := longest
		for !utf8.RuneStart(name[end]) && end > longest-utf8.UTFMax {
			end--
		}
		name = fmt.Sprintf("%s~%x", name[:end], sha256.Sum256([]byte(name)))[:end+1+16]
	}
	return "." + name + "."
}

// IsTemporary tells whether a file's name, without its folder, has the form of Temporary's names.
func IsTemporary(name string) bool {
	return strings.HasPrefix(name, ".") && strings.HasSuffix(name, suffix)
}
