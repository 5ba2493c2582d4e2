package training

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/pkg/badinput"
	"hgn.local/pkg/dataset/npz"
)

// Cut anywhere, or with any byte changed, a file gives an error, or what was saved; the store is untouched by errors.
func TestDamagedCheckpointsAreRefused(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "alone.npz")
	original := small(t)
	save(t, path, original, 3)
	whole, want := read1(t, path), values(t, original)
	damaged := filepath.Join(dir, "damaged.npz")
	refused := 0
	try := func(what string, content []byte) {
		t.Helper()
		write1(t, content, damaged)
		store := model.NewStore()
		meta, err := LoadCheckpoint(damaged, store)
		if err != nil {
			refused++
			if !badinput.Is(err) || store.NumVariables() > 0 || !strings.HasPrefix(err.Error(), damaged) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%s: %v; %d variables", what, err, store.NumVariables())
			}
			return
		}
		if meta.Step != 3 {
			t.Errorf("%s: meta %+v", what, meta)
		}
		sameValues(t, values(t, store), want)
	}
	for n := 0; n < len(whole); n += 1 + len(whole)/200 {
		try(fmt.Sprintf("cut after %d bytes", n), whole[:n])
	}
	if cuts := 1 + (len(whole)-1)/(1+len(whole)/200); refused != cuts {
		t.Errorf("%d of %d cuts were refused", refused, cuts)
	}
	refused = 0
	for n := range whole {
		changed := slices.Clone(whole)
		changed[n] ^= 0xff
		try(fmt.Sprintf("byte %d of %d changed", n, len(whole)), changed)
	}
	if refused < len(whole)/2 { // the others are in fields of the archive that say nothing about the contents
		t.Errorf("%d of %d changes were refused", refused, len(whole))
	}
}

func TestForeignFilesAreRefused(t *testing.T) {
	dir := t.TempDir()
	array := filepath.Join(dir, "data.npz")
	if err := npz.Write(array, npz.Array{Name: "x", Shape: []int{1}, Data: []float64{1}}); err != nil {
		t.Fatal(err)
	}
	zipped := func(entries ...string) []byte {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		for i := 0; i < len(entries); i += 2 {
			e, _ := w.Create(entries[i])
			io.WriteString(e, entries[i+1])
		}
		w.Close()
		return b.Bytes()
	}
	describing := func(version int, variables string) string {
		return fmt.Sprintf(`{"format":"hgn checkpoint","version":%d,"meta":{},"variables":[%s]}`, version, variables)
	}
	huge := `{"path":"/w","dtype":"Float32","shape":[4611686018427387904,1000000]}`
	for name, c := range map[string]struct {
		content []byte
		want    string
	}{
		"empty":          {nil, "no checkpoint at all"},
		"text":           {[]byte("hello"), "no checkpoint at all"},
		"data set":       {read1(t, array), "is not a checkpoint of this program"},
		"other json":     {zipped("meta.json", `{"step":1}`), "is not a checkpoint of this program"},
		"no json":        {zipped("meta.json", `[`), "is not a checkpoint of this program"},
		"later version":  {zipped("meta.json", describing(2, "")), "format version 2"},
		"no variables":   {zipped("meta.json", describing(1, "")), "damaged"},
		"missing array":  {zipped("meta.json", describing(1, `{"path":"/w","dtype":"Float32","shape":[2]}`), "v.npy", ""), "variable /w: missing"},
		"huge shape":     {zipped("meta.json", describing(1, huge), "w.npy", ""), "impossible shape"},
		"negative shape": {zipped("meta.json", describing(1, `{"path":"/w","dtype":"Float32","shape":[-2]}`), "w.npy", ""), "impossible shape"},
		"unknown type":   {zipped("meta.json", describing(1, `{"path":"/w","dtype":"Float7","shape":[2]}`), "w.npy", ""), "unknown type"},
		"no array":       {zipped("meta.json", describing(1, `{"path":"/w","dtype":"Float32","shape":[2]}`), "w.npy", "12345678"), "not a NumPy array"},
	} {
		path := write1(t, c.content, dir, "foreign.npz")
		_, err := LoadCheckpoint(path, model.NewStore())
		if t.Run(name, func(t *testing.T) { isBad(t, err, c.want); isBad(t, err, path) }); t.Failed() {
			continue
		}
	}
	_, err := LoadCheckpoint(dir, model.NewStore())
	isBad(t, err, "is not a file")
}

// A damaged checkpoint.npz, or none after a crash between the renames, gives the one before it, with a notice; nothing
// that follows loses the whole one.
func TestTheCheckpointBeforeStandsIn(t *testing.T) {
	for name, harm := range map[string]func(path string, whole []byte) error{
		"altered": func(path string, whole []byte) error {
			array := bytes.LastIndex(whole, []byte("NUMPY")) // what the archive's checksums cover
			if array < 0 {
				return errors.New("no array in the checkpoint")
			}
			whole[array+len("NUMPY")+8] ^= 1
			return os.WriteFile(path, whole, 0o644)
		},
		"cut short":         func(path string, whole []byte) error { return os.WriteFile(path, whole[:len(whole)/2], 0o644) },
		"emptied":           func(path string, whole []byte) error { return os.WriteFile(path, nil, 0o644) },
		"between renames":   func(path string, whole []byte) error { return os.Remove(path) },
		"replaced by a gif": func(path string, whole []byte) error { return os.WriteFile(path, []byte("GIF89a"), 0o644) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			ctx, observe := interruptAt(20)
			o := everyStep(dir, observe)
			o.CheckpointEvery = 1
			if _, err := Run(ctx, newRegression(t, 40), o); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, CheckpointFile)
			if err := harm(path, read1(t, path)); err != nil {
				t.Fatal(err)
			}
			meta, err := LoadCheckpoint(path, model.NewStore())
			if err != nil || meta.Step != 19 || !strings.Contains(meta.Notice, path) || !strings.Contains(meta.Notice, "previous.npz, is used") {
				t.Fatalf("%+v, %v", meta, err)
			}
			resumed := newRegression(t, 40)
			again := everyStep(dir, func(e Event) {
				if e.Kind == Started && (e.Step != 19 || !strings.Contains(e.Message, meta.Notice)) {
					t.Errorf("started %+v", e)
				}
				if _, err := read(filepath.Join(dir, PreviousFile)); err != nil {
					t.Errorf("%s %d: the whole checkpoint is lost: %v", e.Kind, e.Step, err)
				}
			})
			again.Resume = true
			train(t, resumed, again)
			straight := newRegression(t, 40)
			train(t, straight, everyStep(t.TempDir()))
			sameValues(t, values(t, resumed.store), values(t, straight.store))
		})
	}
	dir := t.TempDir()
	path := write1(t, []byte("PK"), dir, CheckpointFile)
	write1(t, nil, dir, PreviousFile)
	_, err := LoadCheckpoint(path, model.NewStore())
	isBad(t, err, "previous.npz beside it")
	if _, err := LoadCheckpoint(write1(t, nil, dir, "other.npz"), model.NewStore()); err == nil {
		t.Error("previous.npz stood in for a file of another name")
	}
}

// A checkpoint of another model in the place of one's own is named, with the one before it that fits.
func TestAnotherModelsCheckpoint(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, CheckpointFile)
	save(t, path, small(t), 7)
	if err := SaveCheckpoint(path, storeOf(t, map[string]any{"/other": float32(1)}), Meta{Step: 8, Model: "rnvp"}); err != nil {
		t.Fatal(err)
	}
	_, err := LoadCheckpoint(path, small(t))
	isBad(t, err, "holds another model or a variant (model rnvp)")
	isBad(t, err, "previous.npz beside it, of step 7, is of this model")
}

// Every bit of what was trained is covered by a digest, also where an archive's own checksum is made to fit.
func TestAForgedArrayIsRefused(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "alone.npz")
	save(t, path, small(t), 3)
	whole, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer whole.Close()
	for _, forged := range []string{"b.npy", manifestFile} {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		w.SetComment(whole.Comment)
		for _, e := range whole.File {
			text, err := contents(e, 1<<20)
			if err != nil {
				t.Fatal(err)
			}
			if e.Name == forged {
				if text[len(text)-1] ^= 1; forged == manifestFile {
					text[len(text)-1] ^= 1
					text = bytes.Replace(text, []byte(`"step":3`), []byte(`"step":4`), 1)
				}
			}
			out, _ := w.CreateHeader(&zip.FileHeader{Name: e.Name, Method: zip.Store})
			out.Write(text)
		}
		w.Close()
		_, err := LoadCheckpoint(write1(t, b.Bytes(), dir, "forged.npz"), model.NewStore())
		isBad(t, err, "is damaged")
	}
}
