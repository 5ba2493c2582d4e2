package training

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/core/tensors/numpy"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/kernels_xla/atomicfile"
	"hgn.local/pkg/dataset/npz"
)

// storeOf makes a store of values; those whose path ends in "_" are not trainable.
func storeOf(t testing.TB, of map[string]any) *model.Store {
	t.Helper()
	store := model.NewStore()
	for path, value := range of {
		v, err := store.CreateVariable(path, tensors.MustFromAnyValue(value))
		if err != nil {
			t.Fatal(err)
		}
		v.SetTrainable(!strings.HasSuffix(path, "_"))
	}
	return store
}

func small(t testing.TB) *model.Store {
	return storeOf(t, map[string]any{
		"/encoder/hidden_0/w": [][]float32{{1, 2, 3}, {-4, 5e-30, 6e30}},
		"/b":                  float32(0.1),
		"/double":             []float64{0.1, -2, 1e300},
		"/steps_":             int64(-7),
		"/state_":             []uint64{1 << 63, 2, 3},
		"/mask_":              []bool{true, false},
	})
}

func save(t testing.TB, path string, store *model.Store, step int) {
	t.Helper()
	if err := SaveCheckpoint(path, store, Meta{Step: step, Losses: Losses{"loss": 0.1}}); err != nil {
		t.Fatal(err)
	}
}

func TestACheckpointBringsEverythingBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), CheckpointFile)
	store := small(t)
	meta := Meta{Step: 12, Attempt: 1, Seconds: 0.1, StepSecondsMedian: 1e-3, Losses: Losses{"loss": 1.0 / 3}, Smoothed: Losses{"loss": 1e-17}}
	meta.Pending.add(Losses{"loss": 0.7})
	if err := SaveCheckpoint(path, store, meta); err != nil {
		t.Fatal(err)
	}
	for name, target := range map[string]*model.Store{
		"empty": model.NewStore(),
		"same":  storeOf(t, map[string]any{"/b": float32(9), "/steps_": int64(3), "/state_": []uint64{0, 0, 0}}),
	} {
		got, err := LoadCheckpoint(path, target)
		if sum := fmt.Sprintf("%x", sha256.Sum256(read1(t, path))); got.Digest != sum {
			t.Errorf("%s: digest %s, want %s", name, got.Digest, sum)
		}
		got.Digest = ""
		if err != nil {
			t.Fatal(name, err)
		}
		if fmt.Sprintf("%v", got) != fmt.Sprintf("%v", meta) {
			t.Errorf("%s: meta %v, want %v", name, got, meta)
		}
		sameValues(t, values(t, target), values(t, store))
		for v := range target.IterVariables() {
			if v.Trainable == strings.HasSuffix(v.Path(), "_") {
				t.Errorf("%s: %s trainable %v", name, v.Path(), v.Trainable)
			}
		}
	}
	// The order of the variables is that of their creation, as a graph that is built in a new process needs it.
	var a, b []string
	loaded := model.NewStore()
	LoadCheckpoint(path, loaded)
	for v := range store.IterVariables() {
		a = append(a, v.Path())
	}
	for v := range loaded.IterVariables() {
		b = append(b, v.Path())
	}
	if !slices.Equal(a, b) {
		t.Errorf("order %v, want %v", b, a)
	}
}

// Another reader of NumPy's format sees the same arrays.
func TestACheckpointIsAnNpzFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), CheckpointFile)
	store := small(t)
	save(t, path, store, 1)
	arrays, err := numpy.FromNpzFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for v, want := range values(t, store) {
		if got := arrays[strings.TrimPrefix(v, "/")]; got == nil || !got.Equal(want) {
			t.Errorf("%s is %v, want %v", v, got, want)
		}
	}
	f, err := npz.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if shape, data, err := f.Float64("double"); err != nil || !slices.Equal(shape, []int{3}) || data[2] != 1e300 {
		t.Errorf("double is %v of shape %v: %v", data, shape, err)
	}
}

func TestLoadingWhereNothingWasTrainedFails(t *testing.T) {
	_, err := LoadCheckpoint(filepath.Join(t.TempDir(), CheckpointFile), model.NewStore())
	isBad(t, err, "there is no checkpoint")
	if err := SaveCheckpoint(filepath.Join(t.TempDir(), CheckpointFile), model.NewStore(), Meta{}); err == nil {
		t.Error("an empty store was saved")
	}
}

func TestACheckpointOfAnotherModelIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), CheckpointFile)
	save(t, path, small(t), 1)
	for name, c := range map[string]struct {
		store map[string]any
		want  string
	}{
		"shape":    {map[string]any{"/b": float32(9), "/encoder/hidden_0/w": [][]float32{{1, 2}}}, "holds another model: its variable /encoder/hidden_0/w is"},
		"type":     {map[string]any{"/b": 9.0}, "/b is (Float32), and here it is (Float64)"},
		"variable": {map[string]any{"/b": float32(9), "/decoder/w": float32(8)}, "it has no variable /decoder/w"},
	} {
		t.Run(name, func(t *testing.T) {
			store := storeOf(t, c.store)
			before := values(t, store)
			_, err := LoadCheckpoint(path, store)
			isBad(t, err, c.want)
			sameValues(t, values(t, store), before)
		})
	}
	if _, err := LoadCheckpoint(path, storeOf(t, map[string]any{"/generator_": []uint64{4}})); err != nil {
		t.Errorf("a variable that is not trained and not in the checkpoint: %v", err)
	}
}

// At every moment of saving, a crash leaves a folder from which a whole checkpoint is loaded.
func TestSavingIsAtomic(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, CheckpointFile)
	save(t, path, small(t), 1)
	save(t, path, small(t), 2)
	loads := func(moment string, want int) {
		t.Helper()
		if meta, err := LoadCheckpoint(path, model.NewStore()); err != nil || meta.Step != want {
			t.Errorf("%s: step %d, %v; want step %d", moment, meta.Step, err, want)
		}
	}
	half := write1(t, read1(t, path)[:100], dir, ".checkpoint.npz.1.tmp")
	loads("while the new file is being written", 2)
	os.Remove(half)
	written, err := atomicfile.Temporary(path, func(w io.Writer) error { return writeArchive(w, small(t), Meta{Step: 3}) })
	if err != nil {
		t.Fatal(err)
	}
	loads("before the renames", 2)
	if err := os.Rename(path, filepath.Join(dir, PreviousFile)); err != nil {
		t.Fatal(err)
	}
	loads("between the renames", 2)
	if err := os.Rename(written, path); err != nil {
		t.Fatal(err)
	}
	loads("after the renames", 3)
}

func TestAFailedSaveLosesNothing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, CheckpointFile)
	save(t, path, small(t), 1)
	intact := func(err error, want string) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
		if meta, err := LoadCheckpoint(path, model.NewStore()); err != nil || meta.Step != 1 || meta.Notice != "" {
			t.Errorf("the checkpoint before: %+v, %v", meta, err)
		}
		if got := files(t, dir); got != "checkpoint.npz" && got != "checkpoint.npz previous.npz" {
			t.Errorf("the folder holds %s", got)
		}
	}
	intact(SaveCheckpoint(path, storeOf(t, map[string]any{"/w": []float32{1, float32(nan64)}}), Meta{Step: 2}), "/w holds NaN")
	intact(SaveCheckpoint(path, small(t), Meta{Step: 2, Losses: Losses{"loss": nan64}}), "NaN")
	_, err := atomicfile.Temporary(path, func(w io.Writer) error {
		for range 100 {
			w.Write(make([]byte, 1<<12))
		}
		return errBroken
	})
	intact(err, "broken")

	// A disk is full after any number of bytes: the error reaches the caller, whatever the libraries between make of it.
	var room bytes.Buffer
	if err := writeArchive(&room, small(t), Meta{}); err != nil {
		t.Fatal(err)
	}
	size := room.Len()
	for room := 0; room < size; room += 1 + size/300 {
		disk := &disk{room: room}
		if err := writeArchive(disk, small(t), Meta{}); !errors.Is(err, errBroken) {
			t.Fatalf("with room for %d of %d bytes: %v", room, size, err)
		}
	}
	if _, err := os.Stat("/dev/full"); err == nil {
		full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer full.Close()
		intact(writeArchive(full, small(t), Meta{}), "no space left")
	}

	// Something that is not a file stands where the checkpoint, or the one before it, belongs.
	taken := filepath.Join(t.TempDir(), CheckpointFile)
	if err := os.MkdirAll(filepath.Join(taken, "kept"), 0o755); err != nil {
		t.Fatal(err)
	}
	isBad(t, SaveCheckpoint(taken, small(t), Meta{}), "move it away")
	if err := os.MkdirAll(filepath.Join(dir, PreviousFile, "kept"), 0o755); err != nil {
		t.Fatal(err)
	}
	intact(SaveCheckpoint(path, small(t), Meta{Step: 2}), "cannot put the checkpoint")
}

// disk takes so many bytes and then fails.
type disk struct{ room int }

func (d *disk) Write(p []byte) (int, error) {
	n := min(len(p), d.room)
	d.room -= n
	if n < len(p) {
		return n, errBroken
	}
	return n, nil
}

func BenchmarkSave(b *testing.B) {
	big := make([]float32, 4_000_000)
	store := storeOf(b, map[string]any{"/w": big})
	path := filepath.Join(b.TempDir(), CheckpointFile)
	for b.Loop() {
		save(b, path, store, 1)
	}
}

func BenchmarkLoad(b *testing.B) {
	store := storeOf(b, map[string]any{"/w": make([]float32, 4_000_000)})
	path := filepath.Join(b.TempDir(), CheckpointFile)
	save(b, path, store, 1)
	for b.Loop() {
		if _, err := LoadCheckpoint(path, model.NewStore()); err != nil {
			b.Fatal(err)
		}
	}
}
