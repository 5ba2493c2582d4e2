package density

import (
	"archive/zip"
	"encoding/binary"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hgn.local/pkg/badinput"
	"hgn.local/pkg/dataset/npz"
)

func TestBadInputIsOneSentence(t *testing.T) {
	dir := t.TempDir()
	write := func(name, array string, shape []int, data []float64) string {
		path := filepath.Join(dir, name)
		if err := npz.Write(path, npz.Array{Name: array, Shape: shape, Data: data}); err != nil {
			t.Fatal(err)
		}
		return path
	}
	junk := filepath.Join(dir, "junk.png")
	if err := os.WriteFile(junk, []byte("no picture"), 0o644); err != nil {
		t.Fatal(err)
	}
	gauss, _ := standardNormal(2)
	line, _ := standardNormal(1)
	samples, err := FromSamples("four", []float64{1, 2, 3, 4, 5, 6, 7, 8}, 2)
	if err != nil {
		t.Fatal(err)
	}
	only := func(_ any, err error) error { return err }
	split := func(share float64) error {
		_, _, err := samples.Split(rand.New(rand.NewPCG(1, 1)), share)
		return err
	}
	for what, err := range map[string]error{
		"unknown name":      only(Named("gausians")),
		"empty name":        only(Named("")),
		"no number":         only(Named("two_moons3")),
		"zero modes":        only(Named("gaussians0")),
		"huge":              only(Named("gaussians99999999999999999999")),
		"no dimension":      only(Named("rings4x3")),
		"missing file":      only(Named(filepath.Join(dir, "none.npz"))),
		"missing picture":   only(Named(filepath.Join(dir, "none.png"))),
		"junk picture":      only(Named("ink:" + junk)),
		"wrong array":       only(Named(write("y.npz", "y", []int{2, 2}, []float64{1, 2, 3, 4}))),
		"one axis":          only(Named(write("flat.npz", "x", []int{4}, []float64{1, 2, 3, 4}))),
		"no rows":           only(Named(write("empty.npz", "x", []int{0, 2}, nil))),
		"constant":          only(Named(write("constant.npz", "x", []int{3, 2}, []float64{1, 5, 2, 5, 3, 5}))),
		"one point":         only(FromSamples("one", []float64{1, 2}, 2)),
		"NaN":               only(LogDensities(gauss, []float64{0, math.NaN()})),
		"infinite":          only(FromSamples("inf", []float64{0, math.Inf(1)}, 1)),
		"other dimension":   only(LogDensities(gauss, []float64{1, 2, 3})),
		"no points":         only(LogDensities(gauss, nil)),
		"negative scale":    only(NewGaussian([]float64{0}, []float64{-1})),
		"zero scale":        only(NewGaussian([]float64{0}, []float64{0})),
		"NaN scale":         only(NewGaussian([]float64{0}, []float64{math.NaN()})),
		"NaN mean":          only(NewGaussian([]float64{math.NaN()}, []float64{1})),
		"scales":            only(NewGaussian([]float64{0, 0}, []float64{1})),
		"no mean":           only(NewGaussian(nil, nil)),
		"asymmetric":        only(NewGaussianCovariance([]float64{0, 0}, []float64{1, 0.5, 0.4, 1})),
		"indefinite":        only(NewGaussianCovariance([]float64{0, 0}, []float64{1, 2, 2, 1})),
		"covariance size":   only(NewGaussianCovariance([]float64{0, 0}, []float64{1})),
		"no components":     only(NewMixture(nil)),
		"negative weight":   only(NewMixture([]float64{1, -1}, gauss, gauss)),
		"weights":           only(NewMixture([]float64{1}, gauss, gauss)),
		"mixed dimensions":  only(NewMixture(nil, gauss, line)),
		"empty picture":     only(NewPixels("black", 2, 1, []float64{0, 0})),
		"negative pixel":    only(NewPixels("black", 2, 1, []float64{1, -1})),
		"pixels":            only(NewPixels("black", 2, 2, []float64{1})),
		"share of one":      split(1),
		"share of nothing":  split(0),
		"too few to train":  split(0.9),
		"share that is NaN": split(math.NaN()),
	} {
		switch {
		case err == nil:
			t.Errorf("%s: no error", what)
		case !badinput.Is(err):
			t.Errorf("%s: not marked as bad input: %v", what, err)
		case strings.Contains(err.Error(), "\n") || len(err.Error()) < 20:
			t.Errorf("%s: not one clear sentence: %q", what, err)
		default:
			t.Logf("%-18s %v", what, err)
		}
	}
}

func TestNamedForms(t *testing.T) {
	for name, want := range map[string]struct {
		name string
		dim  int
	}{
		"gaussians": {"gaussians4", 2}, "gaussians:6": {"gaussians6", 2}, "gaussians4x8": {"gaussians4x8", 8},
		"gaussian8": {"gaussian8", 8}, "gaussian:1": {"gaussian1", 1}, "rings4": {"rings", 2}, "gaussians3x1": {"gaussians3x1", 1},
	} {
		target, err := Named(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if target.Name() != want.name || target.Dim() != want.dim {
			t.Errorf("%s is %s in %d dimensions", name, target.Name(), target.Dim())
		}
	}
}

// Points in float32 and in column-major order, as NumPy may have them, are the same rows.
func TestSinglePrecisionFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "single.npz")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	archive := zip.NewWriter(file)
	entry, err := archive.Create("x.npy")
	if err != nil {
		t.Fatal(err)
	}
	text := "{'descr': '<f4', 'fortran_order': True, 'shape': (3, 2), }\n"
	content := append([]byte("\x93NUMPY\x01\x00"), byte(len(text)), 0)
	content = append(content, text...)
	for _, v := range []float32{1, 2, 3, 0.5, 0.25, -4} {
		content = binary.LittleEndian.AppendUint32(content, math.Float32bits(v))
	}
	if _, err := entry.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(archive.Close(), file.Close()); err != nil {
		t.Fatal(err)
	}
	s, err := FromFile(path, Selection{})
	if err != nil {
		t.Fatal(err)
	}
	if want := []float64{1, 0.5, 2, 0.25, 3, -4}; s.Dim() != 2 || !slices.Equal(s.Points(), want) {
		t.Errorf("read %v of %d coordinates, want %v", s.Points(), s.Dim(), want)
	}
}

func TestSamplesFromFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "points.npz")
	r := rand.New(rand.NewPCG(1, 2))
	const n = 300
	x := make([]float64, 3*n)
	for i := range x {
		x[i] = math.Round(4 * r.NormFloat64()) // many rows are equal
	}
	if err := npz.Write(path, npz.Array{Name: "x", Shape: []int{n, 3}, Data: x}); err != nil {
		t.Fatal(err)
	}
	target, err := Named(path)
	if err != nil {
		t.Fatal(err)
	}
	s := target.(*Samples)
	if s.Len() != n || s.Dim() != 3 || s.Name() != path {
		t.Fatalf("%d points of %d called %s", s.Len(), s.Dim(), s.Name())
	}
	row := func(x []float64, i int) [3]float64 { return [3]float64(x[3*i : 3*i+3]) }
	known := map[[3]float64]int{}
	for i := range n {
		known[row(x, i)]++
	}
	for i, y := 0, s.Sample(r, 100); i < 100; i++ {
		if known[row(y, i)] == 0 {
			t.Fatal("a sample that is no point of the file")
		}
	}
	train, test, err := s.Split(rand.New(rand.NewPCG(3, 3)), 0.2)
	if err != nil {
		t.Fatal(err)
	}
	if train.Len()+test.Len() != n || test.Len() < 60 || test.Len() > 70 {
		t.Errorf("split into %d and %d", train.Len(), test.Len())
	}
	both := map[[3]float64]bool{}
	for i := range train.Len() {
		known[row(train.Points(), i)]--
		both[row(train.Points(), i)] = true
	}
	for i := range test.Len() {
		known[row(test.Points(), i)]--
		if both[row(test.Points(), i)] {
			t.Fatal("a point is in both parts")
		}
	}
	for _, left := range known {
		if left != 0 {
			t.Fatal("the parts are not the whole")
		}
	}
}
