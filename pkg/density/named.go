package density

import (
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"hgn.local/pkg/badinput"
)

// most bounds the numbers in names: a larger number is a typing error.
const most = 1000

// family is a kind of target. Its name may be followed by a number and, if anyDim is true, by a dimension.
type family struct {
	name   string
	number int // the default; 0: the name takes no number
	build  func(number, dim int) (Target, error)
	anyDim bool // takes a dimension: NAMExD
}

var families = []family{
	{"gaussian", 2, func(d, _ int) (Target, error) { return standardNormal(d) }, false},
	{"gaussians", 4, func(k, d int) (Target, error) { return Gaussians(k, d) }, true},
	{"eight_gaussians", 0, func(_, _ int) (Target, error) { return EightGaussians() }, false},
	{"two_moons", 0, func(_, _ int) (Target, error) { return TwoMoons(), nil }, false},
	{"rings", 4, func(n, _ int) (Target, error) { return Rings(n) }, false},
	{"pinwheel", 5, func(n, _ int) (Target, error) { return NewPinwheel(n) }, false},
	{"checkerboard", 4, func(n, _ int) (Target, error) { return Checkerboard(n) }, false},
}

// Names lists the targets in the plane that need no file. If one takes a number, [Named] accepts other numbers too.
func Names() []string {
	return []string{"gaussian", "gaussians4", "eight_gaussians", "two_moons", "rings", "pinwheel", "checkerboard"}
}

var pattern = regexp.MustCompile(`^([a-z_]+?):?([0-9]+)?(?:x([0-9]+))?$`)

// Named returns the target with a name from the package's documentation: "gaussians4" or "gaussians:4", a picture's
// file, a file of samples, or one that was defined in code.
func Named(name string) (Target, error) { return Chosen(name, Selection{}) }

// Chosen is Named with a selection of the columns of a file of samples. A target of another kind has no columns.
func Chosen(name string, columns Selection) (Target, error) {
	if IsSamples(name) {
		s, err := FromFile(name, columns)
		if err != nil {
			return nil, err
		}
		return s, nil
	}
	if columns.Columns != nil || columns.Cond != nil {
		return nil, badinput.Errorf("the density %q is no table, so that it has no columns to choose and no conditions: leave them out", name)
	}
	if t, ok := ownNamed(name); ok {
		return t, nil
	}
	return builtIn(name)
}

// ShortName returns the name of a target without the folders of a file.
func ShortName(target string) string {
	if file := strings.TrimPrefix(target, "ink:"); filepath.Ext(file) != "" {
		return filepath.Base(file)
	}
	return target
}

// IsSamples tells whether a target's name is that of a file of samples: a table, or an .npz file.
func IsSamples(name string) bool { return isTable(name) || kindOf(name) == ".npz" }

// builtIn is Named without the targets that were defined.
func builtIn(name string) (Target, error) {
	path, ink := strings.CutPrefix(name, "ink:")
	switch strings.ToLower(filepath.Ext(path)) {
	case ".png", ".jpg", ".jpeg", ".gif":
		p, err := FromPicture(path, ink)
		if err != nil {
			return nil, err
		}
		p.name = name
		return p, nil
	}
	parts := pattern.FindStringSubmatch(name)
	for _, f := range families {
		if parts == nil || parts[1] != f.name {
			continue
		}
		number, dim := f.number, 2
		if parts[2] != "" {
			if f.number == 0 {
				return nil, badinput.Errorf("the density %q takes no number: use %s", name, f.name)
			}
			var err error
			if number, err = strconv.Atoi(parts[2]); err != nil || number < 1 || number > most {
				return nil, badinput.Errorf("the number in the density %q must be between 1 and %d", name, most)
			}
		}
		if parts[3] != "" {
			var err error
			if dim, err = strconv.Atoi(parts[3]); !f.anyDim || err != nil || dim < 1 || dim > most {
				return nil, badinput.Errorf("the density %q has no such dimension: gaussiansKxD has K modes in D dimensions, 1 to %d", name, most)
			}
		}
		target, err := f.build(number, dim)
		if err != nil {
			return nil, err // returning target would put a nil pointer into a non-nil interface
		}
		return target, nil
	}
	return nil, badinput.Errorf("unknown density %q: use one of %s, a picture (.png, .jpg, .gif) or a file of samples (.csv, .tsv, .npz)", name, strings.Join(Names(), ", "))
}
