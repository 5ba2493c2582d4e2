package shards

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sort"

	"hgn.local/pkg/badinput"
	"hgn.local/pkg/dataset/npz"
)

// Folder is an open data set. Many goroutines may use it at once.
type Folder struct {
	Index
	dir    string
	starts []int // number of the first video of every shard
	files  []*os.File
	places []int64 // where the frames of every shard begin
	video  int     // bytes of a video
}

// Open opens a folder. It fails, and names the file, if a shard is missing, or has not the size or the shape that the
// index states. It does not read the frames; see [Folder.Check].
func Open(dir string) (*Folder, error) {
	index, err := ReadIndex(dir)
	if err != nil {
		return nil, err
	}
	r := index.Recipe
	f := &Folder{Index: index, dir: dir, video: r.Frames * r.Size * r.Size * 3}
	n := 0
	for _, s := range index.Shards {
		if err := f.add(s); err != nil {
			f.Close()
			return nil, err
		}
		f.starts = append(f.starts, n)
		n += s.Trajectories
	}
	return f, nil
}

// add opens a shard.
func (f *Folder) add(s Shard) error {
	path := filepath.Join(f.dir, s.File)
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return badinput.Errorf("the shard %s is missing: put it back, or write the set again", path)
	case err != nil:
		return badinput.Errorf("cannot read the shard %s: %w", path, err)
	case info.Size() != s.Bytes:
		return badinput.Errorf("the shard %s has %d bytes, and not the %d that were written: put a copy back, or write the set again", path, info.Size(), s.Bytes)
	}
	archive, err := npz.Open(path)
	if err != nil {
		return err
	}
	defer archive.Close()
	shape, offset, err := archive.Place("frames")
	if err != nil {
		return err
	}
	if r := f.Recipe; !slices.Equal(shape, []int{s.Trajectories, r.Frames, r.Size, r.Size, 3}) {
		return badinput.Errorf("the shard %s holds frames of the shape %v, which are not those that the index states", path, shape)
	}
	file, err := os.Open(path)
	if err != nil {
		return badinput.Errorf("cannot read the shard %s: %w", path, err)
	}
	f.files, f.places = append(f.files, file), append(f.places, offset)
	return nil
}

// Close closes the shards.
func (f *Folder) Close() {
	for _, file := range f.files {
		file.Close()
	}
}

// Len returns the number of videos.
func (f *Folder) Len() int { return f.Recipe.Trajectories }

// Video reads video i into dst, [T, Size, Size, 3], and compares it with its checksum.
func (f *Folder) Video(i int, dst []uint8) error {
	if i < 0 || i >= f.Len() {
		return badinput.Errorf("there is no video %d among %d", i, f.Len())
	}
	if len(dst) < f.video {
		return fmt.Errorf("a video has %d bytes, not %d", f.video, len(dst))
	}
	k := sort.SearchInts(f.starts, i+1) - 1
	at := i - f.starts[k]
	path := filepath.Join(f.dir, f.Shards[k].File)
	if _, err := f.files[k].ReadAt(dst[:f.video], f.places[k]+int64(at)*int64(f.video)); err != nil {
		if errors.Is(err, io.EOF) {
			return badinput.Errorf("the shard %s was cut while it was read: put a copy back, or write the set again", path)
		}
		return fmt.Errorf("cannot read video %d of the shard %s: %w", at, path, err)
	}
	if crc32.Checksum(dst[:f.video], castagnoli) != f.Shards[k].Videos[at] {
		return badinput.Errorf("video %d of the shard %s is not the one that was written: put a copy back, or write the set again", at, path)
	}
	return nil
}

// Check reads every shard whole, and names the first whose SHA-256 is not the one in the index. progress may be nil.
func (f *Folder) Check(ctx context.Context, progress func(done, total int)) error {
	for k, s := range f.Shards {
		if err := ctx.Err(); err != nil {
			return err
		}
		path := filepath.Join(f.dir, s.File)
		_, sum, err := digest(path)
		if err != nil {
			return badinput.Errorf("cannot read the shard %s: %w", path, err)
		}
		if sum != s.SHA256 {
			return badinput.Errorf("the shard %s is not the one that was written: put a copy back, or write the set again", path)
		}
		if progress != nil {
			progress(k+1, len(f.Shards))
		}
	}
	return nil
}
