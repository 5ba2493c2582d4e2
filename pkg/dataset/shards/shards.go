// Package shards keeps a data set that is larger than the memory as a folder of .npz files, and reads its videos one by one.
//
//	index.json         the recipe, and of every shard its file, its size, its SHA-256 and a checksum of every video
//	shard-0000.npz     as hgn data writes it: frames uint8 [n,T,P,P,3], not compressed; q, p, energy, dt
//
// A video is one piece of a shard's file, so a reader takes any of them in any order, and holds none: a training shuffles
// the whole set by the numbers of its videos. Every video that is read is compared with its checksum, a CRC-32C.
package shards

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"hgn.local/kernels_xla/atomicfile"
	"hgn.local/pkg/badinput"
	"hgn.local/pkg/dataset"
)

// IndexFile is the file that describes a folder. It is written last: a folder without it is not whole.
const IndexFile = "index.json"

const format, version = "hgn shards", 1

// Index describes a folder.
type Index struct {
	Format  string         `json:"format"`
	Version int            `json:"version"`
	Recipe  dataset.Recipe `json:"recipe"` // makes the whole set
	Shards  []Shard        `json:"shards"`
}

// Shard describes one file.
type Shard struct {
	File         string   `json:"file"`
	Trajectories int      `json:"trajectories"`
	Bytes        int64    `json:"bytes"`
	SHA256       string   `json:"sha256"`
	Videos       []uint32 `json:"crc32c"` // of the frames of every video
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Most is the largest number of shards.
const Most = 10_000

// Write simulates a recipe's data set into a folder, which must have no index, in a number of shards of nearly equal
// size. It holds one shard in memory. progress may be nil.
func Write(ctx context.Context, r dataset.Recipe, dir string, count int, progress func(done, total int)) (Index, error) {
	stream, err := r.Stream()
	if err != nil {
		return Index{}, err
	}
	n := stream.Len()
	index := Index{Format: format, Version: version, Recipe: stream.Recipe()}
	part := r
	part.Trajectories = (n + max(count, 1) - 1) / max(count, 1)
	switch {
	case count < 1 || count > min(n, Most):
		return index, badinput.Errorf("%d trajectories go into 1 to %d shards, not %d", n, min(n, Most), count)
	case part.Bytes() > dataset.MaxInMemory:
		return index, badinput.Errorf("a shard of %d trajectories does not fit into memory: make more shards", part.Trajectories)
	}
	if _, err := os.Stat(filepath.Join(dir, IndexFile)); err == nil {
		return index, badinput.Errorf("%s already holds a data set: choose another folder, or remove that one", dir)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return index, badinput.Errorf("cannot make the folder %s: %w", dir, err)
	}
	for k := range count {
		from, to := k*n/count, (k+1)*n/count
		s, err := writeShard(ctx, stream, dir, fmt.Sprintf("shard-%04d.npz", k), from, to, func(done, _ int) {
			if progress != nil {
				progress(from+done, n)
			}
		})
		if err != nil {
			return index, err
		}
		index.Shards = append(index.Shards, s)
	}
	text, err := json.Marshal(index)
	if err != nil {
		return index, err
	}
	return index, atomicfile.WriteFile(filepath.Join(dir, IndexFile), append(text, '\n'))
}

// writeShard writes trajectories from..to-1.
func writeShard(ctx context.Context, stream *dataset.Stream, dir, name string, from, to int, progress func(done, total int)) (Shard, error) {
	set, err := stream.Part(ctx, from, to, progress)
	if err != nil {
		return Shard{}, err
	}
	path := filepath.Join(dir, name)
	if err := set.SavePlain(path); err != nil {
		return Shard{}, err
	}
	s := Shard{File: name, Trajectories: set.N}
	if s.Bytes, s.SHA256, err = digest(path); err != nil {
		return s, err
	}
	video := len(set.Frames) / set.N
	for i := range set.N {
		s.Videos = append(s.Videos, crc32.Checksum(set.Frames[i*video:][:video], castagnoli))
	}
	return s, nil
}

// digest returns the size and the SHA-256 of a file.
func digest(path string) (n int64, sum string, err error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, "", err
	}
	defer file.Close()
	h := sha256.New()
	n, err = io.Copy(h, file)
	return n, hex.EncodeToString(h.Sum(nil)), err
}

// ReadIndex reads and checks the index of a folder. Its errors are marked as bad input.
func ReadIndex(dir string) (Index, error) {
	var index Index
	path := filepath.Join(dir, IndexFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return index, badinput.Errorf("%s holds no whole data set (it has no %s): write one with hgn data --shards", dir, IndexFile)
	}
	if err != nil {
		return index, badinput.Errorf("cannot read %s: %w", path, err)
	}
	if err := json.Unmarshal(text, &index); err != nil || index.Format != format {
		return index, badinput.Errorf("%s is damaged, or not the index of a data set in shards: write the set again", path)
	}
	if index.Version != version {
		return index, badinput.Errorf("%s is of version %d, and this program reads version %d", path, index.Version, version)
	}
	n := 0
	for _, s := range index.Shards {
		if s.Trajectories < 1 || len(s.Videos) != s.Trajectories || s.File != filepath.Base(s.File) {
			return index, badinput.Errorf("%s is damaged: its shard %q does not fit: write the set again", path, s.File)
		}
		n += s.Trajectories
	}
	if _, err := index.Recipe.Stream(); err != nil || n != index.Recipe.Trajectories {
		return index, badinput.Errorf("%s is damaged: its recipe is of %d trajectories, and its shards hold %d: write the set again", path, index.Recipe.Trajectories, n)
	}
	return index, nil
}

// Digest returns a SHA-256 over what the folder holds, as the index states it.
func (x Index) Digest() string {
	h := sha256.New()
	for _, s := range x.Shards {
		fmt.Fprintf(h, "%d %s\n", s.Trajectories, s.SHA256)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Bytes returns the size of all shards.
func (x Index) Bytes() (n int64) {
	for _, s := range x.Shards {
		n += s.Bytes
	}
	return n
}
