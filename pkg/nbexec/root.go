package nbexec

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"golang.org/x/mod/modfile"

	"hgn.local/pkg/badinput"
)

// ModuleLine is the first line of a notebook that must also run on a stock GoNB kernel. It tells the cells' temporary
// module the path of the notebook's checkout; under this project's kernel it changes nothing.
var ModuleLine = `!*[ -f go.work ] || go mod edit -require=` + modulePath() + `@v0.0.0 -replace=` + modulePath() +
	`="$(dirname "$(cd "$GONB_DIR" && go env GOMOD)")"`

// Root is a checkout of this module.
type Root struct {
	Dir  string // absolute
	file *modfile.File
}

// FindRoot looks for this module's checkout in dir and upwards.
func FindRoot(dir string) (*Root, error) {
	start, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		path := filepath.Join(dir, "go.mod")
		data, err := os.ReadFile(path)
		if err == nil && modfile.ModulePath(data) == modulePath() {
			file, err := modfile.ParseLax(path, data, nil)
			if err != nil {
				return nil, fmt.Errorf("reading the module's requirements: %w", err)
			}
			return &Root{Dir: dir, file: file}, nil
		}
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
		if dir == filepath.Dir(dir) {
			return nil, badinput.Errorf("%s is not inside a checkout of %s: change to the checkout's folder (the one with go.mod) first", start, modulePath())
		}
	}
}

// Notebooks returns the folder of the checkout's notebooks.
func (r *Root) Notebooks() string { return filepath.Join(r.Dir, "notebooks") }

// version returns the version of a module that go.mod pins.
func (r *Root) version(module string) (string, error) {
	for _, req := range r.file.Require {
		if req.Mod.Path == module {
			return req.Mod.Version, nil
		}
	}
	return "", fmt.Errorf("go.mod of %s does not require %s", r.Dir, module)
}

// modulePath returns the path of this module, under whatever name it is published.
func modulePath() string {
	return strings.TrimSuffix(reflect.TypeFor[Root]().PkgPath(), "/pkg/nbexec")
}
